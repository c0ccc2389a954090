using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>What a key signs, as the type byte of C2SP signed-note. Other types are unsupported: their signatures are
/// unknown lines.</summary>
public enum SignatureType : byte
{
    /// <summary>Ed25519 over the note's text.</summary>
    Ed25519 = 0x01,

    /// <summary>Timestamped Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature).</summary>
    Cosignature = 0x04,
}

/// <summary>
/// A named public key that can check lines of a signed note, and its text form, the vkey
/// <c>name+hex(key id)+base64(type ‖ key)</c> (C2SP signed-note, "Verifier keys").
/// </summary>
public sealed class VerifierKey : IEquatable<VerifierKey>
{
    /// <summary>Longest vkey text that is read, in characters.</summary>
    public const int MaxLength = 1024;
    private const int KeyIdDigits = 8;

    private VerifierKey(string name, SignatureType type, PublicKey key)
    {
        Name = name;
        Type = type;
        Key = key;
        KeyId = ComputeId(name, type, key);
    }

    /// <summary>The name in front of the key's signatures.</summary>
    public string Name { get; }

    /// <summary>First four bytes, big-endian, of SHA-256(name ‖ 0x0A ‖ type ‖ key). It tells keys apart; it is no proof
    /// of one.</summary>
    public uint KeyId { get; }
    public SignatureType Type { get; }
    public PublicKey Key { get; }

    /// <summary>The author's key of a feed: type 0x01, named by the feed's origin (LOG-5).</summary>
    public static VerifierKey ForLog(Origin origin, PublicKey key) =>
        new(origin.ToString(), SignatureType.Ed25519, key);

    /// <summary>A party's key for cosigning other parties' feeds: type 0x04, named by the party (LOG-5).</summary>
    public static VerifierKey ForCosigner(PartyId party, PublicKey key) =>
        new(party.Value, SignatureType.Cosignature, key);

    /// <summary>A key of any name that C2SP allows, for notes that are not checkpoints. Another name is misuse and
    /// throws.</summary>
    public static VerifierKey Create(string name, SignatureType type, PublicKey key) =>
        StrictText.IsKeyName(name) ? new(name, type, key) : throw new ArgumentException("not a key name", nameof(name));

    /// <summary>
    /// Reads a vkey. Refused: a name with white space, plus or control characters; a key id that is not 8 lower-case
    /// hexadecimal
    /// digits or not the key's own; Base64 in a second spelling; an unsupported type; a key that cannot be pinned.
    /// </summary>
    public static Parsed<VerifierKey> Parse(string vkey)
    {
        if (vkey.Length > MaxLength)
            return new Rejected($"a vkey is at most {MaxLength} characters");
        var text = vkey.AsSpan();
        var plus = text.IndexOf('+');
        if (plus < 0 || text.Length < plus + KeyIdDigits + 2 || text[plus + KeyIdDigits + 1] != '+')
            return new Rejected("a vkey is name+hex id+base64 key");
        var name = text[..plus];
        if (!StrictText.IsKeyName(name))
            return new Rejected("the vkey's name is empty or holds a character that key names exclude");
        var id = text.Slice(plus + 1, KeyIdDigits);
        if (
            id.ContainsAnyInRange('A', 'Z')
            || !uint.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var keyId)
        )
        {
            return new Rejected("the vkey's id is not 8 lower-case hexadecimal digits");
        }
        if (!StrictText.TryBase64(text[(plus + KeyIdDigits + 2)..], out var material) || material.Length == 0)
            return new Rejected("the vkey's key is not Base64");
        var type = (SignatureType)material[0];
        if (type is not (SignatureType.Ed25519 or SignatureType.Cosignature))
            return new Rejected($"keys of type 0x{material[0]:x2} are not supported");
        if (!PublicKey.TryPin(material.AsSpan(1), out var key))
            return new Rejected("the vkey's key is not an Ed25519 key that can be pinned");
        var result = new VerifierKey(name.ToString(), type, key);
        return result.KeyId == keyId ? result : new Rejected("the vkey's id is not that of its name and key");
    }

    /// <summary>The vkey text.</summary>
    public override string ToString()
    {
        Span<byte> material = stackalloc byte[1 + PublicKey.Length];
        material[0] = (byte)Type;
        Key.CopyTo(material[1..]);
        return $"{Name}+{KeyId:x8}+{Convert.ToBase64String(material)}";
    }

    public bool Equals(VerifierKey? other) =>
        other is not null && Name == other.Name && Type == other.Type && Key == other.Key;

    public override bool Equals(object? obj) => Equals(obj as VerifierKey);

    public override int GetHashCode() => HashCode.Combine(Name, Type, Key);

    // LOG-4
    private static uint ComputeId(string name, SignatureType type, PublicKey key)
    {
        var length = Encoding.UTF8.GetByteCount(name);
        Span<byte> bytes = stackalloc byte[3 * MaxLength + 2 + PublicKey.Length];
        if (length > 3 * MaxLength)
            throw new ArgumentException($"a key name is at most {MaxLength} characters", nameof(name));
        Encoding.UTF8.GetBytes(name, bytes);
        bytes[length] = (byte)'\n';
        bytes[length + 1] = (byte)type;
        key.CopyTo(bytes[(length + 2)..]);
        Span<byte> digest = stackalloc byte[Hash.Length];
        Sha256.Of(bytes[..(length + 2 + PublicKey.Length)]).CopyTo(digest);
        return BinaryPrimitives.ReadUInt32BigEndian(digest);
    }
}
