using System.Net;
using System.Text.Json;
using Parley.Crypto;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Media;

/// <summary>A call between two stations, with a socket for each console: what browsers would say is said by hand.</summary>
internal sealed class CarriedCall : IAsyncDisposable
{
    internal sealed class Side(string party, string officer, string seat = "watch") : IDisposable
    {
        internal string Party => party;
        internal string Officer => officer;
        internal object By => new { seat, name = officer };
        internal ConsoleSocket Console { get; } = new();

        /// <summary>Bytes of its certificate's SHA-256.</summary>
        internal byte[] Key { get; init; } = Randomness.Bytes(32);
        internal byte[] Nonce { get; init; } = Randomness.Bytes(32);
        internal string Ufrag { get; init; } = Convert.ToHexStringLower(Randomness.Bytes(4));
        internal string Password { get; init; } = Convert.ToHexStringLower(Randomness.Bytes(16));
        internal string Joined { get; set; } = "";
        internal string Seat { get; set; } = "";
        internal IPEndPoint Relay { get; set; } = new(IPAddress.Loopback, 0);

        internal string Fingerprint => $"sha256:{Convert.ToHexStringLower(Key)}";

        internal string Sdp(byte[]? key = null, string direction = "sendrecv") =>
            $"""
                v=0
                o=- 1 2 IN IP4 127.0.0.1
                s=-
                t=0 0
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                a=ice-ufrag:{Ufrag}
                a=ice-pwd:{Password}
                a=fingerprint:sha-256 {string.Join(
                    ':',
                    (key ?? Key).Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture))
                )}
                a=setup:actpass
                a=mid:0
                a={direction}
                a=rtcp-mux
                a=rtpmap:111 opus/48000/2

                """.ReplaceLineEndings(
                "\r\n"
            );

        /// <summary>Asks the relay as its browser would.</summary>
        internal void Ask(Side other) =>
            Console.Send(ConsoleSocket.Request($"{other.Ufrag}:{Ufrag}", other.Password), Relay);

        /// <summary>The same console's socket for another leg: a browser has one for each connection.</summary>
        internal Side Beside() =>
            new(party, officer, seat)
            {
                Key = Key,
                Nonce = Nonce,
                Ufrag = Ufrag,
                Password = Password,
                Joined = Joined,
                Seat = Seat,
            };

        public void Dispose() => Console.Dispose();
    }

    internal CarriedCall(LiveLine line) => Line = line;

    internal LiveLine Line { get; }
    internal Side Us { get; } = new("us", "Ada");
    internal Side Ru { get; } = new("ru", "Yuri");
    internal string Call { get; private set; } = "";

    internal static async Task<CarriedCall> StartAsync(LiveLine? of = null)
    {
        var call = new CarriedCall(of ?? await LiveLine.StartAsync("us", "ru"));
        call.Call = await call.WriteAsync(call.Us, "call.opened", new { });
        await call.UntilAsync(call.Ru, view => view.GetProperty("state").GetString() == "ringing");
        return call;
    }

    internal async Task<string> WriteAsync(Side side, string kind, object body, string? re = null)
    {
        var (status, json) = await Line[side.Party]
            .PostAsync(
                $"lines/{Line.Id}/entries?wait=sealed&timeout=60",
                new
                {
                    kind,
                    body,
                    by = side.By,
                    re = re is null ? (string[])[] : [re],
                }
            );
        Assert.True(status == 201, $"{kind}: {status} {json}");
        return json.GetProperty("id").GetString()!;
    }

    internal async Task JoinAsync(Side side, string part = "speaker", string? joined = null)
    {
        var station = Line[side.Party];
        (int Status, JsonElement Json) answer = default;
        await station.UntilAsync(
            async () => (answer = await TryJoinAsync(side, null, part, joined)).Status == 200,
            "the other station has said that it holds calls"
        );
        side.Joined = answer.Json.GetProperty("joined").GetString()!;
        side.Seat = answer.Json.GetProperty("seat").GetString()!;
    }

    internal Task<(int Status, JsonElement Json)> TryJoinAsync(
        Side side,
        string? call = null,
        string part = "speaker",
        string? joined = null
    ) =>
        Line[side.Party]
            .PostAsync(
                $"lines/{Line.Id}/calls/{call ?? Call}/join",
                new
                {
                    fingerprint = side.Fingerprint,
                    commitment = $"sha256:{Sha256.Of(side.Nonce).ToHex()}",
                    part,
                    joined,
                    by = side.By,
                }
            );

    internal Task<(int Status, JsonElement Json)> SignalAsync(
        Side from,
        string to,
        string kind,
        string? sdp = null,
        string? nonce = null
    ) =>
        Line[from.Party]
            .PostAsync(
                $"lines/{Line.Id}/calls/{Call}/signal",
                new
                {
                    seat = from.Seat,
                    to,
                    kind,
                    session = "one",
                    sdp,
                    nonce,
                    by = from.By,
                }
            );

    internal async Task<JsonElement> ViewAsync(Side side, bool seated = true)
    {
        var (status, json) = await Line[side.Party]
            .GetAsync($"lines/{Line.Id}/calls/{Call}{(seated && side.Seat.Length > 0 ? $"?seat={side.Seat}" : "")}");
        Assert.True(status == 200, $"{status} {json}");
        return json;
    }

    internal async Task<JsonElement> UntilAsync(Side side, Func<JsonElement, bool> holds)
    {
        JsonElement view = default;
        await Line[side.Party]
            .UntilAsync(
                async () =>
                {
                    var (status, json) = await Line[side.Party]
                        .GetAsync($"lines/{Line.Id}/calls/{Call}{(side.Seat.Length > 0 ? $"?seat={side.Seat}" : "")}");
                    view = json;
                    return status == 200 && holds(json);
                },
                $"what {side.Party} sees of the call"
            );
        return view;
    }

    /// <summary>Both join and describe themselves, and the relays know whom they serve.</summary>
    internal async Task BeginAsync()
    {
        await JoinAsync(Us);
        await JoinAsync(Ru);
        await DescribeAsync();
    }

    internal async Task DescribeAsync()
    {
        await DescribeAsync(Us, Ru);
        await UntilAsync(Us, view => IsOpen(view));
        await UntilAsync(Ru, view => IsOpen(view));
    }

    /// <summary>One offers to the other, and is answered.</summary>
    internal async Task DescribeAsync(Side answers, Side offers)
    {
        await UntilAsync(answers, view => HasMember(view, offers.Joined));
        await UntilAsync(offers, view => HasMember(view, answers.Joined));
        Assert.Equal(200, (await SignalAsync(offers, answers.Joined, "offer", offers.Sdp(), Hex(offers.Nonce))).Status);
        answers.Relay = RelayIn(await UntilAsync(answers, view => SaidBy(view, "offer", offers).Any()), "offer");
        Assert.Equal(
            200,
            (await SignalAsync(answers, offers.Joined, "answer", answers.Sdp(), Hex(answers.Nonce))).Status
        );
        offers.Relay = RelayIn(await UntilAsync(offers, view => SaidBy(view, "answer", answers).Any()), "answer");
    }

    /// <summary>Each asks its relay until it hears the other's question: then both are known.</summary>
    internal void Meet() => Meet(Us, Ru);

    internal static void Meet(Side one, Side other)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            one.Ask(other);
            other.Ask(one);
            if (one.Console.Receive(100) is not null && other.Console.Receive(100) is not null)
                return;
        }
        Assert.Fail("the consoles' questions do not come to each other");
    }

    /// <summary>True where a voice of one comes to the other.</summary>
    internal static bool Hears(Side to, Side from, int milliseconds = 5_000)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (byte number = 1; TimeProvider.System.GetElapsedTime(began).TotalMilliseconds < milliseconds; number++)
        {
            from.Console.Send(ConsoleSocket.Voice(number), from.Relay);
            if (to.Console.Receive(100) is { } came && came[0] == 0x80)
                return true;
        }
        return false;
    }

    /// <summary>Takes what is still on its way.</summary>
    internal static void Drain(Side side)
    {
        while (side.Console.Receive(50) is not null) { }
    }

    internal static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    internal static bool HasMember(JsonElement view, string joined) =>
        view.GetProperty("members")
            .EnumerateArray()
            .Any(m => m.GetProperty("joined").GetString() == joined && m.GetProperty("sealed").GetBoolean());

    internal static IEnumerable<JsonElement> Said(JsonElement view, string kind) =>
        view.GetProperty("signals").EnumerateArray().Where(s => s.GetProperty("kind").GetString() == kind);

    private static IEnumerable<JsonElement> SaidBy(JsonElement view, string kind, Side by) =>
        Said(view, kind).Where(s => s.GetProperty("from").GetString() == by.Joined);

    internal static bool IsOpenTo(JsonElement view, string joined) =>
        view.GetProperty("legs")
            .EnumerateArray()
            .Any(l => l.GetProperty("with").GetString() == joined && l.GetProperty("open").GetBoolean());

    internal static bool IsOpen(JsonElement view) =>
        view.GetProperty("legs").EnumerateArray().Any(l => l.GetProperty("open").GetBoolean());

    internal static string? WhyOf(JsonElement view) =>
        view.GetProperty("legs").EnumerateArray().Select(l => l.GetProperty("why").GetString()).FirstOrDefault();

    private static IPEndPoint RelayIn(JsonElement view, string kind)
    {
        var line = Said(view, kind)
            .Last()
            .GetProperty("sdp")
            .GetString()!
            .Split("\r\n")
            .First(l => l.StartsWith("a=candidate:", StringComparison.Ordinal))
            .Split(' ');
        return new IPEndPoint(
            IPAddress.Parse(line[4]),
            int.Parse(line[5], System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    public async ValueTask DisposeAsync()
    {
        Us.Dispose();
        Ru.Dispose();
        await Line.DisposeAsync();
    }
}
