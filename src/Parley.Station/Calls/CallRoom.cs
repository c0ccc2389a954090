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
    /// <summary>What came before the joining that it belongs to.</summary>
    private const int MaxEarly = 32;
    private static readonly TimeSpan EarlyFor = TimeSpan.FromSeconds(10);

    private readonly List<(PartyId From, CallSignal Signal, DateTimeOffset At)> early = [];
    private readonly List<CallMoment> course = [];

    internal Lock Gate { get; } = new();
    internal LineId Line => line;
    internal EntryId Call => call;
    internal Dictionary<EntryId, CallMember> Members { get; } = [];
    internal Dictionary<EntryId, CallSeat> Seats { get; } = [];
    internal Dictionary<(EntryId Own, EntryId Other), CallLeg> Legs { get; } = [];
    internal IReadOnlyList<CallMoment> Course => course;

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
    /// said of itself does not hold any more.</summary>
    internal void Sit(CallSeat seat)
    {
        Seats[seat.Joined] = seat;
        foreach (var leg in Legs.Values.Where(l => l.Own.Joined == seat.Joined))
            (leg.OwnText, leg.IsGreeted) = (null, false);
        Change();
    }

    /// <summary>Notes something for the log; of very many the last are not noted.</summary>
    internal void Note(DateTimeOffset at, string what, string? by)
    {
        if (course.Count < LogMoments)
            course.Add(new CallMoment(at, what, by));
    }

    /// <summary>Moments of a call that are noted: as many as its log holds.</summary>
    internal const int LogMoments = 64;

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
                Members[entry.Id] = new CallMember
                {
                    Joined = entry.Id,
                    By = entry.Header.By,
                    Part = join.Part ?? CallMember.Speaker,
                    At = entry.Header.At,
                    Fingerprint = join.Fingerprint!,
                    Commitment = join.Commitment!,
                    Leaf = leaf(entry.Id),
                };
                Note(entry.Header.At, "joined", NameOf(Members[entry.Id]));
                Change();
            }
            if (Members.TryGetValue(entry.Id, out var member) && !member.IsSealed && isSealed(entry.Id))
            {
                member.IsSealed = true;
                Change();
            }
        }
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

    /// <summary>Why nothing may go between the two; null where it may. CALL-5.</summary>
    private string? Bar(CallLeg leg) =>
        Closed is { } closed ? closed
        : !Seats.ContainsKey(leg.Own.Joined) || !leg.Own.IsHere || !leg.Other.IsHere ? "gone"
        : !leg.Own.IsSealed || !leg.Other.IsSealed ? "unsealed"
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
        if (early.Count < MaxEarly)
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
