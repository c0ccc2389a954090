using System.Globalization;
using Parley.Record;

namespace Parley.Contract;

/// <summary>What requests and answers say beside their bodies, in headers.</summary>
public static class ApiWords
{
    /// <summary>Names a request that is to be done once, however often it is sent.</summary>
    internal const string OnceKey = "Idempotency-Key";

    /// <summary>What of a document was no area and was passed over, with semicolons between, in ASCII.</summary>
    internal const string PassedOver = "Parley-Passed-Over";

    /// <summary>Given under <c>after</c>, it asks for the next page; absent on the last.</summary>
    internal const string Next = "Parley-Next";

    /// <summary>How many a list leaves out, by the party whose they are, such as <c>ru 12; us 3</c>; absent where it
    /// leaves out none.</summary>
    internal const string LeftOut = "Parley-Left-Out";

    /// <summary>Words that are given one by one; the others are counted.</summary>
    private const int Listed = 20;

    internal static string Counts(IReadOnlyDictionary<PartyId, int> byParty) =>
        string.Join(
            "; ",
            byParty
                .OrderBy(p => p.Key.Value, StringComparer.Ordinal)
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value}"))
        );

    internal static string List(IReadOnlyList<string> words)
    {
        var shown = string.Join("; ", words.Take(Listed));
        return words.Count > Listed ? $"{shown}; and {words.Count - Listed} more" : shown;
    }
}
