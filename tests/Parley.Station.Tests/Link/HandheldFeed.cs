using System.Buffers;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Tests.Faults;

namespace Parley.Station.Tests.Link;

/// <summary>A party's feed on a line, written by the test with the party's real keys: what the party's station could
/// sign, and whatever else.</summary>
internal sealed class HandheldFeed(StationFolder party, LineDocument document)
{
    private readonly List<Entry> entries = [];

    internal Origin Origin { get; } = new(document.Id, party.Party);
    internal ulong Size => (ulong)entries.Count;
    internal string Path => $"/parley/v1/feeds/{document.Id}/{party.Party}";
    internal IReadOnlyList<Entry> Entries => entries;

    /// <summary>Goes on from entry 0, then with messages.</summary>
    internal HandheldFeed Write(params string[] texts)
    {
        if (entries.Count == 0)
            entries.Add(Make(0, LineOpened.Kind, LineOpened.BodyFor(document.Hash)));
        foreach (var text in texts)
            entries.Add(Make(Size, "message.sent", Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}""")));
        return this;
    }

    /// <summary>How wrong its author's clock goes.</summary>
    internal TimeSpan ClockAhead { get; set; }

    /// <summary>Who writes, and who releases.</summary>
    internal Officer By { get; set; } = new("watch", "Mallory");
    internal Precedence Precedence { get; set; }

    /// <summary>What its author says to have of the others; and, unless it <see cref="AnswersTheUnseen"/>, what it
    /// answers.</summary>
    internal IReadOnlyDictionary<PartyId, ulong> Seen { get; set; } = new Dictionary<PartyId, ulong>();
    internal bool AnswersTheUnseen { get; set; }

    /// <summary>When its entries are dated; null for now.</summary>
    internal DateTimeOffset? At { get; set; }

    /// <summary>True while bodies are kept back from everybody.</summary>
    internal bool Withholds { get; set; }

    /// <summary>Goes on with an entry of any kind, whether a station would write it or not.</summary>
    internal HandheldFeed WriteEntry(string kind, string json, params EntryId[] re)
    {
        entries.Add(Make(Size, kind, Encoding.UTF8.GetBytes(json), re));
        return this;
    }

    /// <summary>A feed that is this one up to a size, and then another.</summary>
    internal HandheldFeed Branch(int size)
    {
        var branch = new HandheldFeed(party, document);
        branch.entries.AddRange(entries.Take(size));
        return branch;
    }

    internal SignedCheckpoint Checkpoint(int size, SigningKey? key = null) =>
        SignedCheckpoint.Sign(new Checkpoint(Origin, (ulong)size, Tree(size).Root()), Origin, key ?? party.Log);

    /// <summary>The push of the entries from <paramref name="from"/> up to <paramref name="to"/>.</summary>
    internal byte[] Push(int from, int to, SigningKey? key = null)
    {
        Hash[] proof =
            from == 0 || from == to
                ? []
                : ConsistencyProof.Build(
                    Tree(from),
                    [.. entries.Skip(from).Take(to - from).Select(e => MerkleHash.Leaf(e.Header))]
                );
        return Push(new CheckpointOffer((ulong)from, proof, Checkpoint(to, key)), entries.Skip(from).Take(to - from));
    }

    internal static byte[] Push(CheckpointOffer offer, IEnumerable<Entry> entries)
    {
        var bytes = new ArrayBufferWriter<byte>();
        EntryBatch.WriteOffer(bytes, offer);
        foreach (var entry in entries)
            EntryBatch.WriteEntry(
                bytes,
                entry,
                withBody: !EntryHeader.Parse(entry.Header).TryGet(out var header, out _) || header.To is null
            );
        return bytes.WrittenSpan.ToArray();
    }

    private Entry Make(ulong seq, string kind, byte[] body, params EntryId[] re)
    {
        var salt = Randomness.Bytes(Body.SaltLength);
        var header = new EntryHeader
        {
            Line = document.Id,
            From = party.Party,
            Seq = seq,
            At =
                At
                ?? DateTimeOffset.FromUnixTimeMilliseconds(
                    (TimeProvider.System.GetUtcNow() + ClockAhead).ToUnixTimeMilliseconds()
                ),
            Kind = kind,
            Mark = Mark.Actual,
            Precedence = Precedence,
            By = By,
            Re = re,
            Seen = SeenWith(re),
            To = Withholds ? [party.Party] : null,
            Body = Body.Commit(salt, body),
            Size = body.Length,
        };
        return new Entry(header.Encode(), salt, body);
    }

    private Dictionary<PartyId, ulong> SeenWith(EntryId[] re)
    {
        var seen = new Dictionary<PartyId, ulong>(Seen);
        foreach (var answered in AnswersTheUnseen ? [] : re.Where(r => r.Party != party.Party))
            seen[answered.Party] = Math.Max(seen.GetValueOrDefault(answered.Party), answered.Seq + 1);
        return seen;
    }

    private TreeFrontier Tree(int size)
    {
        var tree = new TreeFrontier();
        foreach (var entry in entries.Take(size))
            tree.Append(MerkleHash.Leaf(entry.Header));
        return tree;
    }
}
