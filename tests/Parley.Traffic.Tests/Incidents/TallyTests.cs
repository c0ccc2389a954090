using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;
using Xunit;

namespace Parley.Traffic.Tests.Incidents;

public sealed class TallyTests
{
    private static readonly DateTimeOffset Noon = TestRecord.Noon;
    private readonly TestRecord record = new("us", "ru", "ua") { Mark = Mark.Actual };

    private EntryId Report(string from, params string[] observations) =>
        record.Write(from, Kinds.ObservationReported, $$"""{"observations":[{{string.Join(',', observations)}}]}""");

    private static string One(
        string id,
        int count,
        int minutes = 0,
        string reporter = "jmc",
        string accused = "north",
        string what = "explosion",
        int lasts = 0
    ) =>
        $$"""{"id":"{{id}}","reporter":"{{reporter}}","accused":"{{accused}}","what":"{{what}}","count":{{count}},"start":"{{Noon.AddMinutes(minutes):yyyy-MM-ddTHH:mm:ssZ}}","end":"{{Noon.AddMinutes(minutes + lasts):yyyy-MM-ddTHH:mm:ssZ}}"}""";

    private ObservationLedger Ledger(int? seed = null)
    {
        var ledger = new ObservationLedger(record.Document.Parties);
        var feeds = record
            .Entries.GroupBy(e => e.Header.From)
            .Select(g => new Queue<(EntryHeader, byte[]?)>(g))
            .ToList();
        var chance = new Random(seed ?? 0);
        if (seed is null)
        {
            foreach (var (header, body) in record.Entries)
                ledger.Fold(header, body);
            return ledger;
        }
        while (feeds.Count > 0)
        {
            var feed = feeds[chance.Next(feeds.Count)];
            var (header, body) = feed.Dequeue();
            ledger.Fold(header, body);
            if (feed.Count == 0)
                feeds.Remove(feed);
        }
        return ledger;
    }

    private static string Told(Tally tally) =>
        string.Join(", ", tally.Rows.Select(r => $"{r.Reporter}>{r.Accused} {r.N}"));

    private string Count(CountingRule? rule = null, IReadOnlyDictionary<PartyId, ulong>? asOf = null) =>
        Told(Tally.Of(Ledger(), rule ?? CountingRules.Discharges, asOf: asOf));

    [Fact] // CEASEFIRE-31
    public void What_is_not_counted_is_told_as_of_the_same_sizes_whatever_came_since()
    {
        Report("us", One("a", 1));
        record.Write("us", Kinds.ObservationReported, """{"observations":[{"id":1}]}""");
        var then = Ledger().Sizes;
        var told = Ledger().NotCounted;
        record.Withhold(Report("us", One("b", 1)));
        record.Write("us", Kinds.ObservationReported, """{"observations":[{"id":2}]}""");
        Assert.Equal(3, Ledger().NotCounted[TestRecord.Us]);
        Assert.Equal(told, Ledger().NotCountedAsOf(then));
        Assert.Empty(Ledger().NotCountedAsOf(new Dictionary<PartyId, ulong> { [TestRecord.Us] = 2 }));
        Assert.Equal(told, Ledger().NotCountedAsOf(new Dictionary<PartyId, ulong> { [TestRecord.Us] = 3 }));
    }

    [Fact]
    public void Who_asks_for_no_period_is_given_no_tally()
    {
        Report("us", One("a", 1));
        Assert.Empty(Tally.OfEach(Ledger(), CountingRules.Discharges, []));
    }

    [Theory] // CEASEFIRE-34
    [InlineData("csv")]
    [InlineData("acled")]
    [InlineData("ucdp")]
    public void A_number_that_stands_several_times_in_one_entry_is_listed_once_as_it_counts(string form)
    {
        var first = Report("us", One("a", 1), One("b", 2), One("a", 3));
        var second = Report("us", One("a", 1));
        using var to = new StringWriter();
        ObservationExport.Write(
            form,
            record
                .Entries.Where(e => e.Header.Id == first || e.Header.Id == second)
                .SelectMany(e => Of(e.Header.Kind, e.Body!).Select(o => (e.Header.Id, o))),
            to
        );
        var lines = to.ToString().TrimEnd().Split("\r\n");
        Assert.Equal(1 + 3, lines.Length);
        if (form == "csv")
            Assert.Equal("jmc>north 5", Told(Tally.Of(Only(first), CountingRules.Discharges)));
    }

    private static IReadOnlyList<Observation> Of(string kind, byte[] bytes)
    {
        Assert.True(TrafficBodies.Read(kind, bytes).TryGet(out var body, out var why), why);
        return Assert.IsType<ObservationReport>(body).Observations;
    }

    private ObservationLedger Only(EntryId last)
    {
        var ledger = new ObservationLedger(record.Document.Parties);
        foreach (
            var (header, body) in record.Entries.Where(e => e.Header.From != last.Party || e.Header.Seq <= last.Seq)
        )
            ledger.Fold(header, body);
        return ledger;
    }

    [Fact] // CEASEFIRE-39
    public void A_tally_sliced_by_what_was_observed_or_by_the_hour_counts_each_slice_by_itself()
    {
        Report(
            "us",
            One("1", 20, 50, what: "explosion"),
            One("2", 20, 55, what: "burst"),
            One("3", 20, 65, what: "explosion"),
            One("4", 2, 65, what: "flare")
        );
        var ledger = Ledger();
        var chains = new CountingRule
        {
            Unit = CountingRule.Incident,
            Gap = "PT1H",
            Least = 30,
            Exclude = ["flare"],
        };
        static IEnumerable<string> Rows(Tally tally) => tally.Rows.Select(r => $"{r.Slice} {r.N} {r.Observations}");
        Assert.Equal([" 1 4"], Rows(Tally.Of(ledger, chains)));
        Assert.Equal(
            ["burst 20 1", "explosion 40 2"],
            Rows(Tally.Of(ledger, CountingRules.Discharges, by: TallySlices.What))
        );
        // Twenty alone are no incident, and flares are left out with their slice.
        Assert.Equal(["burst 0 1", "explosion 1 2"], Rows(Tally.Of(ledger, chains, by: TallySlices.What)));
        Assert.True(ReportingWindows.TryZone("+02:00", out var zone));
        Assert.Equal(
            ["14 40 2", "15 20 2"],
            Rows(Tally.Of(ledger, CountingRules.Discharges, by: new TallySlices(zone)))
        );
        Assert.Equal(["14 1 2", "15 0 2"], Rows(Tally.Of(ledger, chains, by: new TallySlices(zone))));
    }

    [Fact] // CEASEFIRE-30: every tally that is expected of the logs
    public void Every_tally_that_follows_from_the_logs_comes_out()
    {
        using var csv = File.OpenRead(CeasefireFiles.File("observations.csv"));
        using var expected = JsonDocument.Parse(File.ReadAllBytes(CeasefireFiles.File("observations.expected.json")));
        Assert.True(
            ObservationCsv
                .Open(csv, row => Assert.Fail($"row {row.Row}: {row.Reason}"))
                .TryGet(out var file, out var why),
            why
        );
        var observations = file.Read().Select(r => r.Observation).ToList();
        Assert.Equal(120, observations.Count);
        foreach (var part in observations.Chunk(50))
            record.Write(
                "us",
                Kinds.ObservationReported,
                JsonSerializer.Serialize(
                    new ObservationReport { Observations = part },
                    TrafficJson.Default.ObservationReport
                )
            );
        Assert.Empty(record.View().Flags);
        var ledger = Ledger();
        var rules = expected
            .RootElement.GetProperty("rules")
            .EnumerateObject()
            .ToDictionary(
                r => r.Name,
                r => CountingRules.Read(Encoding.UTF8.GetBytes(r.Value.GetRawText())).Required()
            );
        Assert.Equal(2, rules.Count);
        var compared = 0;
        Compare(expected.RootElement.GetProperty("all"), null, null);
        foreach (var window in expected.RootElement.GetProperty("windows").EnumerateArray())
            Compare(
                window,
                window.GetProperty("from").GetDateTimeOffset(),
                window.GetProperty("until").GetDateTimeOffset()
            );
        Assert.Equal(6, compared);

        void Compare(JsonElement tallies, DateTimeOffset? from, DateTimeOffset? until)
        {
            foreach (var (name, rule) in rules)
            {
                Assert.Equal(
                    tallies
                        .GetProperty(name)
                        .EnumerateArray()
                        .Select(r => $"{r.GetProperty("reporter")}>{r.GetProperty("accused")} {r.GetProperty("n")}"),
                    Tally.Of(ledger, rule, from, until).Rows.Select(r => $"{r.Reporter}>{r.Accused} {r.N}")
                );
                compared++;
            }
        }
    }

    [Fact] // CEASEFIRE-30
    public void A_chain_holds_what_overlaps_and_ends_after_more_than_the_gap()
    {
        Report(
            "us",
            One("a", 10, 0, lasts: 120),
            One("b", 10, 30, lasts: 5),
            One("c", 10, 180), // an hour after the end of a, and not of b
            One("d", 30, 241)
        );
        Assert.Equal("jmc>north 2", Count(CountingRules.Shellings));
        Report("us", One("e", 0, 240, what: "flare"));
        Assert.Equal("jmc>north 2", Count(CountingRules.Shellings));
        Report("us", One("f", 1, 240));
        Assert.Equal("jmc>north 1", Count(CountingRules.Shellings));
    }

    [Fact] // CEASEFIRE-30
    public void What_one_feed_adds_under_an_observer_s_name_joins_nothing_that_another_keeps_apart()
    {
        var days = Enumerable.Range(0, 20).Select(i => One($"{i}", 40, i * 24 * 60)).ToArray();
        Report("us", days);
        Assert.Equal("jmc>north 20", Count(CountingRules.Shellings));
        Report("ru", One("bridge", 0, 0, lasts: 30 * 24 * 60));
        Assert.Equal("jmc>north 20", Count(CountingRules.Shellings));
        Report("ru", days); // nor where it copies, word for word, what it would join
        Assert.Equal("jmc>north 20", Count(CountingRules.Shellings));
        Report("ua", One("later", 40, 40 * 24 * 60)); // what hangs together with nothing counts by itself
        Assert.Equal("jmc>north 21", Count(CountingRules.Shellings));
    }

    [Fact] // CEASEFIRE-30
    public void Halves_of_one_chain_in_two_feeds_are_one()
    {
        Report("us", One("a", 20, 0));
        Report("ru", One("b", 20, 30));
        Assert.Equal("jmc>north 1", Count(CountingRules.Shellings));
    }

    [Fact] // CEASEFIRE-30
    public void An_observation_belongs_to_the_period_in_which_it_starts()
    {
        Report("us", One("a", 7, 59, lasts: 10));
        var ledger = Ledger();
        Assert.Equal("jmc>north 7", Told(Tally.Of(ledger, CountingRules.Discharges, Noon, Noon.AddHours(1))));
        Assert.Equal("", Told(Tally.Of(ledger, CountingRules.Discharges, Noon.AddHours(1), Noon.AddHours(2))));
    }

    [Fact] // CEASEFIRE-31
    public void As_of_the_sizes_of_the_feeds_a_tally_comes_out_again()
    {
        var first = Report("us", One("a", 5), One("b", 6));
        Report("ru", One("x", 1, reporter: "south"));
        var then = Ledger();
        var told = Told(Tally.Of(then, CountingRules.Discharges));
        record.Write("us", Kinds.ObservationCorrected, $$"""{"observations":[{{One("a", 50)}}]}""", first);
        Report("ru", One("y", 1, reporter: "south"));
        record.Write("us", Kinds.ObservationWithdrawn, """{"reason":"twice","ids":["b"]}""", first);
        Assert.Equal("jmc>north 50, south>north 2", Count());
        Assert.Equal(told, Count(asOf: then.Sizes));
        Assert.Equal("jmc>north 11, south>north 1", told);
        Assert.Equal(then.Sizes, Tally.Of(Ledger(), CountingRules.Discharges, asOf: then.Sizes).AsOf);
    }

    [Fact] // CEASEFIRE-34
    public void The_same_observation_counts_once_whoever_brings_it_and_an_author_s_newest_word_counts()
    {
        Report("us", One("a", 5));
        Report("us", One("a", 5));
        Report("ru", One("a", 5));
        Assert.Equal("jmc>north 5", Count());
        Report("us", One("a", 6));
        Assert.Equal("jmc>north 11", Count()); // two feeds differ, and neither is the reporter's
        record.Write(
            "us",
            Kinds.ObservationWithdrawn,
            """{"reason":"not ours"}""",
            [record.Entries[^1].Header.Id],
            null
        );
        Assert.Equal("jmc>north 5", Count());
    }

    [Fact] // CEASEFIRE-34
    public void Of_what_a_party_reported_its_own_feed_counts_and_not_another_s_word_on_it()
    {
        Report("ua", One("a", 900, reporter: "ru"));
        Assert.Equal("ru>north 900", Count());
        Assert.Equal([PartyId.Parse("ua")], Assert.Single(Tally.Of(Ledger(), CountingRules.Discharges).Rows).Feeds);
        Report("ru", One("a", 3, reporter: "ru"));
        Assert.Equal("ru>north 3", Count());
        Assert.Equal([PartyId.Parse("ru")], Assert.Single(Tally.Of(Ledger(), CountingRules.Discharges).Rows).Feeds);
    }

    [Fact] // CEASEFIRE-34
    public void What_a_party_took_back_of_its_own_reports_counts_by_nobodys_copy_and_does_as_of_before()
    {
        Report("ru", One("a", 3, reporter: "ru"), One("b", 1, reporter: "ru"));
        var own = record.Entries[^1].Header.Id;
        Report("ua", One("a", 3, reporter: "ru"));
        Report("us", One("a", 900, reporter: "ru"));
        Assert.Equal("ru>north 4", Count());
        var before = Ledger().Sizes;
        record.Write("ru", Kinds.ObservationWithdrawn, """{"reason":"an echo","ids":["a"]}""", own);
        Report("ua", One("a", 3, reporter: "ru"));
        Assert.Equal("ru>north 1", Count());
        Assert.Equal("ru>north 4", Count(asOf: before));
    }

    [Fact] // CEASEFIRE-31, CEASEFIRE-34
    public void Whatever_order_feeds_arrive_in_a_tally_is_the_same()
    {
        var chance = new Random(7);
        string[] parties = ["us", "ru", "ua"];
        for (var i = 0; i < 200; i++)
        {
            var from = parties[chance.Next(3)];
            var own = record
                .Entries.Where(e =>
                    e.Header.From.Value == from && e.Header.Kind.StartsWith("observation", StringComparison.Ordinal)
                )
                .ToList();
            if (own.Count > 0 && chance.Next(5) == 0)
                record.Write(
                    from,
                    Kinds.ObservationWithdrawn,
                    """{"reason":"r"}""",
                    own[chance.Next(own.Count)].Header.Id
                );
            else
                Report(from, One($"{chance.Next(30)}", chance.Next(4), chance.Next(2), parties[chance.Next(3)]));
        }
        Assert.Single(
            Enumerable.Range(0, 40).Select(seed => Told(Tally.Of(Ledger(seed), CountingRules.Discharges))).Distinct()
        );
    }

    [Fact] // CEASEFIRE-30
    public void What_is_played_is_not_counted_with_what_is()
    {
        Report("us", One("a", 5));
        record.Mark = Mark.Exercise;
        Report("us", One("a", 70), One("b", 1));
        Assert.Equal("jmc>north 5", Count());
        Assert.Equal("jmc>north 71", Told(Tally.Of(Ledger(), CountingRules.Discharges, mark: Mark.Exercise)));
    }

    [Fact] // CEASEFIRE-32
    public void A_party_uses_up_its_own_share_of_a_ledger_and_no_other_s()
    {
        var ledger = new ObservationLedger(record.Document.Parties) { MaxObservationsOfParty = 2 };
        Report("ru", One("a", 1), One("b", 1), One("c", 1));
        Report("us", One("d", 1, reporter: "s"), One("e", 1, reporter: "s"));
        record.Write("us", Kinds.ObservationReported, """{"observations":[{"id":1}]}""");
        record.Withhold(Report("ua", One("f", 1)));
        foreach (var (header, body) in record.Entries)
            ledger.Fold(header, body);
        Assert.Equal("jmc>north 2, s>north 2", Told(Tally.Of(ledger, CountingRules.Discharges)));
        Assert.Equal(["ru 1", "ua 1", "us 1"], ledger.NotCounted.Select(n => $"{n.Key} {n.Value}").Order());
    }

    [Fact] // CEASEFIRE-31 CEASEFIRE-32: whichever feed a station hears first
    public void A_name_counts_in_the_share_of_each_who_uses_it_so_that_all_stations_count_the_same()
    {
        Report("ru", One("a", 1), One("b", 1, reporter: "s"));
        Report("us", One("c", 1, reporter: "s"));
        string Counted(IEnumerable<(EntryHeader Header, byte[]? Body)> entries)
        {
            var ledger = new ObservationLedger(record.Document.Parties) { MaxNamesOfParty = 3 };
            foreach (var (header, body) in entries)
                ledger.Fold(header, body);
            return Told(Tally.Of(ledger, CountingRules.Discharges));
        }
        var ofRu = record.Entries.Where(e => e.Header.From.Value == "ru").ToList();
        var others = record.Entries.Where(e => e.Header.From.Value != "ru").ToList();
        Assert.Equal("jmc>north 1, s>north 1", Counted([.. ofRu, .. others]));
        Assert.Equal("jmc>north 1, s>north 1", Counted([.. others, .. ofRu]));
    }

    [Fact] // CEASEFIRE-21
    public void What_observations_say_is_not_held_with_their_items_and_what_is_malformed_is_flagged()
    {
        var report = Report("us", One("a", 5));
        var item = record.View().ItemOf(report, record.Now)!;
        Assert.Null(item.Root.Body);
        Assert.Equal(Families.ObservationFamily.Reported, item.State);
        Assert.False(item.Root.IsWithheld);
        record.Write("us", Kinds.ObservationReported, """{"observations":[]}""");
        Assert.Contains("missing", Assert.Single(record.View().Flags).Reason, StringComparison.Ordinal);
    }

    [Theory] // CEASEFIRE-30
    [InlineData("""{"unit":"incident"}""")]
    [InlineData("""{"unit":"salvo"}""")]
    [InlineData("""{"unit":"incident","gap":"P1M","least":30}""")]
    [InlineData("""{"unit":"incident","gap":"-PT1H"}""")]
    [InlineData("""{"unit":"discharge","least":-1}""")]
    [InlineData("""[]""")]
    public void A_rule_that_makes_no_sense_is_refused(string json) =>
        Assert.False(CountingRules.Read(Encoding.UTF8.GetBytes(json)).TryGet(out _, out _));

    [Fact] // CEASEFIRE-35
    public void A_reporting_day_closes_by_the_clock_of_its_zone()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(2), null, null);
        Assert.Equal(
            [
                (
                    new DateTimeOffset(2026, 3, 2, 17, 30, 0, default),
                    new DateTimeOffset(2026, 3, 3, 17, 30, 0, default)
                ),
                (
                    new DateTimeOffset(2026, 3, 3, 17, 30, 0, default),
                    new DateTimeOffset(2026, 3, 4, 17, 30, 0, default)
                ),
            ],
            ReportingWindows.Daily(
                new DateTimeOffset(2026, 3, 3, 0, 0, 0, default),
                new DateTimeOffset(2026, 3, 4, 0, 0, 0, default),
                new TimeOnly(19, 30),
                zone
            )
        );
    }
}
