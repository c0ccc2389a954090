using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Parley.EndToEnd.Wire;

/// <summary>An interface of a network whose packets this process reads and writes (Documentation/networking/tuntap.rst
/// of the kernel).</summary>
internal sealed partial class WireEnd : IDisposable
{
    private const uint SetInterface = 0x400454ca; // TUNSETIFF
    private const short PacketsAlone = 0x1001; // IFF_TUN | IFF_NO_PI
    private const int Interrupted = 4; // EINTR
    private const int RequestLength = 40,
        FlagsAt = 16; // struct ifreq
    private readonly NetworkNamespace network;
    private readonly string name;
    private readonly string[] address;
    private readonly SafeFileHandle packets;

    /// <summary>Makes the interface, gives it the address, and switches it on.</summary>
    internal WireEnd(NetworkNamespace network, string name, string own, string peer)
    {
        this.network = network;
        this.name = name;
        address = [own, "peer", $"{peer}/32", "dev", name];
        packets = network.Within(() => Open(name));
        Up();
    }

    /// <summary>The next packet that goes out of the network; throws when the interface is gone.</summary>
    internal int Read(byte[] packet)
    {
        while (true)
        {
            if (Read(packets, packet, (nuint)packet.Length) is var length and > 0)
                return (int)length;
            if (Marshal.GetLastPInvokeError() is var error && error != Interrupted)
                throw new IOException($"read: error {error}");
        }
    }

    /// <summary>Brings a packet into the network; one that comes while the interface is down is lost, as on any
    /// wire.</summary>
    internal void Write(byte[] packet) => _ = Write(packets, packet, (nuint)packet.Length);

    /// <summary>Switches the interface off and takes its address away, as a failing card and its network service do
    /// between them.</summary>
    internal void Down()
    {
        network.Set("link", "set", name, "down");
        network.Set(["address", "del", .. address]);
    }

    internal void Up()
    {
        network.Set(["address", "add", .. address]);
        network.Set("link", "set", name, "up");
    }

    private static SafeFileHandle Open(string name)
    {
        var file = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var request = new byte[RequestLength];
        Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request.AsSpan(FlagsAt), PacketsAlone);
        if (Control(file, SetInterface, request) == 0)
            return file;
        var error = Marshal.GetLastPInvokeError();
        file.Dispose();
        throw new IOException($"TUNSETIFF: error {error}");
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, [In, Out] byte[] argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, byte[] packet, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, byte[] packet, nuint length);

    /// <summary>Takes the interface away; whoever reads from it is woken by that.</summary>
    public void Dispose()
    {
        try
        {
            network.Set("link", "del", name);
        }
        catch (IOException)
        {
            // it is gone already
        }
    }

    /// <summary>Closes what was read from, when nobody reads any more.</summary>
    internal void Close() => packets.Dispose();
}
