using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>The seats an officer sits in, and what may be written from each (design §2). What a seat may not write, its
/// station refuses; a peer's word is not judged by it.</summary>
public static class Seats
{
    public const string Watch = "watch",
        Principal = "principal",
        Interpreter = "interpreter",
        Spokesperson = "spokesperson",
        Planner = "planner",
        Auditor = "auditor",
        Administrator = "administrator";

    public static IReadOnlyList<string> All { get; } =
    [Watch, Principal, Interpreter, Spokesperson, Planner, Auditor, Administrator];

    /// <summary>Who answers for what is said on a line.</summary>
    internal static IReadOnlyList<string> Officers { get; } = [Watch, Principal];

    /// <summary>Who answers for what is planned.</summary>
    internal static IReadOnlyList<string> Planners { get; } = [Watch, Planner, Principal];

    /// <summary>The seats that may write a kind, the usual one first. One of a known family is for those who usually
    /// write in it; any other is the watch's to send.</summary>
    public static IReadOnlyList<string> That(string kind)
    {
        if (Kinds.Find(kind) is { } known)
            return known.Seats;
        var family = Kinds.FamilyOf(kind);
        return AllFamilies.All.FirstOrDefault(f => f.Name == family)?.UsualSeats
            ?? (family == PlainKinds.Line ? [Administrator] : Officers);
    }

    /// <summary>True when an officer in that seat may write that kind. A word that names no seat may write nothing: a
    /// slip of the pen must not pass for the watch.</summary>
    public static bool May(string seat, string kind) => That(kind).Contains(seat);
}
