using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Kill;

/// <summary>
/// kill -9 of either station at any moment: nothing that was cosigned is missing after the restart, and nothing stands twice.
/// <c>PARLEY_KILL_ROUNDS</c> sets the number of kills (12), <c>PARLEY_KILL_SEED</c> the seed, which every run prints.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int DefaultRounds = 12;
    /// <summary>A station lives this long at most between its start and its end.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMilliseconds(900);

    [Fact]
    public async Task Killed_at_any_moment_neither_station_loses_or_doubles_what_it_reported()
    {
        var rounds = Number("PARLEY_KILL_ROUNDS") ?? DefaultRounds;
        var seed = Number("PARLEY_KILL_SEED") ?? Environment.TickCount;
        var random = new Random(seed);
        output.WriteLine($"PARLEY_KILL_ROUNDS={rounds} PARLEY_KILL_SEED={seed}");

        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        using var stop = new CancellationTokenSource();
        ReportedEntries[] officers = [.. line.Stations.Select((s, i) => new ReportedEntries(s, line.Line, seed + i))];
        Task[] sending = [.. officers.Select(o => Task.Run(() => o.SendAsync(stop.Token), TestContext.Current.CancellationToken))];
        for (var round = 0; round < rounds; round++)
        {
            // Half of the kills meet stations that are back in full exchange; the others may meet them while they start or catch up.
            if (random.Next(2) == 0) await MoreIsSealedAsync(officers);
            await Task.Delay(LongestLife * random.NextDouble(), TimeProvider.System, TestContext.Current.CancellationToken); // the moment, not a wait for anything
            var victim = line.Stations[random.Next(2)];
            await victim.KillAsync();
            await victim.StartAsync();
        }
        // What follows the last restart has to be sealed as before the first kill.
        await MoreIsSealedAsync(officers);
        await stop.CancelAsync();
        await Task.WhenAll(sending);
        await line.SealedAsync();

        var exports = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var station in line.Stations)
        {
            var export = exports[station.Party] = line.Folder[$"export-{station.Party}"];
            (await station.RunAsync("record", "export", "--out", export)).Ended(0);
            var verdict = (await ParleyCommand.RunAsync("verify", export, "--json")).Ended(0).Json;
            Assert.Empty(verdict["findings"]!.AsArray());
            Assert.Equal(0, (await station.Api.GetAsync($"lines/{line.Line}/status"))["forks"]!.GetValue<int>());
        }
        foreach (var officer in officers)
        {
            output.WriteLine($"{officer.Party}: {officer.Sent.Count} sent, {officer.Recorded.Count} reported recorded, {officer.Sealed.Count} reported sealed, {officer.BrokenOff} batches broke off, {officer.Refused} were refused");
            Assert.NotEmpty(officer.Sealed);
            ExportedFeed[] feeds = [.. exports.Values.Select(e => ExportedFeed.Read(e, officer.Party))];
            Assert.Equal(feeds[0].Headers, feeds[1].Headers);
            foreach (var feed in feeds)
            {
                Assert.Equal(feed.Texts.Count, feed.Texts.Values.Distinct(StringComparer.Ordinal).Count());
                Assert.All(feed.Texts.Values, text => Assert.True(officer.Sent.ContainsKey(text), $"nobody sent '{text}'"));
                // Recorded is as good a promise as sealed: it was durable at its author's station.
                foreach (var (seq, text) in officer.Recorded) Assert.True(feed.Texts.TryGetValue(seq, out var stands) && stands == text, $"{officer.Party}/{seq} was reported as '{text}'");
            }
        }
    }

    /// <summary>Returns when every officer was told of something new that it is sealed.</summary>
    private static async Task MoreIsSealedAsync(ReportedEntries[] officers)
    {
        foreach (var officer in officers)
        {
            var reported = officer.Sealed.Count;
            await Until.HoldsAsync($"more of {officer.Party} is sealed", () => Task.FromResult(officer.Sealed.Count), now => now > reported);
        }
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
