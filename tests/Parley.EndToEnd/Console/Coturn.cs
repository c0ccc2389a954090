using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>A coturn beside the stations, over TLS alone, as docs/operations/calls.md sets it up.</summary>
internal sealed class Coturn : IAsyncDisposable
{
    private const string Program = "/usr/bin/turnserver";

    /// <summary>What it shares with the stations.</summary>
    internal const string Secret = "of-these-tests";

    private readonly Process process;
    private readonly string folder;

    private Coturn(Process process, string folder, string url, string key)
    {
        this.process = process;
        this.folder = folder;
        Url = url;
        Key = key;
    }

    /// <summary>Where consoles find it.</summary>
    internal string Url { get; }

    /// <summary>SHA-256 of its certificate's key, in base64: a browser that is told of it takes the certificate.</summary>
    internal string Key { get; }

    internal static async Task<Coturn> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Program), "coturn is not installed here: apt-get install coturn");
        var made = Directory.CreateTempSubdirectory("parley-turn-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (cert, pkey) = (Path.Combine(made, "cert.pem"), Path.Combine(made, "key.pem"));
        await File.WriteAllTextAsync(cert, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(pkey, key.ExportPkcs8PrivateKeyPem());
        var port = FreePort();
        var started = Process.Start(
            new ProcessStartInfo(
                Program,
                [
                    "-n",
                    "--listening-ip=127.0.0.1",
                    "--relay-ip=127.0.0.1",
                    $"--tls-listening-port={port.ToString(CultureInfo.InvariantCulture)}",
                    "--no-udp",
                    "--no-tcp",
                    "--no-dtls",
                    "--no-cli",
                    "--use-auth-secret",
                    $"--static-auth-secret={Secret}",
                    "--realm=turn.example",
                    $"--cert={cert}",
                    $"--pkey={pkey}",
                    "--allow-loopback-peers",
                    "--denied-peer-ip=0.0.0.0-255.255.255.255",
                    "--allowed-peer-ip=127.0.0.0-127.255.255.255",
                    $"--pidfile={Path.Combine(made, "pid")}",
                    $"--userdb={Path.Combine(made, "db")}",
                    "--log-file=stdout",
                ]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        started.OutputDataReceived += (_, _) => { };
        started.ErrorDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        await Until.HoldsAsync(
            "coturn listens",
            async () =>
            {
                using var probe = new TcpClient();
                try
                {
                    await probe.ConnectAsync(IPAddress.Loopback, port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            listens => listens
        );
        return new Coturn(
            started,
            made,
            string.Create(CultureInfo.InvariantCulture, $"turns:127.0.0.1:{port}?transport=tcp"),
            Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))
        );
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
