using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;
using Xunit;

namespace Parley.Traffic.Tests.Incidents;

/// <summary>What tables of very many incidents and observations are made from.</summary>
public sealed class TableTests
{
    private static readonly DateTimeOffset Noon = TestRecord.Noon;
    private readonly TestRecord record = new("us", "ru", "ua") { Mark = Mark.Actual };

    private static string At(int minutes) => Noon.AddMinutes(minutes).ToString("yyyy-MM-ddTHH:mm:ssZ", null);

    private (ObservationLedger Observations, IncidentLedger Incidents) Ledgers(int most = IncidentLedger.MaxIncidents)
    {
        var observations = new ObservationLedger(record.Document.Parties);
        var incidents = new IncidentLedger(record.Document.Parties, most);
        foreach (var (header, body) in record.Entries)
        {
            observations.Fold(header, body);
            incidents.Fold(header, body);
        }
        return (observations, incidents);
    }

    private EntryId Observe(int count, Func<int, string> member) =>
        record.Write(
            "us",
            Kinds.ObservationReported,
            $$"""{"observations":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"id":"o{{i}}","start":"{{At(i)}}","count":1,{{member(i)}}}"""))}}]}"""
        );

    [Fact] // CEASEFIRE-40
    public void Observations_are_found_by_who_what_where_and_when_page_after_page_each_once()
    {
        Observe(
            100,
            i =>
                $$"""
                    "reporter":"{{(i % 2 == 0 ? "jmc" : "us")}}","accused":"{{(i % 3 == 0 ? "" : "ru")}}","what":"{{(
                        i < 50 ? "burst" : "impact"
                    )}}","place":{"name":"{{(i % 5 == 0 ? "Bridge" : "Mill")}}"}
                    """
        );
        record.Write(
            "us",
            Kinds.ObservationWithdrawn,
            """{"reason":"twice","ids":["o4"]}""",
            record.Entries[^1].Header.Id
        );
        var ledger = Ledgers().Observations;
        var all = new ObservationsAsked(null, null, null, null, null, null, null, Mark.Actual);
        Assert.Equal(99, ledger.Find(all, 10).Total);
        Assert.Equal(49, ledger.Find(all with { Reporter = "jmc" }, 10).Total);
        Assert.Equal(20, ledger.Find(all with { Place = "Bridge" }, 10).Total);
        Assert.Equal(50, ledger.Find(all with { What = "impact" }, 10).Total);
        Assert.Equal(34, ledger.Find(all with { Accused = "" }, 10).Total);
        Assert.Equal(9, ledger.Find(all with { From = Noon, Until = Noon.AddMinutes(10) }, 10).Total);
        Assert.Equal(0, ledger.Find(all with { Reporter = "nobody" }, 10).Total);
        Assert.Equal(0, ledger.Find(all with { Mark = Mark.Exercise }, 10).Total);
        var seen = new List<long>();
        for (ObservationKey? after = null; ; )
        {
            var page = ledger.Find(all with { After = after }, 30).Page;
            if (page.Count == 0)
                break;
            seen.AddRange(page.Select(k => k.Start));
            after = page[^1];
        }
        Assert.Equal(99, seen.Distinct().Count());
        Assert.Equal(seen.OrderDescending(), seen);
    }

    [Fact] // CEASEFIRE-22, CEASEFIRE-40
    public void An_incident_s_row_says_who_accuses_whom_and_what_was_observed_by_the_observations_that_its_accounts_name()
    {
        var logged = Observe(2, i => $$""" "reporter":"jmc","what":"{{(i == 0 ? "burst" : "impact")}}" """);
        var incident = record.Write(
            "us",
            Kinds.IncidentReported,
            $$"""{"what":"{{new string('x', 300)}}","from":"{{At(-5)}}","accused":"ru","place":{"name":"Bridge"},"observations":["{{logged}}#o1"]}"""
        );
        record.Write(
            "ru",
            Kinds.IncidentAccountGiven,
            """{"what":"It was them.","accused":"us","reporter":"jmc"}""",
            incident
        );
        record.Write("ua", Kinds.IncidentMerged, """{"into":"us/1"}""", incident); // not theirs to merge
        Assert.Null(Assert.Single(Ledgers().Incidents.All).Settling);
        record.Write("us", Kinds.IncidentMerged, """{"into":"us/1"}""", incident);
        var (observations, incidents) = Ledgers();
        var row = Assert.Single(incidents.All);
        Assert.Equal(
            (incident, Noon.AddMinutes(-5), "Bridge", 200, 2, Kinds.IncidentMerged),
            (row.Number, row.From, row.Place!.Name, row.What!.Length, row.Accounts, row.Settling)
        );
        Assert.Equal(["ru", "us"], row.Accused);
        Assert.Equal(["us", "jmc"], row.Reporters);
        Assert.Equal(["impact"], row.Observations.SelectMany(observations.WhatOf));
        Assert.Equal(["burst", "impact"], observations.WhatOf(logged.ToString()));
        Assert.Empty(observations.WhatOf("us/999"));
        Assert.Empty(observations.WhatOf("what#is#this"));
    }

    [Fact] // CEASEFIRE-40
    public void Nobody_fills_the_table_for_the_others_and_what_lies_beyond_a_share_is_said()
    {
        for (var i = 0; i < 5; i++)
            record.Write("us", Kinds.IncidentReported, """{"what":"x"}""");
        record.Write("ru", Kinds.IncidentReported, """{"what":"y"}""");
        var (_, incidents) = Ledgers(most: 9);
        Assert.Equal(4, incidents.All.Count());
        Assert.Equal(2, Assert.Single(incidents.NotHeld, n => n.Key == TestRecord.Us).Value);
    }

    /// <summary>What is held of the incidents, with the feeds in one order of arrival.</summary>
    private string Held(IEnumerable<(EntryHeader Header, byte[]? Body)> order, int early = IncidentLedger.MaxEarly)
    {
        var ledger = new IncidentLedger(record.Document.Parties, mostEarly: early);
        foreach (var (header, body) in order)
            ledger.Fold(header, body);
        return string.Join(
            '\n',
            ledger
                .All.OrderBy(r => r.Number.ToString(), StringComparer.Ordinal)
                .Select(r =>
                    $"{r.Number} {r.From:O} {r.What} {r.Accounts} {r.Dissents} {r.Settling} accused {string.Join(',', r.Accused)} by {string.Join(',', r.Reporters)} of {string.Join(',', r.Observations)}"
                )
                .Append($"not held {string.Join(',', ledger.NotHeld)}")
        );
    }

    private IEnumerable<(EntryHeader Header, byte[]? Body)> Interleaved(Random chance)
    {
        var feeds = record
            .Entries.GroupBy(e => e.Header.From)
            .Select(g => new Queue<(EntryHeader Header, byte[]? Body)>(g))
            .ToList();
        while (feeds.Count > 0)
        {
            var feed = feeds[chance.Next(feeds.Count)];
            yield return feed.Dequeue();
            if (feed.Count == 0)
                feeds.Remove(feed);
        }
    }

    [Fact] // CEASEFIRE-22, CEASEFIRE-40
    public void Whatever_order_the_feeds_arrive_in_every_station_holds_the_same_accounts_of_an_incident()
    {
        var incident = record.Write("us", Kinds.IncidentReported, """{"what":"x","accused":"ru"}""");
        var account = record.Write("ru", Kinds.IncidentAccountGiven, """{"what":"y","accused":"us"}""", incident);
        for (var i = 0; i < 40; i++)
        {
            var (author, other) = i % 2 == 0 ? ("ru", "ua") : ("ua", "ru");
            record.Write(
                author,
                Kinds.IncidentAccountGiven,
                $$"""{"what":"z","accused":"{{other}} {{i}}","reporter":"r{{i}}","observations":["us/{{i}}"]}""",
                    // By the number, by an account of it, or by one that answers what is none.
                    i % 3
                    == 0
                        ? incident
                    : i % 3 == 1 ? account
                    : record.Entries[^1].Header.Id,
                incident
            );
        }
        record.Write("ua", Kinds.IncidentDissented, """{"result":"no violation"}""", account);
        record.Write("us", Kinds.IncidentMerged, """{"into":"us/1"}""", incident);
        var told = Enumerable.Range(0, 60).Select(seed => Held(Interleaved(new Random(seed)))).ToHashSet();
        Assert.Equal(Held(record.Entries), Assert.Single(told));
        Assert.Contains(" 42 1 incident.merged ", told.Single(), StringComparison.Ordinal);
        Assert.Contains("not held \n", $"{told.Single()}\n", StringComparison.Ordinal);
    }

    [Fact] // CEASEFIRE-40
    public void Of_what_waits_for_an_incident_that_is_not_here_each_has_a_share_and_what_lies_beyond_is_said()
    {
        var incident = record.Write("us", Kinds.IncidentReported, """{"what":"x"}""");
        for (var i = 0; i < 6; i++)
            record.Write("ru", Kinds.IncidentAccountGiven, """{"what":"y"}""", incident);
        record.Write("ua", Kinds.IncidentAccountGiven, """{"what":"z"}""", incident);
        var late = record.Entries.OrderBy(e => e.Header.From == TestRecord.Us);
        Assert.Contains(" 4 0  accused", Held(late, early: 6), StringComparison.Ordinal); // its own, two of ru, one of ua
        Assert.Contains("not held [ru, 4]", Held(late, early: 6), StringComparison.Ordinal);
        Assert.Contains(" 8 0  accused", Held(late), StringComparison.Ordinal);
    }

    [Fact] // CEASEFIRE-40
    public void What_answers_what_its_author_had_not_seen_waits_for_nothing()
    {
        record.Write(
            "ru",
            Kinds.IncidentAccountGiven,
            """{"what":"y"}""",
            [new EntryId(TestRecord.Us, 99)],
            record.SeenBy("ru")
        );
        for (var i = 0; i < 100; i++)
            record.Write("us", Kinds.IncidentReported, """{"what":"x"}""");
        Assert.DoesNotContain(" 2 0 ", Held(record.Entries), StringComparison.Ordinal);
    }
}
