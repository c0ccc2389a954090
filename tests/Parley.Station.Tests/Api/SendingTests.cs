using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Xunit;

namespace Parley.Station.Tests.Api;

public sealed class SendingTests
{
    private const string By = "\"by\":{\"seat\":\"watch\",\"name\":\"A. Smith\"}";

    [Fact]
    public async Task A_text_becomes_a_message_and_its_place_is_answered()
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/entries?wait=sealed&timeout=5",
                ApiFixture.Json(
                    $$"""{"text":"Привет «мир»","precedence":"flash","mark":"exercise","re":["ru/7"],"to":["ru"],"lang":"ru",{{By}}}"""
                ),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(201, status);
        Assert.Equal(
            """{"id":"us/3","at":"2022-03-23T12:00:00.250Z","sealed":true,"cosignedBy":["ru"],"settled":"sealed","waitCutShort":false}""",
            json.GetRawText()
        );
        var draft = Assert.Single(api.Station.Drafts);
        Assert.Equal("message.sent", draft.Kind);
        Assert.Equal("""{"text":"Привет «мир»"}""", Encoding.UTF8.GetString(draft.Body!));
        Assert.Equal((Precedence.Flash, Mark.Exercise, "ru"), (draft.Precedence, draft.Mark, draft.Lang));
        Assert.Equal([new EntryId(FakeStation.Ru, 7)], draft.Re!);
        Assert.Equal([FakeStation.Ru], draft.To!);
        Assert.Equal(new Officer("watch", "A. Smith"), draft.By);
        Assert.Equal(TimeSpan.FromSeconds(5), api.Station.Waited);
    }

    [Fact]
    public async Task What_is_proposed_goes_the_same_way_and_nothing_of_it_is_sent()
    {
        await using var api = await ApiFixture.StartAsync();
        Assert.Equal((202, "p-1f0c"), await ProposedAsync("entries?propose=true"));
        Assert.Equal((201, "p-1f0c"), await ProposedAsync("proposals")); // the former path
        Assert.Empty(api.Station.Drafts);
        Assert.All(
            api.Station.Proposed,
            draft =>
            {
                Assert.Equal((Kinds.LineSuspended, "A. Smith"), (draft.Kind, draft.By.Name));
                Assert.Equal("""{"reason":"a storm"}""", Encoding.UTF8.GetString(draft.Body!));
            }
        );
        Assert.Equal((400, null), await ProposedAsync("entries?propose=true&wait=sealed"));
        Assert.Equal((400, null), await ProposedAsync("entries?propose=perhaps"));
        Assert.Equal(2, api.Station.Proposed.Count);

        async Task<(int, string?)> ProposedAsync(string path)
        {
            var (status, json) = await ApiFixture.ReadAsync(
                api.Local.PostAsync(
                    $"{api.Line}/{path}",
                    ApiFixture.Json($$"""{"kind":"line.suspended","body":{"reason":"a storm"},{{By}}}"""),
                    TestContext.Current.CancellationToken
                )
            );
            return (status, json.TryGetProperty("proposal", out var name) ? name.GetString() : null);
        }
    }

    [Fact]
    public async Task What_nobody_says_of_an_entry_is_as_its_kind_has_it()
    {
        await using var api = await ApiFixture.StartAsync();
        foreach (var kind in (string[])[Kinds.TestSent, Kinds.MovementUnderFire, Kinds.MessageSent])
            await api.Local.PostAsync(
                $"{api.Line}/entries",
                ApiFixture.Json($$"""{"kind":"{{kind}}",{{By}}}"""),
                TestContext.Current.CancellationToken
            );
        Assert.Equal(
            [
                (Mark.Test, Precedence.Routine, false),
                (Mark.Actual, Precedence.Flash, false),
                (Mark.Actual, Precedence.Routine, false),
            ],
            api.Station.Drafts.Select(d => (d.Mark, d.Precedence, d.IsMarkGiven || d.IsPrecedenceGiven))
        );
    }

    [Fact]
    public async Task A_body_is_kept_exactly_as_it_was_sent()
    {
        await using var api = await ApiFixture.StartAsync();
        const string body = """{ "b" : 1.50,"a":[ "é" ] }""";
        var (status, _) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/entries",
                ApiFixture.Json($$"""{"kind":"notice.given","body":{{body}},{{By}}}"""),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(201, status);
        Assert.Equal(body, Encoding.UTF8.GetString(api.Station.Drafts[0].Body!));
        Assert.Null(api.Station.Waited);
    }

    [Theory]
    [InlineData("""{"text":"x"}""", 400)]
    [InlineData("""{"text":"x","by":{"seat":"watch"}}""", 400)]
    [InlineData("""{"text":"x","by":{"seat":"watch","name":"A","rank":"B"}}""", 400)]
    [InlineData("""{"text":"x","text":"y","by":{"seat":"watch","name":"A"}}""", 400)]
    [InlineData("""{"text":"x","precedense":"flash","by":{"seat":"watch","name":"A"}}""", 400)]
    [InlineData("""{"text":"x","precedence":3,"by":{"seat":"watch","name":"A"}}""", 400)]
    [InlineData("""{"text":"x","precedence":"urgent","by":{"seat":"watch","name":"A"}}""", 400)]
    [InlineData("""{"text":"x","re":["us/03"],"by":{"seat":"watch","name":"A"}}""", 400)]
    [InlineData("""{"text":"x","body":{},"by":{"seat":"watch","name":"A"}}""", 400)]
    [InlineData("""{"text":"  ","by":{"seat":"watch","name":"A"}}""", 400)]
    [InlineData("""{"by":{"seat":"watch","name":"A"}}""", 400)]
    [InlineData("""{"text":"x","by":{"seat":"watch","name":"A"}} x""", 400)]
    [InlineData("null", 400)]
    [InlineData("", 400)]
    [InlineData("[[[[", 400)]
    public async Task A_request_that_is_not_as_documented_is_refused_and_nothing_is_appended(string json, int expected)
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, problem) = await ApiFixture.ReadAsync(
            api.Local.PostAsync($"{api.Line}/entries", ApiFixture.Json(json), TestContext.Current.CancellationToken)
        );
        Assert.Equal(expected, status);
        Assert.Equal("invalid", problem.GetProperty("code").GetString());
        Assert.Empty(api.Station.Drafts);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_as_such()
    {
        await using var api = await ApiFixture.StartAsync();
        foreach (var length in (int[])[Body.MaxInline, Answers.MaxRequest + 1])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{api.Line}/entries")
            {
                Content = ApiFixture.Json($$"""{"text":"{{new string('x', length)}}",{{By}}}"""),
                Headers = { ExpectContinue = true }, // else the refusal can overtake the sending, and the client sees a broken pipe
            };
            var (status, problem) = await ApiFixture.ReadAsync(
                api.Local.SendAsync(request, TestContext.Current.CancellationToken)
            );
            Assert.Equal((413, "too-large"), (status, problem.GetProperty("code").GetString()));
        }
        Assert.Empty(api.Station.Drafts);
    }

    [Fact]
    public async Task What_the_station_refuses_leaves_with_its_code_reason_and_status()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Refuse = Refusal.Faulted("the disk is full");
        using var answer = await api.Local.PostAsync(
            $"{api.Line}/entries",
            ApiFixture.Json($$"""{"text":"x",{{By}}}"""),
            TestContext.Current.CancellationToken
        );
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var (status, problem) = await ApiFixture.ReadAsync(Task.FromResult(answer));
        Assert.Equal(
            (503, "station-faulted", "the disk is full"),
            (status, problem.GetProperty("code").GetString(), problem.GetProperty("title").GetString())
        );
    }

    [Theory]
    [InlineData("wait=delivered")]
    [InlineData("wait=sealed&timeout=-1")]
    [InlineData("wait=sealed&timeout=86401")]
    [InlineData("wait=sealed&timeout=x")]
    [InlineData("timeout=5")]
    public async Task A_wait_that_means_nothing_is_refused(string query)
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, problem) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/entries?{query}",
                ApiFixture.Json($$"""{"text":"x",{{By}}}"""),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal((400, "invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Empty(api.Station.Drafts);
    }

    [Fact]
    public async Task A_batch_is_one_entry_per_line_whatever_the_packets()
    {
        await using var api = await ApiFixture.StartAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 500).Select(i => $$"""{"text":"number {{i}}",{{By}}}"""));
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/entries/batch",
                new StringContent(lines),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(200, status);
        Assert.Equal(
            """{"first":"us/0","last":"us/499","count":500,"sealed":false,"waitCutShort":false}""",
            json.GetRawText()
        );
        Assert.Equal("""{"text":"number 499"}""", Encoding.UTF8.GetString(api.Station.Drafts[^1].Body!));
    }

    [Fact]
    public async Task A_refused_batch_is_answered_on_a_connection_that_goes_on()
    {
        await using var api = await ApiFixture.StartAsync();
        var connections = 0;
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                MaxConnectionsPerServer = 1,
                ConnectCallback = async (_, ct) =>
                {
                    connections++;
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(api.SocketPath), ct);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = api.Local.BaseAddress,
        };
        for (var i = 0; i < 20; i++)
        {
            using var lines = new StringContent(
                $"{{}}\n{new string(' ', 200)}\n",
                Encoding.UTF8,
                "application/x-ndjson"
            );
            using var answer = await http.PostAsync(
                $"{api.Line}/entries/batch",
                lines,
                TestContext.Current.CancellationToken
            );
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task A_bad_line_in_a_batch_is_named_and_the_lines_before_it_stand()
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, problem) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/entries/batch",
                new StringContent($$"""{"text":"a",{{By}}}""" + "\n\n{\"text\":1}\n"),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(400, status);
        var title = problem.GetProperty("title").GetString();
        Assert.StartsWith("line 3: ", title, StringComparison.Ordinal);
        Assert.EndsWith("; the 1 entries before it are on the record", title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_acknowledgement_answers_an_entry_that_is_there()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Record.Add(FakeStation.Entry(0, null, BodyState.None));
        var (status, _) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/entries/us/0/ack",
                ApiFixture.Json($$"""{"note":"understood",{{By}}}"""),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(201, status);
        var draft = Assert.Single(api.Station.Drafts);
        Assert.Equal(
            ("message.acknowledged", """{"note":"understood"}"""),
            (draft.Kind, Encoding.UTF8.GetString(draft.Body!))
        );
        Assert.Equal([new EntryId(FakeStation.Us, 0)], draft.Re!);

        var (missing, problem) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/entries/us/9/ack",
                ApiFixture.Json($$"""{{{By}}}"""),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal((404, "unknown-entry"), (missing, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task An_attachment_streams_in_and_its_query_says_the_rest()
    {
        await using var api = await ApiFixture.StartAsync();
        var bytes = new byte[1_500_000];
        new Random(1).NextBytes(bytes);
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/attachments?name=map.png&type=image/png&seat=watch&by=A.+Smith&to=ru&re=ru/7&precedence=priority",
                new ByteArrayContent(bytes),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal((201, 1_500_000), (status, json.GetProperty("size").GetInt32()));
        Assert.Equal(bytes, api.Station.Stored);
        Assert.Equal(
            ("map.png", "image/png", Precedence.Priority),
            (api.Station.Attachment!.Name, api.Station.Attachment.Type, api.Station.Attachment.Precedence)
        );
        Assert.Equal([FakeStation.Ru], api.Station.Attachment.To!);

        var (refused, problem) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/attachments?name=x",
                new ByteArrayContent([1]),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal((400, "invalid"), (refused, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task What_is_said_off_the_record_is_answered_per_party_and_is_no_entry()
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                $"{api.Line}/off-record",
                ApiFixture.Json($$"""{"text":"between us",{{By}}}"""),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal((200, """{"delivered":{"ru":true}}"""), (status, json.GetRawText()));
        Assert.Empty(api.Station.Drafts);
    }
}
