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
        foreach (var other in new[] { "ru", "icrc" })
            net.Cut("us", other);
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
        foreach (var evidence in new[] { held, offered })
            Assert.Equal(SignatureCheck.Valid, evidence.Note.Check(net.Document.LogKey(us.Id)));
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

    /// <summary>What ru can show to somebody who has nothing but the author's key.</summary>
    private ForkEvidence Evidence()
    {
        net.Run(TimeSpan.FromSeconds(1));
        var (_, held, offered) = Assert.Single(net["ru"].Store.Forks);
        var feed = net["ru"].Store.Feeds[us.Id];
        var (small, large) = (offered.Checkpoint.Size, held.Checkpoint.Size);
        var evidence =
            small == large
                ? new ForkEvidence(held, offered, null, [])
                : new ForkEvidence(offered, held, feed.FrontierAt(small).Root(), feed.Consistency(small, large));
        return ForkEvidence.Parse(evidence.First.Encode(), evidence.Second.Encode(), evidence.EncodeProof()).Required();
    }

    private string? Refuted(ForkEvidence evidence) => evidence.Refute(us.Feed, net.Document.LogKey(us.Id));

    // LINK-52
    [Fact]
    public void Two_checkpoints_of_one_size_convince_an_outsider_by_themselves()
    {
        net.Answer("us", "ru", twin.Push(1));
        var evidence = Evidence();
        Assert.Equal("", evidence.EncodeProof());
        Assert.Null(Refuted(evidence));
        Assert.NotNull(Refuted(evidence with { Second = evidence.First }));
        Assert.NotNull(evidence.Refute(us.Feed, net.Document.LogKey(net["ru"].Id)));
        Assert.NotNull(evidence.Refute(new Origin(net.Document.Id, net["ru"].Id), net.Document.LogKey(us.Id)));
    }

    // LINK-52
    [Fact]
    public void Checkpoints_of_different_sizes_convince_an_outsider_with_the_root_between_them_and_not_without()
    {
        us.Write("three").Write("four").Write("five");
        Assert.Equal(200, net.Answer("us", "ru", us.Push(3)).Status);
        Assert.Equal(409, net.Answer("us", "ru", twin.Push(1)).Status);
        var evidence = Evidence();
        Assert.Equal((3UL, 6UL), (evidence.First.Checkpoint.Size, evidence.Second.Checkpoint.Size));
        Assert.Null(Refuted(evidence));
        Assert.NotNull(Refuted(evidence with { Root = null }));
        Assert.NotNull(Refuted(evidence with { Root = evidence.First.Checkpoint.Root }));
        Assert.NotNull(Refuted(evidence with { Root = us.CheckpointAt(2).Checkpoint.Root }));
        for (var i = 0; i < evidence.Proof.Count; i++)
            Assert.NotNull(
                Refuted(
                    evidence with
                    {
                        Proof = [.. evidence.Proof.Select((hash, n) => n == i ? evidence.First.Checkpoint.Root : hash)],
                    }
                )
            );
        Assert.NotNull(Refuted(evidence with { First = evidence.Second, Second = evidence.First }));
    }

    // LINK-52: nobody can make an honest author look as if it had forked its feed.
    [Fact]
    public void No_checkpoints_of_an_honest_author_are_evidence_against_it_whatever_stands_beside_them()
    {
        us.Write("three").Write("four");
        for (ulong small = 1; small < us.Size; small++)
        {
            var honest = new ForkEvidence(us.CheckpointAt(small), us.CheckpointAt(us.Size), null, []);
            Assert.NotNull(Refuted(honest));
            Assert.NotNull(Refuted(honest with { Root = us.CheckpointAt(small).Checkpoint.Root, Proof = [] }));
            Assert.NotNull(
                Refuted(
                    honest with
                    {
                        Root = twin.CheckpointAt(3).Checkpoint.Root,
                        Proof = [twin.CheckpointAt(3).Checkpoint.Root, us.CheckpointAt(2).Checkpoint.Root],
                    }
                )
            );
        }
        Assert.NotNull(
            Refuted(
                new ForkEvidence(
                    SignedCheckpoint.Sign(
                        new Checkpoint(us.Feed, 0, MerkleHash.Empty),
                        us.Feed,
                        LineParty.Named("us").Log
                    ),
                    us.CheckpointAt(2),
                    null,
                    []
                )
            )
        );
    }

    // LINK-52, LINK-50: anybody can write a proof that fails.
    [Fact]
    public void A_larger_checkpoint_whose_proof_fails_is_refused_and_is_no_fork_until_its_entries_show_it()
    {
        twin.Write("another three");
        Assert.Equal(422, net.Answer("us", "ru", twin.Push(3)).Status);
        Assert.Equal(200, net.Answer("icrc", "ru", twin.Heartbeat((us.Id, twin.CheckpointAt(4)))).Status);
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(net["ru"].Store.Forks);
        Assert.False(net["ru"].Status.Stopped);
        net.Answer("icrc", "ru", twin.Heartbeat((us.Id, twin.CheckpointAt(3))));
        Stopped("ru", 3);
    }

    // LINK-52
    [Theory]
    [InlineData("root")]
    [InlineData("root \n")]
    [InlineData("root AAAA\n")]
    [InlineData("root AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("root AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    public void A_proof_that_is_no_text_of_hashes_is_refused(string proof) =>
        Assert.False(
            ForkEvidence.Parse(us.CheckpointAt(2).Encode(), us.CheckpointAt(3).Encode(), proof).TryGet(out _, out _)
        );

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
        var held = net.Ask(
            PartyId.Parse("icrc"),
            net["ru"].Id,
            new LinkRequest(LinkVerb.Pull, new PullRequest(1, null).Encode())
        );
        net.Run(TimeSpan.FromMilliseconds(10));
        Assert.Null(held());
        net.Answer("us", "ru", twin.Push(1));
        Assert.Equal(503, held()!.Status);
    }
}
