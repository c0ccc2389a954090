using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic;

/// <summary>Grave acts, which one officer proposes and another releases (design §1.6). The line's policy names those that need it.</summary>
public static class TwoPeople
{
    /// <summary>Starting a blind check, at either side. No policy can let one officer do it: what it shows can never be taken back. TRAFFIC-70.</summary>
    public const string BlindCheck = "blind-check";

    /// <summary>The act an entry is, in the policy's words; null for everything that one officer may do.</summary>
    public static string? ActOf(TrafficEntry entry) => ActOf(entry.Header.Kind) ?? entry.Header.Kind switch
    {
        Kinds.ReadoutReleased when entry.Body is Release { Level: "public" } => LinePolicy.PublicRelease,
        Kinds.StatementReleased when entry.Body is Statement { Level: "public" } => LinePolicy.PublicRelease,
        // Withheld from us, it may be one to the public; nobody releases with one officer by keeping the level back.
        Kinds.ReadoutReleased or Kinds.StatementReleased when entry.IsWithheld => LinePolicy.PublicRelease,
        _ when entry.Header.Precedence == Precedence.Flash => LinePolicy.Flash,
        _ => null,
    };

    /// <summary>The act that every entry of a kind is.</summary>
    internal static string? ActOf(string kind) => kind switch
    {
        Kinds.ReadoutAgreed => LinePolicy.JointReadout,
        Kinds.LineSuspended or Kinds.LineResumed => LinePolicy.Suspension,
        Kinds.PartyAdmitted => LinePolicy.Admission,
        Kinds.BlindProposed or Kinds.BlindAccepted => BlindCheck,
        _ => null,
    };

    /// <summary>Why the entry lacks its second officer; null when it needs none, or has one.</summary>
    public static string? Missing(TrafficEntry entry, LinePolicy policy)
    {
        if (ActOf(entry) is not { } act || (act != BlindCheck && !policy.TwoPeople.Contains(act))) return null;
        return entry.Header.By.LacksSecond(act);
    }

    /// <summary>True where two names are one officer's.</summary>
    public static bool IsSame(Officer one, Officer other) => one.IsNamed(other.Name);
}
