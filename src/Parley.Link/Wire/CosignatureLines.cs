using System.Text;
using System.Text.Unicode;
using Parley.Record;

namespace Parley.Link.Wire;

/// <summary>
/// The answer to a push as its author reads it: one signature line or more, as C2SP tlog-witness allows, of which that
/// of the peer's cosigning key counts and
/// those of other keys mean nothing. What it is worth is for the caller to verify. LINK-81.
/// </summary>
public static class CosignatureLines
{
    /// <summary>The peer's line; where there are several the last, which is the newest that it wrote.</summary>
    public static Parsed<NoteSignature> Parse(ReadOnlySpan<byte> answer, VerifierKey key)
    {
        if (answer.Length > SignedNote.MaxLength || !Utf8.IsValid(answer))
            return new Rejected("it is not lines of UTF-8");
        var text = Encoding.UTF8.GetString(answer);
        if (text.EndsWith('\n'))
            text = text[..^1];
        var lines = text.Split('\n', SignedNote.MaxSignatures + 1);
        if (lines.Length > SignedNote.MaxSignatures)
            return new Rejected($"it has more than {SignedNote.MaxSignatures} lines");
        NoteSignature? mine = null;
        foreach (var line in lines)
        {
            if (!NoteSignature.ParseLine(line).TryGet(out var signature, out var why))
                return new Rejected(why);
            if (signature.IsBy(key))
                mine = signature;
        }
        return mine is not null ? mine : new Rejected("no line is by the key that cosigns for it");
    }
}
