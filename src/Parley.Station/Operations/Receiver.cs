using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Telemetry;

namespace Parley.Station.Operations;

/// <summary>
/// Tells one receiver what stands, in the order of its urgency, until it has taken it. There is no queue: what is told
/// next is the difference between what stands now and what the receiver took last, so that a receiver that comes back
/// hears how things are and not how they were. After a start of the station all that stands is told again, under the
/// same names.
/// </summary>
internal sealed class Receiver(AlertReceiver settings, IAlertWay way, PagerSetup setup)
{
    /// <summary>Alerts that one receiver is told in a minute: of more than that nobody reads any. What is most urgent
    /// goes first, and of equals the party that was told of least.</summary>
    internal const int MaxPerMinute = 30;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastAgain = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Told> told = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> sent = new();
    private ReceiverView view = new(settings.Name, way.Name, 0, null, null, null);

    /// <param name="Trouble">As it was when it was told.</param>
    private sealed record Told(TroubleView Trouble, DateTimeOffset At);

    internal string Name => settings.Name;

    internal ReceiverView View
    {
        get
        {
            lock (gate)
                return view;
        }
    }

    /// <summary>Tells until the station stops.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        var again = FirstAgain;
        while (true)
        {
            var wait = Look;
            switch (await TellNextAsync(stop))
            {
                case true:
                    (wait, again) = (TimeSpan.Zero, FirstAgain);
                    break;
                case false:
                    (wait, again) = (again, again * 2 < LastAgain ? again * 2 : LastAgain);
                    break;
            }
            await Task.Delay(wait, setup.Clock, stop);
        }
    }

    /// <summary>True when it took something, false when it did not, null when there is nothing to tell.</summary>
    private async Task<bool?> TellNextAsync(CancellationToken stop)
    {
        try
        {
            var now = setup.Clock.GetUtcNow();
            if (Next(now) is not { } alert)
                return null;
            if (await SendAsync(alert, stop) is not null)
                return false;
            Took(alert, now);
            return true;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            // A mistake over one thing must not end that anybody is told of anything.
            StationLog.PagingFailed(setup.Log, settings.Name, e);
            return false;
        }
    }

    /// <summary>Tries whether alerts arrive.</summary>
    internal Task<string?> TestAsync(CancellationToken ct)
    {
        var now = setup.Clock.GetUtcNow();
        var trouble = new TroubleView(
            "test",
            "test",
            Precedence.Routine,
            Mark.Test,
            "arrived",
            null,
            null,
            now,
            $"this is a test: the station of {setup.Party} can tell {settings.Name}"
        );
        return SendAsync(new AlertView(1, "test", setup.Party, now, 0, trouble), ct);
    }

    private async Task<string?> SendAsync(AlertView alert, CancellationToken ct)
    {
        var failed = await way.SendAsync(alert, ct);
        var now = setup.Clock.GetUtcNow();
        lock (gate)
        {
            if (failed is not null && view.FailingSince is null)
                StationLog.NotPaged(setup.Log, settings.Name, failed);
            else if (failed is null && view.FailingSince is not null)
                StationLog.PagedAgain(setup.Log, settings.Name);
            view = failed is null
                ? view with
                {
                    Delivered = view.Delivered + 1,
                    LastDelivered = now,
                    FailingSince = null,
                    LastError = null,
                }
                : view with
                {
                    FailingSince = view.FailingSince ?? now,
                    LastError = failed,
                };
        }
        return failed;
    }

    /// <summary>What is to be told now; null where nothing is.</summary>
    private AlertView? Next(DateTimeOffset now)
    {
        while (sent.TryPeek(out var first) && (now - first >= TimeSpan.FromMinutes(1) || first > now))
            sent.Dequeue();
        if (sent.Count >= MaxPerMinute)
            return null;
        var standing = setup.Troubles.Lately().Where(IsFor).ToDictionary(t => t.Trouble, StringComparer.Ordinal);
        var wanted = standing
            .Values.Select(t => (Trouble: t, Event: EventOf(t, now)))
            .Where(t => t.Event is not null && !IsQuiet(t.Trouble, now))
            .OrderByDescending(t => t.Trouble.Precedence)
            .ThenBy(t => told.Values.Count(known => AuthorOf(known.Trouble) == AuthorOf(t.Trouble)))
            .ThenBy(t => t.Trouble.Since)
            .Select(t => Alert(t.Event!, t.Trouble))
            .FirstOrDefault();
        if (wanted is not null)
            return wanted;
        if (
            told.Values.FirstOrDefault(t => !standing.ContainsKey(t.Trouble.Trouble) && !IsQuiet(t.Trouble, now))
            is not { } ended
        )
            return null;
        return Alert(setup.Troubles.Taken().Contains(ended.Trouble.Trouble) ? "taken" : "over", ended.Trouble);

        AlertView Alert(string what, TroubleView trouble) =>
            new(1, what, setup.Party, now, standing.Count, setup.Words ? trouble : trouble with { Text = null });
    }

    private string? EventOf(TroubleView trouble, DateTimeOffset now)
    {
        if (now - trouble.Since < TimeSpan.FromSeconds(settings.After ?? 0))
            return null;
        if (!told.TryGetValue(trouble.Trouble, out var known))
            return "raised";
        if (known.Trouble.Level != trouble.Level || known.Trouble.Precedence < trouble.Precedence)
            return "risen";
        return settings.Repeat is { } seconds && now - known.At >= TimeSpan.FromSeconds(seconds) ? "repeated" : null;
    }

    private bool IsFor(TroubleView trouble) =>
        trouble.Precedence >= (settings.From ?? Precedence.Routine)
        && (trouble.Mark == Mark.Actual || settings.Exercises == true)
        // Whoever cannot be reached is not told that it cannot.
        && trouble.Trouble != Pager.TroubleOf(settings.Name);

    private bool IsQuiet(TroubleView trouble, DateTimeOffset now) =>
        settings.Quiet?.Any(q => q.Silences(trouble.Precedence, now)) == true;

    private static PartyId? AuthorOf(TroubleView trouble) => trouble.Entry?.Party;

    private void Took(AlertView alert, DateTimeOffset now)
    {
        sent.Enqueue(now);
        if (alert.Event is "over" or "taken")
            told.Remove(alert.Trouble.Trouble);
        else
            told[alert.Trouble.Trouble] = new Told(alert.Trouble, now);
    }
}
