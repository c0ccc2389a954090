using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Station.Officers;
using Xunit;

namespace Parley.Station.Tests.SignIn;

/// <summary>What one session may hold of the port, and that it can take nothing of it from anybody else.</summary>
public sealed class SessionShareTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A connection over which a session asks, and goes on to ask.</summary>
    private sealed class Wire(Door door, Browser who) : IDisposable
    {
        private readonly TcpClient socket = new() { NoDelay = true };

        internal async Task<Wire> OpenAsync(string path = "/api/v1/card")
        {
            await socket.ConnectAsync(IPAddress.Loopback, door.Station.Api.Port, Stop);
            Assert.True(await AsksAsync(path));
            return this;
        }

        /// <summary>True where it is answered; false where the connection is closed.</summary>
        internal async Task<bool> AsksAsync(string path = "/api/v1/card")
        {
            try
            {
                await socket
                    .GetStream()
                    .WriteAsync(
                        Encoding.ASCII.GetBytes(
                            $"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {who.Cookie}\r\nX-Parley-Session: {who.Page}\r\n\r\n"
                        ),
                        Stop
                    );
                return await ReadsAsync() is { } answer && answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }

        /// <summary>What comes next; null where the connection is closed.</summary>
        internal async Task<string?> ReadsAsync()
        {
            var buffer = new byte[64 * 1024];
            try
            {
                var read = await socket.GetStream().ReadAsync(buffer, Stop);
                return read == 0 ? null : Encoding.UTF8.GetString(buffer, 0, read);
            }
            catch (IOException)
            {
                return null;
            }
        }

        /// <summary>Reads until a text comes, or the connection or the answer ends; true for the text.</summary>
        internal async Task<bool> HearsAsync(string text)
        {
            while (await ReadsAsync() is { } piece)
            {
                if (piece.Contains(text, StringComparison.Ordinal))
                    return true;
                if (piece.EndsWith("0\r\n\r\n", StringComparison.Ordinal))
                    return false;
            }
            return false;
        }

        public void Dispose() => socket.Dispose();
    }

    [Fact]
    public async Task A_session_that_opens_more_connections_than_its_share_loses_its_own_oldest_and_nobody_elses()
    {
        await using var door = await Door.OpenAsync();
        var (thief, ada) = (await door.LetInAsync("Auditor", "auditor"), await door.LetInAsync("Ada", "watch"));
        using var adas = await new Wire(door, ada).OpenAsync();
        var held = new List<Wire>();
        for (var i = 0; i < OfficerLimits.MaxConnections + 5; i++)
            held.Add(await new Wire(door, thief).OpenAsync());
        for (var i = 0; i < 5; i++)
            Assert.Null(await held[i].ReadsAsync());
        Assert.True(await held[^1].AsksAsync());
        Assert.True(await adas.AsksAsync());
        Assert.Equal(200, (await door.Station.GetAsync("station")).Status);
        held.ForEach(w => w.Dispose());
    }

    [Fact]
    public async Task A_session_that_asks_for_many_exports_at_once_gets_them_in_turn_and_everything_else_meanwhile()
    {
        await using var door = await Door.OpenAsync();
        var (thief, ada) = (await door.LetInAsync("Auditor", "auditor"), await door.LetInAsync("Ada", "watch"));
        var officers = Assert.IsType<SignedIn>(door.Station.Session(thief.Cookie!, thief.Page!));
        for (var i = 0; i < OfficerLimits.MaxLongReadings; i++)
            Assert.True(await officers.Session.LongReadings.WaitAsync(0, Stop)); // as exports that nobody reads on hold them
        using var waiting = new Wire(door, thief);
        var export = waiting.OpenAsync($"/api/v1/lines/{door.Journal}/export");
        Assert.Equal(200, (await thief.GetAsync("station")).Status);
        Assert.Equal(200, (await ada.GetAsync($"lines/{door.Journal}/search?text=x")).Status);
        Assert.False(export.IsCompleted);
        officers.Session.LongReadings.Release();
        await export;
        officers.Session.LongReadings.Release();
    }

    [Fact]
    public async Task A_session_that_opens_more_event_streams_than_its_share_loses_its_own_oldest_and_the_others_go_on()
    {
        await using var door = await Door.OpenAsync();
        var (thief, ada) = (await door.LetInAsync("Auditor", "auditor"), await door.LetInAsync("Ada", "watch"));
        using var adas = await new Wire(door, ada).OpenAsync("/api/v1/events");
        var held = new List<Wire>();
        for (var i = 0; i <= OfficerLimits.MaxStreams; i++)
            held.Add(await new Wire(door, thief).OpenAsync("/api/v1/events"));
        Assert.False(await held[0].HearsAsync("never said"));
        Assert.Equal(
            201,
            (await ada.PostAsync($"lines/{door.Journal}/entries", new { text = "to all who follow" })).Status
        );
        foreach (var stream in (Wire[])[adas, .. held.Skip(1)])
            Assert.True(await stream.HearsAsync("to all who follow"));
        held.ForEach(w => w.Dispose());
    }
}
