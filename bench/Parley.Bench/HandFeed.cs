using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Bench;

/// <summary>A party that no station speaks for: its feed is signed with its real keys and pushed to a station's link
/// port, whatever it says, as fast as that takes it.</summary>
internal sealed class HandFeed : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    private readonly LineDocument document;
    private readonly SigningKey log;
    private readonly HttpMessageInvoker http;
    private readonly Uri path;
    private readonly TreeFrontier tree = new();
    private readonly Origin origin;

    /// <summary>Written and not pushed.</summary>
    private readonly List<Entry> ready = [];

    internal HandFeed(LineDocument document, PartyId party, string directory, int port)
    {
        this.document = document;
        Party = party;
        origin = new Origin(document.Id, party);
        log = Opened(KeyFile.ReadSigningKey(Path.Combine(directory, "keys", "log.key"), KeyRole.Log));
        var certificate = LinkCertificate.WithKey(
            File.ReadAllBytes(Path.Combine(directory, "keys", "link.crt")),
            Opened(KeyFile.ReadLinkKey(Path.Combine(directory, "keys", "link.key")))
        );
        http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    TargetHost = "parley",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificates = [certificate],
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                    RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null, // the measurement's own station, on loopback
                },
            }
        );
        path = new Uri($"https://127.0.0.1:{port}/parley/v1/feeds/{document.Id}/{party}");
        Write(LineOpened.Kind, LineOpened.BodyFor(document.Hash));
    }

    internal PartyId Party { get; }
    internal ulong Size { get; private set; }
    internal DateTimeOffset? At { get; set; }

    internal EntryId Write(string kind, string json, Precedence precedence = Precedence.Routine, params EntryId[] re) =>
        Write(kind, Encoding.UTF8.GetBytes(json), precedence, re);

    private EntryId Write(string kind, byte[] body, Precedence precedence = Precedence.Routine, params EntryId[] re)
    {
        var salt = Randomness.Bytes(Body.SaltLength);
        var header = new EntryHeader
        {
            Line = document.Id,
            From = Party,
            Seq = Size++,
            At =
                At ?? DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()),
            Kind = kind,
            Mark = Mark.Actual,
            Precedence = precedence,
            By = new Officer("watch", "A. First", new Officer("principal", "B. Second")),
            Re = re,
            Seen = re.Where(r => r.Party != Party)
                .GroupBy(r => r.Party)
                .ToDictionary(g => g.Key, g => g.Max(r => r.Seq) + 1),
            Body = Body.Commit(salt, body),
            Size = body.Length,
        };
        ready.Add(new Entry(header.Encode(), salt, body));
        return header.Id;
    }

    /// <summary>Pushes what is written, so many entries at once at most, and asks again where the station says that it
    /// is too much for now.</summary>
    internal async Task PushAsync(int most, CancellationToken ct)
    {
        for (var from = 0; from < ready.Count; from += most)
        {
            var some = ready.Skip(from).Take(most).ToList();
            var old = tree.Size;
            Hash[] leaves = [.. some.Select(e => MerkleHash.Leaf(e.Header))];
            Hash[] proof = old == 0 ? [] : ConsistencyProof.Build(tree, leaves);
            foreach (var leaf in leaves)
                tree.Append(leaf);
            var bytes = new ArrayBufferWriter<byte>();
            EntryBatch.WriteOffer(
                bytes,
                new CheckpointOffer(
                    old,
                    proof,
                    SignedCheckpoint.Sign(new Checkpoint(origin, tree.Size, tree.Root()), origin, log)
                )
            );
            foreach (var entry in some)
                EntryBatch.WriteEntry(bytes, entry, withBody: true);
            await SendAsync(bytes.WrittenMemory, ct);
        }
        ready.Clear();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> push, CancellationToken ct)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ReadOnlyMemoryContent(push)
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
                },
            };
            using var answer = await http.SendAsync(request, ct);
            if (answer.StatusCode == HttpStatusCode.OK)
                return;
            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
                throw new BenchFailure(
                    $"a push of {Party} was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}"
                );
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? Again, ct);
        }
    }

    private static T Opened<T>(Verdict<T, KeyFileFault> read)
        where T : class =>
        read.TryGet(out var key, out var why) ? key : throw new BenchFailure($"a key cannot be read: {why}");

    public void Dispose()
    {
        http.Dispose();
        log.Dispose();
    }
}
