using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Utils;
using Parley.Record;
using Parley.Station.Data;

namespace Parley.Station.Operations;

/// <summary>Mails each alert. All of one trouble name one mail that none is, made of the trouble's name: readers show
/// them as one thread (RFC 5322, 3.6.4).</summary>
internal sealed class MailWay(MailSettings settings, string? password, TimeProvider clock) : IAlertWay
{
    /// <summary>How long the server may take for each of its answers.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Name => "mail";

    public async Task<string?> SendAsync(AlertView alert, CancellationToken ct)
    {
        CallSettings.TrySplit(settings.Server, out var host, out var port);
        using var late = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            using var mail = Write(alert);
            using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds };
            await client.ConnectAsync(
                host.Trim('[', ']'),
                port,
                settings.Tls switch
                {
                    MailSettings.Plain => SecureSocketOptions.None,
                    MailSettings.FromTheFirstByte => SecureSocketOptions.SslOnConnect,
                    _ => SecureSocketOptions.StartTls,
                },
                either.Token
            );
            if (settings.User is { } user)
                await client.AuthenticateAsync(user, password!, either.Token);
            await client.SendAsync(mail, either.Token);
            await client.DisconnectAsync(quit: true, either.Token);
            return null;
        }
        catch (Exception e)
            when (e
                    is SocketException
                        or IOException
                        or ProtocolException
                        or CommandException
                        or AuthenticationException
                        or SslHandshakeException
                        or NotSupportedException
                        or ServiceNotAuthenticatedException
                        or TimeoutException
            )
        {
            return e.Message.ReplaceLineEndings(" ");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"the server took longer than {Patience.TotalSeconds:0} s";
        }
    }

    private MimeMessage Write(AlertView alert)
    {
        var trouble = alert.Trouble;
        var domain = settings.Sender[(settings.Sender.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var root = SHA256.HashData(Encoding.UTF8.GetBytes(trouble.Trouble)).AsSpan(..16);
        var mail = new MimeMessage();
        mail.From.Add(new MailboxAddress($"Parley, station of {alert.Party}", settings.Sender));
        mail.To.AddRange(settings.To.Select(to => new MailboxAddress(null, to)));
        mail.Date = alert.At;
        mail.Subject = $"[Parley {alert.Party}] {Subject(alert)}";
        // Nobody's answering machine is to answer this (RFC 3834).
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.MessageId = MimeUtils.GenerateMessageId(domain);
        mail.References.Add($"{Convert.ToHexStringLower(root)}@{domain}");
        if (trouble.Precedence >= Precedence.Immediate && alert.Event is "raised" or "risen" or "repeated")
            mail.Priority = MessagePriority.Urgent;
        mail.Body = new TextPart("plain") { Text = Body(alert) };
        return mail;
    }

    private static string Subject(AlertView alert)
    {
        var trouble = alert.Trouble;
        var precedence = trouble.Precedence.ToString().ToUpperInvariant();
        return alert.Event switch
        {
            "over" => $"over: {trouble.Sentence}",
            "taken" => $"taken by an officer: {trouble.Sentence}",
            "test" => "test of this receiver",
            _ => $"{precedence}: {trouble.Sentence}",
        };
    }

    private static string Body(AlertView alert)
    {
        var trouble = alert.Trouble;
        var text = new StringBuilder();
        text.Append(trouble.Sentence).Append("\r\n\r\n");
        if (trouble.Text is { } words)
            text.Append("In the author's words: ").Append(words).Append("\r\n\r\n");
        text.Append($"What        {alert.Event}: {trouble.Class} ({trouble.Level})\r\n");
        text.Append($"Precedence  {trouble.Precedence.ToString().ToUpperInvariant()}\r\n");
        if (trouble.Line is { } line)
            text.Append($"Line        {line}\r\n");
        if (trouble.Entry is { } entry)
            text.Append($"Entry       {entry}\r\n");
        text.Append($"Since       {trouble.Since:yyyy-MM-dd HH:mm:ss}Z\r\n");
        text.Append($"Said        {alert.At:yyyy-MM-dd HH:mm:ss}Z\r\n");
        text.Append($"Standing    {alert.Standing}\r\n");
        return text.ToString();
    }

    public void Dispose() { }
}
