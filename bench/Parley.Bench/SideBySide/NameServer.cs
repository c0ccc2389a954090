using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parley.Bench.SideBySide;

/// <summary>
/// Tells where a domain's server takes connections of other servers: a name server (RFC 1035) on a loopback port that
/// knows the SRV records (RFC 2782) of the run's domains and nothing
/// else, so that nothing of the machine needs to be touched.
/// </summary>
internal sealed class NameServer : IAsyncDisposable
{
    private const int Header = 12,
        A = 1,
        Srv = 33,
        MaxQuery = 512;
    private const ushort Answers = 0x8580; // QR, AA, RD, RA
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IReadOnlyDictionary<string, int> ports;
    private readonly CancellationTokenSource stop = new();
    private readonly Task answering;

    /// <param name="ports">By domain, the port for servers.</param>
    internal NameServer(IReadOnlyDictionary<string, int> ports)
    {
        this.ports = ports;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        answering = AnswerAsync();
    }

    internal int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private async Task AnswerAsync()
    {
        var query = new byte[MaxQuery];
        try
        {
            while (true)
            {
                var from = await socket.ReceiveFromAsync(query, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                if (AnswerTo(query.AsSpan(0, from.ReceivedBytes)) is { } answer)
                    await socket.SendToAsync(answer, from.RemoteEndPoint, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // closed
        }
    }

    private byte[]? AnswerTo(ReadOnlySpan<byte> query)
    {
        if (!TryQuestion(query, out var name, out var type, out var end))
            return null;
        var answer = new List<byte>(query[..end].ToArray());
        const string service = "_xmpp-server._tcp.";
        var host = name.StartsWith(service, StringComparison.Ordinal) ? name[service.Length..] : name;
        byte[]? data =
            !ports.TryGetValue(host, out var port) ? null
            : type == Srv && host != name ? [0, 0, 0, 0, .. Number(port), .. Name(host)] // priority, weight, port, target
            : type == A && host == name ? IPAddress.Loopback.GetAddressBytes()
            : null;
        var bytes = answer.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), Answers);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)(data is null ? 0 : 1));
        bytes.AsSpan(8, 4).Clear();
        return data is null
            ? bytes
            : [.. bytes, 0xC0, Header, .. Number(type), 0, 1, 0, 0, 0, 60, .. Number(data.Length), .. data]; // the name as in the question, IN, 60 s
    }

    private static bool TryQuestion(ReadOnlySpan<byte> query, out string name, out int type, out int end)
    {
        (name, type, end) = ("", 0, Header);
        var labels = new List<string>();
        while (end < query.Length && query[end] is > 0 and < 64 and var length && end + length < query.Length)
        {
            labels.Add(Encoding.ASCII.GetString(query.Slice(end + 1, length)).ToLowerInvariant());
            end += 1 + length;
        }
        if (end + 5 > query.Length || query[end] != 0)
            return false;
        type = BinaryPrimitives.ReadUInt16BigEndian(query[(end + 1)..]);
        end += 5;
        name = string.Join('.', labels);
        return true;
    }

    private static byte[] Number(int number) => [(byte)(number >> 8), (byte)number];

    private static byte[] Name(string name) =>
        [.. name.Split('.').SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await answering;
        socket.Dispose();
        stop.Dispose();
    }
}
