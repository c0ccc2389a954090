using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Checking;

/// <summary>The tree over the entries of one feed as they are stored, beside what the author signed and what is kept of
/// its inner hashes.</summary>
internal sealed class FeedTree(StoredFeed feed, FeedDamages damages)
{
    private readonly TreeFrontier tree = new();
    private readonly List<SubtreeHash> completed = [];
    private readonly List<SubtreeHash> wrongSubtrees = [];
    private bool isKnown = true;
    private bool headerNamed;

    /// <summary>Largest size at which the entries were shown to be those that were signed.</summary>
    private ulong goodUpTo;

    /// <summary>The header of an entry was named as damage.</summary>
    internal void NameHeader() => headerNamed = true;

    /// <summary>An entry is not there: no root over it is known any more.</summary>
    internal void Break() => (isKnown, headerNamed) = (false, true);

    internal void Append(Hash leaf, Dictionary<(int, ulong), byte[]> stored)
    {
        if (isKnown)
            tree.Append(leaf, completed);
        foreach (var subtree in completed)
        {
            if (!stored.TryGetValue((subtree.Level, subtree.Index), out var bytes))
                damages.Add(
                    "subtrees",
                    null,
                    $"hash {subtree.Index} of level {subtree.Level} is missing",
                    Remedies.Rebuild
                );
            else if (bytes.Length != Hash.Length || subtree.Hash != new Hash(bytes))
                wrongSubtrees.Add(subtree);
        }
        completed.Clear();
    }

    /// <summary>The tree's root, where the entries are known to be those that were signed, or a checkpoint is the first
    /// that says otherwise.</summary>
    internal Hash? RootAt(long size, byte[] note)
    {
        if (!isKnown)
            return null;
        var root = tree.Root();
        if (
            !SignedCheckpoint.Parse(note).TryGet(out var signed, out _)
            || signed.Checkpoint.Size != (ulong)size
            || signed.Check(feed.Author) != SignatureCheck.Valid
        )
            return root; // its own damage
        if (signed.Checkpoint.Root == root)
        {
            goodUpTo = (ulong)size;
            return root;
        }
        Changed((ulong)size);
        return null;
    }

    /// <summary>The author signed another root at this size: between the last size that agreed and this one, an entry
    /// is not what was signed.</summary>
    private void Changed(ulong size)
    {
        isKnown = false;
        if (headerNamed)
            return;
        var first = goodUpTo;
        var last = size - 1;
        // The first hash of 256 entries that differs tells more closely where.
        if (
            wrongSubtrees.FirstOrDefault(s => s.Level == 1 && (s.Index + 1) * 256 > first && s.Index * 256 <= last) is
            { Level: 1 } wrong
        )
            (first, last) = (Math.Max(first, wrong.Index * 256), Math.Min(last, wrong.Index * 256 + 255));
        wrongSubtrees.Clear();
        headerNamed = true;
        var which =
            first == last
                ? "its header is not what the author signed"
                : $"a header from here to {new EntryId(feed.Party, last)} is not what the author signed";
        damages.Add("entries", first, which, Remedies.Header(damages.Holders(last)));
    }

    /// <summary>Compares the root of all entries with the one that is stored, and names hashes that are not those of
    /// their entries.</summary>
    /// <param name="root">As stored; null where it is none.</param>
    /// <param name="fault">What is wrong with the checkpoint over it.</param>
    internal void Finish(Hash? root, string? fault)
    {
        if (isKnown && root is { } stored && tree.Root() != stored)
        {
            if (fault is null)
                Changed((ulong)feed.Row.Size);
            else
                damages.Add("feeds", null, "the stored root is not that of the entries", Remedies.Restore);
        }
        if (headerNamed)
            return;
        foreach (var subtree in wrongSubtrees)
            damages.Add(
                "subtrees",
                subtree.Index << (8 * subtree.Level),
                $"hash {subtree.Index} of level {subtree.Level} is not that of its entries",
                Remedies.Rebuild
            );
    }
}
