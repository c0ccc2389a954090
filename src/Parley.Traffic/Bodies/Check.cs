using Parley.Crypto;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>A body that the state machines read. Its lists are empty where the JSON has none: the generated reader sets
/// what is missing to null.</summary>
public interface ITrafficBody
{
    /// <summary>
    /// What is wrong across its members, or within one that is no text, in words for the officer who wrote it; null
    /// when nothing is. What a single text is held to stands as
    /// attributes on it, and is checked before.
    /// </summary>
    string? Problem() => null;
}

/// <summary>The body of a receipt that says something beside that it is one.</summary>
internal interface IReceiptBody
{
    /// <summary>What is shown with the fact; null where it says nothing.</summary>
    string? Note { get; }
}

/// <summary>The limits of what stands in a body, and the words for exceeding them.</summary>
internal static class Check
{
    internal const int ShortText = 200;
    internal const int MediumText = 2_000;
    internal const int LongText = 40_000;
    internal const int MaxItems = 64;

    internal static string? Text(string what, string? text, int max = MediumText) =>
        text?.Length > max ? $"{what} is longer than {max} characters" : null;

    internal static string? Required(string what, string? text, int max = MediumText) =>
        string.IsNullOrWhiteSpace(text) ? $"{what} is missing" : Text(what, text, max);

    internal static string? Texts(string what, IReadOnlyList<string> texts) =>
        texts.Count > MaxItems
            ? $"more than {MaxItems} {what}"
            : texts.Select(t => Required(what, t, ShortText)).FirstOrDefault(p => p is not null);

    internal static string? Principals(IReadOnlyList<Principal> between)
    {
        if (between.Count > EntryHeader.MaxParties)
            return "more principals than a line has parties";
        foreach (var principal in between)
        {
            if (principal is null || !PartyId.TryParse(principal.Party, out _))
                return "a principal's party is not a party id";
            if (Required("a principal's office", principal.Office, ShortText) is { } problem)
                return problem;
            if (Text("a principal's rank", principal.Rank, ShortText) is { } rank)
                return rank;
        }
        return between.Select(p => p.Party).Distinct(StringComparer.Ordinal).Count() == between.Count
            ? null
            : "a party has two principals";
    }

    internal static string? Windows(IReadOnlyList<Window> windows) =>
        windows.Count > MaxItems ? $"more than {MaxItems} windows"
        : windows.Any(w => w is null || w.Until <= w.From) ? "a window ends before it begins"
        : null;

    internal static string? Hash(string what, string? text) =>
        text is null
        || (
            text.StartsWith("sha256:", StringComparison.Ordinal)
            && Crypto.Hash.TryParseHex(text.AsSpan("sha256:".Length), out _)
        )
            ? null
            : $"{what} is not sha256: and 64 hexadecimal digits";

    internal static string? Entry(string what, string? text) =>
        text is not null && EntryId.TryParse(text, out _) ? null : $"{what} is not an entry id such as us/12";

    internal static string? Position(double[]? position) =>
        position is null
        || (
            position.Length == 2
            && position.All(double.IsFinite)
            && Math.Abs(position[0]) <= 180
            && Math.Abs(position[1]) <= 90
        )
            ? null
            : "a position is [longitude, latitude] in degrees";

    internal static string? Material(IReadOnlyList<Material> material) =>
        material.Count > MaxItems
            ? $"more than {MaxItems} pieces of material"
            : material
                .Select(m => m is null ? "a piece of material is null" : m.Problem())
                .FirstOrDefault(p => p is not null);

    internal static string? Place(Place? place) =>
        place is null
            ? null
            : Text("a place's name", place.Name, ShortText)
                ?? Position(place.Position)
                ?? Finite("uncertaintyMetres", place.UncertaintyMetres);

    /// <summary>A JSON number may be larger than any that is held: it is then read as infinite, which no answer can be
    /// written with. TRAFFIC-101.</summary>
    internal static string? Finite(string what, double? number, double least = 0) =>
        number is not { } value || (double.IsFinite(value) && value >= least)
            ? null
            : $"{what} is a number from {least} on, and a finite one";

    internal static string? Fields(IReadOnlyList<CodedField> fields) =>
        fields.Count > MaxItems ? $"more than {MaxItems} coded fields"
        : fields.Any(f => f is null) ? "a coded field is null"
        : fields.Select(Field).FirstOrDefault(p => p is not null);

    private static string? Field(CodedField field)
    {
        if (Required("a coded field's name", field.Name, ShortText) is { } problem)
            return problem;
        var values = (field.Number is null ? 0 : 1) + (field.Time is null ? 0 : 1) + (field.Position is null ? 0 : 1);
        if (values != 1)
            return $"the coded field '{field.Name}' holds one number, one time or one position";
        if (field.Unit is not null && field.Number is null)
            return $"the coded field '{field.Name}' has a unit without a number";
        if (field.Unit is not null && !CodedField.Units.Contains(field.Unit))
            return $"the coded field '{field.Name}' is in a unit that is not agreed: {string.Join(", ", CodedField.Units)}";
        return Position(field.Position);
    }
}
