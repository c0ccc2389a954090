using System.Buffers;
using System.Text;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Lines of three and more: headers for all, bodies for some, and everybody learns who holds what.</summary>
public sealed class SealingTests
{
    // LINK-15
    [Theory]
    [InlineData("us", "ru", "icrc")]
    [InlineData("us", "-ru", "icrc")]
    public void A_station_that_was_given_an_old_store_learns_again_what_others_had_cosigned(params string[] names)
    {
        var net = Lines.Opened(names);
        net["us"].Append(net.Message("to all"));
        var (us, icrc) = (net["us"].Id, net["icrc"].Id);
        Assert.True(
            net.RunUntil(
                () => net["ru"].Store.Feeds[us].Size == 2 && net["ru"].Store.Feeds[us].CosignedBy(icrc) < 2,
                TimeSpan.FromSeconds(2)
            )
        );
        var old = net["ru"].Store.Copy();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(2)));
        net.Invariants.Lost(net["ru"].Id);
        net["ru"].Crash();
        old.Restored = true;
        net["ru"].Restart(old);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(1)), "it never learned that the entry is sealed");
    }

    // LINK-15
    [Theory]
    [InlineData("us", "ru", "icrc")]
    [InlineData("us", "ru", "-icrc")]
    [InlineData("us", "ru", "ua", "icrc")]
    public void Every_party_learns_every_cosignature(params string[] names)
    {
        var net = Lines.Opened(names);
        foreach (var station in net.Stations)
            station.Append(net.Message("to all"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(2)));
        foreach (var station in net.Stations)
        {
            foreach (var author in net.Document.Parties)
            {
                Assert.Equal(2UL, station.Machine.SealedSize(author));
                foreach (var cosigner in net.Document.Parties.Where(p => p != author))
                    Assert.Equal(2UL, station.Store.Feeds[author].CosignedBy(cosigner));
            }
        }
    }

    // LINK-22
    [Theory]
    [InlineData("us", "ru", "icrc")]
    [InlineData("us", "ru", "-icrc")]
    [InlineData("us", "ru", "ua", "icrc")]
    public void Third_parties_learn_within_seconds_what_is_sealed_though_the_traffic_never_pauses(params string[] names)
    {
        var net = Lines.Opened(names);
        net.Faults = new NetworkFaults { MaxDelay = TimeSpan.FromMilliseconds(120) };
        var us = net["us"].Id;
        var sizes = new Queue<ulong>();
        for (var i = 0; i < 1500; i++)
        {
            net["us"].Append(net.Message($"{i}"));
            net.Run(TimeSpan.FromMilliseconds(20));
            sizes.Enqueue(net["us"].Store.Feeds[us].Size);
            if (sizes.Count <= 150)
                continue;
            var threeSecondsAgo = sizes.Dequeue();
            foreach (var other in names.Where(n => n != "us").Select(n => n.TrimStart('-')))
                Assert.True(
                    net[other].Machine.SealedSize(us) >= threeSecondsAgo,
                    $"{other} knows {net[other].Machine.SealedSize(us)} as sealed, and not {threeSecondsAgo}"
                );
        }
        // Everybody can show one checkpoint with all cosignatures on it, not far from the newest.
        foreach (var station in net.Stations.Where(s => s.Id != us))
        {
            foreach (var cosigner in net.Document.Parties.Where(p => p != us))
                Assert.InRange(station.Store.Feeds[us].CosignedBy(cosigner), 1300UL, 1501UL);
        }
        Assert.All(net.Stations, s => Assert.Empty(s.Store.Refusals));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
    }

    // LINK-22
    [Fact]
    public void One_party_that_is_away_does_not_keep_the_others_from_learning_of_each_other()
    {
        var net = Lines.Opened("us", "ru", "ua", "icrc");
        net.Faults = new NetworkFaults { MaxDelay = TimeSpan.FromMilliseconds(120) };
        net["icrc"].Crash();
        for (var i = 0; i < 4000; i++)
        {
            net["us"].Append(net.Message($"{i}"));
            net.Run(TimeSpan.FromMilliseconds(20));
        }
        var us = net["us"].Id;
        Assert.InRange(net["ru"].Machine.CosignedBy(us, net["ua"].Id), 3800UL, 4001UL);
        Assert.InRange(net["ua"].Machine.CosignedBy(us, net["ru"].Id), 3800UL, 4001UL);
        net["icrc"].Restart();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
    }

    // LINK-22
    [Fact]
    public void What_travels_beside_entries_counts_only_on_a_checkpoint_that_we_hold_with_the_signatures_that_verify()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        foreach (var other in new[] { "ru", "icrc" })
            net.Cut("us", other);
        var icrc = PartyId.Parse("icrc");
        net.Invariants.Lost(icrc); // the test signs in its place
        var author = new Author(net, "us").Write("one").Write("two");
        Assert.Equal(200, net.Answer("us", "ru", author.Push(1)).Status);
        NoteSignature By(string party, SignedCheckpoint on) =>
            Cosignature.Sign(on.Checkpoint, PartyId.Parse(party), LineParty.Named(party).Cosign, net.Now);
        LinkRequest With(SignedCheckpoint beside)
        {
            var bytes = new ArrayBufferWriter<byte>();
            bytes.Write(author.Write("more").Push(author.Size - 1).Body.Span);
            EntryBatch.WriteBeside(bytes, beside);
            return new LinkRequest(LinkVerb.Push, bytes.WrittenMemory);
        }
        var (at3, at2) = (author.CheckpointAt(3), author.CheckpointAt(2));
        Assert.Equal(200, net.Answer("us", "ru", With(at3.With(By("icrc", at2)).With(By("ua", at3)))).Status); // on another text; by a stranger
        Assert.Equal(1UL, net["ru"].Machine.CosignedBy(author.Id, icrc));
        Assert.Equal(200, net.Answer("us", "ru", With(at2.With(By("icrc", at2)))).Status); // ru was never given this size
        Assert.Equal(1UL, net["ru"].Machine.CosignedBy(author.Id, icrc));
        var unsigned = SignedCheckpoint.Sign(at3.Checkpoint, author.Feed, LineParty.Named("icrc").Log);
        Assert.Equal(200, net.Answer("us", "ru", With(unsigned.With(By("icrc", at3)))).Status);
        Assert.Equal(1UL, net["ru"].Machine.CosignedBy(author.Id, icrc));
        Assert.Equal(200, net.Answer("us", "ru", With(at3.With(By("icrc", at3)))).Status);
        Assert.Equal(3UL, net["ru"].Machine.CosignedBy(author.Id, icrc));
        Assert.False(net["ru"].Status.Stopped);
        var another = SignedCheckpoint.Sign(
            new Checkpoint(author.Feed, 3, at2.Checkpoint.Root),
            author.Feed,
            LineParty.Named("us").Log
        );
        net.Answer("us", "ru", With(another)); // and this is a fork, as anywhere else
        net.Run(TimeSpan.FromSeconds(1));
        Assert.True(net["ru"].Status.Stopped);
    }

    // LINK-15
    [Fact]
    public void A_restart_in_between_does_not_keep_a_third_party_from_learning()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        net.Cut("us", "icrc");
        net["us"].Append(net.Message("one"));
        net.Run(TimeSpan.FromMinutes(1));
        net["us"].Crash();
        net["us"].Restart();
        net.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(1UL, net["us"].Machine.SealedSize(net["us"].Id));
        net.Heal();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(20)));
    }

    // LINK-12 (design §3)
    [Fact]
    public void A_body_goes_to_those_it_is_addressed_to_and_its_header_to_all()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        net["us"].Append(net.Message("for the committee only", to: ["icrc"]));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(2)));
        var us = net["us"].Id;
        Assert.Equal("for the committee only", Encoding.UTF8.GetString(net["icrc"].Store.Feeds[us].All[1].Body!));
        Assert.Null(net["ru"].Store.Feeds[us].All[1].Body);
        Assert.Null(net["ru"].Store.Feeds[us].All[1].Salt);
        Assert.Equal(net["us"].Store.Feeds[us].All[1].Header, net["ru"].Store.Feeds[us].All[1].Header);
        var secret = "for the committee only"u8.ToArray();
        Assert.DoesNotContain(net.Sent, s => s.To == net["ru"].Id && s.Request.Body.Span.IndexOf(secret) >= 0);
    }

    // LINK-12
    [Fact]
    public void A_body_that_is_addressed_to_others_is_refused()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        net.Cut("us", "ru");
        var author = new Author(net, "us").Write("secret", h => h with { To = [PartyId.Parse("icrc")] });
        Assert.Equal(422, net.Answer("us", "ru", author.Push(1)).Status);
        Assert.Equal(200, net.Answer("us", "ru", author.Push(1, withBodies: false)).Status);
    }

    // LINK-15
    [Fact]
    public void A_foreign_or_forged_cosignature_beside_a_checkpoint_is_not_kept()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        foreach (var other in new[] { "ru", "icrc" })
            net.Cut("us", other);
        var author = new Author(net, "us").Write("one");
        var checkpoint = author.CheckpointAt(2);
        var forged = Cosignature.Sign(
            author.CheckpointAt(1).Checkpoint,
            PartyId.Parse("icrc"),
            LineParty.Named("icrc").Cosign,
            net.Now
        );
        var stranger = Cosignature.Sign(
            checkpoint.Checkpoint,
            PartyId.Parse("ua"),
            LineParty.Named("ua").Cosign,
            net.Now
        );
        Assert.Equal(200, net.Answer("us", "ru", author.Push(1, checkpoint.With(forged).With(stranger))).Status);
        Assert.Equal(1UL, net["ru"].Machine.CosignedBy(author.Id, PartyId.Parse("icrc")));
        var kept = Assert.Single(net["ru"].Store.Feeds[author.Id].Newest!.Note.Signatures);
        Assert.Equal(author.Feed.ToString(), kept.Name);
    }

    // LINK-51, LINK-22
    [Theory]
    [InlineData(2UL, false)] // of an earlier size
    [InlineData(3UL, false)] // of the very size held
    [InlineData(2UL, true)] // while the store writes the push before it
    public void A_push_that_brings_a_second_truth_beside_its_entries_is_neither_taken_nor_cosigned(
        ulong at,
        bool behindAnother
    )
    {
        var net = Lines.Opened("us", "ru", "icrc");
        foreach (var other in new[] { "ru", "icrc" })
            net.Cut("us", other);
        var author = new Author(net, "us").Write("one");
        Assert.Equal(200, net.Answer("us", "ru", author.Push(1)).Status);
        Assert.Equal(200, net.Answer("us", "ru", author.Write("two").Push(2)).Status);
        var lie = SignedCheckpoint.Sign(
            new Checkpoint(author.Feed, at, author.CheckpointAt(1).Checkpoint.Root),
            author.Feed,
            LineParty.Named("us").Log
        );
        var before = behindAnother ? net.Ask(author.Id, net["ru"].Id, author.Write("three").Push(3)) : null;
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(author.Write("four").Push(author.Size - 1).Body.Span);
        EntryBatch.WriteBeside(bytes, lie);
        Assert.Equal(422, net.Answer("us", "ru", new LinkRequest(LinkVerb.Push, bytes.WrittenMemory)).Status);
        Assert.True(net["ru"].Status.Stopped);
        Assert.Equal(lie.Encode(), Assert.Single(net["ru"].Store.Forks).Offered.Encode());
        var held = behindAnother ? 4UL : 3UL;
        Assert.Equal(
            (held, held),
            (net["ru"].Store.Feeds[author.Id].Size, net["ru"].Store.Feeds[author.Id].CosignedBy(net["ru"].Id))
        );
        if (before is not null)
            Assert.Equal(200, before()!.Status); // it was cosigned before anybody could know
    }
}
