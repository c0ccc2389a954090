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
    [InlineData("us", "ru", "-icrc")]
    [InlineData("us", "ru", "ua", "icrc")]
    public void Every_party_learns_every_cosignature(params string[] names)
    {
        var net = Lines.Opened(names);
        foreach (var station in net.Stations) station.Append(net.Message("to all"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(2)));
        foreach (var station in net.Stations)
        {
            foreach (var author in net.Document.Parties)
            {
                Assert.Equal(2UL, station.Machine.SealedSize(author));
                foreach (var cosigner in net.Document.Parties.Where(p => p != author)) Assert.Equal(2UL, station.Store.Feeds[author].CosignedBy(cosigner));
            }
        }
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
        foreach (var other in new[] { "ru", "icrc" }) net.Cut("us", other);
        var author = new Author(net, "us").Write("one");
        var checkpoint = author.CheckpointAt(2);
        var forged = Cosignature.Sign(author.CheckpointAt(1).Checkpoint, PartyId.Parse("icrc"), LineParty.Named("icrc").Cosign, net.Now);
        var stranger = Cosignature.Sign(checkpoint.Checkpoint, PartyId.Parse("ua"), LineParty.Named("ua").Cosign, net.Now);
        Assert.Equal(200, net.Answer("us", "ru", author.Push(1, checkpoint.With(forged).With(stranger))).Status);
        Assert.Equal(1UL, net["ru"].Machine.CosignedBy(author.Id, PartyId.Parse("icrc")));
        var kept = Assert.Single(net["ru"].Store.Feeds[author.Id].Newest!.Note.Signatures);
        Assert.Equal(author.Feed.ToString(), kept.Name);
    }
}
