using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Parley.EndToEnd.Wire;

/// <summary>
/// A network of its own (network_namespaces(7)): a machine as far as TCP can tell. Its name carries the process that
/// made it, so that what a killed
/// test left behind is found by the next one; it has a loopback, and no other way out than the wires that are put into
/// it.
/// </summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const string Prefix = "parley-";
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET
    private static int made;
    private static readonly Lazy<string?> Obstacle = new(FindObstacle);

    private NetworkNamespace(string name) => Name = name;

    internal string Name { get; }

    /// <summary>Ends the test as skipped where networks cannot be made.</summary>
    internal static void SkipUnlessPossible() => Assert.SkipWhen(Obstacle.Value is not null, Obstacle.Value ?? "");

    internal static NetworkNamespace Make()
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref made)}"
        );
        Ip("netns", "add", name);
        var network = new NetworkNamespace(name);
        network.Set("link", "set", "lo", "up");
        return network;
    }

    /// <summary>Runs <c>ip</c> on this network: <c>link</c>, <c>address</c> and so on.</summary>
    internal void Set(params string[] arguments) => Ip(["-n", Name, .. arguments]);

    /// <summary>Words to put before a program and its arguments, so that it runs here. The process stays the one that
    /// was started.</summary>
    internal string[] Prefixed => ["ip", "netns", "exec", Name];

    /// <summary>Does something on a thread that is in this network; the thread ends with it, so that nothing else of
    /// this process ever runs there.</summary>
    internal T Within<T>(Func<T> act)
    {
        T result = default!;
        Exception? failed = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var place = File.OpenHandle($"/run/netns/{Name}");
                if (EnterNamespace(place, NewNetwork) != 0)
                    throw new IOException($"setns: error {Marshal.GetLastPInvokeError()}");
                result = act();
            }
            catch (Exception e)
            {
                failed = e;
            }
        });
        thread.Start();
        thread.Join();
        return failed is null ? result : throw new IOException($"in the network {Name}: {failed.Message}", failed);
    }

    private static string? FindObstacle()
    {
        if (!Environment.IsPrivilegedProcess)
            return "networks of their own take root";
        try
        {
            if (Run("netns", "list") is not (0, var there))
                return "networks of their own take ip (apt-get install iproute2)";
            foreach (var name in there.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]))
                RemoveLeftOver(name);
            using var probe = Make();
            return File.Exists("/dev/net/tun") ? null : "a wire takes /dev/net/tun";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return $"networks cannot be made here: {e.Message}";
        }
    }

    private static void RemoveLeftOver(string name)
    {
        var parts = name.Split('-');
        if (
            parts.Length == 3
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(parts[1], out var maker)
            && !Directory.Exists($"/proc/{maker}")
        )
            _ = Run("netns", "del", name);
    }

    private static void Ip(params string[] arguments)
    {
        if (Run(arguments) is var (code, said) && code != 0)
            throw new IOException($"ip {string.Join(' ', arguments)}: {said}");
    }

    private static (int Code, string Said) Run(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("ip", arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? said : error.GetAwaiter().GetResult().Trim());
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int EnterNamespace(SafeFileHandle place, int kind);

    public void Dispose() => _ = Run("netns", "del", Name);
}
