using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Parley.Record;

/// <summary>A party's short name on every line it is on: <c>us</c>, <c>ua</c>, <c>icrc</c>. 1–32 of a–z, 0–9 and inner
/// hyphens.</summary>
public readonly record struct PartyId
{
    public const int MaxLength = 32;

    private PartyId(string value) => Value = value;

    public string Value
    {
        get => field ?? "";
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out PartyId id)
    {
        id = default;
        if (!Slug.IsValid(text, MaxLength))
            return false;
        id = new PartyId(text);
        return true;
    }

    public static PartyId Parse(string text) =>
        TryParse(text, out var id)
            ? id
            : throw new FormatException($"'{text}' is not a party id: 1–{MaxLength} of a–z, 0–9, inner hyphens");

    public override string ToString() => Value;
}

/// <summary>
/// A line's name for all its parties: a readable slug, a hyphen, and 32 base32 digits (160 bits) of the line document's
/// SHA-256.
/// Two parties that accepted different documents are therefore not on one line.
/// </summary>
public readonly record struct LineId
{
    public const int MaxLength = 100;

    /// <summary>Base32 digits (a–z, 2–7) of the document's hash at the end of the id.</summary>
    public const int HashDigits = 32;

    private LineId(string value) => Value = value;

    public string Value
    {
        get => field ?? "";
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out LineId id)
    {
        id = default;
        if (!Slug.IsValid(text, MaxLength) || text.Length < HashDigits + 2 || text[^(HashDigits + 1)] != '-')
            return false;
        foreach (var c in text.AsSpan(text.Length - HashDigits))
        {
            if (c is not (>= 'a' and <= 'z' or >= '2' and <= '7'))
                return false;
        }
        id = new LineId(text);
        return true;
    }

    public static LineId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a line id");

    public override string ToString() => Value;
}

/// <summary>The name of one feed, <c>&lt;line-id&gt;/&lt;party-id&gt;</c>: the checkpoint's origin and the author's key
/// name (C2SP tlog-checkpoint).</summary>
public readonly record struct Origin(LineId Line, PartyId Party)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out Origin origin)
    {
        origin = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (
            slash < 0
            || !LineId.TryParse(text![..slash], out var line)
            || !PartyId.TryParse(text[(slash + 1)..], out var party)
        )
            return false;
        origin = new Origin(line, party);
        return true;
    }

    public override string ToString() => $"{Line.Value}/{Party.Value}";
}

/// <summary>An entry's name within a line, <c>us/3</c>: the author and the index in the author's feed.</summary>
public readonly record struct EntryId(PartyId Party, ulong Seq)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out EntryId id)
    {
        id = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !PartyId.TryParse(text![..slash], out var party))
            return false;
        var digits = text.AsSpan(slash + 1);
        if (digits.Length == 0 || (digits.Length > 1 && digits[0] == '0'))
            return false;
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            return false;
        id = new EntryId(party, seq);
        return true;
    }

    public override string ToString() => $"{Party.Value}/{Seq}";
}

internal static class Slug
{
    /// <summary>Lower-case ASCII letters, digits and single positions of hyphen, neither first nor last.</summary>
    internal static bool IsValid([NotNullWhen(true)] string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text) || text.Length > maxLength || text[0] == '-' || text[^1] == '-')
            return false;
        foreach (var c in text)
        {
            if (c is not (>= 'a' and <= 'z' or >= '0' and <= '9' or '-'))
                return false;
        }
        return true;
    }
}
