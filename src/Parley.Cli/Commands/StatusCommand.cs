using System.CommandLine;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>How lines stand: <c>parley status</c> for all of them, <c>parley line status</c> for one.</summary>
internal static class StatusCommand
{
    internal static Command Create(CommandContext context, string name, bool allLines)
    {
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command(
            name,
            allLines
                ? "The station and all its lines: who is reachable, what is undelivered"
                : "One line: who is reachable, what is undelivered"
        )
        {
            json,
        };
        var wait = SendCommand.WaitOption();
        wait.Description =
            "Wait until every peer holds what we have written (sealed[=SECONDS]), with a bar for each that catches up";
        var check = new Option<bool>("--check")
        {
            Description =
                "One line for a monitor, with a Nagios plugin's exit codes: 0 well, 1 warning, 2 critical (also where no station answers), 3 where this user cannot look",
        };
        if (allLines)
            command.Options.Add(check);
        else
        {
            command.Options.Add(line);
            command.Options.Add(wait);
        }
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                using var station = context.Client(parsed);
                if (allLines && parsed.GetValue(check))
                    return await TroubleCommands.CheckAsync(screen, station, ct);
                if (allLines && !parsed.GetValue(json))
                    Print(screen, await station.GetAsync("station", ApiJson.Default.StationView, ct));
                var lines = allLines
                    ? StationClient
                        .ExercisesLast(await station.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct))
                        .Select(l => l.Line)
                    : [await station.LineAsync(parsed.GetValue(line), ct)];
                var inTime = true;
                foreach (var id in lines)
                {
                    if (!allLines && SendCommand.Wait(parsed.GetValue(wait)) is { } seconds)
                        inTime = await CaughtUpAsync(screen, station, id, TimeSpan.FromSeconds(seconds), ct);
                    var answer = await station.GetAsync($"lines/{id}/status", ct);
                    if (parsed.GetValue(json))
                        screen.Json(answer);
                    else
                        Print(screen, StationClient.Read(answer, ApiJson.Default.LineStatus));
                }
                return inTime ? Program.Done : Program.Failed;
            }
        );
        return command;
    }

    /// <summary>Follows the peers' catching up until all hold what we had written when it began; false when the time
    /// ran out.</summary>
    private static async Task<bool> CaughtUpAsync(
        Screen screen,
        StationClient station,
        LineId line,
        TimeSpan limit,
        CancellationToken ct
    )
    {
        var began = screen.Clock.GetTimestamp();
        var first = StationClient.Read(await station.GetAsync($"lines/{line}/status", ct), ApiJson.Default.LineStatus);
        return await ProgressBar.RunAsync(
            screen,
            "catch-up",
            async report =>
            {
                for (
                    var status = first;
                    ;
                    status = StationClient.Read(
                            await station.GetAsync($"lines/{line}/status", ct),
                            ApiJson.Default.LineStatus
                        )
                )
                {
                    report((long)status.OwnSealed, (long)first.OwnSize);
                    if (status.OwnSealed >= first.OwnSize)
                        return true;
                    if (screen.Clock.GetElapsedTime(began) >= limit)
                        return false;
                    await Task.Delay(PollInterval, screen.Clock, ct);
                }
            }
        );
    }

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private static void Print(Screen screen, StationView station)
    {
        var state =
            station.State == StationState.Ready
                ? screen.Good("ready")
                : screen.Act(
                    station.State == StationState.OwnFeedForeign
                        ? "own-feed-foreign"
                        : station.State.ToString().ToLowerInvariant()
                );
        screen.Line($"{screen.Bold(station.Party.Value)}  {SafeText.ShowLine(station.Name)}  {state}");
        if (station.Fault is { } fault)
        {
            foreach (var text in screen.Wrap(SafeText.Show(fault), 2))
                screen.Line(screen.Act(text));
        }
        if ((station.NoRoom ?? station.NoRoomForAttachments) is { } full)
        {
            foreach (var text in screen.Wrap(SafeText.Show(full), 2))
                screen.Line(screen.Warn(text));
        }
        if (station.Warning is { } warning)
        {
            foreach (var text in screen.Wrap(SafeText.Show(warning), 2))
                screen.Line(screen.Warn(text));
        }
        screen.Line(
            $"  parley {station.Version}, up {Times.Length(screen.Clock.GetUtcNow() - station.StartedAt)}, {station.Store}"
        );
    }

    internal static void Print(Screen screen, LineStatus status)
    {
        screen.Line();
        screen.Line($"{screen.Bold(status.Line.Value)}  {status.Standing}");
        foreach (var by in status.Suspensions)
        {
            var who = $"{by.Name} ({by.Seat}){(by.ReleasedBy is { } second ? $" and {second}" : "")}";
            foreach (
                var text in screen.Wrap(
                    SafeText.ShowLine(
                        $"suspended by {by.By} since {Times.GroupAndAge(by.At, screen.Clock)}: {who}, {by.Entry}{(by.Reason is { } why ? $": {why}" : ", no reason given")}"
                    ),
                    2
                )
            )
                screen.Line(screen.Warn(text));
        }
        if (status.Suspensions.Count > 0)
            screen.Line("  it takes FLASH, acknowledgements, tests and the watch's handover");
        screen.Line($"  we have written {status.OwnSize} entries, {status.OwnSealed} sealed");
        if (status.Forks > 0)
            screen.Line(
                screen.Act(
                    $"  FORK: {status.Forks} contradictory checkpoints are kept as evidence; nothing more is written to this line"
                )
            );
        if (status.Refusals > 0)
            screen.Line(screen.Warn($"  {status.Refusals} requests of peers were refused"));
        if (status.Recovery is { } back)
            screen.Line(
                screen.Warn(
                    $"  our own feed is on its way back: {back.Held} of {back.Proven} entries, {(back.Awaited ? $"{back.From} brings them when it dials us" : $"from {back.From}")}; nothing is signed until it is whole"
                )
            );
        if (status.OwnFeed is { } own)
            Print(screen, own);
        foreach (var peer in status.Peers)
            Print(screen, status, peer);
        if (status.Relay is { Relay: { } relay } via)
        {
            var words = via.Error is { } error
                ? $"cannot be used: {SafeText.ShowLine(error)}"
                : string.Join(
                    ", ",
                    (
                        (string?[])
                            [
                                Ago("left there", via.LastLeft),
                                Ago("taken from there", via.LastTaken),
                                $"{via.EntriesTaken} entries came by it",
                            ]
                    ).OfType<string>()
                );
            foreach (var text in screen.Wrap($"relay {relay}, not on the line: {words}", 2))
                screen.Line(via.Error is null ? text : screen.Warn(text));
        }

        string? Ago(string what, DateTimeOffset? at) =>
            at is { } time ? $"{what} {Times.Age(screen.Clock.GetUtcNow() - time)}" : null;
    }

    private static void Print(Screen screen, OwnFeedView own)
    {
        foreach (var text in screen.Wrap(own.Sentence is { } sentence ? $"own-feed-foreign: {sentence}" : "", 2))
            screen.Line(screen.Act(text));
        var waits = string.Join(", ", own.Awaited);
        if (own.Awaited.Count > 0)
            foreach (
                var text in screen.Wrap(
                    $"nothing is signed until {waits} {(own.Awaited.Count == 1 ? "has" : "have")} shown {(own.State == OwnFeedState.Opening ? "that nothing of ours is there" : "what is there of our feed")}",
                    2
                )
            )
                screen.Line(screen.Warn(text));
        if (own.Proposed is { } first)
            foreach (
                var text in screen.Wrap(
                    SafeText.ShowLine(
                        $"{first.First.Name} ({first.First.Seat}) says that it may sign on{Why(first)}: a second officer has to say the same (parley line sign-on)"
                    ),
                    2
                )
            )
                screen.Line(screen.Warn(text));
        if (own.Decided is { Second: { } second } done)
            foreach (
                var text in screen.Wrap(
                    SafeText.ShowLine(
                        $"two officers let it sign on {Times.GroupAndAge(done.At, screen.Clock)}: {done.First.Name} and {second.Name}{Why(done)}"
                    ),
                    2
                )
            )
                screen.Line(text);

        static string Why(SignOnView word) =>
            $"{(word.Without.Count > 0 ? $", without waiting for {string.Join(", ", word.Without)}" : "")}{(word.Reason is { } reason ? $" ({reason})" : "")}";
    }

    private static void Print(Screen screen, LineStatus status, PeerStatus peer)
    {
        var word = peer.State.ToString().ToLowerInvariant();
        var shown = peer.State switch
        {
            LinkState.Alive => screen.Good($"● {word}"),
            LinkState.Unattended => screen.Warn($"◐ {word}"),
            LinkState.Unopened => screen.Warn($"◌ {word}"),
            LinkState.Suspended => screen.Warn($"‖ {word}"),
            _ => screen.Act($"○ {word}"),
        };
        if (peer.HeartbeatsUnreadable is not null && peer.State == LinkState.Unattended)
            shown = screen.Warn("◍ unreadable"); // whether an officer is there is not known
        var heard = peer.LastHeard is { } at ? $"heard {Times.Age(screen.Clock.GetUtcNow() - at)}" : "never heard";
        screen.Line($"  {screen.Bold(peer.Party.Value)}  {shown}  {heard}");
        screen.Line($"      has {peer.OurSizeSealed} of our {status.OwnSize}; we have {peer.TheirSizeHeld} of theirs");
        if (peer.DoubledSince is { } two)
            foreach (
                var text in screen.Wrap(
                    $"two stations of {peer.Party} answer at once since {Times.GroupAndAge(two, screen.Clock)}: one is a copy, or its keys are stolen; tell its officers by another channel",
                    6
                )
            )
                screen.Line(screen.Act(text));
        if (peer.OldestUndelivered is { } oldest)
            foreach (
                var text in screen.Wrap(
                    $"undelivered since {Times.GroupAndAge(oldest.Since, screen.Clock)}: {oldest.Entry} of {Times.Group(oldest.At)}",
                    6
                )
            )
                screen.Line(screen.Warn(text));
        foreach (var untaken in (UntakenView?[])[peer.UntakenThere, peer.UntakenHere])
            if (untaken is not null)
                foreach (
                    var text in screen.Wrap(
                        $"{SafeText.ShowLine(untaken.Sentence)} (since {Times.GroupAndAge(untaken.Since, screen.Clock)})",
                        6
                    )
                )
                    screen.Line(screen.Warn(text));
        if (peer.FailingSince is { } since)
            foreach (
                var text in screen.Wrap(
                    $"failing since {Times.GroupAndAge(since, screen.Clock)}: {SafeText.ShowLine(peer.LastError ?? "no reason known")}",
                    6
                )
            )
                screen.Line(text);
        const int worthSaying = 1000;
        if (peer.ClockOffsetMs is { } offset && Math.Abs(offset) >= worthSaying)
            screen.Line(screen.Warn($"      its clock differs by at least {offset / 1000.0:+0.0;-0.0} s"));
    }
}
