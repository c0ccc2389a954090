using System.Text;
using Parley.Cli.Replay;
using Xunit;

namespace Parley.Cli.Tests.Replay;

/// <summary>A scenario that cannot be played is refused with line and reason, before anything is written.</summary>
public sealed class ScenarioReaderTests
{
    private const string Good = """
        {
          "name": "small",
          "parties": [
            {"id": "us", "name": "United States", "languages": ["en"]},
            {"id": "ru", "name": "Russian Federation"},
            {"id": "eu", "name": "European counterparts"}
          ],
          "lines": [
            {"id": "us-ru", "parties": ["us", "ru"], "opened": "2022-03-01", "date_precision": "month"}
          ],
          "events": [
            {"id": "e1", "at": "2022-03-02", "line": "us-ru", "from": "us", "what": "call.requested", "facts": {"who": ["secretary of defence", "minister of defence"]}},
            {"id": "e2", "at": "2022-03-03", "until": "2022-03-05", "times": 3, "line": "us-ru", "from": "ru", "what": "proposal.floated", "facts": {"of": "e1"}},
            {"id": "e3", "at": "2022-03-06", "party": "us", "what": "condition.raised", "facts": {"scope": "watch", "shared": false}}
          ]
        }
        """;

    private const string First = "\"at\": \"2022-03-02\", \"line\": \"us-ru\", \"from\": \"us\"";

    [Fact]
    public void A_good_file_is_read_whole_and_spread_over_its_dates()
    {
        var scenario = Read(Good);
        Assert.Equal(["us", "ru", "eu"], scenario.Parties.Select(p => p.Id.Value));
        var happenings = ScenarioPlan.Of(scenario).OfType<ScenarioStep.Happen>().ToList();
        Assert.Equal(
            [
                "2022-03-02T00:00:00Z",
                "2022-03-03T00:00:00Z",
                "2022-03-04T00:00:00Z",
                "2022-03-05T00:00:00Z",
                "2022-03-06T00:00:00Z",
            ],
            happenings.Select(h => h.At.ToString("yyyy-MM-ddTHH:mm:ssZ"))
        );
        Assert.Equal(["e1", "e2", "e2", "e2", "e3"], happenings.Select(h => h.Event.Id));
        Assert.IsType<ScenarioStep.Open>(ScenarioPlan.Of(scenario)[0]);
    }

    [Fact]
    public void Events_of_one_day_come_a_second_apart_in_the_file_s_order()
    {
        var scenario = Read(
            Good.Replace("2022-03-06", "2022-03-02", StringComparison.Ordinal)
                .Replace(
                    "\"2022-03-03\", \"until\": \"2022-03-05\"",
                    "\"2022-03-02\", \"until\": \"2022-03-02\"",
                    StringComparison.Ordinal
                )
        );
        Assert.Equal(
            ["e1 0", "e2 1", "e2 2", "e2 3", "e3 4"],
            ScenarioPlan.Of(scenario).OfType<ScenarioStep.Happen>().Select(h => $"{h.Event.Id} {h.At.Second}")
        );
    }

    [Theory]
    [InlineData(
        "\"name\": \"small\",",
        "\"name\": \"small\", \"colour\": 1,",
        "line 2: a scenario has no member \"colour\""
    )]
    [InlineData("\"languages\": [\"en\"]", "\"capital\": \"x\"", "line 4: a party has no member \"capital\"")]
    [InlineData("\"id\": \"ru\", \"name\"", "\"id\": \"us\", \"name\"", "line 5: party 'us' stands here a second time")]
    [InlineData("\"id\": \"ru\", \"name\"", "\"id\": \"Ru!\", \"name\"", "line 5: \"id\" is not a party id")]
    [InlineData(
        "[\"us\", \"ru\"], \"opened\"",
        "[\"us\", \"de\"], \"opened\"",
        "line 9: \"de\" is no party of this scenario"
    )]
    [InlineData(
        "[\"us\", \"ru\"], \"opened\"",
        "[\"us\"], \"opened\"",
        "line 9: line 'us-ru' has fewer than two parties"
    )]
    [InlineData(
        "\"opened\": \"2022-03-01\"",
        "\"opened\": \"2022-02-30\"",
        "line 9: \"opened\" is \"2022-02-30\": not a date that exists"
    )]
    [InlineData(
        "\"opened\": \"2022-03-01\"",
        "\"opened\": \"2022-03-04\"",
        "line 12: event 'e1': line 'us-ru' is not open yet"
    )]
    [InlineData(
        "\"opened\": \"2022-03-01\", \"date_precision\": \"month\"",
        "\"opened\": \"2022-03-01\", \"date_precision\": \"hour\"",
        "line 9: \"date_precision\" is day, week"
    )]
    [InlineData(
        First,
        "\"at\": \"2022-13-02\", \"line\": \"us-ru\", \"from\": \"us\"",
        "line 12: \"at\" is \"2022-13-02\": not a date that exists"
    )]
    [InlineData(
        First,
        "\"at\": 20220302, \"line\": \"us-ru\", \"from\": \"us\"",
        "line 12: \"at\" is 20220302: not a date"
    )]
    [InlineData(
        First,
        "\"at\": \"2022-03-02\", \"line\": \"ru-us\", \"from\": \"us\"",
        "line 12: 'ru-us' is no line of this scenario"
    )]
    [InlineData(
        First,
        "\"at\": \"2022-03-02\", \"line\": \"us-ru\", \"from\": \"eu\"",
        "line 12: event 'e1': eu is not on line 'us-ru'"
    )]
    [InlineData(
        First,
        "\"at\": \"2022-03-02\", \"line\": \"us-ru\"",
        "line 12: event 'e1' has either 'line' and 'from', or 'party' alone"
    )]
    [InlineData(
        First,
        "\"at\": \"2022-03-02\", \"line\": \"us-ru\", \"from\": \"us\", \"mood\": \"bad\"",
        "line 12: an event has no member \"mood\""
    )]
    [InlineData(
        First,
        "\"at\": \"2022-03-02\", \"at\": \"2022-03-03\", \"line\": \"us-ru\", \"from\": \"us\"",
        "line 12: \"at\" stands here a second time"
    )]
    [InlineData("\"what\": \"call.requested\"", "\"what\": \"call\"", "line 12: 'call' is no kind")]
    [InlineData("\"what\": \"call.requested\",", "", "line 12: an event lacks \"what\"")]
    [InlineData(
        "[\"secretary of defence\", \"minister of defence\"]",
        "\"both\"",
        "line 12: 'who' is a list of offices"
    )]
    [InlineData(
        "[\"secretary of defence\", \"minister of defence\"]",
        "[\"a\", \"b\", \"c\"]",
        "line 12: 'who' names more offices than parties speak"
    )]
    [InlineData("\"id\": \"e2\"", "\"id\": \"e1\"", "line 13: event 'e1' stands here a second time")]
    [InlineData(
        "\"until\": \"2022-03-05\"",
        "\"until\": \"2022-03-01\"",
        "line 13: event 'e2' is until before it is at"
    )]
    [InlineData("\"times\": 3", "\"times\": 0", "line 13: \"times\" is a whole number from 1")]
    [InlineData("\"times\": 3", "\"times\": 2.5", "line 13: \"times\" is a whole number from 1")]
    [InlineData("\"until\": \"2022-03-05\", ", "", "line 13: event 'e2': 'until' and 'times' go together")]
    [InlineData("{\"of\": \"e1\"}", "{\"of\": \"e9\"}", "line 13: 'of' names 'e9', which is no event of this scenario")]
    [InlineData("{\"of\": \"e1\"}", "{\"of\": \"e3\"}", "line 13: 'of' names 'e3', which has not happened by then")]
    [InlineData("{\"of\": \"e1\"}", "{\"of\": 1}", "line 13: 'of' names an event")]
    [InlineData("{\"of\": \"e1\"}", "[]", "line 13: 'facts' is an object")]
    [InlineData(
        "\"shared\": false",
        "\"shared\": true",
        "line 14: 'shared' is true on a line and false in a party's journal"
    )]
    [InlineData(
        "{\"scope\": \"watch\", \"shared\": false}",
        "{}",
        "line 14: event 'e3': condition.raised: reason is missing"
    )]
    [InlineData(
        "\"what\": \"condition.raised\"",
        "\"what\": \"statement.released\"",
        "line 14: event 'e3': statement.released: level is internal, allies or public"
    )]
    [InlineData("\"name\": \"small\",", "\"name\": \"small\"", "line 3: '\"' is invalid after a value")]
    public void What_is_wrong_is_refused_with_its_line(string right, string wrong, string reason)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        Assert.False(
            ScenarioReader
                .Read(Encoding.UTF8.GetBytes(Good.Replace(right, wrong, StringComparison.Ordinal)))
                .TryGet(out _, out var why)
        );
        Assert.StartsWith(reason, why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"name\": \"\\ud800\"}")]
    [InlineData("{\"name\":\"a\",\"parties\":7,\"lines\":{},\"events\":null}")]
    [InlineData("{\"name\":\"a\",\"parties\":[1],\"lines\":[[]],\"events\":[\"x\"]}")]
    [InlineData("{\"name\":\"a\",\"parties\":[],\"lines\":[],\"events\":[]} x")]
    public void Whatever_a_file_holds_it_is_refused_and_never_a_failure_of_ours(string file) =>
        Assert.False(ScenarioReader.Read(Encoding.UTF8.GetBytes(file)).TryGet(out _, out _));

    [Fact]
    public void Every_cut_and_every_changed_byte_of_a_file_is_read_or_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(Good);
        for (var i = 0; i < bytes.Length; i++)
        {
            _ = ScenarioReader.Read(bytes.AsSpan(0, i));
            foreach (var flip in (byte[])[0x01, 0x20, 0x80])
            {
                bytes[i] ^= flip;
                _ = ScenarioReader.Read(bytes);
                bytes[i] ^= flip;
            }
        }
        Assert.True(ScenarioReader.Read(bytes).TryGet(out _, out _));
    }

    [Fact]
    public async Task Nothing_is_written_for_a_file_that_is_refused()
    {
        using var transcript = new Transcript();
        await File.WriteAllTextAsync(
            Path.Combine(transcript.Folder, "s.json"),
            Good.Replace("\"from\": \"ru\"", "\"from\": \"de\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        await transcript.PlayAsync(
            """
            $ parley replay DIR/s.json --data DIR/stations
            ! parley: DIR/s.json: line 13: "de" is no party of this scenario
            ? 1
            $ parley replay DIR/none.json --data DIR/stations
            ! parley: DIR/none.json is not there
            ? 1
            $ parley try --scenario DIR/s.json --data DIR/stations
            ! parley: DIR/s.json: line 13: "de" is no party of this scenario
            ? 1
            """
        );
        Assert.False(Directory.Exists(Path.Combine(transcript.Folder, "stations")));
    }

    [Fact]
    public void The_project_s_own_day_is_a_good_scenario_whoever_plays_it()
    {
        var day = ScenarioReader.Read(OwnScenario.Bytes()).Required();
        Assert.Equal("exercise", Assert.Single(day.Lines).Id);
        var cast = OwnScenario.With(
            new ScenarioParty(Record.PartyId.Parse("us"), "United States", ["en"]),
            new ScenarioParty(Record.PartyId.Parse("ru"), "Russian Federation", ["ru"])
        );
        Assert.Equal(["us", "ru"], cast.Parties.Select(p => p.Id.Value));
        Assert.Equal(day.Events.Count, cast.Events.Count);
        Assert.All(cast.Events, e => Assert.Contains(e.By.Value, (string[])["us", "ru"]));
    }

    [Theory]
    [InlineData("call.accepted", "us", "line 13: event 'e2': us cannot write call.accepted then")]
    [InlineData(
        "call.declined",
        "ru",
        "line 13: event 'e2': ru cannot write call.declined then: it is settled: declined"
    )] // the second time
    [InlineData(
        "call.withdrawn",
        "ru",
        "line 13: event 'e2': ru cannot write call.withdrawn then: only the party that opened it"
    )]
    [InlineData("proposal.floated", "ru", null)]
    public void A_step_that_nobody_could_take_is_found_before_any_station_is_made(string what, string by, string? fault)
    {
        var text = Good.Replace(
            "\"from\": \"ru\", \"what\": \"proposal.floated\"",
            $"\"from\": \"{by}\", \"what\": \"{what}\"",
            StringComparison.Ordinal
        );
        var found = Rehearsal.Fault(Read(text));
        if (fault is null)
            Assert.Null(found);
        else
            Assert.StartsWith(fault, found, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_s_own_day_can_be_played() =>
        Assert.Null(
            Rehearsal.Fault(
                OwnScenario.With(
                    new ScenarioParty(Record.PartyId.Parse("us"), "United States", ["en"]),
                    new ScenarioParty(Record.PartyId.Parse("ru"), "Russian Federation", ["ru"])
                )
            )
        );

    private static Scenario Read(string text) => ScenarioReader.Read(Encoding.UTF8.GetBytes(text)).Required();
}
