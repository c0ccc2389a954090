using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace Parley.Station.Tests.Operations;

/// <summary>A mail server (RFC 5321) that keeps what it is given.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? certificate;

    /// <param name="tls">True for a server that speaks TLS from the first byte, with a certificate that nobody
    /// trusts.</param>
    internal MailServer(bool tls = false)
    {
        certificate = tls ? SelfSigned() : null;
        listener.Start();
        _ = ServeAsync();
    }

    internal string Address => listener.LocalEndpoint.ToString()!;
    internal ConcurrentQueue<string> Mails { get; } = new();
    internal ConcurrentQueue<string> Receivers { get; } = new();

    /// <summary>The name and the password that it asks for; null for a server that asks for none.</summary>
    internal (string User, string Password)? Wants { get; init; }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                await TalkAsync(client);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // the client went away: there is no mail of it
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        Stream wire = client.GetStream();
        if (certificate is not null)
        {
            var tls = new SslStream(wire);
            await tls.AuthenticateAsServerAsync(certificate);
            wire = tls;
        }
        using var from = new StreamReader(wire, Encoding.UTF8);
        await using var to = new StreamWriter(wire, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await to.WriteLineAsync("220 mail.test ESMTP");
        var known = Wants is null;
        while (await from.ReadLineAsync() is { } line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await to.WriteLineAsync("250-mail.test");
                    await to.WriteLineAsync(Wants is null ? "250 8BITMIME" : "250 AUTH PLAIN");
                    break;
                case "AUTH":
                    var given = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1])).Split('\0');
                    known = Wants is { } wanted && (given[1], given[2]) == wanted;
                    await to.WriteLineAsync(known ? "235 welcome" : "535 5.7.8 wrong name or password");
                    break;
                case "MAIL" when !known:
                    await to.WriteLineAsync("530 5.7.0 sign in first");
                    break;
                case "RCPT":
                    Receivers.Enqueue(line);
                    await to.WriteLineAsync("250 ok");
                    break;
                case "DATA":
                    await to.WriteLineAsync("354 go on");
                    var mail = new StringBuilder();
                    while (await from.ReadLineAsync() is { } text && text != ".")
                        mail.Append(text).Append('\n');
                    Mails.Enqueue(mail.ToString());
                    await to.WriteLineAsync("250 taken");
                    break;
                case "QUIT":
                    await to.WriteLineAsync("221 bye");
                    return;
                default:
                    await to.WriteLineAsync("250 ok");
                    break;
            }
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddDays(-1),
            now.AddDays(1)
        );
    }

    public void Dispose()
    {
        listener.Dispose();
        certificate?.Dispose();
    }
}
