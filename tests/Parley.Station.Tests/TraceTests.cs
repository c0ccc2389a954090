using System.Collections.Concurrent;
using System.Diagnostics;
using Parley.Station.Telemetry;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests;

/// <summary>Spans say what was done and how long it took, and nothing of what was said or by whom.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task Link_requests_commits_and_API_requests_leave_spans_without_content_and_without_a_parent_elsewhere()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StationTraces.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var line = await LiveLine.StartAsync("us", "ru");
        await line["us"].SealAsync(line.Id, "the-secret-text");
        Assert.Equal(200, (await line["us"].GetAsync($"lines/{line.Id}/entries?after=0&limit=10")).Status);
        await line["us"].StopAsync();
        await line["ru"].StopAsync();

        Assert.All(spans, s => Assert.Null(s.ParentId));
        foreach (var span in spans)
        {
            var shown =
                $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects.Select(t => $"{t.Key}={t.Value}"))} {string.Join(' ', span.Events.Select(e => e.Name))} {span.TraceStateString}";
            foreach (var content in (string[])["the-secret-text", "Ada", "us/1", "after="])
                Assert.DoesNotContain(content, shown, StringComparison.Ordinal);
        }
        var ours = spans.Where(s => s.GetTagItem("parley.line") as string == line.Id.Value).ToList();
        Assert.Contains(ours, s => s is { DisplayName: "commit", Kind: ActivityKind.Internal });
        Assert.Contains(
            ours,
            s =>
                s is { DisplayName: "link ask", Kind: ActivityKind.Client }
                && s.GetTagItem("parley.verb") as string == "Push"
                && s.GetTagItem("http.response.status_code") is 200
        );
        Assert.Contains(
            ours,
            s =>
                s is { DisplayName: "link request", Kind: ActivityKind.Server }
                && s.GetTagItem("parley.verb") as string == "Push"
                && s.GetTagItem("http.response.status_code") is 200
        );
        Assert.Contains(
            spans,
            s =>
                s.DisplayName == "POST /api/v1/lines/{line}/entries" && s.GetTagItem("http.response.status_code") is 201
        );
    }
}
