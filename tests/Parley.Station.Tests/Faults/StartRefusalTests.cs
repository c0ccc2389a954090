using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Crypto;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>What a station will not start on. Each refusal names the file or the reason, and leaves nothing behind:
/// mended, the station starts.</summary>
public sealed class StartRefusalTests
{
    [Fact]
    public async Task A_second_station_on_the_same_directory_is_refused_and_the_first_goes_on()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        await IsRefusedAsync(line["us"], "another station runs on");
        await line["us"].SealAsync(line.Id, "undisturbed");
    }

    [Fact]
    public async Task A_station_with_keys_a_card_or_a_store_of_another_is_refused()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        await line["us"].StopAsync();
        await line["ru"].StopAsync();
        var (us, ru) = (line["us"].Folder.Directory, line["ru"].Folder.Directory);
        foreach (var role in new[] { KeyRole.Log, KeyRole.Cosign })
            await RefusedWhileAsync(line["us"], us.Key(role), File.ReadAllBytes(ru.Key(role)), "not those of its card");
        await RefusedWhileAsync(
            line["us"],
            us.LinkCertificate,
            File.ReadAllBytes(ru.LinkCertificate),
            "another identity than the card's"
        );
        await RefusedWhileAsync(
            line["us"],
            us.Card,
            File.ReadAllBytes(ru.Card),
            $"{us.Settings} is of us, and {us.Card} of ru"
        );
        await RefusedWhileAsync(line["us"], us.Database, File.ReadAllBytes(ru.Database), "store of another station");

        await line["us"].StartAsync();
        await line["ru"].StartAsync();
        await line["us"].SealAsync(line.Id, "as before");
    }

    [Fact]
    public async Task What_is_missing_or_garbled_is_named()
    {
        await using var line = LiveLine.Make("us", "ru");
        var us = line["us"].Folder.Directory;
        string[] wanted =
        [
            us.Settings,
            us.Card,
            us.Token,
            us.Key(KeyRole.Log),
            us.Key(KeyRole.Cosign),
            us.Key(KeyRole.LinkTls),
            us.LinkCertificate,
        ];
        foreach (var path in wanted)
        {
            await RefusedWhileAsync(line["us"], path, null, path == us.Settings ? "no station in" : path);
            foreach (
                var garbled in new[]
                {
                    [],
                    Encoding.UTF8.GetBytes("{}\n"),
                    "\0\0\0\0"u8.ToArray(),
                    File.ReadAllBytes(path)[..^3],
                    Flipped(File.ReadAllBytes(path)),
                }
            )
            {
                // A token with a flipped bit is a token.
                if (path != us.Token || garbled.Length < 32)
                    await RefusedWhileAsync(line["us"], path, garbled, "");
            }
        }
        await RefusedWhileAsync(
            line["us"],
            us.Database,
            "this is a letter, not a database, and long enough to be taken for one"u8.ToArray(),
            us.Database
        );
        await RefusedWhileAsync(
            line["us"],
            us.Settings,
            Encoding.UTF8.GetBytes("""{"party":"us","name":"n","lisen":"typo"}"""),
            us.Settings
        );
        await line["us"].StartAsync();
    }

    [Fact]
    public async Task A_port_that_somebody_has_is_named()
    {
        await using var line = LiveLine.Make("us", "ru");
        var port = line["us"].Folder.Port!.Value;
        using (var other = new TcpListener(IPAddress.Loopback, port))
        {
            other.Start();
            await IsRefusedAsync(line["us"], $"127.0.0.1:{port}");
        }
        await line["us"].StartAsync();
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_is_named_and_a_port_alone_is_no_address()
    {
        await using var line = LiveLine.Make("us", "ru");
        var us = line["us"].Folder.Options;
        (StationHostOptions Options, string Reason)[] wrong =
        [
            (us with { Link = "192.0.2.1:7474" }, "the link's address 192.0.2.1:7474 cannot be listened on"),
            (us with { Link = "7474" }, "did you mean *:7474?"),
            (us with { Listen = new Uri("http://192.0.2.1:7180") }, "the API's address http://192.0.2.1:7180/"),
        ];
        foreach (var (options, reason) in wrong)
        {
            var started = await StationHost.StartAsync(
                options with
                {
                    Console = "",
                },
                null,
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
            Assert.False(started.TryGet(out _, out var why));
            Assert.Contains(reason, why, StringComparison.Ordinal);
        }
        await line["us"].StartAsync();
    }

    private static async Task RefusedWhileAsync(LiveStation station, string path, byte[]? content, string reason)
    {
        var mode = File.Exists(path) ? File.GetUnixFileMode(path) : UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var sound = File.Exists(path)
            ? await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)
            : null;
        if (content is null)
            File.Delete(path);
        else
            await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        await IsRefusedAsync(station, reason);
        if (sound is null)
            File.Delete(path);
        else
            await File.WriteAllBytesAsync(path, sound, TestContext.Current.CancellationToken);
        if (sound is not null)
            File.SetUnixFileMode(path, mode);
    }

    private static async Task IsRefusedAsync(LiveStation station, string reason)
    {
        if ((await station.TryStartAsync()).TryGet(out var host, out var why))
        {
            await host.DisposeAsync();
            Assert.Fail($"it started, though: {reason}");
        }
        Assert.Contains(reason, why, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", why, StringComparison.Ordinal);
    }

    private static byte[] Flipped(byte[] bytes)
    {
        bytes[bytes.Length / 2] ^= 0x40;
        return bytes;
    }
}
