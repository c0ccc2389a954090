using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Rooms;

namespace Parley.Station.Desks;

/// <summary>What of a mediator's own acts no single line can tell: whether a side let itself be named as whose wish a
/// wording is, and who was not in reach while a silence ran; and that a consent is to the words that stand there. MEDIATION-11, MEDIATION-15, MEDIATION-18.</summary>
internal sealed class RoomJudge(Premises premises, LineTable lines) : IJudge
{
    public Refusal? Judge(StationLine on, EntryDraft draft, bool byStation)
    {
        if (
            draft.Kind is not (Kinds.RoomDrafted or Kinds.RoomConsented or Kinds.SilenceClosed)
            || draft.Re is not [var first, ..]
            || !TrafficBodies.Read(draft.Kind, draft.Body).TryGet(out var body, out _)
            || on.Traffic.Read(picture => picture.View.ItemOf(first, premises.Now)) is not { } item
        )
            return null; // whatever is wrong with it the view says
        var why = body switch
        {
            NegotiatingText text => Unnamed(item, text),
            RoomConsent consent => OtherWords(item, consent),
            SilenceClosed closed => Away(on, item, closed),
            _ => null,
        };
        return why is null ? null : new Refusal(AuthorCheck.IllegalStep, why, 409);
    }

    /// <summary>The links are looked at now and then: so much of a time is not known yet, or was not seen.</summary>
    private static readonly TimeSpan Unseen = TimeSpan.FromMinutes(1);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private string? Unnamed(Item item, NegotiatingText text)
    {
        var room = RoomFamily.CharterOf(item)?.Room;
        (PartyId By, ClauseComment Said)[]? allowed = null;
        foreach (var clause in text.Clauses)
        foreach (var bracket in clause.Brackets.Where(b => b.By is not null && b.By != premises.Self.Value))
        {
            allowed ??=
            [
                .. lines.All.SelectMany(line =>
                    line.Traffic.Read(picture =>
                        picture
                            .View.Open(premises.Now)
                            .Where(i => i.Family is RoomFamily && i.Root.Header.From == premises.Self)
                            .Where(i => RoomFamily.CharterOf(i)?.Room == room)
                            .SelectMany(i => i.Applied)
                            .Where(e => e.Body is ClauseComment { Named: true })
                            .Select(e => (e.Header.From, (ClauseComment)e.Body!))
                            .ToList()
                    )
                ),
            ];
            if (
                !allowed.Any(c =>
                    c.By.Value == bracket.By && c.Said.Clause == clause.Id && c.Said.Instead == bracket.Text
                )
            )
                return $"{bracket.By} has not let itself be named as wanting these words in clause {clause.Id}";
        }
        return null;
    }

    /// <summary>An officer consents to what stands there, and not to what a name could mean somewhere else.
    /// MEDIATION-18.</summary>
    private static string? OtherWords(Item item, RoomConsent consent) =>
        RoomConditions.Of(item, _ => true).FirstOrDefault(c => c.Name == consent.Condition)?.What is { } what
        && what != consent.What
            ? $"the condition {consent.Condition} says: {what}. A consent states these words, and is to them alone"
            : null;

    private string? Away(StationLine on, Item item, SilenceClosed closed)
    {
        if (item.Root.Body is not SilenceProcedure { Expires: { } expires })
            return null;
        foreach (var party in on.Document.Parties)
        {
            if (party == premises.Self || closed.OutOfReach.Contains(party.Value))
                continue;
            if (WasAway(on.Links, party, item.Root.Header.At, expires))
                return $"the link to {party} was not up all the time: name it as one that was not in reach";
            // A link that was cut is up until it is missed: that it was up to the end shows when it is heard after it.
            if (
                on.Host.Status().Peers.FirstOrDefault(peer => peer.Peer == party)?.LastHeard is not { } heard
                || heard < expires
            )
                return $"{party} was not heard since the silence ended: wait until it is, or name it as one that was not in reach";
        }
        return null;
    }

    /// <summary>By hours, as the links are kept: rather once too often than that somebody cut off is taken to have
    /// consented.</summary>
    internal static bool WasAway(LinkHistory links, PartyId party, DateTimeOffset from, DateTimeOffset until)
    {
        var whole = TimeSpan.FromHours(1);
        var (begin, end) = (from.ToUniversalTime(), until.ToUniversalTime());
        for (
            var hour = new DateTimeOffset(begin.Year, begin.Month, begin.Day, begin.Hour, 0, 0, TimeSpan.Zero);
            hour < end;
            hour = hour.Plus(whole)
        )
        {
            if (links.On(party, DateOnly.FromDateTime(hour.UtcDateTime)) is not { } day)
                return true; // nothing is known
            var known = day[hour.Hour];
            var asked = Earlier(end, hour.Plus(whole)) - Later(begin, hour);
            if (known.Down > 0 || known.Drops > 0 || known.Up + known.Unattended < (asked - Unseen).TotalSeconds)
                return true;
        }
        return false;
    }
}
