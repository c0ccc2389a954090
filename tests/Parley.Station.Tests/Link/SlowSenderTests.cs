using Parley.Link;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>A sender that is just fast enough for the web server to bear with it.</summary>
public sealed class SlowSenderTests
{
    private static readonly TimeSpan DripEvery = TimeSpan.FromMilliseconds(500);

    [Fact] // LINK-3
    public async Task A_push_that_drips_is_cut_off_at_the_time_limit_of_a_request()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        using var slow = LinkCaller.As(line["ru"].Folder, line["us"]);
        using var done = new CancellationTokenSource();
        var began = TimeProvider.System.GetTimestamp();
        var sent = slow.SendAsync(HttpMethod.Post, $"/parley/v1/feeds/{line.Id}/ru", new Drip(done.Token));
        await line["ru"].SealAsync(line.Id, "beside the slow one");
        await line["us"].UntilRefusedAsync(400, "truncated", 1);
        Assert.InRange(
            TimeProvider.System.GetElapsedTime(began),
            LinkLimits.RequestTimeout - TimeSpan.FromSeconds(1),
            LinkLimits.RequestTimeout * 2
        );
        await done.CancelAsync();
        await Xunit.Record.ExceptionAsync(() => sent);
        await line["ru"].SealAsync(line.Id, "and goes on");
    }

    /// <summary>Announces a whole push and sends a kilobyte at a time until it is told to end.</summary>
    private sealed class Drip(CancellationToken end) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            using var timer = new PeriodicTimer(DripEvery);
            while (await timer.WaitForNextTickAsync(end))
            {
                await stream.WriteAsync(new byte[1024], end);
                await stream.FlushAsync(end);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 1 << 20;
            return true;
        }
    }
}
