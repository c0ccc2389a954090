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

    /// <summary>Letters of a wrong word that are said again.</summary>
    private const int MaxShown = 24;

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

    /// <summary>
    /// Why what the officer typed is not this fingerprint, in words for them; null where it is. A slip of the hand is told
    /// from another's fingerprint, so that nobody learns to overhear the second: which word is wrong is said, and never
    /// what it should be.
    /// </summary>
    public FingerprintFault? FaultOf(string? typedByOfficer)
    {
        if (typedByOfficer is null or { Length: > MaxTyped })
            return new FingerprintFault(IsOfAnother: false, "it is longer than any fingerprint");
        if (TryReadTyped(typedByOfficer, out var typed))
            return DifferenceOf(typed, typedByOfficer.Any(c => !char.IsAsciiHexDigit(c) && char.IsAsciiLetter(c)));
        var parts = Parts(typedByOfficer);
        var digits = string.Concat(parts);
        if (digits.Length > 0 && digits.All(char.IsAsciiHexDigit))
            return new FingerprintFault(
                IsOfAnother: false,
                $"it has {digits.Length} hexadecimal digits, and at least {MinHexDigits} are needed, two for each byte"
            );
        foreach (var part in parts)
        {
            if (!WordList.TryRead(part, out _))
                return new FingerprintFault(
                    IsOfAnother: false,
                    $"'{(part.Length > MaxShown ? part[..MaxShown] + "…" : part)}' is none of the words{(WordList.Nearest(part) is { } near ? $"; {near}?" : "")}"
                );
        }
        return new FingerprintFault(IsOfAnother: false, $"it has {parts.Length} of {WordBytes} words");
    }

    /// <summary>Words, or bytes, that may differ before it is more likely another's than misheard.</summary>
    private const int MaxMisheard = 2;

    private FingerprintFault? DifferenceOf(byte[] typed, bool inWords)
    {
        var right = Hash.ToArray();
        int[] wrong = [.. Enumerable.Range(0, typed.Length).Where(i => typed[i] != right[i])];
        if (wrong.Length == 0)
            return null;
        if (wrong.Length > MaxMisheard)
            return new FingerprintFault(IsOfAnother: true, "it is another's: this may not be the party's own card");
        var places = string.Join(" and ", wrong.Select(i => i + 1));
        return new FingerprintFault(
            IsOfAnother: true,
            inWords
                ? $"all but word {places} is right: have it read out again; if it stays as it is, this is another's card"
                : $"all but the digits of byte {places} are right: have them read out again; if they stay as they are, this is another's card"
        );
    }

    private static string[] Parts(string typed) =>
        typed.Split([' ', '\t', '\r', '\n', '-', ':', ','], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The bytes that typed digits or words stand for: 16 to 32 of them. // LINE-5</summary>
    private static bool TryReadTyped(string? typed, out byte[] bytes)
    {
        bytes = [];
        if (typed is null || typed.Length > MaxTyped)
            return false;
        var parts = Parts(typed);
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

/// <summary>Why a typed fingerprint is not that of a card.</summary>
/// <param name="IsOfAnother">True where it was read as a fingerprint, and is another's; false where it is none.</param>
/// <param name="Reason">In words for the officer who typed it.</param>
public sealed record FingerprintFault(bool IsOfAnother, string Reason);
