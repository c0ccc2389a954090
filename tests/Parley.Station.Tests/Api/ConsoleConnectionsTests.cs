using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Station.Officers;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>Who keeps his connection where there are too many.</summary>
public sealed class ConsoleConnectionsTests
{
    private const int Max = 6,
        MaxOfSession = 3;

    private readonly ConsoleConnections connections = new(Max, MaxOfSession);

    /// <summary>A connection as the server has it: open until it is aborted or left.</summary>
    private sealed class Wire : DefaultConnectionContext
    {
        private readonly TaskCompletionSource closed = new();

        internal bool IsOpen { get; private set; } = true;

        internal Wire(ConsoleConnections connections) => _ = connections.Admit(_ => closed.Task)(this);

        public override void Abort(ConnectionAbortedException abortReason) => Leave();

        internal void Leave()
        {
            IsOpen = false;
            closed.TrySetResult();
        }

        /// <summary>A request that shows who sends it; it is under way until it is answered.</summary>
        internal Wire Asks(object who)
        {
            var http = new DefaultHttpContext(new FeatureCollection(Features));
            http.Features.Set<IHttpResponseFeature>(response);
            ConsoleConnections.Prove(http, who);
            return this;
        }

        internal Wire IsAnswered()
        {
            response.Complete();
            return this;
        }

        private readonly Response response = new();

        private sealed class Response : HttpResponseFeature
        {
            private readonly List<Func<object, Task>> done = [];

            public override void OnCompleted(Func<object, Task> callback, object state) =>
                done.Add(_ => callback(state));

            internal void Complete()
            {
                foreach (var callback in done)
                    callback(this).GetAwaiter().GetResult();
                done.Clear();
            }
        }
    }

    private static Session Somebody() =>
        new(
            new SessionRow(
                Secrets.OfSession(Secrets.New(), Secrets.New()),
                "u",
                null,
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch
            )
        );

    private Wire Open(object? who = null) => who is null ? new Wire(connections) : new Wire(connections).Asks(who);

    [Fact]
    public void Where_there_are_too_many_the_oldest_that_showed_nothing_goes()
    {
        var officer = Open(Somebody());
        var strangers = Enumerable.Range(0, Max).Select(_ => Open()).ToList();
        Assert.Equal([false, .. Enumerable.Repeat(true, Max - 1)], strangers.Select(s => s.IsOpen));
        Assert.True(officer.IsOpen);
    }

    [Fact]
    public void One_session_has_its_limit_and_its_own_oldest_goes_where_it_wants_more()
    {
        var (thief, officer) = (Somebody(), Open(Somebody()));
        var token = Open("token");
        var held = Enumerable.Range(0, 20).Select(_ => Open(thief)).ToList();
        Assert.Equal(MaxOfSession, held.Count(w => w.IsOpen));
        Assert.All(held[^MaxOfSession..], w => Assert.True(w.IsOpen));
        Assert.True(officer.IsOpen && token.IsOpen);
    }

    [Fact]
    public void What_waits_for_a_request_goes_before_what_is_under_way()
    {
        var session = Somebody();
        var stream = Open(session);
        var idle = Open(session).IsAnswered();
        Open(session);
        Open(session);
        Assert.True(stream.IsOpen);
        Assert.False(idle.IsOpen);
    }

    [Fact]
    public void Where_everybody_has_shown_who_he_is_whoever_has_most_makes_room_for_a_newcomer()
    {
        var many = Enumerable.Range(0, Max - 1).Select(_ => Open("token")).ToList();
        var officer = Open(Somebody());
        var newcomer = Open();
        Assert.True(newcomer.IsOpen && officer.IsOpen);
        Assert.Equal([false, true, true, true, true], many.Select(w => w.IsOpen));
    }

    [Fact]
    public void A_connection_belongs_to_whoever_asked_over_it_last_as_behind_a_proxy()
    {
        var (first, second) = (Somebody(), Somebody());
        var shared = Enumerable
            .Range(0, MaxOfSession)
            .Select(_ => Open(first).IsAnswered().Asks(second).IsAnswered())
            .ToList();
        Open(first);
        Assert.All(shared, w => Assert.True(w.IsOpen));
        Open(second);
        Assert.Equal([false, true, true], shared.Select(w => w.IsOpen));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_a_session_and_strangers_do_an_officer_and_the_token_keep_what_they_have(int seed)
    {
        var random = new Random(seed);
        var (thief, officer, token) = (Somebody(), Open(Somebody()), Open("token"));
        var open = new List<Wire>();
        for (var i = 0; i < 2_000; i++)
        {
            switch (random.Next(4))
            {
                case 0:
                    open.Add(Open());
                    break;
                case 1:
                    open.Add(Open(thief));
                    break;
                case 2 when open.Count > 0:
                    open[random.Next(open.Count)].Asks(thief);
                    break;
                case 3 when open.Count > 0:
                    open[random.Next(open.Count)].IsAnswered().Leave();
                    break;
            }
            open.RemoveAll(w => !w.IsOpen);
            Assert.True(officer.IsOpen && token.IsOpen);
            Assert.True(open.Count <= Max - 2);
        }
    }
}
