using System.Buffers.Binary;
using Parley.Record;
using Parley.Storage;
using LinkState = Parley.Link.LinkState;
using PeerStatus = Parley.Link.PeerStatus;

namespace Parley.Station.Lines;

/// <summary>How the link to one peer stood in one hour of UTC, as this station saw it. What the three do not fill is not
/// known: the station did not run, or its machine slept.</summary>
/// <param name="Up">Seconds with an officer there.</param>
/// <param name="Unattended">Seconds in which the peer's station was heard, and no officer was there or the line was
/// suspended or not open yet.</param>
/// <param name="Down">Seconds in which it was not heard.</param>
/// <param name="Drops">How often it went down.</param>
internal readonly record struct LinkHour(ushort Up, ushort Unattended, ushort Down, ushort Drops);

/// <summary>The hours of one day of UTC.</summary>
internal sealed class LinkDay
{
    internal const int Hours = 24;
    private const byte Version = 1;
    private const int HourBytes = 4 * sizeof(ushort);
    private const int Length = 1 + Hours * HourBytes;
    private const int SecondsOfHour = 3_600;

    private readonly LinkHour[] hours = new LinkHour[Hours];

    internal IReadOnlyList<LinkHour> All => hours;

    internal void Add(int hour, LinkState state, double seconds)
    {
        ref var one = ref hours[hour];
        one = state switch
        {
            LinkState.Alive => one with { Up = Sum(one.Up, seconds) },
            LinkState.Down => one with { Down = Sum(one.Down, seconds) },
            _ => one with { Unattended = Sum(one.Unattended, seconds) },
        };
    }

    internal void Drop(int hour) =>
        hours[hour] = hours[hour] with { Drops = (ushort)Math.Min(ushort.MaxValue, hours[hour].Drops + 1) };

    private static ushort Sum(ushort before, double seconds) =>
        (ushort)Math.Min(SecondsOfHour, before + Math.Round(seconds));

    internal byte[] Encode()
    {
        var bytes = new byte[Length];
        bytes[0] = Version;
        var at = bytes.AsSpan(1);
        foreach (var (up, unattended, down, drops) in hours)
        {
            foreach (var number in (ReadOnlySpan<ushort>)[up, unattended, down, drops])
            {
                BinaryPrimitives.WriteUInt16LittleEndian(at, number);
                at = at[sizeof(ushort)..];
            }
        }
        return bytes;
    }

    /// <summary>Null for what this version does not read.</summary>
    internal static LinkDay? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length || bytes[0] != Version)
            return null;
        var day = new LinkDay();
        for (var hour = 0; hour < Hours; hour++)
        {
            var at = bytes[(1 + hour * HourBytes)..];
            day.hours[hour] = new LinkHour(
                BinaryPrimitives.ReadUInt16LittleEndian(at),
                BinaryPrimitives.ReadUInt16LittleEndian(at[2..]),
                BinaryPrimitives.ReadUInt16LittleEndian(at[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(at[6..])
            );
        }
        return day;
    }
}

/// <summary>
/// How the links of one line have stood, hour by hour, so that an officer sees how the line is used. What it takes follows from the days and the peers, however often a peer comes
/// and goes. Safe from any thread.
/// </summary>
internal sealed class LinkHistory(LineId line)
{
    /// <summary>Days that are kept: thirteen months.</summary>
    internal const int KeptDays = 400;

    /// <summary>A longer time between two looks is not known: the machine slept, or the clock was set.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(2);
    private const string Prefix = "link-day/";
    private const string DateFormat = "yyyy-MM-dd";

    private readonly Lock gate = new();
    private readonly Dictionary<(PartyId Peer, DateOnly Date), LinkDay> days = [];
    private readonly Dictionary<PartyId, (LinkState State, DateTimeOffset Since)> now = [];
    private readonly HashSet<(PartyId Peer, DateOnly Date)> unsaved = [];

    private string KeyOf((PartyId Peer, DateOnly Date) day) =>
        $"{Prefix}{line}/{day.Peer}/{day.Date.ToString(DateFormat, System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>Takes over what an earlier run kept.</summary>
    internal void Load(IReadOnlyDictionary<string, byte[]> meta)
    {
        var prefix = $"{Prefix}{line}/";
        lock (gate)
        {
            foreach (var (key, value) in meta.Where(m => m.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                if (
                    key[prefix.Length..].Split('/') is [var peer, var date]
                    && PartyId.TryParse(peer, out var party)
                    && DateOnly.TryParseExact(date, DateFormat, out var day)
                    && LinkDay.Decode(value) is { } kept
                )
                    days[(party, day)] = kept;
            }
        }
    }

    /// <summary>How the link stood on a day, by the hour; null where nothing is known.</summary>
    internal IReadOnlyList<LinkHour>? On(PartyId peer, DateOnly date)
    {
        lock (gate)
            return days.TryGetValue((peer, date), out var day) ? [.. day.All] : null;
    }

    /// <summary>The link changed, just now.</summary>
    internal void Changed(PartyId peer, LinkState state, DateTimeOffset at)
    {
        lock (gate)
        {
            var was = now.TryGetValue(peer, out var before) ? before.State : LinkState.Down;
            Count(peer, state, at);
            if (state == LinkState.Down && was != LinkState.Down)
                DayOf(peer, at).Drop(at.UtcDateTime.Hour);
        }
    }

    /// <summary>How all links stand now.</summary>
    internal void Look(IEnumerable<PeerStatus> peers, DateTimeOffset at)
    {
        lock (gate)
        {
            foreach (var peer in peers)
                Count(peer.Peer, peer.State, at);
        }
    }

    /// <summary>What is to be stored, and what has been kept long enough. What is given here and not stored is to be
    /// given back.</summary>
    internal IReadOnlyList<PutMeta> TakeUnsaved(DateTimeOffset at)
    {
        var oldest = DateOnly.FromDateTime(at.UtcDateTime).AddDays(-KeptDays);
        lock (gate)
        {
            var changes = unsaved.Select(d => new PutMeta(KeyOf(d), days[d].Encode())).ToList();
            unsaved.Clear();
            foreach (var old in days.Keys.Where(d => d.Date < oldest).ToList())
            {
                days.Remove(old);
                changes.Add(new PutMeta(KeyOf(old), null));
            }
            return changes;
        }
    }

    /// <summary>They could not be stored: they are tried again.</summary>
    internal void GiveBack(DateTimeOffset at)
    {
        lock (gate)
        {
            foreach (var peer in now.Keys)
                DayOf(peer, at);
        }
    }

    private LinkDay DayOf(PartyId peer, DateTimeOffset at)
    {
        var key = (peer, DateOnly.FromDateTime(at.UtcDateTime));
        unsaved.Add(key);
        if (!days.TryGetValue(key, out var day))
            days[key] = day = new LinkDay();
        return day;
    }

    /// <summary>Counts the time since the last look to the hours that it lay in.</summary>
    private void Count(PartyId peer, LinkState state, DateTimeOffset at)
    {
        if (now.TryGetValue(peer, out var before) && at > before.Since && at - before.Since <= LongestStep)
        {
            for (var from = before.Since; from < at; )
            {
                var hour = new DateTimeOffset(from.Year, from.Month, from.Day, from.Hour, 0, 0, from.Offset).Plus(
                    TimeSpan.FromHours(1)
                );
                var until = hour < at ? hour : at;
                DayOf(peer, from).Add(from.UtcDateTime.Hour, before.State, (until - from).TotalSeconds);
                from = until;
            }
        }
        now[peer] = (state, at);
    }
}
