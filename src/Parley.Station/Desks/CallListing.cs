using Parley.Record;
using Parley.Station.Calls;
using Parley.Traffic;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>
/// The calls of a line that ring or that voice may be on, as they are listed: of each opener its share, what came here
/// last before what came earlier. No clock of an author decides what is left out, and what is left out is said; nor does
/// a call ring for longer than a minute from when it came. CALL-18
/// </summary>
internal sealed class CallListing(CallFloor floor, Premises premises)
{
    /// <summary>Calls of one opener that are listed; those in which somebody of ours is are listed whatever there
    /// is.</summary>
    internal const int MaxOfOpener = 16;

    /// <summary>What is listed, the newest first by the time that each states.</summary>
    internal Listed<Item> Of(StationLine open)
    {
        var now = premises.Now;
        var (whole, calls) = open.Traffic.Read(picture =>
            (
                picture.View.Open(now).Where(i => i.Family is CallFamily).ToDictionary(i => i.Id),
                picture.View.Headings(now).Where(h => h.Family is CallFamily).ToList()
            )
        );
        var listed = new List<Item>();
        var leftOut = new Dictionary<PartyId, int>();
        foreach (var opener in calls.GroupBy(h => h.Id.Party))
        {
            var last = opener.OrderByDescending(h => h.Id.Seq).ToList();
            var ringing = last.FindAll(h => h.State == CallFamily.Ringing);
            var still = StillRinging(open, ringing, now);
            var going = last.FindAll(h =>
                whole.TryGetValue(h.Id, out var item) ? CallFamily.IsOpenToVoice(item) : IsOnVoice(h)
            );
            var beyond = 0;
            foreach (var call in going.Concat(ringing.Take(still)).OrderByDescending(h => h.Id.Seq))
            {
                var isOurs = floor.Find(open.Id, call.Id) is not null;
                if (
                    whole.TryGetValue(call.Id, out var item)
                    && (isOurs || listed.Count(i => i.Id.Party == call.Id.Party) < MaxOfOpener)
                )
                    listed.Add(item);
                else
                    beyond++;
            }
            if (beyond > 0)
                leftOut[opener.Key] = beyond;
        }
        return new Listed<Item>([.. listed.OrderByDescending(i => i.Root.Header.At)], leftOut);
    }

    /// <summary>A call as it stands here: one that has rung for its minute is over, whatever its author says of the
    /// time.</summary>
    internal Item Standing(StationLine open, Item call)
    {
        if (call.State != CallFamily.Ringing || RingsUntil(open, call.Id) is not { } until)
            return call;
        return until <= premises.Now ? call with { State = CallFamily.Unanswered, Since = until, Due = null }
            : call.Due is { } due && due <= until ? call
            : call with { Due = until };
    }

    /// <summary>How many of an opener's, the last first, ring still: what came later rings for longer, so that few are
    /// looked for in the store however many there are.</summary>
    private int StillRinging(StationLine open, List<Heading> ringing, DateTimeOffset now)
    {
        var (still, over) = (0, ringing.Count);
        while (still < over)
        {
            var at = (still + over) / 2;
            if (RingsUntil(open, ringing[at].Id) <= now)
                over = at;
            else
                still = at + 1;
        }
        return still;
    }

    private DateTimeOffset? RingsUntil(StationLine open, EntryId call) =>
        premises.Store.ReadEntry(new Origin(open.Id, call.Party), call.Seq)?.StoredAt.Plus(TrafficDefaults.Ringing);

    private static bool IsOnVoice(Heading call) => call.State is CallFamily.Accepted or CallFamily.UnderWay;
}
