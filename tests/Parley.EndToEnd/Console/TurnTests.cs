using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>Where consoles can send no datagram to their own station.</summary>
public sealed class TurnTests
{
    /// <summary>The browser sends nothing but through the TURN server, as where a firewall eats its datagrams.</summary>
    private const string NoDatagrams = """
        const Direct = window.RTCPeerConnection;
        window.RTCPeerConnection = class extends Direct {
          constructor(settings) { super({ ...settings, iceTransportPolicy: 'relay' }); }
        };
        """;

    /// <summary>
    /// By what the voice goes to the relay, as the browser tells it: null where it goes to none. (The candidate's type is "relay", or "prflx" where
    /// the other side's relay saw it first.)
    /// </summary>
    private const string Way = """
        async () => {
          const all = [...(await window.connections.at(-1).getStats()).values()];
          const pair = all.find((one) => one.type === 'candidate-pair' && one.nominated);
          const own = all.find((one) => one.id === pair?.localCandidateId);
          return own?.relayProtocol ?? null;
        }
        """;

    // CALL-5, V-2 V-15 V-16
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Coturn_over_TLS_beside_the_station_carries_the_voice_of_consoles_that_can_send_no_datagram_until_the_call_is_over()
    {
        await using var turn = await Coturn.StartAsync();
        await using var call = await HeldCall.OpenAsync(
            station => Beside(station, turn),
            NoDatagrams,
            $"--ignore-certificate-errors-spki-list={turn.Key}"
        );
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        foreach (var officer in (Officer[])[call.Us, call.Ru])
            Assert.Equal("tls", await officer.Page.EvaluateAsync<string?>(Way));

        // What a console signed in with is still good at coturn; the station has the last word.
        await call.Us.HoldAsync(
            call.Us.Page.GetByRole(AriaRole.Button, new() { Name = "They differ" }),
            call.Us.Page.GetByText("Broken off: the words differed").Or(call.Us.Page.GetByText("The call is over"))
        );
        await HeldCall.HearsNothingAsync(call.Ru, VoiceTests.American);
        await HeldCall.HearsNothingAsync(call.Us, VoiceTests.Russian);
    }

    private static void Beside(TestStation station, Coturn turn)
    {
        var path = Path.Combine(station.Data, "station.json");
        var settings = JsonNode.Parse(File.ReadAllText(path))!;
        settings["calls"] = new JsonObject
        {
            ["turn"] = new JsonObject { ["urls"] = new JsonArray(turn.Url), ["secret"] = Coturn.Secret },
        };
        File.WriteAllText(path, settings.ToJsonString());
    }
}
