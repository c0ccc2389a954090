using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Record;
using Parley.Station.Api;
using Parley.Storage;
using Parley.Traffic;

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
/// <param name="Mark">That of the entry it is about: an exercise's alarm must say so before anything else (R2).</param>
internal sealed record AlarmCause(string Key, EntryId? Entry, string? Kind, Precedence Precedence, AlarmLevel Level, string About, DateTimeOffset Due, IReadOnlyList<PartyId> WaitingFor, Mark Mark = Mark.Actual);

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
    /// <summary>By alarm id: alarms whose cause goes on, and that an officer took down. Guarded by <see cref="gate"/>.</summary>
    private readonly Dictionary<string, AlarmView> down = new(StringComparer.Ordinal);
    /// <summary>By alarm id: the level that an officer has acknowledged, and who it was; an earlier version kept the level alone.</summary>
    private readonly ConcurrentDictionary<string, (AlarmLevel Level, AlarmQuietView? Quiet)> acknowledged = new(StringComparer.Ordinal);
    private static readonly string[] ForWatch = [Seats.Watch], ForDeputy = [Seats.Watch, Seats.Principal];

    internal void Load(IReadOnlyDictionary<string, byte[]> meta)
    {
        foreach (var (key, value) in meta)
        {
            if (key.StartsWith(Prefix, StringComparison.Ordinal) && value is [var level, .. var who]) acknowledged[key[Prefix.Length..]] = ((AlarmLevel)level, Quiet(who));
        }
    }

    internal IReadOnlyList<AlarmView> Standing(LineId? line)
    {
        lock (gate) return [.. standing.Values.Where(a => line is null || a.Line == line).OrderByDescending(a => a.Precedence).ThenBy(a => a.Due).ThenBy(a => a.Alarm, StringComparer.Ordinal)];
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
                var isDown = acknowledged.TryGetValue(id, out var done) && done.Level >= cause.Level;
                var known = standing.GetValueOrDefault(id);
                var isNew = known is null || known.Level != Shown(cause.Level);
                var view = new AlarmView(id, line, cause.Entry, cause.Kind, cause.Precedence, Shown(cause.Level), cause.About, cause.Due, isNew ? now : known!.Raised, cause.WaitingFor, cause.Mark,
                    cause.Level == AlarmLevel.Deputy ? ForDeputy : ForWatch, done.Quiet);
                if (isDown)
                {
                    standing.Remove(id);
                    down[id] = view with { Raised = down.GetValueOrDefault(id)?.Raised ?? view.Raised };
                    continue;
                }
                down.Remove(id);
                standing[id] = view;
                if (isNew) told.Add(view);
            }
            foreach (var gone in standing.Values.Where(a => a.Line == line && !keep.Contains(a.Alarm)).Select(a => a.Alarm).ToList()) standing.Remove(gone);
            foreach (var gone in down.Values.Where(a => a.Line == line && !keep.Contains(a.Alarm)).Select(a => a.Alarm).ToList()) down.Remove(gone);
            ended.AddRange(acknowledged.Keys.Where(id => id.StartsWith($"{line}:", StringComparison.Ordinal) && !keep.Contains(id)));
        }
        foreach (var id in ended) _ = ForgetAsync(id);
        return told;
    }

    /// <summary>Alarms that an officer took down and whose cause goes on, taken down last first.</summary>
    internal IReadOnlyList<AlarmView> Quieted(LineId? line)
    {
        lock (gate) return [.. down.Values.Where(a => line is null || a.Line == line).OrderByDescending(a => a.Quieted?.At).ThenBy(a => a.Alarm, StringComparer.Ordinal)];
    }

    /// <param name="id">The alarm.</param>
    /// <param name="by">Who takes it down; kept and shown, so that the others learn it.</param>
    /// <param name="at">When.</param>
    internal async Task<Outcome<AlarmView>> AcknowledgeAsync(string id, Officer by, DateTimeOffset at)
    {
        AlarmView? alarm;
        lock (gate) alarm = standing.GetValueOrDefault(id);
        if (alarm is null) return new Refusal("unknown-alarm", "no such alarm stands", 404);
        var level = Enum.GetValues<AlarmLevel>().First(l => Shown(l) == alarm.Level);
        var quiet = new AlarmQuietView(by with { ReleasedBy = null }, at, alarm.Level);
        try
        {
            await store.CommitAsync([new PutMeta(Prefix + id, [(byte)level, .. JsonSerializer.SerializeToUtf8Bytes(quiet, TrafficApiJson.Default.AlarmQuietView)])]);
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
        acknowledged[id] = (level, quiet);
        lock (gate)
        {
            if (standing.TryGetValue(id, out var now) && now.Level == alarm.Level)
            {
                standing.Remove(id);
                down[id] = now with { Quieted = quiet };
            }
        }
        return alarm with { Quieted = quiet };
    }

    private static AlarmQuietView? Quiet(byte[] kept)
    {
        if (kept.Length == 0) return null;
        try
        {
            return JsonSerializer.Deserialize(kept, TrafficApiJson.Default.AlarmQuietView);
        }
        catch (JsonException)
        {
            return null; // that it is down counts more than who took it down
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
