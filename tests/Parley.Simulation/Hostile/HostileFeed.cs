using System.Buffers;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Tests.Faults;

namespace Parley.Simulation.Hostile;

/// <summary>One entry as the hostile party wants it; what is not said is as an honest station would write it.</summary>
internal sealed record Wanted(string Kind, byte[]? Body = null)
{
    internal DateTimeOffset? At { get; init; }
    internal IReadOnlyList<EntryId> Re { get; init; } = [];
    internal IReadOnlyDictionary<PartyId, ulong>? Seen { get; init; }
    internal Precedence Precedence { get; init; }
    internal Mark Mark { get; init; }
    internal Officer By { get; init; } = new("principal", "Mallory", new Officer("principal", "Trudy"));
    internal IReadOnlyList<PartyId>? To { get; init; }
    internal string? Lang { get; init; }

    /// <summary>Length of a file that is announced and never sent; 0 for none.</summary>
    internal long Announced { get; init; }
}

/// <summary>The hostile party's feed: whatever keeps the rules of the wire and of the header, signed with its keys as
/// they want it.</summary>
internal sealed class HostileFeed(StationFolder party, LineDocument document, TimeProvider clock)
{
    private readonly List<Entry> entries = [];
    private readonly List<Hash> leaves = [];
    private readonly List<EntryHeader> headers = [];

    internal PartyId Party => party.Party;
    internal Origin Origin { get; } = new(document.Id, party.Party);
    internal int Size => entries.Count;
    internal IReadOnlyList<EntryHeader> Headers => headers;

    /// <summary>What its author holds of the others, and so what it has seen unless it says otherwise.</summary>
    internal Dictionary<PartyId, ulong> Held { get; } = [];

    internal void Open() => Write(new Wanted(LineOpened.Kind, LineOpened.BodyFor(document.Hash)));

    /// <summary>Goes on with an entry; null where no station would take its header, which is then not
    /// written.</summary>
    internal EntryId? Write(Wanted wanted)
    {
        if (wanted.Body?.Length > Body.MaxInline)
            return null;
        var salt = wanted.Body is null ? null : Randomness.Bytes(Body.SaltLength);
        var now = wanted.At ?? clock.GetUtcNow();
        var header = new EntryHeader
        {
            Line = document.Id,
            From = Party,
            Seq = (ulong)entries.Count,
            At = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero),
            Kind = wanted.Kind,
            Mark = wanted.Mark,
            Precedence = wanted.Precedence,
            By = wanted.By,
            Re = wanted.Re,
            Seen = wanted.Seen ?? Held.Where(h => h.Value > 0).ToDictionary(),
            To = wanted.To,
            Lang = wanted.Lang,
            Body =
                wanted.Announced > 0 ? MerkleHash.Leaf(BitConverter.GetBytes(wanted.Announced + entries.Count))
                : wanted.Body is null ? null
                : Body.Commit(salt!, wanted.Body),
            Size = wanted.Announced > 0 ? wanted.Announced : wanted.Body?.Length ?? 0,
        };
        if (!header.TryEncode().TryGet(out var bytes, out _))
            return null;
        entries.Add(new Entry(bytes, salt, wanted.Body));
        leaves.Add(MerkleHash.Leaf(bytes));
        headers.Add(header);
        return header.Id;
    }

    /// <summary>The push from an entry on, of as many as one may hold and <paramref name="most"/> at most; and up to
    /// where it leads.</summary>
    internal (byte[] Push, int To) Push(int from, int most)
    {
        var to = from;
        for (
            var bytes = 0;
            to < entries.Count
                && to - from < Math.Min(most, LinkLimits.MaxEntriesPerPush)
                && (to == from || bytes < LinkLimits.TargetPushBytes / 2);
            to++
        )
            bytes += EntryBatch.WireLength(entries[to]);
        var tree = new TreeFrontier();
        for (var i = 0; i < from; i++)
            tree.Append(leaves[i]);
        Hash[] proof =
            from == 0 || from == to ? [] : ConsistencyProof.Build(tree, [.. leaves.Skip(from).Take(to - from)]);
        for (var i = from; i < to; i++)
            tree.Append(leaves[i]);
        var checkpoint = SignedCheckpoint.Sign(new Checkpoint(Origin, (ulong)to, tree.Root()), Origin, party.Log);
        var push = new ArrayBufferWriter<byte>();
        EntryBatch.WriteOffer(push, new CheckpointOffer((ulong)from, proof, checkpoint));
        for (var i = from; i < to; i++)
            EntryBatch.WriteEntry(push, entries[i], withBody: headers[i].To is null);
        return (push.WrittenSpan.ToArray(), to);
    }

    internal SignedCheckpoint Latest()
    {
        var tree = new TreeFrontier();
        foreach (var leaf in leaves)
            tree.Append(leaf);
        return SignedCheckpoint.Sign(new Checkpoint(Origin, (ulong)leaves.Count, tree.Root()), Origin, party.Log);
    }
}
