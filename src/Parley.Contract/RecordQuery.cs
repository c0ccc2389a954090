using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Record.Text;

namespace Parley.Contract;

/// <summary>What is sought in a record; what is null fits everything.</summary>
/// <param name="Text">Stands somewhere in a text of the body, whatever its case, and whether a letter is written as one
/// character or as two.</param>
/// <param name="Kind">The kind, or with a dot at its end a family of kinds: <c>call.</c></param>
/// <param name="From">Whose entry it is.</param>
/// <param name="By">Stands in the name of the officer who wrote or released it, whatever its case.</param>
/// <param name="Since">Written at this time or later.</param>
/// <param name="Until">Written before this time.</param>
public sealed record RecordQuery(
    string? Text = null,
    string? Kind = null,
    PartyId? From = null,
    string? By = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    Mark? Mark = null
)
{
    /// <summary>Longest text that is sought, in characters.</summary>
    internal const int MaxText = 200;

    /// <summary>All but the text: what stands in the header.</summary>
    internal bool Fits(EntryHeader header) =>
        (
            Kind is null
            || (Kind.EndsWith('.') ? header.Kind.StartsWith(Kind, StringComparison.Ordinal) : header.Kind == Kind)
        )
        && (From is null || header.From == From)
        && (Mark is null || header.Mark == Mark)
        && !(header.At < Since)
        && !(header.At >= Until)
        && (By is null || IsIn(header.By.Name, By) || (header.By.ReleasedBy is { } second && IsIn(second.Name, By)));

    /// <summary>True where the text stands in a string of this JSON, decoded; for a body that is no JSON, in its bytes
    /// as UTF-8.</summary>
    internal bool IsIn(ReadOnlySpan<byte> body)
    {
        if (Text is null)
            return true;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String && IsIn(reader.GetString() ?? "", Text))
                    return true;
            }
            return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON, or a string that is no text
        {
            return IsIn(Encoding.UTF8.GetString(body), Text);
        }
    }

    /// <param name="text">As it was written.</param>
    /// <param name="sought">In form C.</param>
    private static bool IsIn(string text, string sought) =>
        NormalForm.Composed(text).Contains(sought, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The query of <c>GET …/search</c> as it is written.</summary>
public sealed record SearchQuery
{
    public string? Text { get; init; }
    public string? Kind { get; init; }
    public string? From { get; init; }
    public string? By { get; init; }
    public string? Since { get; init; }
    public string? Until { get; init; }
    public string? Mark { get; init; }

    internal Outcome<RecordQuery> Read()
    {
        if (
            Text?.Length > RecordQuery.MaxText
            || By?.Length > RecordQuery.MaxText
            || Kind?.Length > RecordQuery.MaxText
        )
            return Refusal.Invalid($"what is sought has at most {RecordQuery.MaxText} characters");
        PartyId? from = null;
        if (!string.IsNullOrEmpty(From))
        {
            if (!PartyId.TryParse(From, out var party))
                return Refusal.Invalid("from is a party id such as us");
            from = party;
        }
        if (!Time(Since, out var since) || !Time(Until, out var until))
            return Refusal.Invalid("since and until are UTC times such as 2022-03-23T14:05Z");
        Mark? mark = null;
        if (!string.IsNullOrEmpty(Mark))
        {
            if (
                char.IsAsciiDigit(Mark[0])
                || !Enum.TryParse<Mark>(Mark, ignoreCase: true, out var word)
                || !Enum.IsDefined(word)
            )
                return Refusal.Invalid("mark is actual, exercise or test");
            mark = word;
        }
        return new RecordQuery(Given(Text), Given(Kind), from, Given(By), since, until, mark);
    }

    private static string? Given(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : NormalForm.Composed(text.Trim());

    private static bool Time(string? text, out DateTimeOffset? at)
    {
        at = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (!UtcText.TryReadTyped(text, out var read, out _))
            return false;
        at = read;
        return true;
    }
}
