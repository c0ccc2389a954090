using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic;

/// <summary>Grave acts, which one officer proposes and another releases (design §1.6). The line's policy names those
/// that need it.</summary>
public static class TwoPeople
{
    /// <summary>Starting a blind check, at either side. No policy can let one officer do it: what it shows can never be
    /// taken back. TRAFFIC-70.</summary>
    public const string BlindCheck = "blind-check";

    /// <summary>Signing an agreement, consenting to one, suspending it or bringing it to an end: no policy lets one
    /// officer bind a party. CEASEFIRE-9.</summary>
    public const string Agreement = "agreement";

    /// <summary>Giving notice that fire will be returned. CEASEFIRE-28.</summary>
    public const string ReturnFire = "return-fire";

    /// <summary>Consenting to what another party's act depends on, and taking the consent back. MEDIATION-8.</summary>
    public const string Consent = "consent";

    /// <summary>The acts that take two whatever a line's policy says.</summary>
    private static bool IsAlways(string act) => act is BlindCheck or Agreement or ReturnFire or Consent;

    /// <summary>The act an entry is, in the policy's words; null for everything that one officer may do.</summary>
    public static string? ActOf(TrafficEntry entry) =>
        ActOf(Kinds.Find(entry.Header.Kind), entry)
        ?? (entry.Body is IPassable { Passing.IsAny: true } ? LinePolicy.Passing : null) // MEDIATION-17
        ?? (entry.Header.Precedence == Precedence.Flash ? LinePolicy.Flash : null);

    /// <summary>The act that every entry of a kind is.</summary>
    internal static string? ActOf(string kind) => Kinds.Find(kind) is { ActAtLevel: null } known ? known.Act : null;

    // Withheld from us, it may be one of that level; nobody releases with one officer by keeping the level back.
    private static string? ActOf(KindOf? kind, TrafficEntry entry) =>
        kind is { ActAtLevel: { } level } && !entry.IsWithheld && (entry.Body as IReleasedBody)?.Level != level
            ? null
            : kind?.Act;

    /// <summary>Why the entry lacks its second officer; null when it needs none, or has one.</summary>
    public static string? Missing(TrafficEntry entry, LinePolicy policy)
    {
        // Only a document that names it has it, and then it takes two. MEDIATION-14
        if (Kinds.Find(entry.Header.Kind)?.Act == LinePolicy.Silence && !policy.TwoPeople.Contains(LinePolicy.Silence))
            return "the document of this line allows no procedure by silence";
        if (ActOf(entry) is not { } act || (!IsAlways(act) && !policy.TwoPeople.Contains(act)))
            return null;
        return entry.Header.By.LacksSecond(act, policy.Fold);
    }
}
