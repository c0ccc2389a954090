using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Two checkpoints of one feed that cannot both be true, in a form that convinces somebody who has nothing but the
/// author's log key. Of one size, the
/// two notes are enough. Of different sizes, the larger one's tree must be shown to have another root at the smaller
/// size than the smaller one says:
/// that root, and the consistency proof that leads from it to the larger one. The root at a size follows from the
/// larger root, so nobody but the author
/// could make this. A consistency proof that fails shows nothing, since anybody can write one. LINK-52.
/// </summary>
/// <param name="First">One checkpoint; the smaller one, where they differ in size.</param>
/// <param name="Second">The other.</param>
/// <param name="Root">What the tree of <paramref name="Second"/> has as its root at the size of
/// <paramref name="First"/>; null where the sizes are equal.</param>
/// <param name="Proof">From that root to the root of <paramref name="Second"/>.</param>
public sealed record ForkEvidence(
    SignedCheckpoint First,
    SignedCheckpoint Second,
    Hash? Root,
    IReadOnlyList<Hash> Proof
)
{
    private const string RootWord = "root ";

    /// <summary>Why this shows no fork of the feed, or null: it does.</summary>
    public string? Refute(Origin feed, VerifierKey author)
    {
        var (first, second) = (First.Checkpoint, Second.Checkpoint);
        foreach (var checkpoint in new[] { First, Second })
        {
            if (checkpoint.Checkpoint.Origin != feed.ToString())
                return "a checkpoint is of another feed";
            if (checkpoint.Note.Check(author) != SignatureCheck.Valid)
                return "a checkpoint is not signed by the feed's author";
        }
        if (first.Size > second.Size)
            return "the larger checkpoint stands first";
        if (first.Size == second.Size)
            return first.Root == second.Root ? "the two checkpoints say the same" : null;
        // A tree of no entries is the beginning of every other.
        if (first.Size == 0)
            return first.Root == MerkleHash.Empty ? "an empty feed contradicts nothing" : null;
        if (Root is not { } root)
            return "the root at the smaller size is not given";
        if (root == first.Root)
            return "the larger checkpoint agrees with the smaller one";
        return ConsistencyProof.Verify(first.Size, second.Size, root, second.Root, [.. Proof])
            ? null
            : "the proof does not lead from that root to the larger checkpoint";
    }

    /// <summary>What stands beside the two notes: <c>root &lt;base64&gt;</c> and the hashes of the proof, a line each.
    /// Empty where the notes are enough.</summary>
    public string EncodeProof()
    {
        if (Root is not { } root)
            return "";
        var text = new StringBuilder().Append(RootWord).Append(root.ToBase64()).Append('\n');
        foreach (var hash in Proof)
            text.Append(hash.ToBase64()).Append('\n');
        return text.ToString();
    }

    /// <summary>Reads the evidence that two notes and the text beside them are; it proves nothing until
    /// <see cref="Refute"/> says so.</summary>
    public static Parsed<ForkEvidence> Parse(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, string proof)
    {
        if (
            !SignedCheckpoint.Parse(first).TryGet(out var one, out var why)
            || !SignedCheckpoint.Parse(second).TryGet(out var other, out why)
        )
            return new Rejected(why);
        if (proof.Length == 0)
            return new ForkEvidence(one, other, null, []);
        if (!proof.StartsWith(RootWord, StringComparison.Ordinal) || proof[^1] != '\n')
            return new Rejected("the proof does not begin with 'root' or does not end with its last line");
        var lines = proof[RootWord.Length..^1].Split('\n');
        if (lines.Length > ConsistencyProof.MaxHashes + 1)
            return new Rejected("the proof is too long");
        var hashes = new List<Hash>();
        Span<byte> bytes = stackalloc byte[Hash.Length + 3];
        foreach (var line in lines)
        {
            if (
                !Convert.TryFromBase64String(line, bytes, out var length)
                || length != Hash.Length
                || Convert.ToBase64String(bytes[..length]) != line
            )
                return new Rejected("a line of the proof is not the base64 of 32 bytes");
            hashes.Add(new Hash(bytes[..length]));
        }
        return new ForkEvidence(one, other, hashes[0], hashes[1..]);
    }
}
