using System.Text;
using System.Text.Unicode;

namespace Parley.Record;

/// <summary>What a note says about one key that the reader knows.</summary>
public enum SignatureCheck
{
    /// <summary>Every line of that key verifies, and there is one.</summary>
    Valid,

    /// <summary>No line carries the key's name and id.</summary>
    Absent,

    /// <summary>A line carries the key's name and id and does not verify: the note is to be refused.</summary>
    Invalid,
}

/// <summary>
/// A text and the signatures on it (C2SP signed-note). Parsing verifies nothing: <see cref="Text"/> is to be ignored
/// until
/// <see cref="Check"/> has found the signature of a known key. Lines of unknown keys are kept and mean nothing.
/// </summary>
public sealed class SignedNote
{
    /// <summary>Longest note that is read, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Most signatures on one note.</summary>
    public const int MaxSignatures = 64;

    /// <summary>Most different lines of one key on one note: each costs its reader a verification (LOG-25).</summary>
    public const int MaxLinesOfKey = 4;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private readonly byte[] signed; // Text in UTF-8

    /// <summary>A note of a text that ends in a newline, and its signatures. A text or a count that <see cref="Parse"/>
    /// would refuse throws.</summary>
    public SignedNote(string text, params IReadOnlyList<NoteSignature> signatures)
    {
        if (!text.EndsWith('\n'))
            throw new ArgumentException("a note's text ends in a newline", nameof(text));
        if (signatures.Count is 0 or > MaxSignatures)
            throw new ArgumentException($"a note has 1 to {MaxSignatures} signatures", nameof(signatures));
        signed = Strict.GetBytes(text);
        Text = text;
        Signatures = signatures;
        if (!HasAllowedBytes(signed))
            throw new ArgumentException("a note's text holds no control character but the newline", nameof(text));
    }

    private SignedNote(byte[] signed, string text, IReadOnlyList<NoteSignature> signatures)
    {
        this.signed = signed;
        Text = text;
        Signatures = signatures;
    }

    /// <summary>The signed text, exactly as read, with its last newline.</summary>
    public string Text { get; }

    /// <summary>The signature lines in their order.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Reads a note; <see cref="Encode"/> then gives the same bytes again (LOG-7, LOG-8).</summary>
    public static Parsed<SignedNote> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
            return new Rejected($"a note is at most {MaxLength} bytes");
        if (!Utf8.IsValid(bytes))
            return new Rejected("a note is UTF-8");
        if (!HasAllowedBytes(bytes))
            return new Rejected("a note holds a control character");
        var blank = bytes.LastIndexOf("\n\n"u8);
        if (blank < 0)
            return new Rejected("a note has a blank line before its signatures");
        var text = bytes[..(blank + 1)];
        var lines = bytes[(blank + 2)..];
        if (lines.IsEmpty || lines[^1] != '\n')
            return new Rejected("a note ends in signature lines, each with its newline");
        if (lines.Count((byte)'\n') > MaxSignatures)
            return new Rejected($"a note has at most {MaxSignatures} signatures");

        var signatures = new List<NoteSignature>();
        foreach (var line in Encoding.UTF8.GetString(lines[..^1]).Split('\n'))
        {
            if (!NoteSignature.ParseLine(line.AsSpan()).TryGet(out var signature, out var reason))
                return new Rejected(reason);
            signatures.Add(signature);
        }
        return new SignedNote(text.ToArray(), Encoding.UTF8.GetString(text), signatures);
    }

    /// <summary>The note's bytes.</summary>
    public byte[] Encode()
    {
        var whole = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
            whole.Append(signature.ToLine());
        return Encoding.UTF8.GetBytes(whole.ToString());
    }

    /// <summary>
    /// Looks for the key's signature and verifies it. Where several lines carry the key's name and id all must hold, so
    /// that the
    /// answer does not depend on which of them a reader happens to take (LOG-9). A line that stands there twice is
    /// verified once, and of
    /// more different ones than <see cref="MaxLinesOfKey"/> none is (LOG-25).
    /// </summary>
    public SignatureCheck Check(VerifierKey key)
    {
        var result = SignatureCheck.Absent;
        if (LinesOf(key) is not { } lines)
            return SignatureCheck.Invalid;
        foreach (var signature in lines)
        {
            var holds = key.Type switch
            {
                SignatureType.Ed25519 => key.Key.Verify(signed, signature.Signature),
                SignatureType.Cosignature => Cosignature.Verify(signature, key, signed),
                _ => false,
            };
            if (!holds)
                return SignatureCheck.Invalid;
            result = SignatureCheck.Valid;
        }
        return result;
    }

    /// <summary>The different lines that carry the key's name and id; null where there are more than
    /// <see cref="MaxLinesOfKey"/> (LOG-25).</summary>
    public IReadOnlyList<NoteSignature>? LinesOf(VerifierKey key)
    {
        var lines = new List<NoteSignature>(1);
        foreach (var signature in Signatures)
        {
            if (!signature.IsBy(key) || lines.Contains(signature))
                continue;
            if (lines.Count == MaxLinesOfKey)
                return null;
            lines.Add(signature);
        }
        return lines;
    }

    /// <summary>The note with one more signature; it takes the place of the lines of the same key name and id, if
    /// any.</summary>
    public SignedNote With(NoteSignature added) =>
        new(Text, [.. Signatures.Where(s => s.KeyId != added.KeyId || s.Name != added.Name), added]);

    /// <summary>
    /// The note with only the first line that carries the name and id of each of <paramref name="keys"/>, so that what
    /// strangers append, or anybody
    /// repeats, is neither stored nor passed on (EVIDENCE-14); null where none is left.
    /// </summary>
    public SignedNote? Keep(IReadOnlyCollection<VerifierKey> keys)
    {
        NoteSignature[] kept =
        [
            .. Signatures
                .Where(signature => keys.Any(signature.IsBy))
                .DistinctBy(signature => (signature.Name, signature.KeyId)),
        ];
        return kept.Length == 0 ? null : new SignedNote(signed, Text, kept);
    }

    private static bool HasAllowedBytes(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b < ' ' && b != '\n')
                return false;
        }
        return true;
    }
}
