using System.Text;
using Parley.Crypto;
using Parley.Record.Tests.Evidence;
using Parley.Record.Tests.Lines;

namespace Parley.Record.Tests.Public;

/// <summary>A line of three parties whose feeds anybody can make anew from the names, and proofs of its entries.</summary>
internal sealed class ProofSamples
{
    internal const int Entry = 5;
    internal const string Said = "{\"text\":\"We agreed to <b>test</b> the line daily. \\u202Enot\\u202C Домовлено.\"}";
    private readonly TestParty[] parties;
    private readonly TestRecord record;

    internal ProofSamples(params TestParty[] parties)
        : this("statement.released", Said, parties) { }

    internal ProofSamples(string kind, string said, params TestParty[] parties)
    {
        this.parties = parties;
        record = new TestRecord(parties).Talk(Entry);
        record.Add(
            parties[0],
            record.Next(parties[0]) with
            {
                Kind = kind,
                Mark = Mark.Actual,
                By = new Officer("spokesperson", "Anna Bél", new Officer("principal", "Col. \"Ruiz\" \\ O’Neil")),
                Re = [new EntryId(parties[0].Id, 2)],
                Lang = "en",
            },
            Encoding.UTF8.GetBytes(said)
        );
        for (var i = 0; i < 5; i++)
            record.Add(parties[0], record.Next(parties[0]), Encoding.UTF8.GetBytes("{\"text\":\"later\"}"));
    }

    internal static ProofSamples Three { get; } = new(TestParty.Us, TestParty.Ru, TestParty.Icrc);

    internal PublicKeySheet Keys => PublicKeySheet.Of(record.Document);

    internal string Fingerprint => Keys.Fingerprint.Hash.ToHex();

    internal SignedCheckpoint Checkpoint => record.Checkpoint(parties[0], parties[1..]);

    /// <summary>The proof of one of the first party's entries, as a station makes it.</summary>
    internal PublicProof Proof(int index = Entry, SignedCheckpoint? checkpoint = null)
    {
        var feed = record.FeedOf(parties[0]);
        var proof = new TlogProof((ulong)index, Inclusion(index, feed.Count), checkpoint ?? Checkpoint);
        return PublicProof.Create(feed[index], Keys, proof).Required();
    }

    internal string Text(int index = Entry, SignedCheckpoint? checkpoint = null) =>
        Encoding.UTF8.GetString(Proof(index, checkpoint).Encode());

    /// <summary>The same feed with another header in the place of the proven one, signed and cosigned by everybody: what an
    /// author may do that is not honest.</summary>
    internal string WithHeader(Func<string, string> change)
    {
        var feed = record.FeedOf(parties[0]).ToList();
        var header = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(feed[Entry].Header)));
        var tree = new TreeFrontier();
        for (var i = 0; i < feed.Count; i++)
            tree.Append(MerkleHash.Leaf(i == Entry ? header : feed[i].Header));
        var origin = new Origin(record.Document.Id, parties[0].Id);
        var signed = parties[1..]
            .Aggregate(
                SignedCheckpoint.Sign(new Checkpoint(origin, tree.Size, tree.Root()), origin, parties[0].Log),
                (note, other) => note.With(Cosign(note, other))
            );
        var proof = Encoding.UTF8.GetString(new TlogProof(Entry, Inclusion(Entry, feed.Count), signed).Encode());
        var lines = Text().Split("\n\n")[0].Split('\n');
        lines[1] = $"header {Convert.ToBase64String(header)}";
        return $"{string.Join('\n', lines)}\n\n{proof}"; // the hashes beside the leaf are those of before
    }

    internal NoteSignature Cosign(SignedCheckpoint note, TestParty by) =>
        Cosignature.Sign(note.Checkpoint, by.Id, by.Cosign, TestLines.Created.AddDays(1));

    private Hash[] Inclusion(int index, int size)
    {
        Hash[] leaves = [.. record.FeedOf(parties[0]).Select(entry => MerkleHash.Leaf(entry.Header))];
        var path = new List<Hash>();
        var (start, end) = (0, size);
        while (end - start > 1)
        {
            var half = 1;
            while (half * 2 < end - start)
                half *= 2;
            var left = index < start + half;
            path.Add(left ? Root(leaves[(start + half)..end]) : Root(leaves[start..(start + half)]));
            (start, end) = left ? (start, start + half) : (start + half, end);
        }
        path.Reverse();
        return [.. path];
    }

    private static Hash Root(Hash[] leaves)
    {
        var tree = new TreeFrontier();
        foreach (var leaf in leaves)
            tree.Append(leaf);
        return tree.Root();
    }
}
