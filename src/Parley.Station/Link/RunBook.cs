using System.Collections.Concurrent;
using System.Globalization;
using Parley.Crypto;

namespace Parley.Station.Link;

/// <summary>
/// A number that a station draws at each start goes with every request and answer of the link, in a header that
/// stations without it do not look at. A restart has
/// a new one, and the old one never comes back; two that come in turns are two stations with one identity. Safe from
/// any thread. LINK-106.
/// </summary>
internal sealed class RunBook(TimeProvider clock)
{
    internal const string Header = "parley-run";
    private const int Bytes = 8;

    /// <summary>Runs of one identity that are remembered, the newest of them.</summary>
    private const int MaxRuns = 4;

    /// <summary>What was on its way when a station ended may still be read after its successor's first word; not longer
    /// than this.</summary>
    internal static readonly TimeSpan Settles = TimeSpan.FromSeconds(5);

    /// <summary>How long it is shown after both were last heard: long enough for a watch to see it.</summary>
    internal static readonly TimeSpan Shown = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<PublicKey, Runs> heard = new();
    private readonly long startedAt = clock.GetTimestamp();

    /// <summary>Guarded by itself.</summary>
    private sealed class Runs
    {
        /// <summary>In the order in which they were first heard: the run, and when that was.</summary>
        internal List<(string Run, TimeSpan First)> Known { get; } = [];
        internal (DateTimeOffset Since, TimeSpan Last)? Doubled { get; set; }
    }

    /// <summary>This process's own number.</summary>
    internal string Own { get; } = Convert.ToHexStringLower(Randomness.Bytes(Bytes));

    private TimeSpan Now => clock.GetElapsedTime(startedAt);

    /// <summary>Something authentic of this identity came with that number. What is not a number says
    /// nothing.</summary>
    /// <returns>True when it has just become clear that two stations run.</returns>
    internal bool Heard(PublicKey identity, string? run)
    {
        if (
            run is not { Length: 2 * Bytes }
            || !ulong.TryParse(run, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
        )
            return false;
        var runs = heard.GetOrAdd(identity, _ => new Runs());
        lock (runs)
        {
            var place = runs.Known.FindIndex(k => k.Run == run);
            if (place < 0)
            {
                runs.Known.Add((run, Now));
                if (runs.Known.Count > MaxRuns)
                    runs.Known.RemoveAt(0);
                return false;
            }
            // Another one has come since, and this one is still there.
            if (place == runs.Known.Count - 1 || Now - runs.Known[place + 1].First < Settles)
                return false;
            var isNew = runs.Doubled is not { } known || Now - known.Last > Shown;
            runs.Doubled = (isNew ? clock.GetUtcNow() : runs.Doubled!.Value.Since, Now);
            return isNew;
        }
    }

    /// <summary>Since when two stations of this identity have been heard; null where that is not so, or no
    /// longer.</summary>
    internal DateTimeOffset? DoubledSince(PublicKey identity)
    {
        if (!heard.TryGetValue(identity, out var runs))
            return null;
        lock (runs)
            return runs.Doubled is { } known && Now - known.Last <= Shown ? known.Since : null;
    }
}
