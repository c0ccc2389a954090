using Parley.Contract;
using Parley.Traffic.Places;

namespace Parley.Station.Api;

/// <summary>The station's own gazetteer by position and by the beginnings of names: for the map, and for forms while an
/// officer types. Nothing of what is asked leaves the station.</summary>
internal static class PlaceEndpoints
{
    /// <summary>Places in an answer: nearest ones, ones whose names begin so, and those between edges.</summary>
    internal const int MaxNear = 5,
        MaxBeginning = 12,
        MaxWithin = 200;

    private static readonly Refusal NoPosition = Refusal.Invalid("lon and lat are degrees, and come together");

    internal static void MapPlacesAround(this IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/places/near",
                (double lon, double lat) =>
                    IsPosition(lon, lat)
                        ? TypedResults.Ok(new NearPlacesView(Gazetteer.Own.Near([lon, lat], MaxNear)))
                        : Answers.Problem(NoPosition)
            )
            .Produces<NearPlacesView>()
            .WithName("places-near")
            .WithSummary("The places that are nearest to a position, from the station's own gazetteer");
        api.MapGet(
                "/places/search",
                (string? text, double? lon, double? lat) =>
                {
                    if (string.IsNullOrWhiteSpace(text) || text.Length > Gazetteer.MaxName)
                        return Answers.Problem(Refusal.Invalid($"text has 1 to {Gazetteer.MaxName} characters"));
                    if (lon is null != lat is null || (lon is { } x && lat is { } y && !IsPosition(x, y)))
                        return Answers.Problem(NoPosition);
                    double[]? near = lon is { } longitude && lat is { } latitude ? [longitude, latitude] : null;
                    return TypedResults.Ok(new PlaceListView(Gazetteer.Own.Beginning(text, near, MaxBeginning)));
                }
            )
            .Produces<PlaceListView>()
            .WithName("places-beginning")
            .WithSummary("Places whose names begin with a text, the nearest to lon and lat first");
        api.MapGet(
                "/places/within",
                (double west, double south, double east, double north) =>
                    south is >= -90 and <= 90
                    && north is >= -90 and <= 90
                    && south <= north
                    && west is >= -540 and <= 540
                    && east is >= -540 and <= 540
                    && west <= east
                        ? TypedResults.Ok(new PlaceListView(Gazetteer.Own.Within(west, south, east, north, MaxWithin)))
                        : Answers.Problem(
                            Refusal.Invalid(
                                "west, south, east and north are degrees, west not above east, south not above north"
                            )
                        )
            )
            .Produces<PlaceListView>()
            .WithName("places-within")
            .WithSummary("Some of the places between four edges, spread over them, for the names on a map");
    }

    private static bool IsPosition(double lon, double lat) => lon is >= -180 and <= 180 && lat is >= -90 and <= 90;
}
