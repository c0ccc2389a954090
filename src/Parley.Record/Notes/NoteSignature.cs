using System.Buffers.Binary;
using System.Text;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>One signature line of a note (C2SP signed-note): who signed with which key, and the signature's
/// bytes.</summary>
/// <param name="Name">Key name.</param>
/// <param name="KeyId">Key id, which tells keys of one name apart.</param>
/// <param name="Signature">The bytes after the key id: 64 for Ed25519, 8 of time and 64 for a cosignature; anything for
/// unknown keys.</param>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Signature)
{
    private const int KeyIdLength = 4;
    private const string Dash = "— "; // U+2014 and a space

    /// <summary>The line with its newline: <c>— name base64(key id ‖ signature)</c>.</summary>
    public string ToLine()
    {
        var bytes = new byte[KeyIdLength + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Signature.CopyTo(bytes, KeyIdLength);
        return $"{Dash}{Name} {Convert.ToBase64String(bytes)}\n";
    }

    /// <summary>Reads one line, with or without its newline. Refused where <see cref="ToLine"/> would write it
    /// otherwise.</summary>
    public static Parsed<NoteSignature> ParseLine(string lineWithOrWithoutNewline)
    {
        var line = lineWithOrWithoutNewline.AsSpan();
        return ParseLine(line is [.. var content, '\n'] ? content : line);
    }

    /// <summary>The Ed25519 signature (type 0x01) of a note's text under a key of that name.</summary>
    public static NoteSignature Sign(string text, string keyName, SigningKey key)
    {
        var verifier = VerifierKey.Create(keyName, SignatureType.Ed25519, key.PublicKey);
        return new NoteSignature(verifier.Name, verifier.KeyId, key.Sign(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>True when the line carries this key's name and id; whether it verifies is another question.</summary>
    public bool IsBy(VerifierKey key) => KeyId == key.KeyId && Name == key.Name;

    public bool Equals(NoteSignature? other) =>
        other is not null
        && KeyId == other.KeyId
        && Name == other.Name
        && Signature.AsSpan().SequenceEqual(other.Signature);

    public override int GetHashCode() => HashCode.Combine(Name, KeyId, Signature.Length);

    internal static Parsed<NoteSignature> ParseLine(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith(Dash))
            return new Rejected("a signature line starts with an em dash and a space");
        line = line[Dash.Length..];
        var space = line.IndexOf(' ');
        if (space < 0 || !StrictText.IsKeyName(line[..space]))
            return new Rejected("a signature line has a key name without white space, plus or control characters");
        if (!StrictText.TryBase64(line[(space + 1)..], out var bytes))
            return new Rejected("a signature line ends in canonical Base64");
        if (bytes.Length <= KeyIdLength)
            return new Rejected("a signature line holds a key id and a signature");
        return new NoteSignature(
            line[..space].ToString(),
            BinaryPrimitives.ReadUInt32BigEndian(bytes),
            bytes[KeyIdLength..]
        );
    }
}
