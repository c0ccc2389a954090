using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// A checkpoint with its signatures: the author's, and the other parties' cosignatures (C2SP tlog-checkpoint). Parsing
/// verifies
/// nothing; <see cref="Check"/> does.
/// </summary>
public sealed class SignedCheckpoint
{
    private SignedCheckpoint(Checkpoint checkpoint, SignedNote note)
    {
        Checkpoint = checkpoint;
        Note = note;
    }

    public Checkpoint Checkpoint { get; }
    public SignedNote Note { get; }

    /// <summary>Reads a signed checkpoint of any log.</summary>
    public static Parsed<SignedCheckpoint> Parse(ReadOnlySpan<byte> note)
    {
        if (!SignedNote.Parse(note).TryGet(out var signed, out var reason))
            return new Rejected(reason);
        if (!Checkpoint.Parse(signed.Text).TryGet(out var checkpoint, out reason))
            return new Rejected(reason);
        return new SignedCheckpoint(checkpoint, signed);
    }

    /// <summary>
    /// Signs as the feed's author. That it signed no checkpoint inconsistent with this one is the caller's to know.
    /// </summary>
    public static SignedCheckpoint Sign(Checkpoint c, Origin origin, SigningKey logKey)
    {
        if (c.Origin != origin.ToString())
            throw new ArgumentException("a feed's key signs its own checkpoints only", nameof(origin));
        return new SignedCheckpoint(c, new SignedNote(c.Text, NoteSignature.Sign(c.Text, c.Origin, logKey)));
    }

    /// <summary>What the note says about a known key. A log's key speaks for the origin that it is named after, and for
    /// no other (LOG-11).</summary>
    public SignatureCheck Check(VerifierKey key) =>
        key.Type == SignatureType.Ed25519 && key.Name != Checkpoint.Origin ? SignatureCheck.Absent : Note.Check(key);

    /// <summary>The note's bytes.</summary>
    public byte[] Encode() => Note.Encode();

    /// <summary>The same checkpoint with one more cosignature; it takes the place of an older one by the same
    /// key.</summary>
    public SignedCheckpoint With(NoteSignature cosignature) => new(Checkpoint, Note.With(cosignature));

    /// <summary>The same checkpoint with only the lines of these keys; null where none is left (LOG-9).</summary>
    public SignedCheckpoint? Keep(IReadOnlyCollection<VerifierKey> keys) =>
        Note.Keep(keys) is { } kept ? new(Checkpoint, kept) : null;
}
