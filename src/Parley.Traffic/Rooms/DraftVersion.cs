using Parley.Traffic.Bodies;

namespace Parley.Traffic.Rooms;

/// <summary>A version of the negotiating text.</summary>
/// <param name="Entry">The entry that brought it.</param>
/// <param name="Text">What it says.</param>
/// <param name="Number">Counted from 1.</param>
/// <param name="Hash"><c>sha256:</c> of its body's bytes.</param>
public sealed record DraftVersion(TrafficEntry Entry, NegotiatingText Text, int Number, string Hash)
{
    /// <summary>True where something stands in brackets.</summary>
    public bool IsBracketed => Text.Clauses.Any(clause => clause.Brackets.Count > 0);
}

/// <summary>What became of a clause from one version to another.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Lang">Its language, where it has one.</param>
/// <param name="Change"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Before">As it was, brackets and all.</param>
/// <param name="After">As it is.</param>
public sealed record ClauseChange(string Id, string? Lang, string Change, string? Before, string? After);

/// <summary>What differs between two versions. MEDIATION-10.</summary>
public static class DraftChanges
{
    public const string Added = "added",
        Removed = "removed",
        Changed = "changed";

    public static IReadOnlyList<ClauseChange> Between(NegotiatingText before, NegotiatingText after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new List<ClauseChange>();
        foreach (var clause in before.Clauses)
        {
            var now = after.Clauses.FirstOrDefault(c => IsSame(c, clause));
            if (now is null)
                changes.Add(new(clause.Id!, clause.Lang, Removed, Written(clause), null));
            else if (Written(now) != Written(clause))
                changes.Add(new(clause.Id!, clause.Lang, Changed, Written(clause), Written(now)));
        }
        changes.AddRange(
            after
                .Clauses.Where(clause => !before.Clauses.Any(c => IsSame(c, clause)))
                .Select(clause => new ClauseChange(clause.Id!, clause.Lang, Added, null, Written(clause)))
        );
        return changes;
    }

    private static bool IsSame(NegotiatedClause one, NegotiatedClause other) =>
        one.Id == other.Id && one.Lang == other.Lang;

    /// <summary>A clause as it is read: its wording, and in brackets what is not agreed, with whose wish it is where that
    /// may be said.</summary>
    public static string Written(NegotiatedClause clause)
    {
        ArgumentNullException.ThrowIfNull(clause);
        return string.Join(
            ' ',
            new[] { clause.Heading, clause.Text }
                .Where(text => !string.IsNullOrWhiteSpace(text))
                .Concat(clause.Brackets.Select(b => $"[{(b.By is null ? "" : $"{b.By}: ")}{b.Text}]"))
        );
    }
}
