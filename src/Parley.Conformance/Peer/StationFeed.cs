using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance.Peer;

/// <summary>
/// The feed of the station under test as the suite mirrors it: every push is checked as LINK-11 and LINK-12 have it, and
/// what does not hold is a finding. Safe from any thread.
/// </summary>
internal sealed class StationFeed(TestingParty party, LineDocument line, PartyId station, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly List<(byte[] Wire, EntryHeader Header, byte[]? Body)> entries = [];
    private TreeFrontier tree = new();
    private string? note;

    internal Origin Origin { get; } = new(line.Id, station);
    internal string Path => $"/parley/v1/feeds/{line.Id}/{station}";

    /// <summary>What the station did that the protocol does not allow.</summary>
    internal List<string> Faults { get; } = [];

    internal int Size
    {
        get
        {
            lock (gate)
                return entries.Count;
        }
    }

    /// <summary>The newest checkpoint of the station that is held, as a note.</summary>
    internal string? Note
    {
        get
        {
            lock (gate)
                return note;
        }
    }

    internal IReadOnlyList<(EntryHeader Header, byte[]? Body)> Entries
    {
        get
        {
            lock (gate)
                return [.. entries.Select(e => (e.Header, e.Body))];
        }
    }

    /// <summary>Loses everything, as a station with an empty store has.</summary>
    internal void Forget()
    {
        lock (gate)
        {
            entries.Clear();
            (tree, note) = (new TreeFrontier(), null);
        }
    }

    /// <summary>Takes a push; the answer is 200 and a cosignature, 409 and the size held, or 422, which is a
    /// finding.</summary>
    internal (int Status, string Text) Take(byte[] push)
    {
        lock (gate)
        {
            try
            {
                return TakeWithin(push);
            }
            catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
            {
                return Refuse("a push that cannot be read");
            }
        }
    }

    /// <summary>The station's own entries from a size on, as LINK-61 has them; null where there are none.</summary>
    internal byte[]? From(int from)
    {
        lock (gate)
        {
            if (from >= entries.Count || note is null)
                return null;
            var offer = Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"old {entries.Count}\n\n{note}")
            );
            return [.. OwnFeed.Length(offer.Length), .. offer, .. entries.Skip(from).SelectMany(e => e.Wire)];
        }
    }

    private (int Status, string Text) TakeWithin(byte[] push)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(push);
        var offer = Encoding.UTF8.GetString(push, 4, length);
        var blank = offer.IndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0 || !offer.StartsWith("old ", StringComparison.Ordinal))
            return Refuse("an offer without 'old' or without its empty line");
        var lines = offer[..blank].Split('\n');
        var old = int.Parse(lines[0].AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture);
        if (!SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(offer[(blank + 2)..])).TryGet(out var signed, out var why))
            return Refuse($"a checkpoint that cannot be read: {why}");
        if (!signed.Checkpoint.IsOf(Origin) || signed.Check(line.LogKey(station)) != SignatureCheck.Valid)
            return Refuse("a checkpoint that is not one of its feed, or not signed by its log key");
        if (old != entries.Count)
            return (409, string.Create(CultureInfo.InvariantCulture, $"{entries.Count}\n"));
        var proof = lines[1..].Select(l => new Hash(Convert.FromBase64String(l))).ToArray();
        if (!ConsistencyProof.Extends((ulong)old, tree.Root(), signed.Checkpoint, proof))
            return Refuse("a consistency proof that does not hold");
        return TakeEntries(push, 4 + length, signed, offer[(blank + 2)..]);
    }

    private (int Status, string Text) TakeEntries(byte[] push, int at, SignedCheckpoint signed, string newest)
    {
        var next = tree.Clone();
        var taken = new List<(byte[], EntryHeader, byte[]?)>();
        while (entries.Count + taken.Count < (int)signed.Checkpoint.Size)
        {
            var start = at;
            var headerLength = BinaryPrimitives.ReadUInt16BigEndian(push.AsSpan(at));
            var header = push[(at + 2)..(at + 2 + headerLength)];
            at += 2 + headerLength;
            byte[]? body = null;
            if (!EntryHeader.Parse(header).TryGet(out var read, out var why))
                return Refuse($"a header that is not valid: {why}");
            if (push[at++] == 1)
            {
                var salt = push[at..(at + Body.SaltLength)];
                var bodyLength = BinaryPrimitives.ReadUInt16BigEndian(push.AsSpan(at + Body.SaltLength));
                at += Body.SaltLength + 2;
                body = push[at..(at + bodyLength)];
                at += bodyLength;
                if (read.Body != Body.Commit(salt, body) || read.Size != body.Length)
                    return Refuse("a body that its header does not commit to");
            }
            if (Belongs(read, entries.Count + taken.Count, body) is { } reason)
                return Refuse(reason);
            taken.Add((push[start..at], read, body));
            next.Append(MerkleHash.Leaf(header));
        }
        if (next.Root() != signed.Checkpoint.Root)
            return Refuse("entries that do not hash to the checkpoint's root");
        entries.AddRange(taken);
        (tree, note) = (next, newest);
        return (200, Cosignature.Sign(signed.Checkpoint, party.Id, party.Cosign, clock.GetUtcNow()).ToLine());
    }

    private string? Belongs(EntryHeader header, int place, byte[]? body) =>
        header.Line != line.Id ? "an entry of another line"
        : header.From != station || header.Seq != (ulong)place ? "an entry that does not belong where it stands"
        : (place == 0) != (header.Kind == LineOpened.Kind) ? "line.opened in another place than the first"
        : place == 0 && (body is null || !body.AsSpan().SequenceEqual(LineOpened.BodyFor(line.Hash)))
            ? "an opening of another document"
        : null;

    private (int Status, string Text) Refuse(string why)
    {
        Faults.Add(why);
        return (422, why + "\n");
    }
}
