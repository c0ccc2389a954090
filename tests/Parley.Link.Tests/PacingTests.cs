using Parley.Link.Wire;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>What a peer that refuses can make us read, sign and send: it decides how often it is heard, and must not
/// decide how often it is served.</summary>
public sealed class PacingTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly LinkAnswer Full = LinkAnswer.Refuse(507, "the disk is down to its reserve");
    private static readonly LinkAnswer CatchingUp = LinkAnswer.Refuse(503, "the station is catching up its own feed");

    /// <summary>Lets a minute pass in which the peer is heard every 10 ms, and the test answers in its place what it is
    /// sent of these verbs; null breaks the connection off.</summary>
    private static int Pester(LineNetwork net, LinkVerb[] verbs, Func<LinkRequest, LinkAnswer?> answer)
    {
        net.Intercept = (from, _, request) => from.Value == "us" && verbs.Contains(request.Verb);
        var ru = new Author(net, "ru");
        var (answered, sent) = (net["us"].Sends.Count, 0);
        for (var end = net.Now + Minute; net.Now < end; )
        {
            net.Ask(ru.Id, net["us"].Id, ru.Heartbeat());
            net.Run(TimeSpan.FromMilliseconds(10));
            for (; answered < net["us"].Sends.Count; answered++)
            {
                var send = net["us"].Sends[answered];
                if (!verbs.Contains(send.Request.Verb))
                    continue;
                sent++;
                net["us"]
                    .Handle(
                        answer(send.Request) is { } given
                            ? new LinkEvent.AnswerArrived(send.Token, given)
                            : new LinkEvent.SendFailed(send.Token, "connection reset")
                    );
            }
        }
        net.Intercept = null;
        return sent;
    }

    // LINK-17
    [Theory]
    [InlineData("full")]
    [InlineData("catching up")]
    [InlineData("no cosignature")]
    [InlineData("no size")]
    [InlineData("larger size")]
    public void A_peer_that_refuses_and_keeps_calling_is_given_a_push_at_the_pace_of_retries(string how)
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        net["us"].Append([.. Enumerable.Range(0, 3000).Select(n => net.Message($"{n}"))]);
        net.Run(TimeSpan.FromSeconds(1));
        net.Heal();
        var sent = Pester(
            net,
            [LinkVerb.Push],
            _ =>
                how switch
                {
                    "full" => Full,
                    "catching up" => CatchingUp,
                    "no cosignature" => LinkAnswer.Ok(LinkAnswer.Text, "thank you"u8.ToArray()),
                    "no size" => new LinkAnswer(409, LinkAnswer.Text, "none"u8.ToArray()),
                    _ => LinkAnswer.Conflict(1_000_000),
                }
        );
        Assert.InRange(sent, 60 / LinkLimits.MaxRetry.TotalSeconds - 1, 25); // 0.25, 0.5, 1, 2, 4 s, and every 5 s after: never given up, and not 6,000 times
        Assert.NotNull(net["us"].StatusOf(net["ru"].Id).FailingSince);
        Assert.True(
            net.RunUntil(net.IsSettled, LinkLimits.MaxRetry + TimeSpan.FromSeconds(1)),
            "the peer takes it now, and is not given it"
        );
    }

    // LINK-17
    [Fact]
    public void A_peer_that_breaks_off_every_push_and_calls_again_is_given_one_a_second_at_most()
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        net["us"].Append(net.Message("one"));
        net.Run(TimeSpan.FromSeconds(1));
        net.Heal();
        Assert.InRange(
            Pester(net, [LinkVerb.Push], _ => null),
            12,
            60 * LinkLimits.MaxWakesPerSecond + LinkLimits.MaxWakesAtOnce + 5
        );
        Assert.True(net.RunUntil(net.IsSettled, LinkLimits.MaxRetry + TimeSpan.FromSeconds(1)));
    }

    // LINK-18: a size that the peer proved once, and goes back from and to, is no progress.
    [Fact]
    public void A_peer_that_shows_now_this_size_and_now_that_is_held_back_as_one_that_takes_nothing()
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        net["us"].Append(net.Message("one"));
        net["us"].Append(net.Message("two"));
        net.Run(TimeSpan.FromSeconds(1));
        var (us, sizes, turn) = (new Author(net, "us"), new ulong[] { 1, 2 }, 0);
        net.Intercept = (from, _, request) => from.Value == "us" && request.Verb == LinkVerb.Push;
        net.Heal();
        var (answered, sent) = (net["us"].Sends.Count, 0);
        for (var end = net.Now + Minute; net.Now < end; net.Run(TimeSpan.FromMilliseconds(10)))
        {
            var shown = us.CheckpointAt(sizes[turn++ % 2]);
            net.Ask(net["ru"].Id, net["us"].Id, us.Heartbeat((us.Id, shown)));
            for (; answered < net["us"].Sends.Count; answered++)
            {
                if (net["us"].Sends[answered].Request.Verb != LinkVerb.Push)
                    continue;
                sent++;
                net["us"]
                    .Handle(
                        new LinkEvent.AnswerArrived(
                            net["us"].Sends[answered].Token,
                            LinkAnswer.Conflict(shown.Checkpoint.Size)
                        )
                    );
            }
        }
        Assert.InRange(sent, 3, 15);
        net.Intercept = null;
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(3)));
    }

    // LINK-17: a chunk is a megabyte.
    [Theory]
    [InlineData("takes nothing")]
    [InlineData("one byte")]
    [InlineData("full")]
    [InlineData("breaks off")]
    public void A_peer_that_takes_nothing_of_its_attachments_is_offered_a_chunk_at_the_pace_of_retries(string how)
    {
        var net = Lines.Opened("us", "ru");
        net.Intercept = (from, _, request) =>
            from.Value == "us" && request.Verb is LinkVerb.AttachmentPut or LinkVerb.AttachmentHeld;
        for (var i = 0; i < 8; i++)
            net["us"].Append(net.File("us", 2 * LinkLimits.AttachmentChunkBytes));
        net.Run(TimeSpan.FromSeconds(40)); // until the first questions have timed out
        var chunks = 0;
        Pester(
            net,
            [LinkVerb.AttachmentPut, LinkVerb.AttachmentHeld],
            request =>
            {
                if (request.Verb == LinkVerb.AttachmentHeld)
                    return Held(0);
                chunks++;
                return how switch
                {
                    "takes nothing" => Held(0),
                    "one byte" => Held(request.Offset + 1),
                    "full" => Full,
                    _ => null,
                };
            }
        );
        Assert.InRange(chunks, 10, 25);
        Assert.True(
            net.RunUntil(() => net["us"].Store.OpenAttachments.Count == 0, TimeSpan.FromSeconds(60)),
            "the peer takes them now, and is not given them"
        );
    }

    // LINK-17
    [Fact]
    public void A_message_off_the_record_that_a_peer_refuses_is_tried_at_the_pace_of_retries()
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        net["us"].Append(net.Message("for the record"));
        net["us"]
            .Handle(
                new LinkEvent.OffRecordRequested(
                    new OffRecordMessage
                    {
                        Id = "m1",
                        At = net.Now,
                        Seat = "watch",
                        Name = "A. Officer",
                        Precedence = Parley.Record.Precedence.Routine,
                        Mark = Parley.Record.Mark.Actual,
                        Text = "between us",
                    },
                    [net["ru"].Id]
                )
            );
        net.Run(TimeSpan.FromSeconds(1));
        net.Heal();
        var said = 0;
        Pester(
            net,
            [LinkVerb.Push, LinkVerb.OffRecord],
            request =>
            {
                if (request.Verb == LinkVerb.OffRecord)
                    said++;
                return Full;
            }
        );
        Assert.InRange(said, 10, 15);
        Assert.True(
            net.RunUntil(
                () => net["us"].Reports.Any(r => r is LineReport.OffRecordDelivered { Id: "m1" }),
                LinkLimits.MaxRetry + TimeSpan.FromSeconds(1)
            )
        );
    }

    private static LinkAnswer Held(long bytes) =>
        LinkAnswer.Ok(LinkAnswer.Json, new AttachmentHeld { Held = bytes, Complete = false }.Encode());

    // LINK-17: a peer that cannot answer is not asked each second for ever.
    [Fact]
    public void A_question_about_an_attachment_that_a_peer_cannot_answer_is_asked_every_five_seconds_at_last()
    {
        var net = Lines.Opened("us", "ru");
        net.Bend = (_, verb, answer) =>
            verb == LinkVerb.AttachmentHeld ? LinkAnswer.Refuse(404, "no such request") : answer;
        net["us"].Append(net.File("us", 60_000));
        net.Run(TimeSpan.FromMinutes(1));
        var before = Asked();
        net.Run(TimeSpan.FromMinutes(10));
        Assert.InRange(Asked() - before, 100, 121);
        net.Bend = null;
        Assert.True(
            net.RunUntil(() => net["ru"].Store.Attachments.Values.Any(a => a.Complete), TimeSpan.FromSeconds(30))
        );

        int Asked() => net.Sent.Count(s => s.From == net["us"].Id && s.Request.Verb == LinkVerb.AttachmentHeld);
    }
}
