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
        Assert.True(net.RunUntil(() => net["us"].StatusOf(ru).State == LinkState.Alive, TimeSpan.FromMilliseconds(50)), "an officer who takes the watch is not seen at once");
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
            if (net.Now - since > TimeSpan.FromSeconds(26)) Assert.Equal(LinkState.Unattended, state);
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
                net["us"].Handle(new LinkEvent.AnswerArrived(net["us"].Sends[answered].Token, LinkAnswer.Refuse(status, "unknown line")));
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
        Assert.True(net.RunUntil(() => net["us"].Reports[^1] is LineReport.LinkChanged { State: LinkState.Down }, TimeSpan.FromMinutes(1)));
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
        net["us"].Handle(new LinkEvent.OffRecordRequested(new OffRecordMessage { Id = "m1", At = net.Now, Seat = "watch", Name = "A", Precedence = Precedence.Flash, Mark = Mark.Test, Text = "" }, [net["ru"].Id]));
        net.Run(TimeSpan.FromSeconds(5));
        Assert.NotEmpty(net["ru"].Sends);
        foreach (var send in net.Stations.SelectMany(s => s.Sends))
        {
            var limit = send.Request.Verb switch { LinkVerb.Heartbeat => LinkLimits.HeartbeatTimeout, LinkVerb.Pull => LinkLimits.PullHold + LinkLimits.RequestTimeout, _ => LinkLimits.RequestTimeout };
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
        var skewed = new Heartbeat { Parley = 1, At = net.Now + TimeSpan.FromSeconds(7), Attended = false, Checkpoints = new Dictionary<string, string>() };
        net.Answer("ru", "us", new LinkRequest(LinkVerb.Heartbeat, skewed.Encode()), TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(7), net["us"].StatusOf(ru.Id).ClockOffset);
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
        var acknowledged = net["us"].Append(Kind(LineKinds.Acknowledged));
        var watch = net["us"].Append(Kind("watch.taken"));
        var marked = net["us"].Append(net.Message("routine, and says that it is a test", mark: Mark.Test));
        net["us"].Append(Kind(LineKinds.Resumed)); // it is not ours to resume
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("suspended", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[refused]).Code);
        Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[urgent]);
        Assert.IsType<AppendOutcome.Recorded>(net["us"].Outcomes[flash]);
        foreach (var passes in new[] { test, acknowledged, watch }) Assert.IsType<AppendOutcome.Recorded>(net["us"].Outcomes[passes]);
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
        net["ru"].Append(Kind(LineKinds.Suspended) with { By = new Officer("principal", "B. Principal", new Officer("principal", "b.\u200bprincipal")) });
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

    private static long Recorded(LineNetwork net, Draft draft)
    {
        var token = net["us"].Append(draft);
        net.Run(TimeSpan.FromSeconds(1));
        return token;
    }

    private static Draft Kind(string kind) => new() { Kind = kind, By = new Officer("principal", "B. Principal", new Officer("principal", "C. Principal")) };
}
