using System.Text;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>The paths that acts had of their own, which programs may use still.</summary>
public sealed class FormerPathTests
{
    private const string By = "\"by\":{\"seat\":\"watch\",\"name\":\"A. Smith\"}";

    [Fact]
    public async Task Every_former_path_writes_the_kind_that_it_always_wrote_with_its_body_and_what_it_answers()
    {
        await using var api = await ApiFixture.StartAsync();
        Assert.Equal(79, FormerPaths.All.Select(p => p.Path).Distinct().Count());
        foreach (var (path, kind) in FormerPaths.All)
        {
            var (status, json) = await PostAsync(
                api,
                path.Replace("ENTRY", "ru/5", StringComparison.Ordinal),
                $$"""{"a":[1.50,"é"],"re":["ru/7","ru/5"],"to":["ru"],"precedence":"priority","wait":5,{{By}},"b":null}"""
            );
            Assert.True(status == 201, $"{path}: {status} {json}");
            var draft = api.Station.Drafts[^1];
            Assert.Equal(kind, draft.Kind);
            Assert.Equal("""{"a":[1.50,"é"],"b":null}""", Encoding.UTF8.GetString(draft.Body!));
            Assert.Equal(path.Contains("ENTRY", StringComparison.Ordinal) ? [Of(5), Of(7)] : [Of(7), Of(5)], draft.Re!);
            Assert.Equal((Precedence.Priority, "A. Smith"), (draft.Precedence, draft.By.Name));
            Assert.Equal([FakeStation.Ru], draft.To!);
            Assert.Equal(TimeSpan.FromSeconds(5), api.Station.Waited);
        }
    }

    [Theory]
    [InlineData("calls", Kinds.CallRequested)]
    [InlineData("calls/ru/5/refuse-subject", Kinds.CallSubjectRefused)]
    [InlineData("readouts/issue", Kinds.ReadoutIssued)]
    [InlineData("clarifications/ru/5/agree-meeting", Kinds.ClarificationMeetingAgreed)]
    [InlineData("notices/activity", Kinds.NoticeActivity)]
    [InlineData("messages/us/2/pass-on", Kinds.MessagePassedOn)]
    [InlineData("watch/take", Kinds.WatchTaken)]
    [InlineData("suspend", Kinds.LineSuspended)]
    [InlineData("activities/plan", Kinds.ActivityPlanned)]
    [InlineData("movements/ru/5/answer-fire", Kinds.MovementFireAnswered)]
    [InlineData("blind/ru/5/decline", Kinds.BlindDeclined)]
    public async Task A_request_without_a_body_writes_none_and_what_nobody_says_is_as_its_kind_has_it(
        string path,
        string kind
    )
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, _) = await PostAsync(api, path, $$"""{{{By}}}""");
        Assert.Equal(201, status);
        var draft = Assert.Single(api.Station.Drafts);
        Assert.Equal((kind, null, Mark.Actual), (draft.Kind, draft.Body, draft.Mark));
        Assert.Equal((false, false), (draft.IsMarkGiven, draft.IsPrecedenceGiven));
        Assert.Null(api.Station.Waited);
    }

    [Theory]
    [InlineData("calls", "[]")]
    [InlineData("calls", "{}")]
    [InlineData("calls", $$"""{{{By}},"wait":"soon"}""")]
    [InlineData("calls", $$"""{{{By}},"precedence":"urgent"}""")]
    [InlineData("calls?wait=sealed&timeout=x", $$"""{{{By}}}""")]
    public async Task What_such_a_request_says_wrongly_is_refused(string path, string json)
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, problem) = await PostAsync(api, path, json);
        Assert.Equal((400, "invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Empty(api.Station.Drafts);
    }

    private static EntryId Of(ulong seq) => new(FakeStation.Ru, seq);

    private static Task<(int Status, System.Text.Json.JsonElement Json)> PostAsync(
        ApiFixture api,
        string path,
        string json
    ) =>
        ApiFixture.ReadAsync(
            api.Local.PostAsync($"{api.Line}/{path}", ApiFixture.Json(json), TestContext.Current.CancellationToken)
        );
}
