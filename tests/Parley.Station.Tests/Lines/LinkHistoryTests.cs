using Parley.Link;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests.Lines;

/// <summary>How a link stood, by the hour: over the end of a day, over a restart, and without
/// what nobody saw.</summary>
public sealed class LinkHistoryTests
{
    private static readonly LineId Line = LineId.Parse($"us-ru-{new string('a', 32)}");
    private static readonly PartyId Ru = PartyId.Parse("ru");
    private static readonly DateTimeOffset Late = new(2026, 11, 30, 23, 59, 0, TimeSpan.Zero);

    private static PeerStatus Peer(LinkState state) => new(Ru, state, null, null, 0, 0, null, null, 0);

    [Fact]
    public void Time_counts_to_the_hour_and_the_day_that_it_lies_in_and_for_how_the_link_stood_meanwhile()
    {
        var history = new LinkHistory(Line);
        history.Look([Peer(LinkState.Alive)], Late);
        history.Changed(Ru, LinkState.Down, Late.AddSeconds(90));
        history.Look([Peer(LinkState.Down)], Late.AddSeconds(110));
        Assert.Equal(new LinkHour(60, 0, 0, 0), history.On(Ru, new DateOnly(2026, 11, 30))![23]);
        Assert.Equal(new LinkHour(30, 0, 20, 1), history.On(Ru, new DateOnly(2026, 12, 1))![0]);
    }

    [Fact]
    public void What_nobody_saw_is_not_known_and_a_clock_that_was_set_adds_nothing()
    {
        var history = new LinkHistory(Line);
        history.Look([Peer(LinkState.Alive)], Late);
        history.Look([Peer(LinkState.Alive)], Late.AddHours(-5));
        history.Look([Peer(LinkState.Alive)], Late.AddHours(-1));
        history.Look([Peer(LinkState.Alive)], Late.AddHours(-1).AddSeconds(15));
        Assert.Equal(15, history.On(Ru, new DateOnly(2026, 11, 30))!.Sum(h => h.Up + h.Unattended + h.Down));
    }

    [Fact]
    public void A_restart_goes_on_with_what_was_kept()
    {
        var history = new LinkHistory(Line);
        history.Look([Peer(LinkState.Alive)], Late);
        history.Look([Peer(LinkState.Alive)], Late.AddSeconds(15));
        var meta = Meta(history.TakeUnsaved(Late.AddSeconds(15)));
        Assert.Empty(history.TakeUnsaved(Late.AddSeconds(15)));

        var again = new LinkHistory(Line);
        again.Load(meta);
        Assert.Equal(15, again.On(Ru, new DateOnly(2026, 11, 30))![23].Up);

        var another = new LinkHistory(LineId.Parse($"us-ua-{new string('b', 32)}"));
        another.Load(meta);
        Assert.Null(another.On(Ru, new DateOnly(2026, 11, 30)));
    }

    [Fact]
    public void What_could_not_be_stored_is_given_again_and_what_is_old_goes()
    {
        var history = new LinkHistory(Line);
        history.Look([Peer(LinkState.Alive)], Late);
        history.Look([Peer(LinkState.Alive)], Late.AddSeconds(15));
        Assert.Single(history.TakeUnsaved(Late));
        history.GiveBack(Late);
        Assert.Single(history.TakeUnsaved(Late));
        var gone = Assert.Single(history.TakeUnsaved(Late.AddDays(LinkHistory.KeptDays + 1)));
        Assert.Null(gone.Value);
        Assert.Null(history.On(Ru, new DateOnly(2026, 11, 30)));
    }

    [Fact]
    public void Bytes_of_another_version_or_cut_off_are_left_alone()
    {
        var history = new LinkHistory(Line);
        history.Load(
            new Dictionary<string, byte[]>
            {
                [$"link-day/{Line}/ru/2026-11-30"] = [9, 9],
                [$"link-day/{Line}/ru/no-day"] = new byte[201],
                [$"link-day/{Line}/x"] = [],
            }
        );
        Assert.Null(history.On(Ru, new DateOnly(2026, 11, 30)));
    }

    private static Dictionary<string, byte[]> Meta(IReadOnlyList<PutMeta> changes) =>
        changes.Where(c => c.Value is not null).ToDictionary(c => c.Key, c => c.Value!);
}
