using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Media;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Calls;

/// <summary>
/// A call as it is at this station while one of its consoles is in it. The record says who may be heard; this holds
/// what is said off the record, and forgets it with the process. Every member is used under <see cref="Gate"/>.
/// </summary>
internal sealed class CallRoom(LineId line, EntryId call)
{
    /// <summary>What came of one party before the joining that it belongs to: of each as much.</summary>
    private const int MaxEarlyOfParty = 16;
    private static readonly TimeSpan EarlyFor = TimeSpan.FromSeconds(10);

    private readonly List<(PartyId From, CallSignal Signal, DateTimeOffset At)> early = [];
    private readonly List<SeenMoment> course = [];

    internal Lock Gate { get; } = new();
    internal LineId Line => line;
    internal EntryId Call => call;
    internal Dictionary<EntryId, CallMember> Members { get; } = [];
    internal Dictionary<EntryId, CallSeat> Seats { get; } = [];
    internal Dictionary<(EntryId Own, EntryId Other), CallLeg> Legs { get; } = [];
    internal IReadOnlyList<SeenMoment> Course => course;

    /// <summary>Goes up with whatever a console should ask for.</summary>
    internal long Version { get; private set; }

    /// <summary>Why nobody may be heard at all: a word; null where the record lets them.</summary>
    internal string? Closed { get; private set; } = "waiting";

    internal void Change() => Version++;

    /// <summary>True where something changed since this was asked last, whatever changed it: consoles are to be
    /// told.</summary>
    internal bool HasNews()
    {
        if (told == Version)
            return false;
        told = Version;
        return true;
    }

    private long told;

    /// <summary>A console takes a seat. Another console of the same joining, or the same one anew: what the one before it
    /// said of itself does not hold any more, and nothing goes until it has spoken.</summary>
    internal void Sit(CallSeat seat)
    {
        Seats[seat.Joined] = seat;
        foreach (var leg in Legs.Values.Where(l => l.Own.Joined == seat.Joined))
        {
            (leg.OwnText, leg.IsGreeted) = (null, false);
            leg.Set("waiting");
        }
        Change();
    }

    /// <summary>Notes for the log what somebody did. Each party has a share: of very many of its own doing the last are
    /// not noted, and nobody else's are lost by them.</summary>
    internal void Note(DateTimeOffset at, string what, CallMember by) => Note(at, what, by.Joined.Party, NameOf(by));

    internal void Note(DateTimeOffset at, string what, PartyId of, string? by)
    {
        if (course.Count(m => m.Of == of) < CallCourse.MaxMoments)
            course.Add(new SeenMoment(of, new CallMoment(at, what, by)));
    }

    /// <summary>Takes over how the record stands.</summary>
    /// <param name="item">The call; null where it is not known any more.</param>
    /// <param name="suspended">True where the line is.</param>
    /// <param name="isSealed">True for an entry that every party holds.</param>
    /// <param name="leaf">Hash of an entry's leaf.</param>
    internal void Read(Item? item, bool suspended, Func<EntryId, bool> isSealed, Func<EntryId, string> leaf)
    {
        var closed =
            item is null ? "ended"
            : suspended ? "suspended"
            : CallFamily.IsOpenToVoice(item) ? null
            : item.State == CallFamily.Ringing ? "waiting"
            : "ended";
        if (closed != Closed)
        {
            Closed = closed;
            Change();
        }
        foreach (var entry in item is null ? [] : CallFamily.JoinsOf(item))
        {
            if (!Members.ContainsKey(entry.Id) && entry.Body is CallJoin join)
            {
                Members[entry.Id] = new CallMember(entry, join, leaf(entry.Id));
                Note(entry.Header.At, "joined", Members[entry.Id]);
                Change();
            }
            if (Members.TryGetValue(entry.Id, out var member) && !member.IsSealed && isSealed(entry.Id))
            {
                member.IsSealed = true;
                Change();
            }
        }
        Admit(item);
        foreach (var seat in Seats.Values)
        {
            if (!Members.TryGetValue(seat.Joined, out var own))
                continue;
            own.IsHere = true;
            foreach (var other in Members.Values)
            {
                if (other.Joined != own.Joined && !Legs.ContainsKey((own.Joined, other.Joined)))
                    Legs[(own.Joined, other.Joined)] = new CallLeg(line, own, other);
            }
        }
        foreach (var leg in Legs.Values)
        {
            leg.Mirrored ??= Legs.GetValueOrDefault((leg.Other.Joined, leg.Own.Joined));
            if (leg.Set(Bar(leg)))
                Change();
        }
    }

    /// <summary>Who is heard by whom, as the parties have said. CALL-15</summary>
    private void Admit(Item? item)
    {
        foreach (var entry in item is null ? [] : CallFamily.JoinsOf(item))
        {
            if (!Members.TryGetValue(entry.Id, out var member))
                continue;
            PartyId[] by =
            [
                .. Members
                    .Values.Select(m => m.Joined.Party)
                    .Distinct()
                    .Where(p => CallFamily.IsAdmitted(item!, entry, p)),
            ];
            if (member.AdmittedBy.SequenceEqual(by))
                continue;
            member.AdmittedBy = by;
            Change();
        }
    }

    /// <summary>Another console said how it is.</summary>
    internal void Follow(CallMember other, CallSignal signal, DateTimeOffset now)
    {
        var isHere = signal.Kind != "bye";
        if (other.IsHere != isHere)
        {
            other.IsHere = isHere;
            Note(now, isHere ? "came" : "left", other);
        }
        if (signal.Kind != "state")
            return;
        if (other.IsHeld != (signal.Held ?? false))
            Note(now, signal.Held == true ? "held" : "resumed", other);
        other.IsHeld = signal.Held ?? false;
        other.IsMuted = signal.Muted ?? false;
        other.Deaf = signal.Deaf;
    }

    /// <summary>Why nothing may go between the two; null where it may. CALL-5.</summary>
    private string? Bar(CallLeg leg) =>
        Closed is { } closed ? closed
        : !Seats.ContainsKey(leg.Own.Joined) || !leg.Own.IsHere || !leg.Other.IsHere ? "gone"
        : !leg.Own.IsSealed || !leg.Other.IsSealed ? "unsealed"
        : !leg.Own.AdmittedBy.Contains(leg.Other.Joined.Party) || !leg.Other.AdmittedBy.Contains(leg.Own.Joined.Party)
            ? "unadmitted"
        : leg.OwnText is null || leg.OtherText is null ? "waiting"
        : leg.OwnText.Fingerprint != leg.Own.Fingerprint || leg.OtherText.Fingerprint != leg.Other.Fingerprint ? "key"
        : null;

    /// <summary>Why a description may not pass for a member's; null where it may. CALL-4.</summary>
    internal static string? Objection(CallMember member, SessionText text) =>
        text.Fingerprint != member.Fingerprint
            ? $"{member.Joined} names another key than the console's session description"
        : text.Speaks && !member.MaySpeak ? $"{member.Joined} joined to listen, and its console would speak"
        : null;

    /// <summary>Keeps what came before its joining for as long as that may take.</summary>
    internal void Wait(PartyId from, CallSignal signal, DateTimeOffset now)
    {
        early.RemoveAll(e => now - e.At > EarlyFor);
        if (early.Count(e => e.From == from) < MaxEarlyOfParty)
            early.Add((from, signal, now));
    }

    /// <summary>What waited and can be told now.</summary>
    internal IReadOnlyList<(PartyId From, CallSignal Signal)> Ripe()
    {
        var ripe = early.Where(e => Members.ContainsKey(e.Signal.From) && Members.ContainsKey(e.Signal.To)).ToList();
        early.RemoveAll(ripe.Contains);
        return [.. ripe.Select(r => (r.From, r.Signal))];
    }

    internal static string NameOf(CallMember member) => $"{member.By.Name} ({member.Joined.Party})";
}
