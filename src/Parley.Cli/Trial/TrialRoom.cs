using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Commands;
using Parley.Cli.Replay;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;

namespace Parley.Cli.Trial;

/// <summary>
/// A mediator's room in a trial: a third station with a line to each of the two, and on both the same room, admitted. Made
/// once; a later run on the directory finds it as it was.
/// </summary>
internal static class TrialRoom
{
    internal const string Name = "corridor";

    /// <summary>Longer than any trial.</summary>
    private static readonly TimeSpan Admitted = TimeSpan.FromDays(365);

    internal static ScenarioParty Mediator { get; } = new(PartyId.Parse("tr"), "Türkiye", ["tr"]);

    /// <summary>Opens what is not there yet: the lines, and the room on each.</summary>
    internal static async Task OpenAsync(
        TrialMember mediator,
        TrialMember[] sides,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        foreach (var side in sides)
        {
            var slug = $"{mediator.Card.Party}-{side.Card.Party}";
            var line =
                await LineAsync(mediator, slug, ct)
                ?? await mediator.OpenLineAsync(side, slug, $"Talks of {side.Card.Name}, for trial", ct);
            if (await IsOpenAsync(mediator, line, ct))
                continue;
            var room = await PostAsync(
                mediator,
                line,
                Kinds.RoomOpened,
                new JsonObject
                {
                    ["room"] = Name,
                    ["title"] = "Talks on a corridor, for trial",
                    ["scope"] = "good offices between the two, as a trial of this program",
                    ["until"] = UtcText.Of(now.Plus(Admitted)),
                    ["parties"] = new JsonArray([.. sides.Select(s => (JsonNode)s.Card.Party.Value)]),
                },
                [],
                ct
            );
            await ArrivesAsync(side, line, room, ct);
            await PostAsync(side, line, Kinds.RoomJoined, [], [room], ct);
        }
    }

    private static async Task<string?> LineAsync(TrialMember at, string slug, CancellationToken ct) =>
        (await at.Client.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct))
            .FirstOrDefault(l => l.Line.Value.StartsWith($"{slug}-", StringComparison.Ordinal))
            ?.Line.Value;

    private static async Task<bool> IsOpenAsync(TrialMember at, string line, CancellationToken ct)
    {
        using var rooms = JsonDocument.Parse(await at.Client.GetAsync("rooms", ct));
        return rooms
            .RootElement.EnumerateArray()
            .SelectMany(room => ItemPrinter.Each(room, "lines"))
            .Any(on => ItemPrinter.Text(on, "line") == line);
    }

    private static async Task<EntryId> PostAsync(
        TrialMember at,
        string line,
        string kind,
        JsonObject body,
        EntryId[] re,
        CancellationToken ct
    )
    {
        using var content = JsonDocument.Parse(body.ToJsonString());
        using var sent = JsonDocument.Parse(
            await at.Client.PostAsync(
                $"lines/{line}/entries",
                new EntryRequest(
                    By: new Officer(Seats.Principal, TrialRun.Second),
                    Kind: kind,
                    Body: content.RootElement,
                    Re: re
                ),
                ApiJson.Readable.EntryRequest,
                ct
            )
        );
        return ActOptions.Entry(ItemPrinter.Text(sent.RootElement, "id"));
    }

    /// <summary>What one side answers has to be there first.</summary>
    private static async Task ArrivesAsync(TrialMember at, string line, EntryId entry, CancellationToken ct)
    {
        while (await at.Client.TryGetAsync($"lines/{line}/items/{entry}", ct) is null)
            await Task.Delay(TrialRun.Look, at.Clock, ct);
    }
}

/// <summary>A station of a trial as this process speaks to it.</summary>
internal sealed record TrialMember(StationClient Client, Card Card, TimeProvider Clock)
{
    /// <summary>Opens a line with another one by the ceremony, and reads out the fingerprints for both.</summary>
    internal async Task<string> OpenLineAsync(TrialMember other, string slug, string title, CancellationToken ct)
    {
        var opened = StationClient.Read(
            await Client.PostAsync(
                "lines/open",
                new OpenLine(
                    [System.Text.Encoding.UTF8.GetString(other.Card.Encode())],
                    Compared(other.Card),
                    slug,
                    title
                ),
                ApiJson.Default.OpenLine,
                ct
            ),
            ApiJson.Default.OpenedLine
        );
        await other.Client.PostAsync(
            "lines/accept",
            new AcceptLine(opened.Document, Compared(Card)),
            ApiJson.Default.AcceptLine,
            ct
        );
        return opened.Line.Value;
    }

    private static Dictionary<string, string> Compared(Card card) =>
        new(StringComparer.Ordinal) { [card.Party.Value] = card.Fingerprint.Words };
}
