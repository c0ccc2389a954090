using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance.Peer;

/// <summary>
/// The suite's own feed, and every push that can be made of it. Written from docs/protocol with nothing of the station's
/// own link, so that a mistake there is not repeated here. LINK-10, LINK-12.
/// </summary>
internal sealed class OwnFeed(TestingParty party, LineDocument line, TimeProvider clock)
{
    private readonly List<Entry> entries = [];

    internal Origin Origin { get; } = new(line.Id, party.Id);
    internal string Path => $"/parley/v1/feeds/{line.Id}/{party.Id}";
    internal int Size => entries.Count;

    /// <summary>How far ahead its author's clock is.</summary>
    internal TimeSpan ClockAhead { get; set; }

    internal OwnFeed Open() => Write(LineOpened.BodyFor(line.Hash), h => h with { Kind = LineOpened.Kind });

    internal OwnFeed Say(string text, Func<EntryHeader, EntryHeader>? change = null) =>
        Write(Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""), change);

    internal OwnFeed Write(byte[]? body, Func<EntryHeader, EntryHeader>? change = null)
    {
        var salt = Randomness.Bytes(Body.SaltLength);
        var header = Header() with { Body = body is null ? null : Body.Commit(salt, body), Size = body?.Length ?? 0 };
        return Add(new Entry((change?.Invoke(header) ?? header).Encode(), body is null ? null : salt, body));
    }

    /// <summary>An entry that announces an attachment: salt and body travel by themselves.</summary>
    internal OwnFeed Announce(Hash commitment, long size) =>
        Add(
            new Entry(
                (Header() with { Kind = "message.attachment", Body = commitment, Size = size }).Encode(),
                null,
                null
            )
        );

    /// <summary>A header as its author wrote it, whatever it is.</summary>
    internal OwnFeed Add(Entry entry)
    {
        entries.Add(entry);
        return this;
    }

    /// <summary>This feed up to a size, from where it may go another way.</summary>
    internal OwnFeed Branch(int? size = null)
    {
        var branch = new OwnFeed(party, line, clock);
        branch.entries.AddRange(entries.Take(size ?? entries.Count));
        return branch;
    }

    internal EntryHeader Header() =>
        new()
        {
            Line = line.Id,
            From = party.Id,
            Seq = (ulong)entries.Count,
            At = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().Plus(ClockAhead).ToUnixTimeMilliseconds()),
            Kind = "message.sent",
            Mark = Mark.Test,
            Precedence = Precedence.Routine,
            By = new Officer("watch", "Conformance suite"),
        };

    internal Checkpoint CheckpointAt(int size) => new(Origin, (ulong)size, Tree(size).Root());

    internal string NoteAt(int size) => Note(CheckpointAt(size).Text, party.Log);

    /// <summary>A text signed under the name of the feed, by the log key or any other.</summary>
    internal string Note(string text, SigningKey by) =>
        $"{text}\n{NoteSignature.Sign(text, Origin.ToString(), by).ToLine()}";

    internal string NoteByLog(string text) => Note(text, party.Log);

    internal Hash[] Proof(int from, int to) =>
        from == 0 || from >= to
            ? []
            : ConsistencyProof.Build(
                Tree(from),
                [.. entries.Skip(from).Take(to - from).Select(e => MerkleHash.Leaf(e.Header))]
            );

    internal byte[] Push(
        int from,
        int? until = null,
        string? note = null,
        IReadOnlyList<Hash>? proof = null,
        string? old = null,
        Func<Entry, Entry>? change = null,
        byte[]? behind = null,
        bool bodies = true
    )
    {
        var to = until ?? Size;
        var offer = new StringBuilder()
            .Append("old ")
            .Append(old ?? from.ToString(CultureInfo.InvariantCulture))
            .Append('\n');
        foreach (var hash in proof ?? Proof(from, to))
            offer.Append(hash.ToBase64()).Append('\n');
        var text = Encoding.UTF8.GetBytes(offer.Append('\n').Append(note ?? NoteAt(to)).ToString());
        using var bytes = new MemoryStream();
        bytes.Write(Length(text.Length));
        bytes.Write(text);
        foreach (var entry in entries.Skip(from).Take(to - from))
            WriteEntry(bytes, change?.Invoke(entry) ?? entry, bodies);
        bytes.Write(behind ?? []);
        return bytes.ToArray();
    }

    internal static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }

    private static void WriteEntry(MemoryStream to, Entry entry, bool bodies)
    {
        Span<byte> two = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(two, checked((ushort)entry.Header.Length));
        to.Write(two);
        to.Write(entry.Header);
        if (!bodies || entry is not { Salt: { } salt, Body: { } body })
        {
            to.WriteByte(0);
            return;
        }
        to.WriteByte(1);
        to.Write(salt);
        BinaryPrimitives.WriteUInt16BigEndian(two, checked((ushort)body.Length));
        to.Write(two);
        to.Write(body);
    }

    private TreeFrontier Tree(int size)
    {
        var tree = new TreeFrontier();
        foreach (var entry in entries.Take(size))
            tree.Append(MerkleHash.Leaf(entry.Header));
        return tree;
    }
}
