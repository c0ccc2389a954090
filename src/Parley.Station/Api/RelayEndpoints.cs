using Parley.Record;
using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>A card, with what an officer read of its fingerprint over another channel.</summary>
internal sealed record CardRequest(string Card, string? Fingerprint = null);

/// <summary>A party that this station relays for.</summary>
/// <param name="Waiting">Sealed files that wait for it.</param>
/// <param name="Bytes">Their length together.</param>
internal sealed record RelayedView(PartyId Party, string Name, int Waiting, long Bytes);

/// <summary>The relay that a line uses. It is not on the line, and nothing here says that a peer is there.</summary>
/// <param name="Relay">The relay's own party; null where the line uses none.</param>
/// <param name="Name">Its name.</param>
/// <param name="LastReached">When it last answered.</param>
/// <param name="LastLeft">When something for a peer was last left there.</param>
/// <param name="LastTaken">When something for us was last taken from there.</param>
/// <param name="Error">Why it cannot be used now; null when it can.</param>
/// <param name="EntriesTaken">Entries that came by it since the station started.</param>
internal sealed record RelayView(
    PartyId? Relay,
    string? Name,
    DateTimeOffset? LastReached,
    DateTimeOffset? LastLeft,
    DateTimeOffset? LastTaken,
    string? Error,
    ulong EntriesTaken
);

/// <summary>Whom this station relays for, and which relay a line uses.</summary>
internal static class RelayEndpoints
{
    internal static void MapRelays(this IEndpointRouteBuilder api, RelayRoutes station)
    {
        api.MapGet("/relayed", () => TypedResults.Ok(station.Relayed()))
            .WithName("relayed")
            .WithSummary("Parties that this station relays for, and what waits for them");

        api.MapPost(
                "/relayed",
                async (HttpRequest http, CancellationToken ct) =>
                    Speaker.Of(http.HttpContext).MustSit(http.HttpContext, Parley.Traffic.Seats.Administrator) is { } no
                        ? Answers.Problem(no)
                    : (await Answers.ReadJsonAsync(http, ApiJson.Default.CardRequest, ct)).TryGet(
                        out var request,
                        out var why
                    )
                        ? Answers.Ok(station.Admit(request))
                    : Answers.Problem(why)
            )
            .Accepts<CardRequest>("application/json")
            .Produces<RelayedView>()
            .WithName("admit-to-relay")
            .WithSummary("Relays for a party from now on");

        api.MapDelete(
                "/relayed/{party}",
                (HttpContext http, string party) =>
                    Speaker.Of(http).MustSit(http, Parley.Traffic.Seats.Administrator) is { } no ? Answers.Problem(no)
                    : PartyId.TryParse(party, out var id) ? Answers.Ok(station.Dismiss(id))
                    : Answers.Problem(Refusal.UnknownParty(party))
            )
            .Produces<RelayedView>()
            .WithName("dismiss-from-relay")
            .WithSummary("Relays for a party no more, and throws away what waits for it");

        api.MapPut(
                "/lines/{line}/relay",
                async (HttpRequest http, string line, CancellationToken ct) =>
                {
                    if (
                        Speaker.Of(http.HttpContext).MustSit(http.HttpContext, Parley.Traffic.Seats.Administrator) is
                        { } no
                    )
                        return Answers.Problem(no);
                    return
                        Answers.TryLine(line, out var id, out var why)
                        && (await Answers.ReadJsonAsync(http, ApiJson.Default.CardRequest, ct)).TryGet(
                            out var request,
                            out why
                        )
                        ? Answers.Ok(await station.UseAsync(id, request))
                        : Answers.Problem(why);
                }
            )
            .Accepts<CardRequest>("application/json")
            .Produces<RelayView>()
            .WithName("use-relay")
            .WithSummary("Has a line use a relay while a peer is not heard");

        api.MapDelete(
                "/lines/{line}/relay",
                async (HttpContext http, string line) =>
                    Speaker.Of(http).MustSit(http, Parley.Traffic.Seats.Administrator) is { } no ? Answers.Problem(no)
                    : Answers.TryLine(line, out var id, out var why) ? Answers.Ok(await station.UseAsync(id, null))
                    : Answers.Problem(why)
            )
            .Produces<RelayView>()
            .WithName("drop-relay")
            .WithSummary("Has a line use no relay");
    }
}
