using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Two truths about one feed, whatever way the second one comes: both are kept, and the line stops.</summary>
public sealed class ForkTests
{
    private readonly LineNetwork net = Lines.Opened("us", "ru", "icrc");
    private readonly Author us;
    private readonly Author twin;

    public ForkTests()
    {
        us = new Author(net, "us");
        foreach (var other in new[] { "ru", "icrc" }) net.Cut("us", other);
        us.Write("one");
        twin = us.Twin();
        us.Write("two");
        twin.Write("another two");
        Assert.Equal(200, net.Answer("us", "ru", us.Push(1)).Status);
    }

    private void Stopped(string station, ulong size)
    {
        net.Run(TimeSpan.FromSeconds(1));
        var (feed, held, offered) = Assert.Single(net[station].Store.Forks);
        Assert.Equal(us.Feed, feed);
        Assert.Equal(size, offered.Checkpoint.Size);
        foreach (var evidence in new[] { held, offered }) Assert.Equal(SignatureCheck.Valid, evidence.Note.Check(net.Document.LogKey(us.Id)));
        Assert.NotEqual(held.Encode(), offered.Encode());
        Assert.True(net[station].Status.Stopped);
        Assert.Contains(net[station].Reports, r => r is LineReport.Forked forked && forked.Feed == us.Feed);
        var token = net[station].Append(net.Message("too late"));
        Assert.Equal("line-stopped", Assert.IsType<AppendOutcome.Refused>(net[station].Outcomes[token]).Code);
        Assert.Equal(503, net.Answer("us", station, new LinkRequest(LinkVerb.Push, default)).Status);
    }

    // LINK-50
    [Fact]
    public void A_push_with_another_checkpoint_of_the_size_held_is_a_fork()
    {
        Assert.Equal(409, net.Answer("us", "ru", twin.Push(1)).Status);
        Stopped("ru", 3);
    }

    // LINK-50
    [Fact]
    public void A_push_with_an_older_checkpoint_that_is_not_ours_at_that_size_is_a_fork()
    {
        us.Write("three").Write("four");
        Assert.Equal(200, net.Answer("us", "ru", us.Push(3)).Status);
        Assert.Equal(409, net.Answer("us", "ru", twin.Push(1)).Status);
        Stopped("ru", 3);
    }

    // LINK-50
    [Fact]
    public void The_authors_own_heartbeat_can_show_a_fork()
    {
        Assert.Equal(200, net.Answer("us", "ru", us.Write("three").Push(3)).Status);
        Assert.Equal(200, net.Answer("us", "ru", twin.Heartbeat((us.Id, twin.CheckpointAt(3)))).Status);
        Stopped("ru", 3);
    }

    // LINK-50: gossip. Two parties that were shown different feeds find out.
    [Fact]
    public void Parties_that_an_author_told_different_things_find_out_by_their_heartbeats()
    {
        Assert.Equal(200, net.Answer("us", "icrc", twin.Push(1)).Status);
        net.Run(TimeSpan.FromSeconds(30));
        Stopped("ru", 3);
        Stopped("icrc", 3);
    }

    // LINK-50
    [Fact]
    public void A_third_partys_older_checkpoint_is_compared_too()
    {
        Assert.Equal(200, net.Answer("us", "ru", us.Write("three").Push(3)).Status);
        Assert.Equal(200, net.Answer("icrc", "ru", twin.Heartbeat((us.Id, twin.CheckpointAt(3)))).Status);
        Stopped("ru", 3);
    }

    // LINK-50: what is not signed by the author proves nothing about it.
    [Fact]
    public void A_contradiction_that_the_author_did_not_sign_stops_nothing()
    {
        var forged = SignedCheckpoint.Sign(twin.CheckpointAt(3).Checkpoint, us.Feed, LineParty.Named("icrc").Log);
        net.Answer("icrc", "ru", twin.Heartbeat((us.Id, forged)));
        net.Answer("us", "ru", twin.Push(1, forged));
        net.Answer("icrc", "ru", us.Heartbeat((us.Id, us.CheckpointAt(2))));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(net["ru"].Store.Forks);
        Assert.False(net["ru"].Status.Stopped);
    }

    // LINK-51
    [Fact]
    public void A_stopped_line_stays_stopped_after_a_restart()
    {
        net.Answer("us", "ru", twin.Push(1));
        Stopped("ru", 3);
        net["ru"].Crash();
        net["ru"].Restart();
        Assert.True(net["ru"].Status.Stopped);
        var token = net["ru"].Append(net.Message("still too late"));
        Assert.Equal("line-stopped", Assert.IsType<AppendOutcome.Refused>(net["ru"].Outcomes[token]).Code);
    }

    // LINK-51
    [Fact]
    public void A_fork_answers_the_pull_that_waits()
    {
        var held = net.Ask(PartyId.Parse("icrc"), net["ru"].Id, new LinkRequest(LinkVerb.Pull, new PullRequest(1, null).Encode()));
        net.Run(TimeSpan.FromMilliseconds(10));
        Assert.Null(held());
        net.Answer("us", "ru", twin.Push(1));
        Assert.Equal(503, held()!.Status);
    }
}
