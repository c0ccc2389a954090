using System.Text;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Silence is told apart from a broken wire: which state holds, and since when nothing was heard.</summary>
public sealed class PresenceTests
{
    // LINK-31
    [Fact]
    public void The_states_of_a_link_are_told_apart()
    {
        var net = Lines.Opened("us", "ru");
        var ru = net["ru"].Id;
        Assert.Equal(LinkState.Unattended, net["us"].StatusOf(ru).State);
        net["ru"].SetAttended(true);
        Assert.True(
            net.RunUntil(() => net["us"].StatusOf(ru).State == LinkState.Alive, TimeSpan.FromMilliseconds(50)),
            "an officer who takes the watch is not seen at once"
        );
        net["us"].Append(Kind(LineKinds.Suspended));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(LinkState.Suspended, net["us"].StatusOf(ru).State);
        Assert.Equal(LinkState.Suspended, net["ru"].StatusOf(net["us"].Id).State);
        net["us"].Append(Kind(LineKinds.Resumed));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(LinkState.Alive, net["us"].StatusOf(ru).State);
        net["ru"].SetAttended(false);
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(LinkState.Unattended, net["us"].StatusOf(ru).State);
    }

    // LINK-31: who looks at a link that is down is told why, and not only once something waits for it.
    [Fact]
    public void Since_when_and_why_a_silent_peer_cannot_be_reached_is_known_though_nothing_waits_for_it_and_forgotten_when_it_is_heard()
    {
        var net = Lines.Opened("us", "ru");
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        var (us, ru) = (net["us"], net["ru"].Id);
        var cut = net.Now;
        net.Cut("us", "ru");
        Assert.True(net.RunUntil(() => us.StatusOf(ru).State == LinkState.Down, TimeSpan.FromMinutes(1)));
        var status = us.StatusOf(ru);
        Assert.NotNull(status.LastError);
        Assert.True(status.FailingSince > cut && status.LastHeard <= cut, $"{status}");
        net.Run(TimeSpan.FromMinutes(2));
        Assert.Equal(status.FailingSince, us.StatusOf(ru).FailingSince);
        net.Heal();
        Assert.True(net.RunUntil(() => us.StatusOf(ru).State != LinkState.Down, TimeSpan.FromMinutes(1)));
        Assert.Null(us.StatusOf(ru).LastError);
        Assert.Null(us.StatusOf(ru).FailingSince);
    }

    // LINK-31: what was said of the officers is not true for ever, and entries do not say it again.
    [Fact]
    public void An_officer_is_not_shown_as_present_when_nothing_has_said_so_for_two_and_a_half_heartbeats()
    {
        var net = Lines.Opened("us", "ru");
        var ru = net["ru"].Id;
        net["ru"].SetAttended(true);
        net.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(LinkState.Alive, net["us"].StatusOf(ru).State);
        net.Intercept = (_, _, request) => request.Verb == LinkVerb.Heartbeat;
        var since = net.Now;
        while (net.Now - since < TimeSpan.FromMinutes(1))
        {
            net["ru"].Append(net.Message("the station works, and nobody is there"));
            net.Run(TimeSpan.FromSeconds(1));
            var state = net["us"].StatusOf(ru).State;
            Assert.NotEqual(LinkState.Down, state);
            if (net.Now - since > TimeSpan.FromSeconds(26))
                Assert.Equal(LinkState.Unattended, state);
        }
        Assert.Contains(net["us"].Reports, r => r is LineReport.LinkChanged { State: LinkState.Unattended });
        net["ru"].Crash();
        net.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(LinkState.Down, net["us"].StatusOf(ru).State);
        net.Intercept = (_, _, request) => request.Verb == LinkVerb.Heartbeat;
        net["ru"].SetAttended(true);
        net["ru"].Restart();
        net["ru"].Append(net.Message("up again"));
        net.Run(TimeSpan.FromSeconds(6));
        Assert.Equal(LinkState.Unattended, net["us"].StatusOf(ru).State);
    }

    // LINK-31
    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public void A_station_that_answers_and_does_not_know_the_line_is_neither_down_nor_alive(int status)
    {
        var net = Lines.Opened("us", "ru");
        var ru = net["ru"].Id;
        net["ru"].SetAttended(true);
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(LinkState.Alive, net["us"].StatusOf(ru).State);
        net["us"].Append(net.Message("into the void"));
        net["ru"].Crash();
        net.Intercept = (from, _, _) => from.Value == "us";
        var answered = net["us"].Sends.Count;
        for (var i = 0; i < 600; i++)
        {
            net.Run(TimeSpan.FromMilliseconds(100));
            for (; answered < net["us"].Sends.Count; answered++)
                net["us"]
                    .Handle(
                        new LinkEvent.AnswerArrived(
                            net["us"].Sends[answered].Token,
                            LinkAnswer.Refuse(status, "unknown line")
                        )
                    );
        }
        Assert.Equal(LinkState.Unopened, net["us"].StatusOf(ru).State);
        Assert.InRange(net.Now - net["us"].StatusOf(ru).LastHeard!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.NotNull(net["us"].StatusOf(ru).FailingSince);
        net.Intercept = null;
        net["ru"].Restart();
        net.Run(TimeSpan.FromSeconds(6));
        Assert.Equal(LinkState.Alive, net["us"].StatusOf(ru).State);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
    }

    // LINK-30, LINK-31
    [Fact]
    public void A_link_is_down_after_two_and_a_half_heartbeats_of_silence_and_up_within_seconds_of_the_first_sign()
    {
        var net = Lines.Opened("us", "ru");
        var ru = net["ru"].Id;
        net.Run(TimeSpan.FromMinutes(1));
        net["ru"].Crash();
        var heard = net["us"].StatusOf(ru).LastHeard!.Value;
        Assert.InRange(net.Now - heard, TimeSpan.Zero, TimeSpan.FromSeconds(11));
        Assert.True(
            net.RunUntil(
                () => net["us"].Reports[^1] is LineReport.LinkChanged { State: LinkState.Down },
                TimeSpan.FromMinutes(1)
            )
        );
        Assert.InRange(net.Now - heard, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(25.2));
        Assert.Equal(heard, net["us"].StatusOf(ru).LastHeard);
        net.Run(TimeSpan.FromHours(3));
        net["ru"].Restart();
        Assert.True(net.RunUntil(() => net["us"].StatusOf(ru).State != LinkState.Down, TimeSpan.FromSeconds(6)));
    }

    // LINK-30
    [Fact]
    public void Heartbeats_go_out_every_ten_seconds_and_no_oftener()
    {
        var net = Lines.Opened("us", "ru");
        var before = net["us"].Sends.Count;
        var steps = net.Steps;
        net.Run(TimeSpan.FromHours(1));
        Assert.InRange(net["us"].Sends.Count - before, 355, 365);
        Assert.InRange(net.Steps - steps, 1, 12_000); // an idle line costs next to nothing
    }

    // LINK-3: whoever is asked has a limited time to answer.
    [Fact]
    public void Every_request_has_its_time_limit()
    {
        var net = Lines.Opened("us", "-ru");
        net["us"].Append(net.File("us", Body.MaxInline + 1));
        net["us"]
            .Handle(
                new LinkEvent.OffRecordRequested(
                    new OffRecordMessage
                    {
                        Id = "m1",
                        At = net.Now,
                        Seat = "watch",
                        Name = "A",
                        Precedence = Precedence.Flash,
                        Mark = Mark.Test,
                        Text = "",
                    },
                    [net["ru"].Id]
                )
            );
        net.Run(TimeSpan.FromSeconds(5));
        Assert.NotEmpty(net["ru"].Sends);
        foreach (var send in net.Stations.SelectMany(s => s.Sends))
        {
            var limit = send.Request.Verb switch
            {
                LinkVerb.Heartbeat => LinkLimits.HeartbeatTimeout,
                LinkVerb.Pull => LinkLimits.PullHold + LinkLimits.RequestTimeout,
                _ => LinkLimits.RequestTimeout,
            };
            Assert.Equal(limit, send.Timeout);
        }
    }

    // LINK-31
    [Fact]
    public void The_difference_of_the_clocks_is_known()
    {
        var net = Lines.Opened("us", "ru");
        var ru = new Author(net, "ru");
        net.Run(TimeSpan.FromSeconds(1));
        net.Run(TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond - net.Now.Ticks % TimeSpan.TicksPerMillisecond)); // clocks are told in whole ones
        var skewed = new Heartbeat
        {
            Parley = 1,
            At = net.Now + TimeSpan.FromSeconds(7),
            Attended = false,
            Checkpoints = new Dictionary<string, string>(),
        };
        net.Answer("ru", "us", new LinkRequest(LinkVerb.Heartbeat, skewed.Encode()), TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(7), net["us"].StatusOf(ru.Id).ClockOffset);
    }

    private static Heartbeat Saying(DateTimeOffset at) =>
        new()
        {
            Parley = 1,
            At = at,
            Attended = false,
            Checkpoints = new Dictionary<string, string>(),
        };

    /// <summary>Answers every heartbeat of us in ru's place, so long after it was sent, by a clock that is wrong by so
    /// much and looked at that late.</summary>
    private static void AnswerSlowly(LineNetwork net, TimeSpan after, TimeSpan wrong, TimeSpan lookedAt)
    {
        net.Invariants.Lost(net["ru"].Id); // the answers speak of no checkpoint, and what that means is another promise
        net.Intercept = (_, _, _) => true;
        var answered = net["us"].Sends.Count;
        var due = new Queue<(DateTimeOffset At, long Token, DateTimeOffset Said)>();
        for (var i = 0; i < 600; i++)
        {
            net.Run(TimeSpan.FromMilliseconds(100));
            for (; answered < net["us"].Sends.Count; answered++)
                if (net["us"].Sends[answered] is { Request.Verb: LinkVerb.Heartbeat } send)
                    due.Enqueue((net.Now + after, send.Token, net.Now + lookedAt + wrong));
            while (due.TryPeek(out var next) && next.At <= net.Now)
            {
                due.Dequeue();
                net["us"]
                    .Handle(
                        new LinkEvent.AnswerArrived(
                            next.Token,
                            LinkAnswer.Ok(LinkAnswer.Json, Saying(next.Said).Encode())
                        )
                    );
            }
        }
    }

    // LINK-83
    [Theory]
    [InlineData(0)]
    [InlineData(3.5)]
    [InlineData(7)]
    public void A_peer_that_answers_after_seven_seconds_is_not_said_to_have_a_wrong_clock_whenever_it_looked_at_it(
        double lookedAt
    )
    {
        var net = Lines.Opened("us", "ru");
        AnswerSlowly(net, TimeSpan.FromSeconds(7), TimeSpan.Zero, TimeSpan.FromSeconds(lookedAt));
        var status = net["us"].StatusOf(net["ru"].Id);
        Assert.NotEqual(LinkState.Down, status.State);
        Assert.InRange(status.ClockOffset!.Value, TimeSpan.FromSeconds(-0.2), TimeSpan.FromSeconds(0.2));
    }

    // LINK-83
    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public void A_clock_that_is_wrong_beyond_every_doubt_is_told_however_slow_the_answers_are(int wrong)
    {
        var net = Lines.Opened("us", "ru");
        AnswerSlowly(net, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(wrong), TimeSpan.FromSeconds(3));
        var told = net["us"].StatusOf(net["ru"].Id).ClockOffset!.Value;
        Assert.InRange(Math.Abs(told.TotalSeconds), 55, 60);
        Assert.Equal(Math.Sign(wrong), Math.Sign(told.TotalSeconds));
    }

    // LINK-83
    [Fact]
    public void What_was_said_of_a_clock_is_not_said_for_ever_and_a_clock_that_was_set_is_believed_at_once()
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        var ru = net["ru"].Id;
        void Say(TimeSpan wrong) =>
            net.Answer(
                "ru",
                "us",
                new LinkRequest(LinkVerb.Heartbeat, Saying(net.Now + wrong).Encode()),
                TimeSpan.FromMilliseconds(1)
            );
        Say(TimeSpan.FromMinutes(-7));
        Assert.InRange(net["us"].StatusOf(ru).ClockOffset!.Value, TimeSpan.FromMinutes(-7), TimeSpan.FromMinutes(-6.8));
        Say(TimeSpan.FromMilliseconds(-1));
        Assert.InRange(net["us"].StatusOf(ru).ClockOffset!.Value, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1));
        Say(TimeSpan.FromMinutes(-7));
        net.Run(TimeSpan.FromSeconds(26));
        Assert.Null(net["us"].StatusOf(ru).ClockOffset);
    }

    // LINK-84
    [Fact]
    public void A_peer_whose_heartbeats_cannot_be_read_is_said_to_be_so_and_not_to_have_an_empty_room()
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].SetAttended(true);
        net.Run(TimeSpan.FromSeconds(1));
        var ru = net["ru"].Id;
        Assert.Null(net["us"].StatusOf(ru).HeartbeatsUnreadable);
        net.Cut("us", "ru");
        var since = net.Now;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(
                400,
                net.Answer(
                    "ru",
                    "us",
                    new LinkRequest(
                        LinkVerb.Heartbeat,
                        Encoding.UTF8.GetBytes(
                            $$"""{"parley":1,"at":"2022-03-01T09:00:00Z","attended":true,"checkpoints":{},"mood":"good"}"""
                        )
                    )
                ).Status
            );
            net.Run(TimeSpan.FromSeconds(10));
        }
        var status = net["us"].StatusOf(ru);
        Assert.Equal(LinkState.Unattended, status.State);
        Assert.Contains("its heartbeats cannot be read", status.HeartbeatsUnreadable, StringComparison.Ordinal);
        Assert.Contains("$.mood", status.LastError, StringComparison.Ordinal);
        Assert.InRange(status.FailingSince!.Value, since, since + TimeSpan.FromSeconds(1));
        net.Heal();
        net.Run(TimeSpan.FromSeconds(20));
        Assert.Equal(
            (LinkState.Alive, null, null),
            (
                net["us"].StatusOf(ru).State,
                net["us"].StatusOf(ru).HeartbeatsUnreadable,
                net["us"].StatusOf(ru).LastError
            )
        );
    }

    // LINK-32 (design §4)
    [Fact]
    public void A_suspended_line_takes_flash_and_tests_and_nothing_else_until_whoever_suspended_it_resumes()
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].Append(Kind(LineKinds.Suspended));
        net.Run(TimeSpan.FromSeconds(1));
        var refused = net["us"].Append(net.Message("routine"));
        var urgent = net["us"].Append(net.Message("routine", Precedence.Immediate));
        var flash = net["us"].Append(net.Message("flash", Precedence.Flash));
        var test = net["us"].Append(Kind("test.sent"));
        var acknowledged = net["us"].Append(Kind("message.acknowledged"));
        var watch = net["us"].Append(Kind("watch.taken"));
        var marked = net["us"].Append(net.Message("routine, and says that it is a test", mark: Mark.Test));
        net["us"].Append(Kind(LineKinds.Resumed)); // it is not ours to resume
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("suspended", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[refused]).Code);
        Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[urgent]);
        Assert.IsType<AppendOutcome.Recorded>(net["us"].Outcomes[flash]);
        foreach (var passes in new[] { test, acknowledged, watch })
            Assert.IsType<AppendOutcome.Recorded>(net["us"].Outcomes[passes]);
        Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[marked]);
        Assert.Equal([net["ru"].Id], net["us"].Status.SuspendedBy);

        net["us"].Crash();
        net["us"].Restart();
        Assert.Equal([net["ru"].Id], net["us"].Status.SuspendedBy);
        net["ru"].Append(Kind(LineKinds.Resumed));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(net["us"].Status.SuspendedBy);
        Assert.IsType<AppendOutcome.Recorded>(net["us"].Outcomes[Recorded(net, net.Message("routine"))]);
    }

    // TRAFFIC-17
    [Fact]
    public void What_one_officer_alone_wrote_suspends_nothing_and_resumes_nothing_where_the_policy_asks_for_two()
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].Append(Kind(LineKinds.Suspended) with { By = new Officer("principal", "B. Principal") });
        net["ru"]
            .Append(
                Kind(LineKinds.Suspended) with
                {
                    By = new Officer("principal", "B. Principal", new Officer("principal", "b.\u200bprincipal")),
                }
            );
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(net["us"].Status.SuspendedBy);
        net["ru"].Append(Kind(LineKinds.Suspended));
        net["ru"].Append(Kind(LineKinds.Resumed) with { By = new Officer("principal", "B. Principal") });
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal([net["ru"].Id], net["us"].Status.SuspendedBy);
        Assert.Equal([net["ru"].Id], net["ru"].Status.SuspendedBy);
    }

    // LINK-32
    [Fact]
    public void What_waited_behind_a_suspension_is_not_written_on_the_suspended_line()
    {
        var net = Lines.Opened("us", "ru");
        net["us"].Append(Kind(LineKinds.Suspended));
        var refused = net["us"].Append(net.Message("routine"));
        var flash = net["us"].Append(net.Message("flash", Precedence.Flash));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("suspended", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[refused]).Code);
        Assert.IsType<AppendOutcome.Recorded>(net["us"].Outcomes[flash]);
    }

    private static long Recorded(LineNetwork net, NewEntry draft)
    {
        var token = net["us"].Append(draft);
        net.Run(TimeSpan.FromSeconds(1));
        return token;
    }

    private static NewEntry Kind(string kind) =>
        new() { Kind = kind, By = new Officer("principal", "B. Principal", new Officer("principal", "C. Principal")) };
}
