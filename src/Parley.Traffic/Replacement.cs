using Parley.Record;

namespace Parley.Traffic;

/// <summary>
/// Entries that take the place of an earlier one of their author, or take it back. Nobody is waited for any more then,
/// so that such an entry must be as urgent
/// as what it replaces, and as many officers must have put their names to it. TRAFFIC-13.
/// </summary>
public static class Replacement
{
    /// <summary>True for a kind that replaces or cancels an own earlier entry among those that it names.</summary>
    public static bool Is(string kind) => Kinds.Find(kind) is { Replaces: not OnEarlier.Nothing };

    internal static bool Cancels(string kind) => Kinds.Find(kind) is { Replaces: OnEarlier.Cancels };

    /// <summary>Why <paramref name="later"/> does not replace an entry of its author; null when it does.</summary>
    public static ReplacementRefusal? Refuse(EntryHeader replaced, EntryHeader later, LinePolicy policy) =>
        Refuse(replaced.Id, replaced.Kind, replaced.Precedence, ByTwo(replaced), later, policy);

    internal static ReplacementRefusal? Refuse(
        EntryId id,
        string kind,
        Precedence precedence,
        bool byTwo,
        EntryHeader later,
        LinePolicy policy
    )
    {
        if (later.Precedence < precedence)
            return new ReplacementRefusal(
                $"{id} is {precedence.ToString().ToUpperInvariant()}: what replaces or cancels it is no less urgent",
                false
            );
        var takesTwo = byTwo || (TwoPeople.ActOf(kind) is { } act && policy.TwoPeople.Contains(act));
        return takesTwo && later.By.LacksSecond($"replacing {id}", policy.Fold) is { } alone
            ? new ReplacementRefusal(alone, true)
            : null;
    }

    /// <summary>By the first rules on every line: they take more pairs for two, and then the later one takes two as
    /// well.</summary>
    internal static bool ByTwo(EntryHeader header) => header.By.HasSecond(LinePolicy.FirstFold);
}

/// <summary>Why an entry does not take another's place.</summary>
/// <param name="Reason">In words.</param>
/// <param name="LacksSecond">True when a second officer would mend it.</param>
public sealed record ReplacementRefusal(string Reason, bool LacksSecond);
