using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Xunit;

namespace Parley.Station.Tests.Api;

public sealed class RecordEndpointTests
{
    [Fact]
    public async Task An_entry_is_shown_with_its_body_as_the_json_it_is()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Record.Add(FakeStation.Entry(3, """{"text":"Привет"}"""u8.ToArray()));
        var text = await api.Local.GetStringAsync(
            $"{api.Line}/entries?after=0&limit=10",
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            $$$"""{"entries":[{"id":"us/3","line":"{{{FakeStation.TheLine}}}","kind":"message.sent","at":"2022-03-23T12:00:00.250Z","mark":"exercise","precedence":"flash","by":{"seat":"watch","name":"A. Smith"},"re":["ru/7"],"to":null,"lang":"en","sealed":true,"cosignedBy":["ru"],"body":{"text":"Привет"},"bodyState":"here","size":{{{Encoding.UTF8.GetByteCount("""{"text":"Привет"}""")}}},"arrival":4,"storedAt":"2022-03-23T12:00:00.250Z"}],"next":null}""",
            text
        );
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"a\":")]
    [InlineData("{} {}")]
    [InlineData("")]
    public async Task A_body_that_is_not_json_is_null_in_the_view(string body)
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Record.Add(FakeStation.Entry(0, Encoding.UTF8.GetBytes(body)));
        api.Station.Record.Add(FakeStation.Entry(1, [0x22, 0xff, 0x22]));
        api.Station.Record.Add(
            FakeStation.Entry(2, Encoding.UTF8.GetBytes(new string('[', 1000) + new string(']', 1000)))
        );
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.GetAsync($"{api.Line}/entries", TestContext.Current.CancellationToken)
        );
        Assert.Equal(200, status);
        Assert.All(
            json.GetProperty("entries").EnumerateArray(),
            e => Assert.Equal("null", e.GetProperty("body").GetRawText())
        );
    }

    [Fact]
    public async Task The_record_is_read_from_its_newest_end_as_well()
    {
        await using var api = await ApiFixture.StartAsync();
        for (ulong seq = 0; seq < 5; seq++)
            api.Station.Record.Add(FakeStation.Entry(seq, null));
        var (_, all) = await ApiFixture.ReadAsync(
            api.Local.GetAsync($"{api.Line}/entries?order=newest&limit=3", TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            ["us/4", "us/3", "us/2"],
            all.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("id").GetString())
        );
        var (_, rest) = await ApiFixture.ReadAsync(
            api.Local.GetAsync($"{api.Line}/entries?order=newest&before=3", TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            ["us/1", "us/0"],
            rest.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("id").GetString())
        );
    }

    [Fact]
    public async Task A_search_hands_on_what_is_sought_and_nothing_for_what_is_left_empty()
    {
        await using var api = await ApiFixture.StartAsync();
        var path =
            $"{api.Line}/search?text=%20columns%20&kind=call.&from=ru&by=&since=2022-03-23T14:05Z&until=2022-03-24&mark=exercise";
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.GetAsync(path, TestContext.Current.CancellationToken)
        );
        Assert.Equal((200, 0), (status, json.GetProperty("looked").GetInt32()));
        Assert.Equal(
            new RecordQuery(
                "columns",
                "call.",
                FakeStation.Ru,
                null,
                new DateTimeOffset(2022, 3, 23, 14, 5, 0, TimeSpan.Zero),
                new DateTimeOffset(2022, 3, 24, 0, 0, 0, TimeSpan.Zero),
                Parley.Record.Mark.Exercise
            ),
            api.Station.Sought
        );
    }

    [Theory]
    [InlineData("map.png", "attachment; filename=\"map.png\"; filename*=UTF-8''map.png")]
    [InlineData(
        "Отчёт 1.pdf",
        "attachment; filename=\"_____ 1.pdf\"; filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%201.pdf"
    )]
    [InlineData("../../.bashrc", "attachment; filename=\"bashrc\"; filename*=UTF-8''bashrc")]
    [InlineData("a\r\nX: y\"; b", "attachment; filename=\"a__X_ y__ b\"; filename*=UTF-8''a__X_%20y__%20b")]
    [InlineData("gpj\u202Eexe.txt", "attachment; filename=\"gpj_exe.txt\"; filename*=UTF-8''gpj_exe.txt")]
    [InlineData("  ", "attachment")]
    [InlineData("..", "attachment")]
    public async Task A_body_is_a_download_under_a_name_that_leads_nowhere_and_never_a_page_of_this_origin(
        string name,
        string disposition
    )
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Stored = "<script>alert(1)</script>"u8.ToArray();
        using var answer = await api.Local.GetAsync(
            $"{api.Line}/entries/us/3/body?name={Uri.EscapeDataString(name)}",
            TestContext.Current.CancellationToken
        );
        Assert.Equal(disposition, answer.Content.Headers.GetValues("Content-Disposition").Single());
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.StartsWith(
            "sandbox",
            answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        Assert.Equal(["same-origin"], answer.Headers.GetValues("Cross-Origin-Resource-Policy"));
    }

    [Theory]
    [InlineData("columns", true)]
    [InlineData("COLUMNS", true)]
    [InlineData("Привет", true)] // written as escapes
    [InlineData("text", false)] // a member's name is nobody's words
    [InlineData("{", false)]
    public void A_search_reads_the_words_of_a_body_and_not_its_notation(string sought, bool found) =>
        Assert.Equal(
            found,
            new RecordQuery(sought).IsIn(
                "{\"text\":\"Two columns\",\"more\":[{\"a\":\"\\u041f\\u0440\\u0438\\u0432\\u0435\\u0442\"}]}"u8
            )
        );

    [Fact]
    public void A_body_that_is_no_json_is_searched_as_text()
    {
        Assert.True(new RecordQuery("chart").IsIn("the CHART of "u8));
        Assert.False(new RecordQuery("chart").IsIn([0xff, 0x00, 0x22]));
        Assert.False(new RecordQuery("x").IsIn("{\"a\":\"\\ud800\"}"u8));
    }

    [Fact]
    public async Task A_body_written_over_several_lines_is_shown_on_one()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Record.Add(FakeStation.Entry(0, "{\n  \"a\": 1\n}"u8.ToArray()));
        var text = await api.Local.GetStringAsync($"{api.Line}/entries", TestContext.Current.CancellationToken);
        Assert.DoesNotContain('\n', text);
        Assert.Contains(
            "\"body\":{\"a\":1}",
            text.Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        ); // as it was signed, but for the line breaks
    }

    [Fact]
    public async Task One_entry_comes_with_its_header_and_cosignatures()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Record.Add(FakeStation.Entry(3, null, BodyState.Withheld));
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.GetAsync($"{api.Line}/entries/us/3", TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            (200, "us/3", "e30=", "withheld"),
            (
                status,
                json.GetProperty("id").GetString(),
                json.GetProperty("header").GetString(),
                json.GetProperty("bodyState").GetString()
            )
        );
        Assert.Equal("ru", json.GetProperty("cosignatures")[0].GetProperty("party").GetString());
        Assert.False(json.TryGetProperty("view", out _));
    }

    [Theory]
    [InlineData("entries/us/9", 404, "unknown-entry")]
    [InlineData("entries/us/03", 404, "unknown-entry")]
    [InlineData("entries/US/3", 404, "unknown-entry")]
    [InlineData("entries?after=-1", 400, "invalid")]
    [InlineData("entries?limit=0", 400, "invalid")]
    [InlineData("entries?limit=1001", 400, "invalid")]
    [InlineData("entries?before=4", 400, "invalid")]
    [InlineData("entries?order=newest&after=4", 400, "invalid")]
    [InlineData("entries?order=best", 400, "invalid")]
    [InlineData("entries?order=newest&before=-1", 400, "invalid")]
    [InlineData("search?from=U%20S", 400, "invalid")]
    [InlineData("search?mark=serious", 400, "invalid")]
    [InlineData("search?mark=1", 400, "invalid")]
    [InlineData("search?since=yesterday", 400, "invalid")]
    [InlineData("search?limit=1001", 400, "invalid")]
    [InlineData("entries/us/3/proof", 409, "not-yet")]
    [InlineData("export", 404, "unknown-line")]
    [InlineData("export?parts=half", 400, "invalid")]
    [InlineData("nothing", 404, "unknown-path")]
    public async Task What_is_not_there_is_said_with_a_code(string path, int expected, string code)
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.GetAsync($"{api.Line}/{path}", TestContext.Current.CancellationToken)
        );
        Assert.Equal((expected, code), (status, json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_body_comes_in_ranges_and_can_do_nothing_in_a_browser()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Stored = "0123456789"u8.ToArray();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{api.Line}/entries/us/3/body")
        {
            Headers = { Range = new RangeHeaderValue(2, 4) },
        };
        using var answer = await api.Local.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("234", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith(
            "sandbox",
            answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_export_is_a_zip_that_any_tool_reads()
    {
        await using var api = await ApiFixture.StartAsync();
        var large = new byte[700_001];
        new Random(2).NextBytes(large);
        api.Station.Export = new FakeExport(
            ("line.json", "{}"u8.ToArray()),
            ("feeds/us/tile/0/000", large),
            ("empty", []),
            ("bodies/00", large)
        );
        using var answer = await api.Local.GetAsync($"{api.Line}/export", TestContext.Current.CancellationToken);
        Assert.Equal("2", answer.Headers.GetValues("X-Parley-Entries").Single());
        await using var zip = new ZipArchive(
            new MemoryStream(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))
        );
        Assert.Equal(["line.json", "feeds/us/tile/0/000", "empty", "bodies/00"], zip.Entries.Select(e => e.FullName));
        foreach (var name in (string[])["feeds/us/tile/0/000", "bodies/00"])
        {
            await using var file = await zip.GetEntry(name)!.OpenAsync(TestContext.Current.CancellationToken);
            var content = new MemoryStream();
            await file.CopyToAsync(content, TestContext.Current.CancellationToken);
            Assert.Equal(large, content.ToArray());
        }
    }

    [Fact]
    public async Task An_export_that_fails_half_way_breaks_off_instead_of_ending_well()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Export = new FakeExport(("line.json", new byte[300_000]), ("fails", []));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            api.Local.GetByteArrayAsync($"{api.Line}/export", TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Events_carry_arrivals_and_resume_after_the_last_one_seen()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Events.Writer.TryWrite(new StationEvent.Entry(FakeStation.Entry(3, null, BodyState.None)));
        api.Station.Events.Writer.TryWrite(new StationEvent.Sealed(FakeStation.TheLine, FakeStation.Us, 4));
        api.Station.Events.Writer.TryWrite(new StationEvent.Link(FakeStation.TheLine, FakeStation.Ru, LinkState.Down));
        api.Station.Events.Writer.Complete();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"events?line={FakeStation.TheLine}")
        {
            Headers = { { "Last-Event-ID", "3" } },
        };
        using var answer = await api.Local.SendAsync(request, TestContext.Current.CancellationToken);
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');
        Assert.Equal(3, api.Station.ResumedFrom);
        Assert.Equal("id: 4", lines[2]);
        Assert.Equal("event: entry", lines[3]);
        Assert.StartsWith("data: {\"id\":\"us/3\"", lines[4], StringComparison.Ordinal);
        Assert.Equal(
            ["event: sealed", $$"""data: {"line":"{{FakeStation.TheLine}}","feed":"us","size":4}"""],
            lines[6..8]
        );
        Assert.Equal(
            ["event: link", $$"""data: {"line":"{{FakeStation.TheLine}}","party":"ru","state":"down"}"""],
            lines[9..11]
        );
    }

    [Fact]
    public async Task Lines_and_their_status_are_shown()
    {
        await using var api = await ApiFixture.StartAsync();
        Assert.Equal(
            $$"""[{"line":"{{FakeStation.TheLine}}","title":"The line","parties":["us","ru"],"standing":"accepted","created":"2022-03-23T12:00:00.250Z","continues":null}]""",
            await api.Local.GetStringAsync("lines", TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            $$$"""{"line":"{{{FakeStation.TheLine}}}","standing":"accepted","ownSize":3,"ownSealed":2,"peers":[{"party":"ru","state":"alive","lastHeard":"2022-03-23T12:00:00.250Z","clockOffsetMs":12,"theirSizeHeld":5,"ourSizeSealed":2,"oldestUndelivered":{"entry":"us/2","at":"2022-03-23T12:00:00.250Z","since":"2022-03-23T12:00:00.250Z"},"failingSince":null,"lastError":null}],"forks":0,"refusals":1,"suspensions":[]}""",
            await api.Local.GetStringAsync($"{api.Line}/status", TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Opening_a_line_hands_over_cards_and_what_the_officer_typed()
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                "lines/open",
                ApiFixture.Json("""{"slug":null,"title":"T","cards":["note"],"fingerprints":{"ru":"acid army"}}"""),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(200, status);
        Assert.Equal(
            $$$"""{"line":"{{{FakeStation.TheLine}}}","document":"AQI=","fingerprint":{"hex":"cd","words":"army"}}""",
            json.GetRawText()
        );
        Assert.Equal(["note"], api.Station.Opened!.Cards);
        Assert.Equal("acid army", api.Station.Opened.Fingerprints["ru"]);

        api.Station.Refuse = Refusal.FingerprintMismatch(
            "ru",
            new FingerprintFault(IsOfAnother: true, "it is another's")
        );
        var (refused, problem) = await ApiFixture.ReadAsync(
            api.Local.PostAsync(
                "lines/open",
                ApiFixture.Json("""{"cards":["note"],"fingerprints":{"ru":"acid army"}}"""),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal((409, "fingerprint-mismatch"), (refused, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_openapi_document_names_every_path_and_the_texts_of_ids()
    {
        await using var api = await ApiFixture.StartAsync();
        var (status, json) = await ApiFixture.ReadAsync(
            api.Local.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken)
        );
        Assert.Equal(200, status);
        var paths = json.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToArray();
        foreach (
            var path in (string[])
                [
                    "/api/v1/station",
                    "/api/v1/lines",
                    "/api/v1/lines/{line}/entries",
                    "/api/v1/lines/{line}/export",
                    "/api/v1/events",
                    "/health/ready",
                ]
        )
        {
            Assert.Contains(path, paths);
        }
        var entry = json.GetProperty("components")
            .GetProperty("schemas")
            .GetProperty("EntryView")
            .GetProperty("properties");
        Assert.Equal("string", entry.GetProperty("at").GetProperty("type").GetString());
    }
}
