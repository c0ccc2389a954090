using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>A call between two or more parties, from the request to the log (R20, R22). A call held without a request is an item of its own.</summary>
public sealed class CallFamily : Family
{
    public const string Requested = "requested", Countered = "countered", Accepted = "accepted", UnderWay = "under way";
    public const string Held = "held", Declined = "declined", SubjectRefused = "subject refused", Withdrawn = "withdrawn", Expired = "expired";

    public override string Name => "call";

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.CallRequested, Actor.Anyone, Requested),
        new("", Kinds.CallAccepted, Actor.Anyone, Accepted),
        new("", Kinds.CallHeld, Actor.Anyone, Held),
        new(Requested, Kinds.CallAccepted, Actor.Counterpart, Accepted),
        new(Requested, Kinds.CallCountered, Actor.Counterpart, Countered),
        new(Requested, Kinds.CallDeclined, Actor.Counterpart, Declined),
        new(Requested, Kinds.CallSubjectRefused, Actor.Counterpart, SubjectRefused),
        new(Requested, Kinds.CallWithdrawn, Actor.Opener, Withdrawn),
        new(Requested, Kinds.CallHeld, Actor.Anyone, Held),
        new(Countered, Kinds.CallAccepted, Actor.Anyone, Accepted),
        new(Countered, Kinds.CallCountered, Actor.Anyone, Countered),
        new(Countered, Kinds.CallDeclined, Actor.Anyone, Declined),
        new(Countered, Kinds.CallSubjectRefused, Actor.Counterpart, SubjectRefused),
        new(Countered, Kinds.CallWithdrawn, Actor.Opener, Withdrawn),
        new(Countered, Kinds.CallHeld, Actor.Anyone, Held),
        new(Accepted, Kinds.CallStarted, Actor.Anyone, UnderWay),
        new(Accepted, Kinds.CallHeld, Actor.Anyone, Held),
        new(Accepted, Kinds.CallDeclined, Actor.Counterpart, Declined),
        new(Accepted, Kinds.CallSubjectRefused, Actor.Anyone, SubjectRefused),
        new(Accepted, Kinds.CallWithdrawn, Actor.Opener, Withdrawn),
        new(UnderWay, Kinds.CallHeld, Actor.Anyone, Held),
        // Each side may log the call; until the others do, it is one side's word (TRAFFIC-52).
        new(Held, Kinds.CallHeld, Actor.Anyone, Held),
    ],
    [new(Requested, Expired), new(Countered, Expired)],
    [Held, Declined, SubjectRefused, Withdrawn, Expired]);

    internal override DateTimeOffset? DueOf(Item item) => item.State is Requested or Countered
        ? (item.Root.Body as CallRequest)?.Expires ?? item.Root.Header.At + TrafficDefaults.CallExpiry
        : null;

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        switch (entry.Body)
        {
            case CallRequest { Expires: { } expires } when expires <= entry.Header.At: return "the request expires before it is made";
            case CallAcceptance { Outside: null } when item.State.Length == 0: return "an acceptance answers a request, or says what was asked for outside the record";
            case CallAcceptance { Outside: not null } when item.State.Length > 0: return "what was asked for outside the record stands beside a request that is in it";
        }
        if (item.State == Held && item.Applied.Any(e => e.Header.Kind == Kinds.CallHeld && e.Header.From == entry.Header.From)) return $"{entry.Header.From} has logged this call already";
        if (item.State == Countered && entry.Header.Kind is Kinds.CallAccepted or Kinds.CallCountered && item.Last(Kinds.CallCountered)?.Header.From == entry.Header.From)
            return "the counter-proposal is for the other side to answer";
        return Strangers(entry.Body, parties);
    }

    private static string? Strangers(ITrafficBody? body, IReadOnlyList<PartyId> parties)
    {
        var between = BetweenOf(body);
        return between.FirstOrDefault(p => !parties.Any(known => known.Value == p.Party)) is { } stranger ? $"{stranger.Party} is not on this line" : null;
    }

    /// <summary>Between whom the call was asked for or held, from whatever entry of it says so; the log is the last word.</summary>
    public static IReadOnlyList<Principal> BetweenOf(Item call)
    {
        for (var i = call.Applied.Count - 1; i >= 0; i--)
        {
            if (BetweenOf(call.Applied[i].Body) is { Count: > 0 } between) return between;
        }
        return [];
    }

    private static IReadOnlyList<Principal> BetweenOf(ITrafficBody? body) => body switch
    {
        CallRequest request => request.Between,
        CallAcceptance { Outside: { } outside } => outside.Between,
        CallLog log => log.Between,
        _ => [],
    };
}
