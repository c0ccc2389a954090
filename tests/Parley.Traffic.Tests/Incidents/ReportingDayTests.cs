using System.Globalization;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;
using Xunit;

namespace Parley.Traffic.Tests.Incidents;

public sealed class ReportingDayTests
{
    private static readonly TimeOnly Closes = new(19, 30);

    private static string Span((DateTimeOffset From, DateTimeOffset Until) window) =>
        $"{UtcText.Of(window.From)} {UtcText.Of(window.Until)}";

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [Theory] // CEASEFIRE-35
    [InlineData("Europe/Kyiv", "2026-03-03", "2026-03-02T17:30:00.000Z 2026-03-03T17:30:00.000Z")]
    [InlineData("Europe/Kyiv", "2026-03-29", "2026-03-28T17:30:00.000Z 2026-03-29T16:30:00.000Z")] // clocks go forward: 23 hours
    [InlineData("+02:00", "2026-03-29", "2026-03-28T17:30:00.000Z 2026-03-29T17:30:00.000Z")]
    [InlineData("-03:30", "2026-03-03", "2026-03-02T23:00:00.000Z 2026-03-03T23:00:00.000Z")]
    public void A_day_closes_by_the_clock_of_its_zone(string zone, string day, string window)
    {
        Assert.True(ReportingWindows.TryZone(zone, out var known));
        Assert.Equal(
            window,
            Span(ReportingWindows.OfDay(DateOnly.Parse(day, CultureInfo.InvariantCulture), Closes, known))
        );
    }

    [Fact] // CEASEFIRE-35
    public void The_last_day_that_is_over_is_the_one_that_closed_and_not_the_one_that_runs()
    {
        Assert.True(ReportingWindows.TryZone("Europe/Kyiv", out var zone));
        var closed = ReportingWindows.LastBefore(At("2026-03-03T17:30:00Z"), Closes, zone);
        Assert.Equal("2026-03-02T17:30:00.000Z 2026-03-03T17:30:00.000Z", Span(closed));
        Assert.NotEqual(closed, ReportingWindows.LastBefore(At("2026-03-03T17:29:59Z"), Closes, zone));
        Assert.Equal(closed, ReportingWindows.LastBefore(At("2026-03-04T17:29:59Z"), Closes, zone));
    }

    [Theory]
    [InlineData("Atlantis/Capital")]
    [InlineData("+25:00")]
    [InlineData("+2")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("../../etc/passwd")]
    public void What_is_no_zone_is_none(string? name) => Assert.False(ReportingWindows.TryZone(name, out _));

    [Fact] // CEASEFIRE-30, CEASEFIRE-35
    public void Days_counted_in_one_reading_are_those_counted_one_by_one()
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        var chance = new Random(11);
        var start = At("2026-03-01T00:00:00Z");
        for (var i = 0; i < 200; i++)
            record.Write(
                i % 2 == 0 ? "us" : "ru",
                Kinds.ObservationReported,
                $$"""{"observations":[{"id":"{{i}}","reporter":"r{{chance.Next(3)}}","accused":"{{(chance.Next(3) == 0 ? "" : "north")}}","what":"{{(chance.Next(5) == 0 ? "flare" : "impact")}}","count":{{chance.Next(40)}},"start":"{{UtcText.Of(start.AddMinutes(chance.Next(6 * 24 * 60)))}}"}]}"""
            );
        var ledger = new ObservationLedger(record.Document.Parties);
        foreach (var (header, body) in record.Entries)
            ledger.Fold(header, body);
        Assert.True(ReportingWindows.TryZone("Europe/Kyiv", out var zone));
        var days = ReportingWindows
            .Daily(start.AddDays(1), start.AddDays(5), Closes, zone)
            .Select(d => ((DateTimeOffset?)d.From, (DateTimeOffset?)d.Until))
            .ToList();
        foreach (var rule in CountingRules.Known)
        {
            var each = Tally.OfEach(ledger, rule, days);
            Assert.Equal(days.Count, each.Count);
            Assert.Contains(each, t => t.Rows.Count > 1);
            Assert.All(
                each.Zip(days),
                pair => Assert.Equal(Tally.Of(ledger, rule, pair.Second.Item1, pair.Second.Item2).Rows, pair.First.Rows)
            );
        }
    }

    [Theory] // CEASEFIRE-37
    [InlineData(
        """{"from":"2026-03-02T17:30:00Z","until":"2026-03-02T17:30:00Z","rule":{"unit":"discharge"},"text":"t"}""",
        "ends before"
    )]
    [InlineData("""{"from":"2026-03-02T17:30:00Z","until":"2026-03-03T17:30:00Z","text":"t"}""", "rule")]
    [InlineData(
        """{"from":"2026-03-02T17:30:00Z","until":"2026-03-03T17:30:00Z","rule":{"unit":"incident"},"text":"t"}""",
        "gap"
    )]
    [InlineData(
        """{"from":"2026-03-02T17:30:00Z","until":"2026-03-03T17:30:00Z","rule":{"unit":"discharge"}}""",
        "text"
    )]
    public void A_summary_that_makes_no_sense_is_refused(string json, string why)
    {
        Assert.False(
            TrafficBodies
                .ReadOwn(Kinds.SummaryReleased, System.Text.Encoding.UTF8.GetBytes(json))
                .TryGet(out _, out var reason)
        );
        Assert.Contains(why, reason, StringComparison.Ordinal);
    }
}
