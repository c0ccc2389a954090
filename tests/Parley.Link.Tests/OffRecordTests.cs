using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Off the record: delivered once, to those it is meant for, and nowhere written down.</summary>
public sealed class OffRecordTests
{
    private static OffRecordMessage Message(LineNetwork net, string id) =>
        new()
        {
            Id = id,
            At = net.Now,
            Seat = "watch",
            Name = "A. Officer",
            Precedence = Precedence.Routine,
            Mark = Mark.Actual,
            Text = "between us",
        };

    private static int Arrived(LineNetwork net, string reader, string id) =>
        net[reader].Reports.Count(r => r is LineReport.OffRecordArrived arrived && arrived.Message.Id == id);

    private static int Delivered(LineNetwork net, string id) =>
        net["us"].Reports.Count(r => r is LineReport.OffRecordDelivered delivered && delivered.Id == id);

    // LINK-40, LINK-41
    [Theory]
    [InlineData("us", "ru", "icrc")]
    [InlineData("us", "-ru", "icrc")]
    public void A_message_off_the_record_arrives_once_at_those_it_is_for_and_in_no_store(params string[] parties)
    {
        var net = Lines.Opened(parties);
        var changesBefore = net.Stations.Select(s => s.Store.Feeds.Values.Sum(f => (int)f.Size)).ToList();
        net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, "m1"), [net["ru"].Id]));
        net.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal((1, 0, 1), (Arrived(net, "ru", "m1"), Arrived(net, "icrc", "m1"), Delivered(net, "m1")));
        net.Run(TimeSpan.FromMinutes(2));
        Assert.Equal((1, 0, 1), (Arrived(net, "ru", "m1"), Arrived(net, "icrc", "m1"), Delivered(net, "m1")));
        Assert.Equal(changesBefore, net.Stations.Select(s => s.Store.Feeds.Values.Sum(f => (int)f.Size)));
    }

    // LINK-40
    [Theory]
    [InlineData("us", "ru")]
    [InlineData("us", "-ru")]
    public void It_is_tried_until_it_arrives_and_shown_once_however_often_it_comes(params string[] parties)
    {
        var net = Lines.Opened(parties);
        net.Faults = new NetworkFaults
        {
            LoseAnswer = 0.6,
            Duplicate = 0.5,
            Drop = 0.3,
        };
        for (var i = 0; i < 10; i++)
            net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, $"m{i}"), [net["ru"].Id]));
        net.Run(TimeSpan.FromMinutes(5));
        net.Faults = NetworkFaults.None;
        net.Run(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 10; i++)
            Assert.Equal((i, 1, 1), (i, Arrived(net, "ru", $"m{i}"), Delivered(net, $"m{i}")));
    }

    // LINK-40
    [Fact]
    public void A_fault_of_the_store_neither_forgets_what_waits_to_be_delivered_nor_shows_what_came_twice()
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].Handle(new LinkEvent.OffRecordRequested(Message(net, "m0"), [net["us"].Id]));
        net.Run(TimeSpan.FromSeconds(1));
        net.Cut("us", "ru");
        net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, "m1"), [net["ru"].Id]));
        net["us"].StoreFails = true;
        net["us"].Append(net.Message("for the record"));
        net.Run(TimeSpan.FromSeconds(1));
        net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, "m2"), [net["ru"].Id]));
        net["us"].StoreFails = false;
        net.Run(TimeSpan.FromMinutes(1));
        net.Heal();
        net.Answer("ru", "us", new LinkRequest(LinkVerb.OffRecord, Message(net, "m0").Encode())); // its answer was lost, say
        net.Run(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 1, 1), (Arrived(net, "us", "m0"), Arrived(net, "ru", "m1"), Arrived(net, "ru", "m2")));
    }

    // LINK-40
    [Fact]
    public void A_restart_forgets_what_was_not_delivered()
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, "m1"), [net["ru"].Id]));
        net.Run(TimeSpan.FromMinutes(1));
        net["us"].Crash();
        net["us"].Restart();
        net.Heal();
        net.Run(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (Arrived(net, "ru", "m1"), Delivered(net, "m1")));
    }

    // LINK-40
    [Fact]
    public void However_much_one_peer_says_what_another_says_twice_is_shown_once_and_of_its_own_the_oldest_is_forgotten_first()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        void Say(string from, string id) =>
            Assert.Equal(
                200,
                net.Answer(
                    from,
                    "us",
                    new LinkRequest(LinkVerb.OffRecord, Message(net, id).Encode()),
                    TimeSpan.FromMilliseconds(1)
                ).Status
            );
        Say("icrc", "calm");
        for (var i = 0; i < LinkLimits.MaxOffRecordRemembered + 10; i++)
            Say("ru", $"flood {i}".Replace(' ', '-'));
        Say("icrc", "calm");
        Say("ru", $"flood-{LinkLimits.MaxOffRecordRemembered}");
        Assert.Equal(
            (1, 1),
            (Arrived(net, "us", "calm"), Arrived(net, "us", $"flood-{LinkLimits.MaxOffRecordRemembered}"))
        );
        net["us"].StoreFails = true; // and the machine that is loaded after a fault knows as much
        net["us"].Append(net.Message("for the record"));
        net.Run(TimeSpan.FromSeconds(1));
        net["us"].StoreFails = false;
        net.Run(TimeSpan.FromSeconds(2));
        Say("icrc", "calm");
        Say("ru", "flood-10");
        Say("ru", "flood-9");
        Assert.Equal(
            (1, 1, 2),
            (Arrived(net, "us", "calm"), Arrived(net, "us", "flood-10"), Arrived(net, "us", "flood-9"))
        );
    }

    // LINK-85
    [Fact]
    public void What_a_pull_brought_and_the_next_one_did_not_confirm_is_given_again_four_times_a_second_at_most()
    {
        var net = Lines.Opened("us", "-ru");
        net.Run(TimeSpan.FromSeconds(30));
        net["ru"].Crash();
        net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, "m1"), [net["ru"].Id]));
        net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, "m2"), [net["ru"].Id]));
        var (given, began) = (0, net.Now);
        while (net.Now - began < TimeSpan.FromSeconds(10))
        {
            var answer = net.Ask(
                net["ru"].Id,
                net["us"].Id,
                new LinkRequest(LinkVerb.Pull, new PullRequest(1, null).Encode())
            );
            net.Run(TimeSpan.FromMilliseconds(20));
            if (answer() is { Status: 200, ContentType: LinkAnswer.Json })
                given++;
        }
        Assert.InRange(given, 20, 41);
        net["ru"].Restart();
        net.Run(TimeSpan.FromSeconds(30));
        Assert.Equal((1, 1), (Arrived(net, "ru", "m1"), Arrived(net, "ru", "m2")));
        Assert.Equal((1, 1), (Delivered(net, "m1"), Delivered(net, "m2")));
    }

    // LINK-85: who confirms is given one after the other without a pause.
    [Fact]
    public void Whoever_confirms_is_given_the_next_at_once()
    {
        var net = Lines.Opened("us", "-ru");
        for (var i = 0; i < 50; i++)
            net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, $"m{i}"), [net["ru"].Id]));
        net.Run(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 50; i++)
            Assert.Equal((i, 1, 1), (i, Arrived(net, "ru", $"m{i}"), Delivered(net, $"m{i}")));
    }

    // LINK-86, ENTRY-9
    [Theory]
    [InlineData("watch", "evil\u202Ename")]
    [InlineData("watch", "esc\u001b[31m")]
    [InlineData("watch", "two\nlines")]
    [InlineData("watch", " spaced ")]
    [InlineData("watch", "")]
    [InlineData("Watch Officer", "A. Officer")]
    [InlineData("", "A. Officer")]
    public void A_seat_or_a_name_that_no_entry_may_state_is_refused_off_the_record_too(string seat, string name)
    {
        var net = Lines.Opened("us", "ru");
        Assert.Equal(
            400,
            net.Answer(
                "ru",
                "us",
                new LinkRequest(LinkVerb.OffRecord, (Message(net, "m1") with { Seat = seat, Name = name }).Encode())
            ).Status
        );
        Assert.Equal(0, Arrived(net, "us", "m1"));
        Assert.Equal(
            200,
            net.Answer(
                "ru",
                "us",
                new LinkRequest(LinkVerb.OffRecord, (Message(net, "m1") with { Name = "Ольга Œ" }).Encode())
            ).Status
        );
    }

    // LINK-86
    [Fact]
    public void A_peer_that_takes_nothing_keeps_no_room_from_another()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        net.Cut("us", "ru");
        for (var i = 0; i < LinkLimits.MaxOffRecordHeld + 5; i++)
            net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, $"m{i}"), [net["ru"].Id]));
        Assert.Equal(LinkLimits.MaxOffRecordHeld, net["us"].Machine.OffRecordWaitingFor(net["ru"].Id));
        net["us"].Handle(new LinkEvent.OffRecordRequested(Message(net, "other"), [net["icrc"].Id]));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Arrived(net, "icrc", "other"));
    }
}
