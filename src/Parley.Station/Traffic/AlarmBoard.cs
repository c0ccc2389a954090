using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Record;
using Parley.Station.Telemetry;
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
/// <param name="Class">What it is about, and what that does at a desk.</param>
/// <param name="Mark">What it is about is actual, an exercise or a test.</param>
/// <param name="Author">The party whose entry gives the cause: of its share it is one.</param>
internal sealed record AlarmCause(
    string Key,
    EntryId? Entry,
    string? Kind,
    AlarmClass Class,
    Mark Mark,
    AlarmLevel Level,
    string About,
    DateTimeOffset Due,
    IReadOnlyList<PartyId> WaitingFor,
    PartyId Author
)
{
    /// <summary>That of what it is about, where its class leaves it to that.</summary>
    internal Precedence Own { private get; init; }

    internal Precedence Precedence => Class.Precedence ?? Own;

    /// <summary>Its place in the author's feed: the order in which its entries come, which no clock of its own
    /// decides.</summary>
    internal ulong Order => Entry?.Seq ?? 0;
}

/// <summary>
/// The alarms that stand, of all lines. A line's causes are put up whole; the board says what is new among them, and
/// what lost its cause comes
/// down. An officer may acknowledge an alarm that he cannot end himself: it stays down, also after a restart, until it
/// reaches the next level.
/// </summary>
internal sealed class AlarmBoard(IStationStore store, ILogger log)
{
    /// <summary>
    /// Alarms of one line. Where there are more, each party has an equal share of them for what it gives cause for, so
    /// that no flood of one keeps another's FLASH
    /// from ringing; what is beyond a share is counted as overdue only. TRAFFIC-84.
    /// </summary>
    internal const int MaxPerLine = 1_000;

    /// <summary>A party's share, on a line of so many.</summary>
    internal static int ShareOf(int parties) => Math.Max(1, MaxPerLine / parties);

    private const string Prefix = "alarm/";

    private readonly Lock gate = new();

    /// <summary>By alarm id. Guarded by <see cref="gate"/>.</summary>
    private readonly Dictionary<string, AlarmView> standing = new(StringComparer.Ordinal);

    /// <summary>By line: alarms that rang as their entry came and that no pass knows yet. Guarded by
    /// <see cref="gate"/>.</summary>
    private readonly Dictionary<LineId, Rung> rung = [];

    /// <summary>By alarm id: the level that an officer has acknowledged, and who that was; a station of an earlier
    /// version did not keep who.</summary>
    private readonly ConcurrentDictionary<string, (AlarmLevel Level, QuietedView? By)> acknowledged = new(
        StringComparer.Ordinal
    );

    private sealed class Rung
    {
        /// <summary>By alarm id: the entry that gives cause.</summary>
        internal Dictionary<string, EntryId> Entries { get; } = new(StringComparer.Ordinal);
        internal Dictionary<PartyId, int> ByAuthor { get; } = [];

        internal void Add(string id, EntryId entry)
        {
            Entries[id] = entry;
            ByAuthor[entry.Party] = ByAuthor.GetValueOrDefault(entry.Party) + 1;
        }

        internal void Remove(string id, EntryId entry)
        {
            Entries.Remove(id);
            ByAuthor[entry.Party]--;
        }
    }

    internal void Load(IReadOnlyDictionary<string, byte[]> meta)
    {
        foreach (var (key, value) in meta)
        {
            if (key.StartsWith(Prefix, StringComparison.Ordinal) && value is [var level, .. var by])
                acknowledged[key[Prefix.Length..]] = ((AlarmLevel)level, Read(by));
        }
    }

    /// <param name="line">Of one line, or of all.</param>
    /// <param name="quiet">Also those that an officer took down and that have not come back.</param>
    internal IReadOnlyList<AlarmView> Standing(LineId? line, bool quiet)
    {
        lock (gate)
            return
            [
                .. standing
                    .Values.Where(a => (line is null || a.Line == line) && (quiet || !a.IsQuiet))
                    .OrderBy(a => a.Mark != Mark.Actual)
                    .ThenByDescending(a => a.Precedence)
                    .ThenBy(a => a.Raised)
                    .ThenBy(a => a.Entry?.Seq ?? 0)
                    .ThenBy(a => a.Alarm, StringComparer.Ordinal),
            ];
    }

    /// <summary>True while an alarm of the line stands whose cause has such a name.</summary>
    internal bool Stands(LineId line, string prefix)
    {
        lock (gate)
            return standing.Keys.Any(id => id.StartsWith($"{line}:{prefix}", StringComparison.Ordinal));
    }

    /// <summary>The names of the causes of the line's alarms that begin so.</summary>
    internal IReadOnlyList<string> Keys(LineId line, string prefix)
    {
        var begin = $"{line}:{prefix}";
        lock (gate)
            return
            [
                .. standing
                    .Keys.Where(id => id.StartsWith(begin, StringComparison.Ordinal))
                    .Select(id => id[(begin.Length - prefix.Length)..]),
            ];
    }

    /// <summary>Puts up what a line gives cause for now, and takes down the rest of that line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="causes">All of them, as far as the line is folded.</param>
    /// <param name="now">The time.</param>
    /// <param name="folded">Entries of each feed that these causes know of: what rang of later ones stays up. Null
    /// where they know of none.</param>
    /// <returns>The alarms to be told: new ones, and those that reached a higher level.</returns>
    internal IReadOnlyList<AlarmView> Put(
        LineId line,
        IReadOnlyList<AlarmCause> causes,
        DateTimeOffset now,
        IReadOnlyDictionary<PartyId, ulong>? folded
    )
    {
        var told = new List<AlarmView>();
        var ended = new List<string>();
        lock (gate)
        {
            var keep = new HashSet<string>(StringComparer.Ordinal);
            if (rung.TryGetValue(line, out var early))
            {
                foreach (
                    var (id, entry) in early
                        .Entries.Where(r => r.Value.Seq < (folded?.GetValueOrDefault(r.Value.Party) ?? 0))
                        .ToList()
                )
                    early.Remove(id, entry);
                keep.UnionWith(early.Entries.Keys);
            }
            foreach (var cause in causes)
            {
                keep.Add(Id(line, cause.Key));
                if (Raise(line, cause, now) is { } view)
                    told.Add(view);
            }
            foreach (
                var gone in standing
                    .Values.Where(a => a.Line == line && !keep.Contains(a.Alarm))
                    .Select(a => a.Alarm)
                    .ToList()
            )
                standing.Remove(gone);
            ended.AddRange(
                acknowledged.Keys.Where(id => id.StartsWith($"{line}:", StringComparison.Ordinal) && !keep.Contains(id))
            );
        }
        foreach (var id in ended)
            _ = ForgetAsync(id);
        return told;
    }

    /// <summary>Puts up what an entry gives cause for as it comes, without waiting for the fold or the clock's pass.
    /// TRAFFIC-109.</summary>
    /// <returns>The alarm, where it is to be told.</returns>
    internal AlarmView? Ring(LineId line, AlarmCause cause, int parties, DateTimeOffset now)
    {
        lock (gate)
        {
            if (!rung.TryGetValue(line, out var ofLine))
                rung[line] = ofLine = new Rung();
            var id = Id(line, cause.Key);
            // A flood waits for the pass, which gives each party its share.
            if (
                cause.Entry is not { } entry
                || standing.ContainsKey(id)
                || ofLine.ByAuthor.GetValueOrDefault(cause.Author) >= ShareOf(parties)
            )
                return null;
            ofLine.Add(id, entry);
            return Raise(line, cause, now);
        }
    }

    private AlarmView? Raise(LineId line, AlarmCause cause, DateTimeOffset now)
    {
        var id = Id(line, cause.Key);
        var known = standing.GetValueOrDefault(id);
        var isNew = known is null || known.Level != Shown(cause.Level);
        var isQuiet = acknowledged.TryGetValue(id, out var done) && done.Level >= cause.Level;
        var view = new AlarmView(
            id,
            line,
            cause.Entry,
            cause.Kind,
            cause.Precedence,
            cause.Mark,
            Shown(cause.Level),
            cause.About,
            cause.Due,
            isNew ? now : known!.Raised,
            cause.WaitingFor
        )
        {
            Class = cause.Class.Name,
            Rings = cause.Class.Rings,
            Quieted = done.By,
            IsQuiet = isQuiet,
        };
        standing[id] = view;
        return isNew && !isQuiet ? view : null;
    }

    internal async Task<Outcome<AlarmView>> AcknowledgeAsync(string id, Officer by, DateTimeOffset now)
    {
        AlarmView? alarm;
        lock (gate)
            alarm = standing.GetValueOrDefault(id);
        if (alarm is null or { IsQuiet: true })
            return new Refusal("unknown-alarm", "no such alarm stands", 404);
        var level = Enum.GetValues<AlarmLevel>().First(l => Shown(l) == alarm.Level);
        var quieted = new QuietedView(by, now, alarm.Level);
        try
        {
            await store.CommitAsync([
                new PutMeta(
                    Prefix + id,
                    [(byte)level, .. JsonSerializer.SerializeToUtf8Bytes(quieted, TrafficApiJson.Default.QuietedView)]
                ),
            ]);
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
        acknowledged[id] = (level, quieted);
        lock (gate)
        {
            if (standing.TryGetValue(id, out var current))
                standing[id] = current with { Quieted = quieted, IsQuiet = current.Level == alarm.Level };
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
        if (!acknowledged.TryRemove(id, out _))
            return;
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
