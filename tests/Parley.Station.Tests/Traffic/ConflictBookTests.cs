using System.Text;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Traffic;
using Parley.Traffic;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>What a party may cost the others by what it plans, and that what is beyond its share is said.</summary>
public sealed class ConflictBookTests
{
    private static readonly PartyId Us = FoldedLine.Party("us"),
        Ru = FoldedLine.Party("ru"),
        Un = FoldedLine.Party("un");

    private static string? Refuse(FoldedLine line, IReadOnlyList<EntryId> re, out IReadOnlyList<Conflict> missed) =>
        ConflictNaming.Refuse(
            line.Plans,
            Us,
            Kinds.ActivityNotified,
            Encoding.UTF8.GetBytes($$"""{"volumes":{{FoldedLine.Circles(1)}}}"""),
            re,
            out missed
        );

    [Fact] // TRAFFIC-106
    public void A_hundred_and_forty_activities_of_256_circles_at_one_place_conflict_with_ours_and_not_with_each_other_and_keep_a_few_pairs_each()
    {
        var line = new FoldedLine(LinePolicy.Default, "us", "ru");
        var ours = line.Notify("us", 256);
        for (var i = 0; i < 140; i++)
            line.Notify("ru", 256);
        Assert.Equal((140, 141 * 256), (line.Plans.Found.Count, line.Plans.Compared));
        Assert.All(
            line.Plans.Found.All,
            c =>
                Assert.Equal(
                    (true, EntryConflict.MaxPairs, false, true),
                    (c.First == ours || c.Second == ours, c.Volumes.Count, c.IsEveryPair, c.IsExact)
                )
        );
        Assert.All(
            line.Planned(),
            p => Assert.Equal((true, p.Entry == ours ? 64 : 1), (p.Compared, p.ConflictsWith.Count))
        );
        var alarms = ConflictAlarms.Of(line.Plans, Us).ToList();
        Assert.Equal(ConflictAlarms.MaxOfParty + 1, alarms.Count);
        Assert.Equal("76 more conflicts with ru", alarms[^1].About);
    }

    [Fact] // TRAFFIC-106
    public void Volumes_beyond_a_party_s_share_are_not_compared_and_said_to_be_until_there_is_room_and_take_nothing_from_another_s()
    {
        var line = new FoldedLine(LinePolicy.Default, "us", "ru", "un");
        var first = line.Notify("ru", 256, longitude: 10);
        while (line.Plans.Compared < ConflictBook.MaxVolumesOfParty)
            line.Notify("ru", 256, longitude: 10);
        var beyond = line.Notify("ru", 1);
        line.Notify("un", 1);
        line.Notify("us", 1);
        Assert.Equal(["un-us"], line.Plans.Found.All.Select(Between));
        var shown = line.Planned().Single(p => p.Entry == beyond);
        Assert.False(shown.Compared);
        Assert.StartsWith("not compared: ru has as many volumes", shown.Problem, StringComparison.Ordinal);
        Assert.NotNull(shown.Volumes); // it stands on the map all the same

        line.Write("ru", Kinds.ActivityCancelled, "{}", first);
        Assert.Equal(["ru-un", "ru-us", "un-us"], line.Plans.Found.All.Select(Between).Order(StringComparer.Ordinal));
        Assert.All(
            line.Planned().Where(p => p.Entry == beyond),
            p => Assert.Equal((true, null), (p.Compared, p.Problem))
        );
    }

    private static string Between(Conflict c) =>
        string.Join('-', new[] { c.FirstOwner.Value, c.SecondOwner.Value }.Order(StringComparer.Ordinal));

    [Fact] // TRAFFIC-106
    public void Two_parties_fill_their_own_share_of_conflicts_alone_which_is_said_and_what_found_no_room_is_found_when_there_is_some()
    {
        var line = new FoldedLine(LinePolicy.Default, "us", "ru", "un");
        var ours = line.Notify("us", 1);
        var areas = Enumerable.Range(0, ConflictShares.MaxOfPair + 50).Select(_ => line.Declare("ru")).ToList();
        line.Declare("un");
        Assert.Equal(
            ConflictShares.MaxOfPair,
            line.Plans.Found.Of(ours).Count(c => c.SecondOwner == Ru || c.FirstOwner == Ru)
        );
        Assert.Single(line.Plans.Found.Of(ours), c => c.FirstOwner == Un);
        Assert.Equal((true, false), (line.Plans.Found.HasMore(Us, Ru), line.Plans.Found.HasMore(Us, Un)));
        Assert.Contains(
            "ru has more conflicts with un and with us than the 1000 that are kept",
            line.Planned().Single(p => p.Entry == areas[^1]).Caution,
            StringComparison.Ordinal
        );
        foreach (var gone in areas.Take(200))
            line.Write("ru", Kinds.AreaWithdrawn, "{}", gone);
        for (var i = 0; i < 60; i++)
            line.Plans.Retry();
        Assert.Equal(
            areas.Count - 200,
            line.Plans.Found.Of(ours).Count(c => c.FirstOwner == Ru || c.SecondOwner == Ru)
        );
        Assert.False(line.Plans.Found.HasMore(Us, Ru));
    }

    [Fact] // TRAFFIC-61
    public void However_many_areas_a_party_declares_a_notice_names_as_many_as_re_has_room_for_and_is_not_returned_again()
    {
        var line = new FoldedLine(LinePolicy.Default, "us", "ru", "un");
        var areas = Enumerable.Range(0, 300).Select(_ => line.Declare("ru")).ToList();
        var site = line.Declare("ru", isSite: true);
        var theirs = line.Declare("un");
        Assert.NotNull(Refuse(line, [], out var missed));
        Assert.Equal(line.Plans.MaxToNameOfParty + 1, missed.Count);
        Assert.Contains(missed, c => c.Second == theirs);
        Assert.Contains(missed, c => c.Second == site); // what is gravest comes first
        var named = missed.Select(c => c.Second).ToList();
        Assert.True(named.Count < EntryHeader.MaxRe);
        Assert.Null(Refuse(line, named, out _));
        Assert.Contains("of 302 in all", Refuse(line, named.Skip(1).ToList(), out _), StringComparison.Ordinal);
        Assert.Null(Refuse(line, [.. areas.Take(line.Plans.MaxToNameOfParty), theirs], out _)); // it says which it knew; the station does not say which it must
    }

    [Fact] // TRAFFIC-61
    public void A_party_that_puts_one_area_in_the_place_of_another_again_and_again_does_not_hold_a_notice_back()
    {
        var line = new FoldedLine(LinePolicy.Default, "us", "ru");
        var area = line.Declare("ru");
        Assert.NotNull(Refuse(line, [], out _));
        line.Write("ru", Kinds.AreaWithdrawn, "{}", area);
        line.Declare("ru");
        Assert.NotNull(Refuse(line, [], out _));
        Assert.Null(Refuse(line, [area], out _));
        Assert.NotNull(Refuse(line, [new EntryId(Ru, 999)], out _)); // that never was one
    }

    [Fact]
    public void An_answer_to_an_activity_leaves_its_volumes_where_they_are_and_a_change_moves_them()
    {
        var line = new FoldedLine(LinePolicy.Default, "us", "ru");
        var ours = line.Notify("us", 2);
        var theirs = line.Notify("ru", 3);
        Assert.Equal(6, Assert.Single(line.Plans.Found.All).Volumes.Count);
        line.Write("ru", Kinds.ActivityAccepted, "{}", ours);
        Assert.Equal(
            (1, 5, ActivityState.Accepted),
            (line.Plans.Found.Count, line.Plans.Compared, line.Plans.Find(ours)!.Activity.State)
        );
        line.Write("ru", Kinds.ActivityChanged, $$"""{"volumes":{{FoldedLine.Circles(1, longitude: 30)}}}""", theirs);
        Assert.Equal((0, 3), (line.Plans.Found.Count, line.Plans.Compared));
    }
}
