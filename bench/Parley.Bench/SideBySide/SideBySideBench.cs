using System.Diagnostics;
using System.Globalization;

namespace Parley.Bench.SideBySide;

/// <summary>
/// The recipient's server killed in the middle of a stream and started again 3 s later: two stations beside two Prosody
/// servers, one after the other, several times over. What was sent and
/// accepted against what was delivered; rates and latencies of both.
/// </summary>
internal static class SideBySideBench
{
    private const int DefaultRounds = 3,
        DefaultLoad = 12_000,
        Warm = 2_048,
        Single = 300;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(3),
        Look = TimeSpan.FromMilliseconds(1),
        Longest = TimeSpan.FromMinutes(10);

    private sealed record Entrant(
        string Name,
        Func<BenchOptions, Course, Sightings, CancellationToken, Task<IContender>> StartAsync
    );

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        var course = new Course(
            Warm,
            Single,
            (int)Math.Min(options.Entries ?? DefaultLoad, 1_000_000),
            options.BodyBytes
        );
        Entrant[] entrants =
        [
            new("Parley", (o, c, s, stop) => ParleyContender.StartAsync(o, c, s, stop)),
            new(
                "Prosody",
                (o, c, s, stop) =>
                    ProsodyContender.StartAsync(o, c, new ProsodySetting(Durable: false, Persistent: false), s, stop)
            ),
            new(
                "Prosody, careful",
                (o, c, s, stop) =>
                    ProsodyContender.StartAsync(o, c, new ProsodySetting(Durable: true, Persistent: true), s, stop)
            ),
        ];
        var rounds = options.Rounds ?? DefaultRounds;
        Report.Line("prosody", ProsodyServer.Version);
        Report.Line(
            "course",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{course.Load:N0} messages of {course.BodyBytes} bytes from {Course.Senders} officers, {Course.Group} at a time each; {rounds} rounds; the kill after a third, {Away.TotalSeconds:N0} s away"
            )
        );
        var tallies = entrants.ToDictionary(e => e, _ => new List<Tally>());
        for (var round = 1; round <= rounds; round++)
        {
            Report.Title(
                string.Create(CultureInfo.InvariantCulture, $"round {round}, load average {Report.LoadAverage()}")
            );
            foreach (var entrant in entrants)
            {
                var tally = await RoundAsync(entrant, InFolder(options, entrant, round), course, ct);
                tallies[entrant].Add(tally);
                Report.Line(entrant.Name, SideBySideTable.Line(tally));
            }
        }
        Report.Title("medians of the rounds");
        SideBySideTable.Print([.. entrants.Select(e => (e.Name, (IReadOnlyList<Tally>)tallies[e]))]);
    }

    private static BenchOptions InFolder(BenchOptions options, Entrant entrant, int round)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{entrant.Name.Replace(", ", "-", StringComparison.Ordinal).ToLowerInvariant()}-{round}"
        );
        return options.Data is { } data
            ? options with
            {
                Data = Path.Combine(data, name),
            }
            : options with
            {
                What = $"{options.What}-{name}",
            };
    }

    private static async Task<Tally> RoundAsync(
        Entrant entrant,
        BenchOptions options,
        Course course,
        CancellationToken ct
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Longest);
        try
        {
            return await RunAsync(entrant, options, course, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new BenchFailure(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{entrant.Name}: the round was not over after {Longest.TotalMinutes:N0} min"
                )
            );
        }
    }

    private static async Task<Tally> RunAsync(
        Entrant entrant,
        BenchOptions options,
        Course course,
        CancellationToken ct
    )
    {
        var sightings = new Sightings(course.Total);
        await using var contender = await entrant.StartAsync(options, course, sightings, ct);
        await Task.WhenAll(Officers(0, course.Warm, (sender, group) => contender.SendAsync(sender, group, ct)));
        for (var n = 0; n < course.Warm; n++)
            await sightings.SightAsync(n).WaitAsync(ct);
        for (var n = course.Warm; n < course.FirstOfLoad; n++)
        {
            var seen = sightings.SightAsync(n);
            await contender.SendAsync(n % Course.Senders, [n], ct);
            await seen.WaitAsync(ct);
            while (contender.Seals && !sightings.WasSealed(n))
                await Task.Delay(Look, ct);
        }

        var third = course.Load / 3;
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepted = 0;
        var sending = Task.WhenAll(
            Officers(
                course.FirstOfLoad,
                course.Load,
                async (sender, group) =>
                {
                    if (group[0] >= course.FirstOfLoad + 2 * third)
                        await back.Task.WaitAsync(ct);
                    await contender.SendAsync(sender, group, ct);
                    if (Interlocked.Add(ref accepted, group.Length) >= third)
                        full.TrySetResult();
                }
            )
        );
        await Task.WhenAny(full.Task, sending).WaitAsync(ct);
        var killed = Stopwatch.GetTimestamp();
        await contender.KillAsync();
        await Task.Delay(Away, ct);
        var returned = Stopwatch.GetTimestamp();
        await contender.ReturnAsync(ct);
        back.TrySetResult();
        await sending;
        await contender.SettleAsync(ct);
        return Tally.Of(course, sightings, await contender.ShownAsync(ct), contender.Seals, killed, returned);
    }

    private static IEnumerable<Task> Officers(int first, int count, Func<int, int[], Task> send) =>
        Enumerable
            .Range(0, Course.Senders)
            .Select(sender =>
                Task.Run(async () =>
                {
                    foreach (var group in Course.GroupsOf(sender, first, count))
                        await send(sender, group);
                })
            );
}
