using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Faults;

/// <summary>kill -9 of the receiver in the middle of a stream, and its start 3 s later: the case that <c>bench/run
/// side-by-side</c> measures.</summary>
public sealed class ReceiverAwayTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_receiver_killed_in_mid_stream_and_back_after_3_seconds_has_all_that_was_accepted_once_and_in_order()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        await using var load = new LineUnderLoad(line, Environment.TickCount);
        await load.MoreIsSealedAsync();
        await line["ru"].KillAsync();
        var recorded = load.RecordedOf("us");
        await Task.Delay(Away, TimeProvider.System, TestContext.Current.CancellationToken); // the length of the outage, not a wait for anything
        Assert.True(
            load.RecordedOf("us") > recorded,
            "the author's officers were not told of anything recorded while the receiver was away"
        );
        await line["ru"].StartAsync();
        await load.SettleAsync();
        await load.JudgeAsync(output);
    }
}
