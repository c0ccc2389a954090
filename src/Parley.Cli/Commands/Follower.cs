using System.Net.ServerSentEvents;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>
/// Follows a line's events. When the station goes away, it says so, waits for it, and goes on after the last entry
/// seen, so that
/// none is missed or shown twice.
/// </summary>
internal sealed class Follower(StationClient station, LineId line, long? from)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private long? last = from;
    private bool wasConnected;

    internal async Task RunAsync(Screen screen, bool json, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await FollowAsync(screen, json, ct);
            }
            catch (Failure) when (wasConnected)
            {
                // still away
            }
            catch (Exception e)
                when (e is HttpRequestException or HttpIOException || (e is IOException io && !Screen.IsBrokenPipe(io)))
            {
                screen.ErrorPlain("The station is gone; waiting for it.");
            }
            await Task.Delay(Again, screen.Clock, ct);
        }
    }

    private async Task FollowAsync(Screen screen, bool json, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"events?line={line}");
        if (last is { } seen)
            request.Headers.Add("Last-Event-ID", seen.ToString());
        using var answer = await station.OpenAsync(request, ct);
        if (wasConnected)
            screen.ErrorPlain("The station is back.");
        wasConnected = true;
        await using var content = await answer.Content.ReadAsStreamAsync(ct);
        await foreach (var item in SseParser.Create(content).EnumerateAsync(ct))
        {
            switch (item.EventType)
            {
                case "entry":
                    var entry = JsonSerializer.Deserialize(item.Data, ApiJson.Default.EntryView)!;
                    RecordCommands.Print(screen, entry, json);
                    last = entry.Arrival;
                    break;
                case "sealed" when !json:
                    var done = JsonSerializer.Deserialize(item.Data, ApiJson.Default.SealedData)!;
                    screen.Line(
                        screen.Good(
                            $"sealed  {done.Feed}: {(done.Size == 1 ? "entry 0" : $"entries 0 to {done.Size - 1}")}"
                        )
                    );
                    break;
                case "link" when !json:
                    var link = JsonSerializer.Deserialize(item.Data, ApiJson.Default.LinkData)!;
                    screen.Line(screen.Warn($"link    {link.Party} is {link.State.ToString().ToLowerInvariant()}"));
                    break;
                case "refused" when !json:
                    var refused = JsonSerializer.Deserialize(item.Data, ApiJson.Default.RefusalView)!;
                    screen.Line(
                        screen.Warn(
                            $"refused {refused.Peer}: {SafeText.ShowLine(refused.Reason)}{(refused.Count > 1 ? $" ({refused.Count} times)" : "")}"
                        )
                    );
                    break;
                case "fork" when !json:
                    var fork = JsonSerializer.Deserialize(item.Data, ApiJson.Default.ForkData)!;
                    screen.Line(
                        screen.Act(
                            $"FORK    {fork.Party} signed two feeds (sizes {fork.HeldSize} and {fork.OfferedSize}); the line is stopped, both checkpoints are kept"
                        )
                    );
                    break;
                case "own-feed" when !json:
                    var own = JsonSerializer.Deserialize(item.Data, ApiJson.Default.OwnFeedData)!;
                    screen.Line(
                        own.CatchingUp
                            ? screen.Act(
                                $"behind  our own feed: {own.Held} entries here{(own.Proven is { } proven ? $", {own.Peer} shows {proven}" : "")}; nothing is signed until it is caught up"
                            )
                            : screen.Good($"behind  no more: our own feed is caught up at {own.Held}")
                    );
                    break;
                case "peer-lost-entries" when !json:
                    var lost = JsonSerializer.Deserialize(item.Data, ApiJson.Default.PeerLostData)!;
                    screen.Line(
                        lost.Held >= lost.Cosigned
                            ? screen.Good($"lost    {lost.Party} holds our entries again")
                            : screen.Warn(
                                $"lost    {lost.Party} holds {lost.Held} of our entries and had cosigned {lost.Cosigned}; it is given them again"
                            )
                    );
                    break;
            }
        }
        screen.ErrorPlain("The station is gone; waiting for it.");
    }
}
