using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// What two officers compare over another channel before they trust a card or a line document: the SHA-256 of the
/// identity key's 32
/// bytes, or of the document's bytes. Shown as 64 hexadecimal digits in groups of four, and as 16 words for its first
/// 16 bytes.
/// </summary>
public readonly record struct Fingerprint
{
    /// <summary>Bytes that the words stand for: 128 bits, beyond any search for a second key with the same
    /// words.</summary>
    public const int WordBytes = 16;

    /// <summary>Fewest hexadecimal digits that an officer may type: as many bits as the words carry.</summary>
    public const int MinHexDigits = 2 * WordBytes;
    private const int GroupLength = 4;
    private const int MaxTyped = 1024;

    private Fingerprint(Hash hash) => Hash = hash;

    /// <summary>All 32 bytes.</summary>
    public Hash Hash { get; }

    /// <summary>The fingerprint of a party: of its identity key. // LINE-4</summary>
    public static Fingerprint Of(PublicKey identity) => new(Sha256.Of(identity.ToArray()));

    /// <summary>The fingerprint of a line: the hash of its document.</summary>
    public static Fingerprint Of(Hash document) => new(document);

    /// <summary>64 lower-case digits, a space after every fourth.</summary>
    public string Hex => string.Join(' ', Hash.ToHex().Chunk(GroupLength).Select(group => new string(group)));

    /// <summary>16 words with spaces between.</summary>
    public string Words => string.Join(' ', Hash.ToArray().Take(WordBytes).Select(WordList.Of));

    /// <summary>Reads all 64 digits, of either case, with or without separators. Words stand for half a fingerprint:
    /// see <see cref="Matches"/>.</summary>
    public static bool TryParse(string? hex, out Fingerprint fingerprint)
    {
        fingerprint = default;
        if (!TryReadTyped(hex, out var bytes) || bytes.Length != Hash.Length)
            return false;
        fingerprint = new Fingerprint(new Hash(bytes));
        return true;
    }

    /// <summary>
    /// True when what the officer typed is this fingerprint: at least 32 digits from its start, or all 16 words. Case,
    /// spaces,
    /// hyphens and colons do not matter; anything shorter never matches.
    /// </summary>
    public bool Matches(string? typedByOfficer) =>
        TryReadTyped(typedByOfficer, out var typed) && Hash.ToArray().AsSpan().StartsWith(typed);

    /// <summary>The bytes that typed digits or words stand for: 16 to 32 of them. // LINE-5</summary>
    private static bool TryReadTyped(string? typed, out byte[] bytes)
    {
        bytes = [];
        if (typed is null || typed.Length > MaxTyped)
            return false;
        var parts = typed.Split([' ', '\t', '\r', '\n', '-', ':', ','], StringSplitOptions.RemoveEmptyEntries);
        var digits = string.Concat(parts);
        if (
            digits.Length is >= MinHexDigits and <= 2 * Hash.Length
            && digits.Length % 2 == 0
            && digits.All(char.IsAsciiHexDigit)
        )
        {
            bytes = Convert.FromHexString(digits);
            return true;
        }
        if (parts.Length != WordBytes)
            return false;
        var values = new byte[WordBytes];
        for (var i = 0; i < WordBytes; i++)
        {
            if (!WordList.TryRead(parts[i], out values[i]))
                return false;
        }
        bytes = values;
        return true;
    }

    public override string ToString() => Hex;
}
