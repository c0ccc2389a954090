using System.Buffers;
using System.Text;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>A checkpoint with extension lines is signed soundly and refused by every reader of evidence: no way to a
/// station leads past that.</summary>
public sealed class ExtensionTests
{
    private readonly LineNetwork net = Lines.Opened("us", "ru", "icrc");
    private readonly PartyId ru,
        icrc = PartyId.Parse("icrc");
    private readonly Author us;

    public ExtensionTests()
    {
        foreach (var other in new[] { "ru", "icrc" })
            net.Cut("us", other);
        net.Invariants.Lost(icrc); // the test signs in its place
        (us, ru) = (new Author(net, "us").Write("one"), net["ru"].Id);
    }

    private SignedCheckpoint Extended(ulong size, params NoteSignature[] cosignatures)
    {
        var text = $"{us.CheckpointAt(size).Checkpoint.Text}a line of its own\n";
        return SignedCheckpoint
            .Parse(
                new SignedNote(
                    text,
                    [NoteSignature.Sign(text, us.Feed.ToString(), LineParty.Named("us").Log), .. cosignatures]
                ).Encode()
            )
            .Required();
    }

    private NoteSignature By(string party, Checkpoint on) =>
        Cosignature.Sign(on, PartyId.Parse(party), LineParty.Named(party).Cosign, net.Now);

    /// <summary>That nothing else is stored, <see cref="LineInvariants"/> sees at every commit.</summary>
    private void HoldsPlainOnly()
    {
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(net["ru"].Store.Feeds[us.Id].Newest!.Checkpoint.Extensions);
        Assert.False(net["ru"].Status.Stopped);
    }

    // LINK-80, LOG-12
    [Fact]
    public void A_push_of_one_is_refused_with_422_whether_it_brings_entries_or_cosignatures()
    {
        Assert.Equal(422, net.Answer("us", "ru", us.Push(1, Extended(2))).Status);
        Assert.Equal(200, net.Answer("us", "ru", us.Push(1)).Status);
        Assert.Equal(422, net.Answer("us", "ru", us.Push(2, Extended(2, By("icrc", Extended(2).Checkpoint)))).Status);
        HoldsPlainOnly();
        Assert.Equal(2UL, net["ru"].Store.Feeds[us.Id].Size);
    }

    // LINK-80, LINK-22
    [Fact]
    public void A_push_with_one_beside_its_entries_is_refused_with_422()
    {
        Assert.Equal(200, net.Answer("us", "ru", us.Push(1)).Status);
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(us.Write("two").Push(2).Body.Span);
        EntryBatch.WriteBeside(bytes, Extended(2, By("icrc", Extended(2).Checkpoint)));
        Assert.Equal(422, net.Answer("us", "ru", new LinkRequest(LinkVerb.Push, bytes.WrittenMemory)).Status);
        HoldsPlainOnly();
    }

    // LINK-80, LINK-15
    [Fact]
    public void Nothing_is_learned_from_one_in_a_heartbeat()
    {
        Assert.Equal(200, net.Answer("us", "ru", us.Push(1)).Status);
        Assert.Equal(
            200,
            net.Answer("us", "ru", us.Heartbeat((us.Id, Extended(2, By("icrc", Extended(2).Checkpoint))))).Status
        );
        HoldsPlainOnly();
        Assert.Equal(1UL, net["ru"].Machine.CosignedBy(us.Id, icrc));
        var plain = us.CheckpointAt(2);
        Assert.Equal(
            200,
            net.Answer("us", "ru", us.Heartbeat((us.Id, plain.With(By("icrc", plain.Checkpoint))))).Status
        );
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(2UL, net["ru"].Machine.CosignedBy(us.Id, icrc));
    }

    // LINK-80
    [Fact]
    public void A_carried_one_is_refused_with_422_as_a_push_and_as_a_receipt()
    {
        LinkAnswer? Bring(CarryPart part) => Assert.Single(Carrier.Bring(net, "us", "ru", [part]));
        Assert.Equal(422, Bring(new CarryPart.Push(us.Push(1, Extended(2)).Body))!.Status);
        var (feed, theirs) = (new Origin(net.Document.Id, ru), net["ru"].Store.Feeds[ru].Newest!.Checkpoint);
        var text = $"{theirs.Text}a line of its own\n";
        var own = SignedCheckpoint
            .Parse(new SignedNote(text, NoteSignature.Sign(text, feed.ToString(), LineParty.Named("ru").Log)).Encode())
            .Required();
        Assert.Equal(422, Bring(new CarryPart.Cosigned(own.With(By("us", own.Checkpoint))))!.Status);
        HoldsPlainOnly();
    }

    // LINK-50: what the author signed counts against it, whatever stands below.
    [Fact]
    public void One_that_contradicts_what_is_held_is_a_fork_all_the_same()
    {
        Assert.Equal(200, net.Answer("us", "ru", us.Push(1)).Status);
        var other = new Author(net, "us").Write("another");
        var text = $"{other.CheckpointAt(2).Checkpoint.Text}a line of its own\n";
        var lie = SignedCheckpoint
            .Parse(
                new SignedNote(text, NoteSignature.Sign(text, us.Feed.ToString(), LineParty.Named("us").Log)).Encode()
            )
            .Required();
        Assert.Equal(422, net.Answer("us", "ru", us.Push(2, lie, proof: [])).Status);
        net.Run(TimeSpan.FromSeconds(1));
        Assert.True(net["ru"].Status.Stopped);
    }

    // EVIDENCE-14: what stands there twice is stored once.
    [Fact]
    public void A_line_that_its_author_repeats_is_taken_and_stored_once()
    {
        var sound = us.CheckpointAt(2);
        var twice = SignedCheckpoint
            .Parse(new SignedNote(sound.Note.Text, sound.Note.Signatures[0], sound.Note.Signatures[0]).Encode())
            .Required();
        Assert.Equal(200, net.Answer("us", "ru", us.Push(1, twice)).Status);
        Assert.Single(net["ru"].Store.Feeds[us.Id].Newest!.Note.Signatures);
    }

    // LINK-81: C2SP tlog-witness lets a witness answer with lines of several keys.
    [Theory]
    [InlineData("stranger first", true)]
    [InlineData("stranger last", true)]
    [InlineData("twice", true)]
    [InlineData("stranger alone", false)]
    [InlineData("no line", false)]
    public void The_answer_to_a_push_may_hold_lines_of_other_keys_beside_the_one_that_counts(string what, bool taken)
    {
        var line = Lines.Opened("us", "ru");
        line.Intercept = (from, _, request) => from.Value == "us" && request.Verb == LinkVerb.Push;
        var before = line["us"].Sends.Count;
        line["us"].Append(line.Message("hello"));
        Assert.True(
            line.RunUntil(
                () => line["us"].Sends.Skip(before).Any(s => s.Request.Verb == LinkVerb.Push),
                TimeSpan.FromSeconds(5)
            )
        );
        var send = line["us"].Sends.Last(s => s.Request.Verb == LinkVerb.Push);
        var offered = EntryBatch.ReadOffer(send.Request.Body, out _).Required().Checkpoint.Checkpoint;
        line.Invariants.Lost(line["ru"].Id); // the test signs in its place
        var mine = Cosignature.Sign(offered, line["ru"].Id, LineParty.Named("ru").Cosign, line.Now).ToLine();
        var other = Cosignature
            .Sign(offered, PartyId.Parse("witness"), LineParty.Named("witness").Cosign, line.Now)
            .ToLine();
        var text = what switch
        {
            "stranger first" => other + mine,
            "stranger last" => mine + other,
            "twice" => mine + mine,
            "stranger alone" => other,
            _ => "",
        };
        line["us"]
            .Handle(
                new LinkEvent.AnswerArrived(send.Token, LinkAnswer.Ok(LinkAnswer.Text, Encoding.UTF8.GetBytes(text)))
            );
        line.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(taken ? 2UL : 1UL, line["us"].Machine.CosignedBy(line["us"].Id, line["ru"].Id));
    }
}
