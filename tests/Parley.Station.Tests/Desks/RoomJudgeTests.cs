using Parley.Link;
using Parley.Record;
using Parley.Station.Desks;
using Parley.Station.Lines;
using Xunit;

namespace Parley.Station.Tests.Desks;

/// <summary>Who was not in reach while a silence ran, by what is kept of the links.</summary>
public sealed class RoomJudgeTests
{
    private static readonly PartyId Ru = PartyId.Parse("ru");
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly LinkHistory history = new(LineId.Parse($"north-{new string('a', LineId.HashDigits)}"));

    private void Stood(LinkState state, DateTimeOffset from, DateTimeOffset until)
    {
        for (var at = from; at <= until; at = at.AddMinutes(1))
            history.Changed(Ru, state, at);
    }

    [Fact] // MEDIATION-15
    public void A_party_was_in_reach_where_its_link_was_up_in_every_hour_of_it()
    {
        Stood(LinkState.Alive, Noon, Noon.AddHours(3));
        Assert.False(RoomJudge.WasAway(history, Ru, Noon.AddMinutes(10), Noon.AddHours(2.5)));
    }

    [Fact] // MEDIATION-15
    public void A_gap_an_hour_of_which_nothing_is_known_and_a_drop_keep_a_party_out_of_reach()
    {
        Assert.True(RoomJudge.WasAway(history, Ru, Noon, Noon.AddHours(1)));
        Stood(LinkState.Alive, Noon, Noon.AddHours(1));
        Stood(LinkState.Down, Noon.AddHours(1).AddMinutes(1), Noon.AddHours(1).AddMinutes(5));
        Stood(LinkState.Alive, Noon.AddHours(1).AddMinutes(6), Noon.AddHours(3));
        Assert.True(RoomJudge.WasAway(history, Ru, Noon, Noon.AddHours(2)));
        Assert.False(RoomJudge.WasAway(history, Ru, Noon, Noon.AddMinutes(59)));
        Assert.True(RoomJudge.WasAway(history, Ru, Noon, Noon.AddHours(5)));
    }
}
