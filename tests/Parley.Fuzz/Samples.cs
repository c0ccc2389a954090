using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Parley.Testing.Vectors;
using Parley.Traffic;

namespace Parley.Fuzz;

/// <summary>Valid inputs, made by the code that makes them in earnest: a line of three that has talked, and what it
/// sent.</summary>
internal sealed class Samples
{
    private readonly LineNetwork net = new(1, "us", "ru", "icrc");
    private readonly MemoryExport export = new();

    internal Samples()
    {
        if (!net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(60)))
            throw new InvalidOperationException("the line did not open");
        for (var i = 0; i < 3; i++)
        {
            foreach (var station in net.Stations)
                station.Append(
                    net.Message($"{{\"text\":\"Происшествие {i}\"}}", (Precedence)i),
                    net.Message("{}", to: [station.Id.Value == "us" ? "ru" : "us"])
                );
            net.Run(TimeSpan.FromSeconds(15));
        }
        Document = net.Document;
        var us = net["us"];
        var feed = us.Store.Feeds[us.Id];
        Feed = new Origin(Document.Id, us.Id);
        LogKey = Document.LogKey(us.Id);
        CosignKey = Document.CosignKey(PartyId.Parse("ru"));
        var signed = SignedCheckpoint.Sign(
            new Checkpoint(Feed, feed.Size, feed.FrontierAt(feed.Size).Root()),
            Feed,
            us.Party.Log
        );
        var cosigned = signed.With(
            Cosignature.Sign(signed.Checkpoint, CosignParty.Id, CosignParty.Cosign, LineNetwork.Epoch)
        );
        var hashes = feed.All.Select(e => MerkleHash.Leaf(e.Header)).ToArray();
        Leaf = hashes[2];
        var proof = InclusionProof.Build(2, feed.Size, (_, index, width) => hashes.AsMemory((int)index * 256, width));
        Headers =
        [
            .. net.Stations.SelectMany(s => s.Store.Feeds[s.Id].All).Select(e => e.Header).Take(12),
            FullHeader(),
        ];
        Checkpoints = [signed.Encode(), cosigned.Encode()];
        Cosigned = [cosigned.Encode()];
        Notes = [.. Checkpoints, .. Vectors("c2sp/notes.json", "note")];
        VerifierKeys = [Encoding.UTF8.GetBytes(LogKey.ToString()), Encoding.UTF8.GetBytes(CosignKey.ToString())];
        Proofs = [new TlogProof(2, proof, cosigned).Encode(), new TlogProof(2, proof, cosigned, [1, 2, 3]).Encode()];
        Policies =
        [
            Encoding.UTF8.GetBytes($"# one\nlog {LogKey}\nwitness w1 {CosignKey}\ngroup g1 any w1\nquorum g1\n"),
            Encoding.UTF8.GetBytes($"log {LogKey}\nquorum none\n"),
        ];
        Cards = [.. Document.Cards.Select(c => c.Encode())];
        Documents = [Document.Bytes.ToArray()];
        var bundle = new ArrayBufferWriter<byte>();
        foreach (var header in Headers.Take(3))
            EntryBundle.Append(bundle, header);
        Bundles = [bundle.WrittenSpan.ToArray()];
        TilePaths =
        [
            .. new[]
            {
                TilePath.Encode(0, 0, 256),
                TilePath.Encode(3, 1_234_067, 17),
                TilePath.EncodeEntries(999_999, 256),
            }.Select(Encoding.ASCII.GetBytes),
        ];
        WriteExport();
        EvidencePaths = [.. export.Files.Keys.Select(Encoding.ASCII.GetBytes)];
        using var key = LinkKey.Generate();
        Certificates = [LinkCertificate.Create(key, us.Party.Identity, LineNetwork.Epoch)];
        Offers = [new CheckpointOffer(2, [Leaf, Leaf], cosigned).Encode(), new CheckpointOffer(0, [], signed).Encode()];
        Pushes = [.. Sent(LinkVerb.Push).Take(12)];
        Heartbeats =
        [
            .. Sent(LinkVerb.Heartbeat).TakeLast(6),
            (Heartbeat.Parse(Sent(LinkVerb.Heartbeat).Last()).Required() with { Wants = 3 }).Encode(),
        ];
        var line = Cosignature.Sign(signed.Checkpoint, CosignParty.Id, CosignParty.Cosign, LineNetwork.Epoch);
        Pulls =
        [
            new PullRequest(7, null).Encode(),
            new PullRequest(7, line).Encode(),
            new PullRequest(7, line) { OffRecord = "m1" }.Encode(),
        ];
        OffRecord =
        [
            new OffRecordMessage
            {
                Id = "m1",
                At = LineNetwork.Epoch,
                Seat = "watch",
                Name = "A. Officer",
                Precedence = Precedence.Flash,
                Mark = Mark.Test,
                Text = "between us",
            }.Encode(),
        ];
        var other = SignedCheckpoint.Sign(new Checkpoint(Feed, feed.Size, Leaf), Feed, us.Party.Log);
        Fork =
        [
            .. signed.Encode(),
            0,
            .. other.Encode(),
            0,
            .. Encoding.ASCII.GetBytes(new ForkEvidence(signed, other, null, []).EncodeProof()),
        ];
        Zips = [export.Zip(CompressionLevel.NoCompression), export.Zip(CompressionLevel.Optimal)];
        EvidenceFiles =
        [
            .. export
                .Files.Where(f => f.Value.Length < 12_000)
                .Select(f => (byte[])[.. Encoding.ASCII.GetBytes(f.Key), 0, .. f.Value]),
        ];
    }

    private LineParty CosignParty { get; } = LineParty.Named("ru");

    internal LineDocument Document { get; }
    internal Origin Feed { get; }
    internal VerifierKey LogKey { get; }
    internal VerifierKey CosignKey { get; }
    internal Hash Leaf { get; }
    internal IReadOnlyList<byte[]> Headers { get; }
    internal IReadOnlyList<byte[]> Notes { get; }
    internal IReadOnlyList<byte[]> Checkpoints { get; }
    internal IReadOnlyList<byte[]> Cosigned { get; }
    internal IReadOnlyList<byte[]> VerifierKeys { get; }
    internal IReadOnlyList<byte[]> Proofs { get; }
    internal IReadOnlyList<byte[]> Policies { get; }
    internal IReadOnlyList<byte[]> Cards { get; }
    internal IReadOnlyList<byte[]> Documents { get; }
    internal IReadOnlyList<byte[]> Bundles { get; }
    internal IReadOnlyList<byte[]> TilePaths { get; }
    internal IReadOnlyList<byte[]> EvidencePaths { get; }
    internal IReadOnlyList<byte[]> Certificates { get; }
    internal IReadOnlyList<byte[]> Offers { get; }
    internal IReadOnlyList<byte[]> Pushes { get; }
    internal IReadOnlyList<byte[]> Heartbeats { get; }
    internal IReadOnlyList<byte[]> Pulls { get; }
    internal IReadOnlyList<byte[]> OffRecord { get; }
    internal byte[] Fork { get; }
    internal IReadOnlyList<byte[]> EvidenceFiles { get; }
    internal IReadOnlyList<byte[]> Zips { get; }

    private IEnumerable<byte[]> Sent(LinkVerb verb) =>
        net.Sent.Where(s => s.Request.Verb == verb).Select(s => s.Request.Body.ToArray());

    private byte[] FullHeader() =>
        new EntryHeader
        {
            Line = Document.Id,
            From = PartyId.Parse("us"),
            Seq = 41,
            At = LineNetwork.Epoch,
            Kind = "call.requested",
            Mark = Mark.Exercise,
            Precedence = Precedence.Flash,
            By = new Officer("watch", "Maj. A. Doe", new Officer("duty", "Col. B. Roe")),
            Re = [new EntryId(PartyId.Parse("ru"), 17), new EntryId(PartyId.Parse("us"), 3)],
            Seen = new Dictionary<PartyId, ulong> { [PartyId.Parse("ru")] = 18 },
            To = [PartyId.Parse("ru")],
            Lang = "en-GB",
            Body = Leaf,
            Size = 1234,
        }.Encode();

    private void WriteExport()
    {
        var writer = new EvidenceWriter(Document, export);
        foreach (var station in net.Stations)
        {
            var feed = net["us"].Store.Feeds[station.Id];
            writer.WriteFeed(station.Id, feed.Newest!, feed.All);
        }
    }

    /// <summary>Verifies the export with one file in the place of its own: path, a zero byte, content.</summary>
    internal string? VerifyWith(byte[] bytes)
    {
        var end = Array.IndexOf(bytes, (byte)0);
        if (end < 0)
            return "no path";
        export.Changed = (Encoding.UTF8.GetString(bytes, 0, end), bytes[(end + 1)..]);
        var report = EvidenceVerifier.Verify(export, new EvidenceOptions { Parallelism = 1 });
        export.Changed = null;
        return report.Findings.FirstOrDefault(f => f.IsFault)?.Reason ?? (report.Document is null ? "no line" : null);
    }

    private static IEnumerable<byte[]> Vectors(string file, string member)
    {
        var root =
            Environment.GetEnvironmentVariable(VectorFolder.Variable)
            ?? Path.Combine(VectorFolder.ProjectRoot(), "..", "shared", "vectors");
        if (!File.Exists(Path.Combine(root, file)))
            yield break;
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, file)));
        foreach (var text in Strings(json.RootElement, member).Take(24))
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            if (SignedNote.Parse(bytes).TryGet(out _, out _))
                yield return bytes;
        }
    }

    private static IEnumerable<string> Strings(JsonElement at, string member) =>
        at.ValueKind switch
        {
            JsonValueKind.Object => at.EnumerateObject()
                .SelectMany(m =>
                    m.NameEquals(member) && m.Value.ValueKind == JsonValueKind.String
                        ? [m.Value.GetString()!]
                        : Strings(m.Value, member)
                ),
            JsonValueKind.Array => at.EnumerateArray().SelectMany(e => Strings(e, member)),
            _ => [],
        };

    private static readonly string[] BodyTexts =
    [
        """{"text":"Incident at 14:05Z","template":"incident","fields":[{"name":"range","number":12.5,"unit":"km"},{"name":"at","time":"2022-03-23T14:05:00Z"},{"name":"place","position":[30.5,45.25]}]}""",
        """{"concern":"build-up","type":"exercise","place":{"name":"ridge","position":[30.5,45.25]}}""",
        """{"between":[{"party":"us","office":"Defence"},{"party":"ru","office":"Defence"}],"topic":"t","windows":[{"from":"2022-03-24T09:00:00Z","until":"2022-03-24T10:00:00Z"}],"interpreter":"en"}""",
        """{"name":"convoy","volumes":[{"volume":{"outline_circle":{"center":{"lng":30.5,"lat":45.5},"radius":{"value":500,"units":"M"}},"altitude_lower":{"value":0,"reference":"W84","units":"M"},"altitude_upper":{"value":120,"reference":"W84","units":"M"}},"time_start":{"value":"2022-03-24T09:00:00Z","format":"RFC3339"},"time_end":{"value":"2022-03-24T10:00:00Z","format":"RFC3339"}}]}""",
        """{"what":"w","text":"t","scope":"line","level":"crisis","reason":"r","style":"automatic","communicator":"A","subject":"s"}""",
    ];

    private static readonly string[] EventTexts =
    [
        "<event version='2.0' uid='u1' type='u-d-c-c' how='m-g' time='2026-03-01T12:00:00Z' start='2026-03-01T12:00:00Z' stale='2026-03-01T13:00:00Z'><point lat='50' lon='10' hae='120.5' ce='9999999.0' le='9999999.0'/><detail><contact callsign='Flight &lt;1&gt;'/><remarks>two&#10;lines</remarks><shape><ellipse major='250' minor='250' angle='0'/></shape><height value='300'/></detail></event>",
        "<event version='2.0' uid='u2' type='u-d-f' how='m-g' time='2026-03-01T12:00:00Z' start='2026-03-01T12:00:00Z' stale='2026-03-01T13:00:00Z'><point lat='50.1' lon='10.1' hae='9999999.0' ce='9999999.0' le='9999999.0'/><detail><link point='50,10'/><link point='50.2,10'/><link point='50.2,10.3'/><link point='50,10'/></detail></event>",
    ];

    /// <summary>Every kind that has a body, with each of the bodies: kind, a zero byte, body.</summary>
    internal static IReadOnlyList<byte[]> Bodies { get; } =
    [
        .. Kinds
            .All.Select(k => k.Name)
            .Where(Parley.Traffic.Bodies.TrafficBodies.IsKnown)
            .SelectMany(kind =>
                BodyTexts.Select(text => (byte[])[.. Encoding.ASCII.GetBytes(kind), 0, .. Encoding.UTF8.GetBytes(text)])
            ),
    ];

    internal static IReadOnlyList<byte[]> Volumes { get; } =
    [
        .. new[]
        {
            """{"volume":{"outline_circle":{"center":{"lng":30.5,"lat":45.5},"radius":{"value":500,"units":"M"}},"altitude_lower":{"value":0,"reference":"W84","units":"M"},"altitude_upper":{"value":120,"reference":"W84","units":"M"}},"time_start":{"value":"2022-03-24T09:00:00Z","format":"RFC3339"},"time_end":{"value":"2022-03-24T10:00:00Z","format":"RFC3339"}}""",
            """{"volume":{"outline_polygon":{"vertices":[{"lng":30,"lat":45},{"lng":31,"lat":45},{"lng":31,"lat":46},{"lng":30.2,"lat":45.9}]},"altitude_lower":{"value":0.5,"reference":"W84","units":"M"},"altitude_upper":{"value":120,"reference":"W84","units":"M"}},"time_start":{"value":"2022-03-24T09:00:00.5Z","format":"RFC3339"},"time_end":{"value":"2022-03-24T13:00:00+02:00","format":"RFC3339"}}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    internal static IReadOnlyList<byte[]> Geometries { get; } =
    [
        """{"type":"Polygon","coordinates":[[[30,45],[31,45],[31,46],[30,46],[30,45]],[[30.2,45.2],[30.2,45.4],[30.4,45.4],[30.4,45.2],[30.2,45.2]]]}"""u8.ToArray(),
        """{"type":"Polygon","coordinates":[[[179,-1],[-179,-1],[-179,1],[179,1],[179,-1]]]}"""u8.ToArray(),
    ];

    internal static IReadOnlyList<byte[]> ActivityFiles { get; } =
    [
        Encoding.UTF8.GetBytes(
            "{\"activities\":{\"a\":["
                + Encoding.UTF8.GetString(Volumes[0])
                + "],\"b\":["
                + Encoding.UTF8.GetString(Volumes[1])
                + "]}}"
        ),
    ];

    internal static IReadOnlyList<byte[]> Exchanges { get; } =
    [
        new BlindExchange(MerkleHash.Leaf("run"u8), 1, 0, [new byte[96]]).Encode(),
        new BlindExchange(MerkleHash.Leaf("run"u8), 7, 5, [new byte[40], new byte[1]]).Encode(),
        new BlindExchange(MerkleHash.Leaf("run"u8), 0, 3, []).Encode(),
    ];

    /// <summary>Cursor-on-Target: a circle, a polygon, and a document of both.</summary>
    internal static IReadOnlyList<byte[]> Events { get; } =
    [.. EventTexts.Append($"<events>{string.Concat(EventTexts)}</events>").Select(Encoding.UTF8.GetBytes)];

    internal static byte[] SmallScenario { get; } =
        """{"name":"small","parties":[{"id":"us","name":"US"},{"id":"ru","name":"RU"}],"lines":[{"id":"l","title":"L","parties":["us","ru"],"opened":"2025-05-14T06:00Z"}],"events":[]}"""u8.ToArray();
}
