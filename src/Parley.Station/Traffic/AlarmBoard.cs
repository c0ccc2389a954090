using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Record;
using Parley.Station.Api;
using Parley.Storage;

namespace Parley.Station.Traffic;

/// <summary>How far an alarm has come; each level is told anew, also to who had acknowledged the one before.</summary>
internal enum AlarmLevel
{
    /// <summary>Something urgent arrived.</summary>
    Arrived = 1,
    /// <summary>An officer is to do something at this time of day.</summary>
    Reminder = 2,
    Due = 3,
    /// <summary>The deputy's seat is alarmed too (R4).</summary>
    Deputy = 4,
}

/// <summary>Why there is an alarm, as the line's view gives it at one moment.</summary>
/// <param name="Key">Names the cause within its line.</param>
/// <param name="Mark">What it is about is actual, an exercise or a test.</param>
internal sealed record AlarmCause(string Key, EntryId? Entry, string? Kind, Precedence Precedence, Mark Mark, AlarmLevel Level, string About, DateTimeOffset Due, IReadOnlyList<PartyId> WaitingFor);

/// <summary>
/// The alarms that stand, of all lines. A line's causes are put up whole; the board says what is new among them, and what lost its cause comes
/// down. An officer may acknowledge an alarm that he cannot end himself: it stays down, also after a restart, until it reaches the next level.
/// </summary>
internal sealed class AlarmBoard(IStationStore store, ILogger log)
{
    /// <summary>Alarms of one line; beyond, the less urgent ones are counted as overdue only.</summary>
    internal const int MaxPerLine = 1_000;
    private const string Prefix = "alarm/";

    private readonly Lock gate = new();
    /// <summary>By alarm id. Guarded by <see cref="gate"/>.</summary>
    private readonly Dictionary<string, AlarmView> standing = new(StringComparer.Ordinal);
    /// <summary>By alarm id: the level that an officer has acknowledged, and who that was; a station of an earlier version did not keep who.</summary>
    private readonly ConcurrentDictionary<string, (AlarmLevel Level, QuietedView? By)> acknowledged = new(StringComparer.Ordinal);

    internal void Load(IReadOnlyDictionary<string, byte[]> meta)
    {
        foreach (var (key, value) in meta)
        {
            if (key.StartsWith(Prefix, StringComparison.Ordinal) && value is [var level, .. var by]) acknowledged[key[Prefix.Length..]] = ((AlarmLevel)level, Read(by));
        }
    }

    /// <param name="line">Of one line, or of all.</param>
    /// <param name="quiet">Also those that an officer took down and that have not come back.</param>
    internal IReadOnlyList<AlarmView> Standing(LineId? line, bool quiet)
    {
        lock (gate) return [.. standing.Values.Where(a => (line is null || a.Line == line) && (quiet || !a.IsQuiet)).OrderBy(a => a.Mark != Mark.Actual).ThenByDescending(a => a.Precedence).ThenBy(a => a.Due).ThenBy(a => a.Alarm, StringComparer.Ordinal)];
    }

    /// <summary>Puts up what a line gives cause for now, and takes down the rest of that line.</summary>
    /// <returns>The alarms to be told: new ones, and those that reached a higher level.</returns>
    internal IReadOnlyList<AlarmView> Put(LineId line, IReadOnlyList<AlarmCause> causes, DateTimeOffset now)
    {
        var told = new List<AlarmView>();
        var ended = new List<string>();
        lock (gate)
        {
            var keep = new HashSet<string>(StringComparer.Ordinal);
            foreach (var cause in causes)
            {
                var id = Id(line, cause.Key);
                keep.Add(id);
                var known = standing.GetValueOrDefault(id);
                var isNew = known is null || known.Level != Shown(cause.Level);
                var isQuiet = acknowledged.TryGetValue(id, out var done) && done.Level >= cause.Level;
                var view = new AlarmView(id, line, cause.Entry, cause.Kind, cause.Precedence, cause.Mark, Shown(cause.Level), cause.About, cause.Due, isNew ? now : known!.Raised, cause.WaitingFor) { Quieted = done.By, IsQuiet = isQuiet };
                standing[id] = view;
                if (isNew && !isQuiet) told.Add(view);
            }
            foreach (var gone in standing.Values.Where(a => a.Line == line && !keep.Contains(a.Alarm)).Select(a => a.Alarm).ToList()) standing.Remove(gone);
            ended.AddRange(acknowledged.Keys.Where(id => id.StartsWith($"{line}:", StringComparison.Ordinal) && !keep.Contains(id)));
        }
        foreach (var id in ended) _ = ForgetAsync(id);
        return told;
    }

    internal async Task<Outcome<AlarmView>> AcknowledgeAsync(string id, Officer by, DateTimeOffset now)
    {
        AlarmView? alarm;
        lock (gate) alarm = standing.GetValueOrDefault(id);
        if (alarm is null or { IsQuiet: true }) return new Refusal("unknown-alarm", "no such alarm stands", 404);
        var level = Enum.GetValues<AlarmLevel>().First(l => Shown(l) == alarm.Level);
        var quieted = new QuietedView(by, now, alarm.Level);
        try
        {
            await store.CommitAsync([new PutMeta(Prefix + id, [(byte)level, .. JsonSerializer.SerializeToUtf8Bytes(quieted, TrafficApiJson.Default.QuietedView)])]);
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
        acknowledged[id] = (level, quieted);
        lock (gate)
        {
            if (standing.TryGetValue(id, out var current)) standing[id] = current with { Quieted = quieted, IsQuiet = current.Level == alarm.Level };
        }
        return alarm with { Quieted = quieted, IsQuiet = true };
    }

    private static QuietedView? Read(ReadOnlySpan<byte> kept)
    {
        try
        {
            return kept.IsEmpty ? null : JsonSerializer.Deserialize(kept, TrafficApiJson.Default.QuietedView);
        }
        catch (JsonException)
        {
            return null; // it is quiet all the same
        }
    }

    private async Task ForgetAsync(string id)
    {
        if (!acknowledged.TryRemove(id, out _)) return;
        try
        {
            await store.CommitAsync([new PutMeta(Prefix + id, null)]);
        }
        catch (Exception e) when (e is StoreFaultException or ObjectDisposedException)
        {
            StationLog.NotKept(log, "the end of an alarm", e.Message); // at worst it is found again at the next start, and ended then
        }
    }

    private static string Id(LineId line, string key) => $"{line}:{key}";

    private static string Shown(AlarmLevel level) => level.ToString().ToLowerInvariant();
}
