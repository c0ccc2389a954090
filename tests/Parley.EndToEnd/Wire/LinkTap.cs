using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Parley.Crypto;
using Parley.EndToEnd.Stations;
using Parley.Station.Data;

namespace Parley.EndToEnd.Wire;

/// <summary>
/// Stands before the link ports of stations with the keys of all of them, hands on what they say to each other and keeps
/// every byte, as it is under TLS. To each station it is the one that was dialled, and to that one whoever dials.
/// </summary>
internal sealed class LinkTap : IAsyncDisposable
{
    private const int Behind = TestStation.LinkPort + 1;

    private readonly Dictionary<string, X509Certificate2> certificates = new(StringComparer.Ordinal);
    private readonly List<TcpListener> listeners = [];
    private readonly List<Task> running = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();

    /// <summary>Guarded by <see cref="gate"/>, as are the bytes in it: one for each direction of a connection.</summary>
    private readonly List<(string From, string To, MemoryStream Bytes)> kept = [];

    /// <summary>Puts itself before a station that was made and is not started.</summary>
    internal void Before(TestStation station)
    {
        station.Behind(Behind);
        var directory = new DataDirectory(station.Data);
        if (!KeyFile.ReadLinkKey(directory.Key(KeyRole.LinkTls)).TryGet(out var key, out var why))
            throw new InvalidOperationException(why.Reason);
        lock (gate)
            certificates[station.Party] = LinkCertificate.WithKey(File.ReadAllBytes(directory.LinkCertificate), key);
        var listener = new TcpListener(IPEndPoint.Parse(station.Link));
        listener.Start();
        listeners.Add(listener);
        running.Add(AcceptAsync(listener, station));
    }

    /// <summary>What came to a party from others so far: the bytes of each connection, and of each message in it the bytes of
    /// its body in one piece.</summary>
    internal IReadOnlyList<byte[]> Received(string party)
    {
        List<byte[]> streams;
        lock (gate)
            streams = [.. kept.Where(one => one.To == party).Select(one => one.Bytes.ToArray())];
        return [.. streams, .. streams.SelectMany(Bodies)];
    }

    private async Task AcceptAsync(TcpListener listener, TestStation station)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                var passing = PassAsync(client, station);
                lock (gate)
                    running.Add(passing);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient client, TestStation station)
    {
        using (client)
        using (var upstream = new TcpClient())
        {
            try
            {
                string? caller = null;
                await using var here = new SslStream(client.GetStream());
                await here.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = certificates[station.Party],
                        ClientCertificateRequired = true,
                        AllowTlsResume = false,
                        EnabledSslProtocols = SslProtocols.Tls13,
                        ApplicationProtocols = [SslApplicationProtocol.Http2],
                        RemoteCertificateValidationCallback = (_, presented, _, _) =>
                            (caller = CallerOf(presented)) is not null,
                    },
                    stop.Token
                );
                await upstream.ConnectAsync(IPEndPoint.Parse(station.ListensAt), stop.Token);
                await using var there = new SslStream(upstream.GetStream());
                var certificate = certificates[caller!];
                await there.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = "parley",
                        EnabledSslProtocols = SslProtocols.Tls13,
                        AllowTlsResume = false,
                        ApplicationProtocols = [SslApplicationProtocol.Http2],
                        ClientCertificates = [certificate],
                        LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                        RemoteCertificateValidationCallback = (_, presented, _, _) =>
                            CallerOf(presented) == station.Party,
                    },
                    stop.Token
                );
                await Task.WhenAny(
                    PumpAsync(here, there, Keep(caller!, station.Party)),
                    PumpAsync(there, here, Keep(station.Party, caller!))
                );
            }
            catch (Exception e)
                when (e is IOException or SocketException or AuthenticationException or OperationCanceledException)
            {
                // One of the two has gone, or is not there yet: who dialled dials again.
            }
        }
    }

    private string? CallerOf(X509Certificate? presented)
    {
        lock (gate)
            return certificates
                .FirstOrDefault(one =>
                    presented is not null
                    && one.Value.GetRawCertData().AsSpan().SequenceEqual(presented.GetRawCertData())
                )
                .Key;
    }

    private MemoryStream Keep(string from, string to)
    {
        var bytes = new MemoryStream();
        lock (gate)
            kept.Add((from, to, bytes));
        return bytes;
    }

    private async Task PumpAsync(SslStream from, SslStream to, MemoryStream bytes)
    {
        try
        {
            var buffer = new byte[1 << 16];
            for (int read; (read = await from.ReadAsync(buffer, stop.Token)) > 0; )
            {
                lock (gate)
                    bytes.Write(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction ends with it.
        }
    }

    /// <summary>RFC 9113: the DATA frames of each stream, joined.</summary>
    private static IEnumerable<byte[]> Bodies(byte[] connection)
    {
        const int header = 9,
            data = 0,
            padded = 8;
        var preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
        var bodies = new Dictionary<int, MemoryStream>();
        var at = connection.AsSpan().StartsWith(preface) ? preface.Length : 0;
        while (at + header <= connection.Length)
        {
            var length = connection[at] << 16 | connection[at + 1] << 8 | connection[at + 2];
            var (kind, flags) = (connection[at + 3], connection[at + 4]);
            var stream = BinaryPrimitives.ReadInt32BigEndian(connection.AsSpan(at + 5)) & int.MaxValue;
            var frame = connection.AsSpan(at + header, Math.Min(length, connection.Length - at - header));
            if (kind == data && (flags & padded) == 0)
            {
                if (!bodies.TryGetValue(stream, out var body))
                    bodies[stream] = body = new MemoryStream();
                body.Write(frame);
            }
            at += header + length;
        }
        return bodies.Values.Select(body => body.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (var listener in listeners)
            listener.Stop();
        Task[] all;
        lock (gate)
            all = [.. running];
        await Task.WhenAll(all);
        foreach (var certificate in certificates.Values)
            certificate.Dispose();
        stop.Dispose();
    }
}
