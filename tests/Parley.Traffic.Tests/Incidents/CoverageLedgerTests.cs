using Parley.Record;
using Parley.Traffic.Incidents;
using Xunit;

namespace Parley.Traffic.Tests.Incidents;

public sealed class CoverageLedgerTests
{
    private readonly TestRecord record = new("us", "ru") { Mark = Mark.Actual };

    private EntryId Log(
        string from,
        string place,
        int begin,
        int end,
        string kind = Kinds.CoverageLogged,
        params EntryId[] re
    ) =>
        record.Write(
            from,
            kind,
            $$"""{"reporter":"jmc","place":{"name":"{{place}}"},"from":"{{At(begin)}}","until":"{{At(end)}}"}""",
            re
        );

    private static string At(int hours) => TestRecord.Noon.AddHours(hours).ToString("yyyy-MM-ddTHH:mm:ssZ", null);

    private CoverageLedger Ledger(int most = CoverageLedger.MaxStretches)
    {
        var ledger = new CoverageLedger(record.Document.Parties, most);
        foreach (var (header, body) in record.Entries)
            ledger.Fold(header, body);
        return ledger;
    }

    private static IEnumerable<string> Told(IEnumerable<Watched> watched) =>
        watched.Select(w => $"{w.Entry} {w.Coverage.Place!.Name} {w.Coverage.From:HH}-{w.Coverage.Until:HH}");

    [Fact] // CEASEFIRE-23
    public void What_was_corrected_or_taken_back_counts_no_more_and_does_as_of_before()
    {
        var first = Log("us", "Bridge", 0, 4);
        var second = Log("us", "Mill", 1, 2);
        var before = record.SeenBy("ru");
        var corrected = Log("us", "Bridge", 0, 2, Kinds.CoverageCorrected, first);
        record.Write("us", Kinds.CoverageWithdrawn, """{"reason":"nobody was there"}""", second);
        Assert.Equal([$"{corrected} Bridge 12-14"], Told(Ledger().Standing(Mark.Actual)));
        Assert.Equal(
            [$"{first} Bridge 12-16", $"{second} Mill 13-14"],
            Told(Ledger().Standing(Mark.Actual, before.Append(new(PartyId.Parse("ru"), 99)).ToDictionary()))
        );
        // Corrected once more, by the name of the first.
        var third = Log("us", "Bridge", 0, 3, Kinds.CoverageCorrected, first);
        Assert.Equal([$"{third} Bridge 12-15"], Told(Ledger().Standing(Mark.Actual)));
    }

    [Fact] // CEASEFIRE-23: whoever corrects one stretch for ever makes nobody walk all of it each time
    public void Of_ten_thousand_corrections_that_each_name_the_oldest_the_newest_stands()
    {
        List<EntryId> chain = [Log("us", "Bridge", 0, 4)];
        for (var i = 0; i < 10_000; i++)
            chain.Add(Log("us", "Bridge", 0, 1 + i % 20, Kinds.CoverageCorrected, [.. chain.Take(64)]));
        var standing = Assert.Single(Ledger().Standing(Mark.Actual));
        Assert.Equal(chain[^1], standing.Entry);
        record.Write("us", Kinds.CoverageWithdrawn, """{"reason":"nobody was there"}""", chain[0]);
        Assert.Empty(Ledger().Standing(Mark.Actual));
    }

    [Fact] // CEASEFIRE-23
    public void Nobody_corrects_or_takes_back_what_another_watched_and_what_is_played_is_not_shown_with_what_is()
    {
        var first = Log("us", "Bridge", 0, 4);
        Log("ru", "Bridge", 0, 1, Kinds.CoverageCorrected, first);
        record.Write("ru", Kinds.CoverageWithdrawn, """{"reason":"no"}""", first);
        record.Mark = Mark.Exercise;
        Log("us", "Range", 0, 4);
        Assert.Equal([$"{first} Bridge 12-16"], Told(Ledger().Standing(Mark.Actual)));
        Assert.Equal(1, Ledger().NotCounted[PartyId.Parse("ru")]);
    }

    [Fact] // CEASEFIRE-31
    public void What_does_not_count_is_told_as_of_the_same_sizes()
    {
        for (var i = 0; i < 5; i++)
            Log("ru", $"Hill {i}", i, i + 1);
        var (size, ledger) = (Ledger().Sizes[PartyId.Parse("ru")], Ledger(most: 6));
        Assert.Equal(
            1,
            ledger.NotCountedAsOf(new Dictionary<PartyId, ulong> { [PartyId.Parse("ru")] = size - 1 })[
                PartyId.Parse("ru")
            ]
        );
        Assert.Equal(2, ledger.NotCounted[PartyId.Parse("ru")]);
    }

    [Fact] // CEASEFIRE-32
    public void One_partys_coverage_uses_up_none_of_anothers_and_what_lies_beyond_is_counted()
    {
        for (var i = 0; i < 5; i++)
            Log("ru", $"Hill {i}", i, i + 1);
        var ours = Log("us", "Bridge", 0, 4);
        var ledger = Ledger(most: 6);
        Assert.Equal(4, ledger.Standing(Mark.Actual).Count);
        Assert.Contains(ledger.Standing(Mark.Actual), w => w.Entry == ours);
        Assert.Equal(2, ledger.NotCounted[PartyId.Parse("ru")]);
    }
}
