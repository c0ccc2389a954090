using System.Text;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Entries of our own that came back from a peer without their bodies: looked for, and if nobody has them,
/// delivered all the same.</summary>
public sealed class LostBodyTests
{
    /// <summary>us writes one entry to the given parties while the parties named cannot get it, then loses it; ru holds
    /// the header at least.</summary>
    private static LineNetwork Lost(
        IReadOnlyList<string> to,
        IReadOnlyList<string> away,
        params IReadOnlyList<string> parties
    ) => Lost(to, away, null, parties);

    /// <param name="silent">A party that has the entry and is away when its author comes back.</param>
    private static LineNetwork Lost(
        IReadOnlyList<string> to,
        IReadOnlyList<string> away,
        string? silent,
        IReadOnlyList<string> parties
    )
    {
        var net = Lines.Opened(parties);
        var backup = net["us"].Store.Copy();
        foreach (var other in away)
            net.Cut("us", other);
        net["us"].Append(net.Message("for few", to: to), net.Message("for all"));
        Assert.True(
            net.RunUntil(
                () => net.Stations.All(s => away.Contains(s.Id.Value) || s.Store.Feeds[net["us"].Id].Size == 3),
                TimeSpan.FromSeconds(5)
            )
        );
        net["us"].Crash();
        net.Invariants.Lost(net["us"].Id);
        if (silent is not null)
            net.Cut("us", silent);
        net["us"].Restart(backup);
        // Nobody said that it was restored: two officers do, and wait for nobody who is away (LINK-105).
        Assert.True(
            net.RunUntil(
                () => net["us"].Status is { Foreign: not null, Recovery: null, OwnSize: 3 },
                TimeSpan.FromMinutes(1)
            )
        );
        Assert.Equal(204, net["us"].SignOn(net["us"].Status.Awaited).Status);
        return net;
    }

    private static string? BodyAt(LineNetwork net, string reader, int place = 1) =>
        net[reader].Store.Feeds[net["us"].Id].All[place].Body is { } body ? Encoding.UTF8.GetString(body) : null;

    private static List<EntryHeader> Missed(LineNetwork net, string by) =>
        [
            .. net["us"]
                .Store.Feeds[net[by].Id]
                .All.Select(e => EntryHeader.Parse(e.Header).Required())
                .Where(h => h.Kind == LineKinds.BodyMissing),
        ];

    // LINK-76
    [Theory]
    [InlineData("us", "ru", "icrc")]
    [InlineData("us", "ru", "-icrc")]
    public void A_body_that_an_addressee_has_comes_back_to_its_author(params string[] parties)
    {
        var net = Lost(["icrc"], [], parties);
        Assert.True(net.RunUntil(() => net.IsSettled() && BodyAt(net, "us") is not null, TimeSpan.FromMinutes(2)));
        Assert.Equal("for few", BodyAt(net, "us"));
        Assert.Null(BodyAt(net, "ru"));
        Assert.DoesNotContain(net["us"].Reports, r => r is LineReport.BodyLost);
    }

    // LINK-76
    [Fact]
    public void A_body_that_one_addressee_has_is_asked_for_before_the_entry_goes_to_another()
    {
        var net = Lost(["ua", "icrc"], ["icrc"], "us", "ru", "ua", "icrc");
        net.Run(TimeSpan.FromMinutes(3));
        net.Heal();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(1)));
        Assert.Equal("for few", BodyAt(net, "icrc"));
        Assert.Equal("for few", BodyAt(net, "us"));
        Assert.Empty(Missed(net, "icrc"));
    }

    // LINK-76
    [Fact]
    public void Where_the_body_is_lost_delivery_goes_on_and_both_sides_show_that_it_is_missing()
    {
        var net = Lost(["icrc"], ["icrc"], "us", "ru", "icrc");
        Assert.True(
            net.RunUntil(
                () => !net["us"].Status.CatchingUp && net["us"].Store.Feeds[net["us"].Id].Size == 3,
                TimeSpan.FromMinutes(1)
            )
        );
        net.Heal();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(2)));
        Assert.Null(BodyAt(net, "icrc"));
        Assert.Equal("for all", BodyAt(net, "icrc", 2));
        Assert.Contains(net["us"].Reports, r => r is LineReport.BodyLost { Entry: { Seq: 1 } });
        Assert.Contains(
            net["icrc"].Reports,
            r => r is LineReport.BodyWithheld { Entry: { Seq: 1, Party.Value: "us" } }
        );
        Assert.Equal([new EntryId(net["us"].Id, 1)], Assert.Single(Missed(net, "icrc")).Re);
        Assert.Empty(Missed(net, "ru"));
        foreach (var station in net.Stations)
            Assert.Empty(station.Store.Refusals);
        net["us"].Append(net.Message("life goes on"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
    }

    // LINK-76
    [Fact]
    public void An_addressee_that_dies_before_it_could_say_so_says_so_once_it_is_back()
    {
        var net = Lost(["icrc"], ["icrc"], "us", "ru", "icrc");
        net.Run(TimeSpan.FromMinutes(2));
        net.Heal();
        Assert.True(net.RunUntil(() => net["icrc"].Store.Feeds[net["us"].Id].Size == 3, TimeSpan.FromMinutes(2)));
        net["icrc"].Crash();
        net["icrc"].Restart();
        Assert.True(net.RunUntil(() => net.IsSettled() && Missed(net, "icrc").Count == 1, TimeSpan.FromMinutes(1)));
        Assert.Empty(net["icrc"].Store.OpenAttachments);
    }

    // LINK-76: whoever may have it is not waited for without end.
    [Fact]
    public void An_addressee_that_is_away_holds_up_delivery_to_another_for_a_minute_and_no_longer()
    {
        var net = Lost(["ua", "icrc"], ["icrc"], "ua", ["us", "ru", "ua", "icrc"]);
        net["ua"].Crash();
        net["us"].Crash();
        net["us"].Restart();
        net.Heal();
        Assert.True(net.RunUntil(() => net["icrc"].Store.Feeds[net["us"].Id].Size == 3, TimeSpan.FromMinutes(2)));
        Assert.Null(BodyAt(net, "icrc"));
        net["ua"].Restart();
        Assert.True(
            net.RunUntil(() => net.IsSettled() && BodyAt(net, "us") is not null, TimeSpan.FromMinutes(2)),
            "the author does not get back what the addressee has"
        );
    }

    // LINK-12, LINK-76
    [Fact]
    public void A_body_is_only_said_to_be_lost_where_one_is_due_and_never_that_of_the_opening()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        foreach (var other in new[] { "ru", "icrc" })
            net.Cut("us", other);
        var author = new Author(net, "us").Write("secret", h => h with { To = [PartyId.Parse("icrc")] });
        Assert.Equal(422, net.Answer("us", "ru", author.Push(1, lost: true)).Status);
        Assert.Equal(200, net.Answer("us", "icrc", author.Push(1, lost: true)).Status);
        var fresh = new LineNetwork(seed: 9, "us", "ru");
        fresh.Cut("us", "ru");
        fresh.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(422, fresh.Answer("us", "ru", new Author(fresh, "us").Push(0, lost: true)).Status);
    }
}
