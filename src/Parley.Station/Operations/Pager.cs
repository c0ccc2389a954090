using System.Text;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Telemetry;

namespace Parley.Station.Operations;

/// <summary>What pagers work with.</summary>
/// <param name="Words">True where alerts may carry words of entries.</param>
internal sealed record PagerSetup(PartyId Party, Troubles Troubles, bool Words, TimeProvider Clock, ILogger Log);

/// <summary>Tells those whom the settings name of what is wrong, and says at every interval that the station works: a
/// desk that nobody looks at rings all the same.</summary>
internal sealed class Pager : IAsyncDisposable
{
    /// <summary>A receiver that cannot be reached for as long gives officers an alarm of its own.</summary>
    private static readonly TimeSpan Passing = TimeSpan.FromMinutes(1);

    private readonly PagerSetup setup;
    private readonly IReadOnlyList<Receiver> receivers;

    /// <summary>The station's own log, which is told of everything and named nowhere.</summary>
    private readonly Receiver log;
    private readonly List<IAlertWay> ways;
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> running = [];
    private ReceiverView? alive;

    private Pager(PagerSetup setup, IReadOnlyList<(AlertReceiver Settings, IAlertWay Way)> all)
    {
        this.setup = setup;
        ways = [.. all.Select(r => r.Way)];
        receivers = [.. all.Select(r => new Receiver(r.Settings, r.Way, setup))];
        log = new Receiver(new AlertReceiver("log"), new LogWay(setup.Log), setup);
        setup.Troubles.OfPaging = Unreached;
    }

    /// <summary>Begins to tell; refuses settings whose files cannot be read, for a pager that fails only when it is
    /// wanted is none.</summary>
    internal static Parsed<Pager> Begin(PagerSetup setup, AlertSettings? settings, DataDirectory directory)
    {
        var all = new List<(AlertReceiver, IAlertWay)>();
        foreach (var receiver in settings?.Receivers ?? [])
        {
            if (!WayTo(receiver, directory, setup.Clock).TryGet(out var way, out var why))
            {
                Close(all.Select(r => r.Item2));
                return new Rejected($"alerts: {why}");
            }
            all.Add((receiver, way));
        }
        WebhookWay? beat = null;
        if (settings?.Heartbeat is { } heartbeat)
        {
            if (!Webhook(heartbeat.Webhook, heartbeat.SecretFile, directory, setup.Clock).TryGet(out beat, out var why))
            {
                Close(all.Select(r => r.Item2));
                return new Rejected($"alerts: {why}");
            }
        }
        var pager = new Pager(setup, all);
        pager.running.AddRange(pager.receivers.Append(pager.log).Select(r => pager.UntilStopped(r.RunAsync)));
        if (beat is not null)
        {
            pager.ways.Add(beat);
            pager.running.Add(pager.UntilStopped(stop => pager.BeatAsync(beat, settings!.Heartbeat!.Interval, stop)));
        }
        return pager;
    }

    /// <summary>Names the trouble that a receiver cannot be reached.</summary>
    internal static string TroubleOf(string receiver) => $"station:paging.{receiver}";

    internal IReadOnlyList<ReceiverView> Receivers => [.. receivers.Select(r => r.View), .. Alive()];

    /// <summary>Sends a test to one receiver. Null for one that there is not.</summary>
    internal async Task<ReceiverView?> TestAsync(string name, CancellationToken ct)
    {
        if (receivers.FirstOrDefault(r => r.Name == name) is not { } receiver)
            return null;
        await receiver.TestAsync(ct);
        return receiver.View;
    }

    private IEnumerable<ReceiverView> Alive() => Volatile.Read(ref alive) is { } beats ? [beats] : [];

    private IEnumerable<TroubleView> Unreached() =>
        Receivers
            .Where(r => r.FailingSince is { } since && setup.Clock.GetUtcNow() - since >= Passing)
            .Select(r => new TroubleView(
                TroubleOf(r.Name),
                "paging",
                Precedence.Immediate,
                Mark.Actual,
                "arrived",
                null,
                null,
                r.FailingSince!.Value,
                $"{r.Name} cannot be told of anything ({r.Way}): {r.LastError}"
            ));

    private async Task BeatAsync(WebhookWay way, TimeSpan interval, CancellationToken stop)
    {
        const string name = "heartbeat";
        Volatile.Write(ref alive, new ReceiverView(name, name, 0, null, null, null));
        while (true)
        {
            var now = setup.Clock.GetUtcNow();
            // A station that cannot write is as good as none: whoever hears nothing pages.
            if (setup.Troubles.Works)
            {
                var beat = new AliveView(1, setup.Party, now, setup.Troubles.Lately().Count);
                var failed = await way.PostAsync("alive", beat, ApiJson.Default.AliveView, stop);
                var before = alive!;
                if (failed is not null && before.FailingSince is null)
                    StationLog.NotPaged(setup.Log, name, failed);
                else if (failed is null && before.FailingSince is not null)
                    StationLog.PagedAgain(setup.Log, name);
                Volatile.Write(
                    ref alive,
                    failed is null
                        ? new ReceiverView(name, name, before.Delivered + 1, now, null, null)
                        : before with
                        {
                            FailingSince = before.FailingSince ?? now,
                            LastError = failed,
                        }
                );
            }
            await Task.Delay(interval, setup.Clock, stop);
        }
    }

    private static Parsed<IAlertWay> WayTo(AlertReceiver receiver, DataDirectory directory, TimeProvider clock)
    {
        if (receiver.Webhook is { } address)
            return Webhook(address, receiver.SecretFile, directory, clock).TryGet(out var web, out var why)
                ? Parsed<IAlertWay>.Of(web)
                : new Rejected(why);
        if (receiver.Command is { } command)
            return Parsed<IAlertWay>.Of(new CommandWay(command, clock));
        var mail = receiver.Mail!;
        string? password = null;
        if (mail.PasswordFile is { } file)
        {
            if (!PrivateFiles.ReadSecret(Path.Combine(directory.Path, file)).TryGet(out var bytes, out var unread))
                return new Rejected(unread);
            password = Encoding.UTF8.GetString(bytes);
        }
        return Parsed<IAlertWay>.Of(new MailWay(mail, password, clock));
    }

    private static Parsed<WebhookWay> Webhook(
        string address,
        string? secretFile,
        DataDirectory directory,
        TimeProvider clock
    )
    {
        byte[]? secret = null;
        if (
            secretFile is not null
            && !PrivateFiles.ReadSecret(Path.Combine(directory.Path, secretFile)).TryGet(out secret, out var why)
        )
            return new Rejected(why);
        return new WebhookWay(AlertReceiver.WebAddress(address)!, secret, clock);
    }

    private Task UntilStopped(Func<CancellationToken, Task> run) =>
        Task.Run(async () =>
        {
            try
            {
                await run(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // the station stops
            }
        });

    private static void Close(IEnumerable<IAlertWay> ways)
    {
        foreach (var way in ways)
            way.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running);
        Close(ways);
        stopping.Dispose();
    }
}
