using System.Text;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// One entry's proof in a single text that an outsider checks offline (C2SP tlog-proof): where the entry stands, the
/// hashes that
/// lead to the root, and the signed checkpoint with that root.
/// </summary>
public sealed class TlogProof
{
    /// <summary>Longest extra data, in bytes.</summary>
    public const int MaxExtraLength = 32 * 1024;

    /// <summary>Longest proof that is read, in bytes: a note, extra data in Base64, and the hashes.</summary>
    public const int MaxLength = SignedNote.MaxLength + 64 * 1024;

    /// <summary>Joins the parts; none of them is checked against another. Too many hashes, or too much extra data, is
    /// misuse and throws.</summary>
    public TlogProof(ulong index, IReadOnlyList<Hash> hashes, SignedCheckpoint checkpoint, byte[]? extra = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hashes.Count, InclusionProof.MaxHashes, nameof(hashes));
        if (extra is { Length: 0 or > MaxExtraLength })
            throw new ArgumentException($"extra data is 1 to {MaxExtraLength} bytes", nameof(extra));
        Index = index;
        Hashes = [.. hashes];
        Checkpoint = checkpoint;
        Extra = extra;
    }

    /// <summary>Index of the entry in its feed.</summary>
    public ulong Index { get; }

    /// <summary>Inclusion proof, from the leaf's sibling upward.</summary>
    public IReadOnlyList<Hash> Hashes { get; }

    /// <summary>The checkpoint that the proof leads to, as published.</summary>
    public SignedCheckpoint Checkpoint { get; }

    /// <summary>Data of the application's own, at least one byte; null when there is none. Nothing vouches for
    /// it.</summary>
    public byte[]? Extra { get; }

    /// <summary>Reads a proof; <see cref="Encode"/> then gives the same bytes again. Nothing is verified yet
    /// (LOG-21).</summary>
    public static Parsed<TlogProof> Parse(ReadOnlySpan<byte> bytes)
    {
        if (!TlogProofLayout.Parse(bytes).TryGet(out var layout, out var reason))
            return new Rejected(reason);
        if (!SignedCheckpoint.Parse(layout.Checkpoint).TryGet(out var checkpoint, out reason))
            return new Rejected(reason);
        return new TlogProof(layout.Index, layout.Hashes, checkpoint, layout.Extra);
    }

    /// <summary>The proof's bytes.</summary>
    public byte[] Encode()
    {
        var text = new StringBuilder(TlogProofLayout.Header).Append('\n');
        if (Extra is not null)
            text.Append(TlogProofLayout.ExtraPrefix).Append(Convert.ToBase64String(Extra)).Append('\n');
        text.Append(TlogProofLayout.IndexPrefix).Append(Index).Append('\n');
        foreach (var hash in Hashes)
            text.Append(hash.ToBase64()).Append('\n');
        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Checkpoint.Encode()];
    }

    /// <summary>
    /// The checkpoint, when the log's key signed it, every one of <paramref name="cosigners"/> cosigned it, and the
    /// leaf hash stands at
    /// <see cref="Index"/> in it; else what does not hold (LOG-22).
    /// </summary>
    public Parsed<Checkpoint> Verify(Hash leaf, VerifierKey log, params IReadOnlyCollection<VerifierKey> cosigners)
    {
        if (log.Name != Checkpoint.Checkpoint.Origin)
            return new Rejected($"the checkpoint is of {Checkpoint.Checkpoint.Origin}, not of {log.Name}");
        foreach (var key in cosigners.Prepend(log))
        {
            var check = Checkpoint.Check(key);
            if (check == SignatureCheck.Absent)
                return new Rejected($"{key.Name} did not sign the checkpoint");
            if (check == SignatureCheck.Invalid)
                return new Rejected($"the signature of {key.Name} on the checkpoint does not hold");
        }
        return VerifyInclusion(leaf);
    }

    /// <summary>As above, with the logs and the quorum of a policy (LOG-22).</summary>
    public Parsed<Checkpoint> Verify(Hash leaf, TlogPolicy policy) =>
        policy.Evaluate(Checkpoint).TryGet(out _, out var reason) ? VerifyInclusion(leaf) : new Rejected(reason);

    private Parsed<Checkpoint> VerifyInclusion(Hash leaf)
    {
        var checkpoint = Checkpoint.Checkpoint;
        return InclusionProof.Verify(Index, checkpoint.Size, leaf, Hashes.ToArray(), checkpoint.Root)
            ? checkpoint
            : new Rejected(
                $"the entry does not stand at index {Index} of the {checkpoint.Size} that the checkpoint covers"
            );
    }
}
