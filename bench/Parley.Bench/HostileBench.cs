using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Bench.SideBySide;
using Parley.Record;

namespace Parley.Bench;

/// <summary>
/// How long a FLASH of an honest party takes until it rings, while another party of the line writes, as fast as the
/// station takes it, what is legal and dear. The station is a
/// process of its own; both other parties' feeds are signed here with their keys. From the push's first byte until the
/// alarm's event is at a client that follows; on the line of the
/// hostile party, and on another.
/// </summary>
internal static class HostileBench
{
    private static readonly PartyId Ru = PartyId.Parse("ru"),
        Un = PartyId.Parse("un");
    private static readonly TimeSpan BetweenFlashes = TimeSpan.FromMilliseconds(100),
        Patience = TimeSpan.FromMinutes(5);
    private const int LeastFlashes = 40;

    private sealed record Attack(string Name, int AtOnce, Action<HandFeed, EntryId> Write);

    private static readonly Attack[] Attacks =
    [
        new("nothing", 1, static (_, _) => { }),
        new(
            "140 activities of 256 circles at one place",
            20,
            static (feed, _) =>
            {
                for (var i = 0; i < 140; i++)
                    feed.Write("activity.notified", $$"""{"name":"x","volumes":{{Circles(256)}}}""");
            }
        ),
        new(
            "20,000 FLASH dated to the year 2000",
            2_000,
            static (feed, _) =>
            {
                feed.At = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
                for (var i = 0; i < 20_000; i++)
                    feed.Write("message.sent", """{"text":"t"}""", Precedence.Flash);
                feed.At = null;
            }
        ),
        new(
            "4,000 objections to one movement, and 512 faults of a test backwards in time",
            2_000,
            static (feed, movement) =>
            {
                for (var i = 0; i < 4_000; i++)
                    feed.Write("movement.objected", """{"reason":"r"}""", Precedence.Routine, movement);
                var test = feed.Write("test.sent", """{"style":"automatic"}""");
                for (var i = 0; i < 512; i++)
                {
                    feed.At = TimeProvider.System.GetUtcNow().AddMilliseconds(-1000 * i) is var at
                        ? DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds())
                        : null;
                    feed.Write("test.fault", """{"reason":"r"}""", Precedence.Routine, test);
                }
                feed.At = null;
            }
        ),
        new(
            "1,000 open clarifications of 40,000 characters",
            50,
            static (feed, _) =>
            {
                var text = new string('x', 40_000);
                for (var i = 0; i < 1_000; i++)
                    feed.Write("clarification.requested", $$"""{"concern":"{{text}}"}""");
            }
        ),
        new(
            "4 items of 150 entries of 20,000 characters, answered in turn 400 times",
            50,
            static (feed, _) =>
            {
                var text = new string('x', 20_000);
                var items = Enumerable
                    .Range(0, 4)
                    .Select(_ => feed.Write("accident.reported", """{"what":"w","where":{"name":"p"}}"""))
                    .ToArray();
                for (var i = 0; i < 150; i++)
                    foreach (var item in items)
                        feed.Write("accident.updated", $$"""{"what":"{{text}}"}""", Precedence.Routine, item);
                for (var i = 0; i < 400; i++)
                    feed.Write("accident.updated", """{"what":"w"}""", Precedence.Routine, items[i % items.Length]);
            }
        ),
        new(
            "20,000 that wait for an entry that never comes",
            2_000,
            static (feed, _) =>
            {
                for (var i = 0; i < 20_000; i++)
                    feed.Write(
                        "call.declined",
                        """{"reason":"r"}""",
                        Precedence.Routine,
                        new EntryId(PartyId.Parse("us"), 900_000 + (ulong)i)
                    );
            }
        ),
    ];

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        for (var i = 0; i < Attacks.Length; i++)
        {
            if (options.Entries is null || options.Entries == i + 1)
                await RunAsync(options, Attacks[i], ct);
        }
    }

    private static async Task RunAsync(BenchOptions options, Attack attack, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        var folder = BenchPair.NewFolder(options);
        var port = BenchPair.FreePorts(1)[0];
        try
        {
            foreach (var party in (string[])["us", "ru", "un"])
                await StationProcess.RunAsync(
                    limit.Token,
                    "init",
                    "--party",
                    party,
                    "--name",
                    $"Station {party}",
                    "--data",
                    Path.Combine(folder, party),
                    "--address",
                    party == "us" ? $"127.0.0.1:{port}" : "127.0.0.1:9"
                );
            await using var us = await StationProcess.StartAsync(
                Path.Combine(folder, "us"),
                port,
                options.Profile,
                limit.Token
            );
            var hostile = await OpenAsync(us, folder, "hostile", ["ru", "un"], limit.Token);
            var other = await OpenAsync(us, folder, "other", ["un"], limit.Token);
            using var ru = new HandFeed(hostile, Ru, Path.Combine(folder, "ru"), port);
            HandFeed[] honest =
            [
                new(hostile, Un, Path.Combine(folder, "un"), port),
                new(other, Un, Path.Combine(folder, "un"), port),
            ];
            var rung = new ConcurrentDictionary<string, TaskCompletionSource<long>>(StringComparer.Ordinal);
            using var follows = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            var opened = new TaskCompletionSource();
            var following = new EventReader((last, stop) => us.Api.StreamAsync("events", last, stop)).FollowAsync(
                (name, data) =>
                {
                    if (
                        name == "alarm"
                        && data.TryGetProperty("entry", out var entry)
                        && entry.GetString() is { } id
                        && id.StartsWith("un/", StringComparison.Ordinal)
                    )
                        Rung(rung, $"{data.GetProperty("line").GetString()} {id}")
                            .TrySetResult(Stopwatch.GetTimestamp());
                },
                opened,
                follows.Token
            );
            await ru.PushAsync(1, limit.Token);
            foreach (var feed in honest)
                await feed.PushAsync(1, limit.Token);
            await us.Api.PostAsync(
                $"lines/{hostile.Id}/entries",
                $$$"""{"kind":"activity.notified","body":{"name":"flight","volumes":{{{Circles(1)}}}},"by":{"seat":"watch","name":"Ada"}}""",
                limit.Token
            );
            var movement = await us.Api.PostAsync(
                $"lines/{hostile.Id}/entries",
                """{"kind":"movement.submitted","body":{"purpose":"food","liveContact":"radio 5","armedEscort":false},"by":{"seat":"watch","name":"Ada"}}""",
                limit.Token
            );
            if (!EntryId.TryParse(movement.GetProperty("id").GetString(), out var ours))
                throw new BenchFailure("the movement has no id");
            await opened.Task.WaitAsync(limit.Token);
            attack.Write(ru, ours);
            var before = us.Use;
            var began = Stopwatch.GetTimestamp();
            var attacking = Task.Run(() => ru.PushAsync(attack.AtOnce, limit.Token), limit.Token);
            List<double>[] times =

                [
                    [],
                    [],
                ],
                pushes =

                [
                    [],
                    [],
                ];
            // Also for a while after all of it is there: then it is folded.
            for (
                var i = 0;
                !attacking.IsCompleted
                    || i < 2 * LeastFlashes
                    || !await IsFoldedAsync(us, hostile.Id, ru.Size, limit.Token);
                i++
            )
            {
                var feed = honest[i % 2];
                var flash = feed.Write("message.sent", """{"text":"under fire"}""", Precedence.Flash);
                var sent = Stopwatch.GetTimestamp();
                await feed.PushAsync(1, limit.Token);
                pushes[i % 2].Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                var at = await Rung(rung, $"{(i % 2 == 0 ? hostile : other).Id} {flash}").Task.WaitAsync(limit.Token);
                times[i % 2].Add(Stopwatch.GetElapsedTime(sent, at).TotalMilliseconds);
                await Task.Delay(BetweenFlashes, limit.Token);
            }
            await attacking;
            var (took, used) = (Stopwatch.GetElapsedTime(began), us.Use);
            Report.Title($"hostile: {attack.Name}");
            Print("the same line, until it rings", times[0]);
            Print("another line, until it rings", times[1]);
            Print("both, until the push is answered", [.. pushes.SelectMany(p => p)]);
            Report.Line(
                "station",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(used.Cpu - before.Cpu).TotalSeconds:N1} CPU s in {took.TotalSeconds:N1} s, {Report.Megabytes(used.Resident)} resident, most {Report.Megabytes(used.MostResident)}, {Report.Megabytes(before.Resident)} before"
                )
            );
            await follows.CancelAsync();
            try
            {
                await following;
            }
            catch (OperationCanceledException)
            {
                // it was told to end
            }
            foreach (var feed in honest)
                feed.Dispose();
        }
        finally
        {
            BenchPair.Remove(folder, options.Keep);
        }
    }

    private static TaskCompletionSource<long> Rung(
        ConcurrentDictionary<string, TaskCompletionSource<long>> rung,
        string entry
    ) =>
        rung.GetOrAdd(
            entry,
            static _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)
        );

    /// <summary>True when the station knows of all that the hostile party wrote, and has nothing left to judge before
    /// it answers.</summary>
    private static async Task<bool> IsFoldedAsync(StationProcess us, LineId line, ulong size, CancellationToken ct)
    {
        var status = await us.Api.GetAsync($"lines/{line}/status", ct);
        if (
            !status
                .GetProperty("peers")
                .EnumerateArray()
                .Any(p =>
                    p.GetProperty("party").GetString() == "ru" && p.GetProperty("theirSizeHeld").GetUInt64() >= size
                )
        )
            return false;
        await us.Api.GetAsync($"lines/{line}/traffic?limit=1", ct);
        return true;
    }

    private static async Task<LineDocument> OpenAsync(
        StationProcess us,
        string folder,
        string slug,
        string[] parties,
        CancellationToken ct
    )
    {
        var (cards, fingerprints) = (new JsonArray(), new JsonObject());
        foreach (var party in parties)
        {
            var text = await File.ReadAllBytesAsync(Path.Combine(folder, party, "card"), ct);
            if (!Card.Parse(text).TryGet(out var card, out var why))
                throw new BenchFailure($"the card of {party}: {why}");
            cards.Add(Encoding.UTF8.GetString(text));
            fingerprints[party] = card.Fingerprint.Hex;
        }
        var opened = await us.Api.PostAsync(
            "lines/open",
            new JsonObject
            {
                ["cards"] = cards,
                ["fingerprints"] = fingerprints,
                ["slug"] = slug,
            }.ToJsonString(),
            ct
        );
        return LineDocument
            .Parse(opened.GetProperty("document").GetBytesFromBase64())
            .TryGet(out var document, out var reason)
            ? document
            : throw new BenchFailure($"the line's document: {reason}");
    }

    private static void Print(string where, List<double> times)
    {
        times.Sort();
        Report.Line(
            where,
            string.Create(
                CultureInfo.InvariantCulture,
                $"p50 {Report.Percentile(times, 0.5):N1} ms, p99 {Report.Percentile(times, 0.99):N1} ms, most {times[^1]:N1} ms, of {times.Count}"
            )
        );
    }

    private static string Circles(int count)
    {
        const string circle =
            """{"volume":{"outline_circle":{"center":{"lng":20,"lat":55},"radius":{"value":1000,"units":"M"}}}}""";
        return $"[{string.Join(',', Enumerable.Repeat(circle, count))}]";
    }
}
