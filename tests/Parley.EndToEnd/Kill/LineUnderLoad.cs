using System.Security.Cryptography;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Kill;

/// <summary>
/// A line on which several officers of each party send without a pause, whatever is done to the stations; and the one
/// judgement of it all: what a station had
/// reported stands at both ends, identical, once, in order, and an outsider and <c>parley check</c> find nothing wrong.
/// </summary>
internal sealed class LineUnderLoad : IAsyncDisposable
{
    private const int OfficersEach = 3;
    private readonly CancellationTokenSource stop = new();
    private readonly ReportedEntries[] officers;
    private readonly Task[] sending;

    /// <param name="open">The line.</param>
    /// <param name="seed">Of what the officers send.</param>
    /// <param name="sealedWithin">Seconds for which an officer waits for a seal before he sends the next.</param>
    /// <param name="pace">How long an officer rests after each of his requests; without it he does not.</param>
    internal LineUnderLoad(OpenLine open, int seed, int sealedWithin = 2, TimeSpan pace = default)
    {
        Open = open;
        officers =
        [
            .. open.Stations.SelectMany(
                (s, i) =>
                    Enumerable
                        .Range(0, OfficersEach)
                        .Select(n => new ReportedEntries(
                            s,
                            open.Line,
                            seed + i * OfficersEach + n,
                            n,
                            sealedWithin,
                            pace
                        ))
            ),
        ];
        sending =
        [
            .. officers.Select(o => Task.Run(() => o.SendAsync(stop.Token), TestContext.Current.CancellationToken)),
        ];
    }

    internal OpenLine Open { get; }

    /// <summary>Texts that the test itself sends besides.</summary>
    internal ISet<string> OthersSent { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>How much was reported as sealed so far, in all.</summary>
    internal int Sealed => officers.Sum(o => o.Sealed.Count);

    /// <summary>How much a party's station reported as recorded so far.</summary>
    internal int RecordedOf(string party) => officers.Where(o => o.Party == party).Sum(o => o.Recorded.Count);

    /// <summary>Returns when every party was told of something new that it is sealed.</summary>
    internal Task MoreIsSealedAsync() =>
        Task.WhenAll(
            officers
                .GroupBy(o => o.Party)
                .Select(party =>
                {
                    int Count() => party.Sum(o => o.Sealed.Count);
                    var reported = Count();
                    return Until.HoldsAsync(
                        $"more of {party.Key} is sealed",
                        () => Task.FromResult(Count()),
                        now => now > reported
                    );
                })
        );

    /// <summary>Ends the sending; returns when all that was written is sealed and every reported file is whole at every
    /// station.</summary>
    internal async Task SettleAsync()
    {
        // What follows the last fault has to be sealed as before the first.
        await MoreIsSealedAsync();
        await stop.CancelAsync();
        await Task.WhenAll(sending);
        await Open.SealedAsync();
        foreach (var officer in officers)
        {
            foreach (var (place, hash) in officer.Files)
            {
                foreach (var station in Open.Stations)
                    await Until.HoldsAsync(
                        $"the file {officer.Party}/{place} is whole at {station.Party}",
                        () => HashAsync(station, $"{officer.Party}/{place}"),
                        at => at == hash
                    );
            }
        }
        await Open.SealedAsync(); // the receipts for them
    }

    /// <summary>Exports at every station, has the exports verified and the stores checked, and compares with what was
    /// reported.</summary>
    internal async Task JudgeAsync(ITestOutputHelper output)
    {
        var exports = await ExportedFeed.OfAllAsync(Open);
        foreach (var station in Open.Stations)
        {
            (await station.RunAsync(["check", .. station.Options])).Ended(0);
            Assert.Equal(0, (await station.Api.GetAsync($"lines/{Open.Line}/status"))["forks"]!.GetValue<int>());
        }
        foreach (var party in officers.GroupBy(o => o.Party))
        {
            var sent = party.SelectMany(o => o.Sent.Keys).Concat(OthersSent).ToHashSet(StringComparer.Ordinal);
            var sealedPlaces = party.Sum(o => o.Sealed.Count);
            output.WriteLine(
                $"{party.Key}: {party.Sum(o => o.Sent.Count)} sent, {party.Sum(o => o.Recorded.Count)} reported recorded ({party.Sum(o => o.Files.Count)} of them files), {sealedPlaces} reported sealed, "
                    + $"{party.Sum(o => o.BrokenOff)} requests broke off, {party.Sum(o => o.Refused)} were refused"
            );
            Assert.True(sealedPlaces > 0);
            var place = Open.Stations.Select(s => s.Party).ToList().IndexOf(party.Key);
            ExportedFeed[] feeds = [.. exports.Values.Select(e => e[place])];
            foreach (var feed in feeds)
            {
                Assert.Equal(feeds[0].Headers, feed.Headers);
                Assert.Equal(feed.Texts.Count, feed.Texts.Values.Distinct(StringComparer.Ordinal).Count());
                Assert.All(feed.Texts.Values, text => Assert.True(sent.Contains(text), $"nobody sent '{text}'"));
                foreach (var officer in party)
                    InOrder(officer, feed);
            }
        }
    }

    /// <summary>Recorded is as good a promise as sealed: it was durable at its author's station.</summary>
    private static void InOrder(ReportedEntries officer, ExportedFeed feed)
    {
        var places = feed.Texts.ToDictionary(t => t.Value, t => t.Key, StringComparer.Ordinal);
        foreach (var (text, told) in officer.Recorded)
            Assert.True(
                places.TryGetValue(text, out var place) && place >= told.First && place <= told.Last,
                $"{officer.Party} was told that '{text}' stands at {told}; it stands at {place}"
            );
        // One officer sends one batch after the other, so that batches stand in the order in which they were sent, and
        // texts in that of their batch.
        var own = feed
            .Texts.OrderBy(t => t.Key)
            .Select(t => t.Value.Split(' '))
            .Where(w => w.Length == 7 && w[2] == $"{officer.Number}")
            .Select(w => (Batch: int.Parse(w[4]), Text: int.Parse(w[6])))
            .ToList();
        Assert.Equal(own.Order(), own);
    }

    private async Task<string> HashAsync(TestStation station, string entry)
    {
        using var body = await station.Api.SendAsync(HttpMethod.Get, $"lines/{Open.Line}/entries/{entry}/body");
        return body.IsSuccessStatusCode
            ? Convert.ToHexStringLower(SHA256.HashData(await body.Content.ReadAsByteArrayAsync()))
            : $"{body.StatusCode}";
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        stop.Dispose();
    }
}
