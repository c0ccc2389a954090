using System.Globalization;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Places;

namespace Parley.Station.Api;

/// <summary>What stands on a line, and its contact history.</summary>
internal static class TrafficEndpoints
{
    /// <summary>Longest text that an office is looked for by.</summary>
    private const int MaxOffice = 200;

    internal static void MapTraffic(this IEndpointRouteBuilder api, ITrafficOperations station)
    {
        api.MapGet("/lines/{line}/traffic", async (string line, string? at, CancellationToken ct) =>
            Answers.TryLine(line, out var id, out var why) && Moment.TryRead(at, out var time, out why) ? Answers.Ok(await station.TrafficAsync(id, time, ct)) : Answers.Problem(why))
            .Produces<TrafficView>().WithName("traffic").WithSummary("What is open, waits, is overdue or was flagged on a line; now, or as of a time");

        api.MapGet("/lines/{line}/items/{party}/{seq}", (string line, string party, string seq) =>
            Answers.TryLine(line, out var id, out var why) && Answers.TryEntry(party, seq, out var entry, out why) ? Answers.Ok(station.Item(id, entry)) : Answers.Problem(why))
            .Produces<ItemView>().WithName("item").WithSummary("The call, clarification, readout … that an entry belongs to");

        api.MapGet("/lines/{line}/entries/{party}/{seq}/receipts", async (string line, string party, string seq, CancellationToken ct) =>
            Answers.TryLine(line, out var id, out var why) && Answers.TryEntry(party, seq, out var entry, out why) ? Answers.Ok(await station.ReceiptsAsync(id, entry, ct)) : Answers.Problem(why))
            .Produces<ReceiptsView>().WithName("receipts").WithSummary("Delivered, read, translated, passed on, answered: five facts, never merged");

        api.MapGet("/lines/{line}/entries/{party}/{seq}/delivery/{by}", (string line, string party, string seq, string by) =>
        {
            if (!Answers.TryLine(line, out var id, out var why) || !Answers.TryEntry(party, seq, out var entry, out why)) return Answers.Problem(why);
            if (!PartyId.TryParse(by, out var cosigner)) return Answers.Problem(Refusal.Invalid("the last part of the path is a party id"));
            return station.DeliveryProof(id, entry, cosigner).TryGet(out var proof, out why) ? TypedResults.Text(proof, "text/plain; charset=utf-8") : Answers.Problem(why);
        }).Produces<string>(200, "text/plain").WithName("delivery-proof").WithSummary("The proof (c2sp.org/tlog-proof@v1) that a party held the entry, by the time in its cosignature");

        api.MapGet("/lines/{line}/chronology", async (string line, string? at, string? with, bool? exercise, CancellationToken ct) =>
        {
            if (!Answers.TryLine(line, out var id, out var why) || !Moment.TryRead(at, out var time, out why)) return Answers.Problem(why);
            return with?.Length > MaxOffice ? Answers.Problem(Refusal.Invalid("with is an office, or a part of one"))
                : Answers.Ok(await station.ChronologyAsync(id, time, string.IsNullOrWhiteSpace(with) ? null : with.Trim(), exercise, ct));
        }).Produces<ChronologyView>().WithName("chronology").WithSummary("Attempts, answers, silences, calls and readouts, with proof of delivery: actual ones, or those of an exercise, never both; without exercise= the actual ones, unless officers wrote only exercises on the line");

        api.MapGet("/lines/{line}/activities", (string line, string? format) =>
        {
            if (!Answers.TryLine(line, out var id, out var why)) return Answers.Problem(why);
            if (format is null or "json") return Answers.Ok(station.Plans(id));
            if (format == "cot") return station.PlansAsCursorOnTarget(id).TryGet(out var events, out why) ? TypedResults.Text(events, "application/xml; charset=utf-8") : Answers.Problem(why);
            if (format != "geojson") return Answers.Problem(Refusal.Invalid("format is json, geojson or cot"));
            return station.PlansAsGeoJson(id).TryGet(out var features, out why) ? TypedResults.Text(features, "application/geo+json") : Answers.Problem(why);
        }).Produces<IReadOnlyList<PlanView>>().WithName("activities").WithSummary("Activities, standing areas and movements that stand on a line; with format=geojson their volumes as features, with format=cot, where the settings allow it, as Cursor-on-Target events");

        api.MapPost("/lines/{line}/activities/cursor-on-target", async (HttpContext http, string line, CancellationToken ct) =>
        {
            if (!Answers.TryLine(line, out var id, out var why)) return Answers.Problem(why);
            var speaker = Speaker.Of(http);
            Officer? by = null;
            if (speaker.Session is not null && !speaker.Officer(null).TryGet(out by, out why)) return Answers.Problem(why);
            return (await Answers.ReadTextAsync(http.Request, ct)).TryGet(out var document, out why) && (await station.KeepCursorOnTargetAsync(id, document, by)).TryGet(out var drafts, out why)
                ? TypedResults.Ok(drafts) : Answers.Problem(why);
        }).Accepts<string>("application/xml", "text/xml").Produces<IReadOnlyList<DraftView>>().WithName("keep-cursor-on-target").WithSummary("Cursor-on-Target events as drafts of activities; nothing of them leaves before an officer sends it");

        api.MapGet("/lines/{line}/conflicts", (string line) => Answers.TryLine(line, out var id, out var why) ? Answers.Ok(station.Conflicts(id)) : Answers.Problem(why))
            .Produces<IReadOnlyList<ConflictView>>().WithName("conflicts").WithSummary("What conflicts on a line: what, where, when, for how long");

        api.MapPost("/deconflict/check", async (HttpRequest http, CancellationToken ct) =>
            (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.CheckRequest, ct)).TryGet(out var request, out var why) ? Answers.Ok(station.Check(request)) : Answers.Problem(why))
            .Accepts<CheckRequest>("application/json").Produces<CheckAnswer>().WithName("check-volumes").WithSummary("What volumes would conflict with, of all that was notified to this station; nothing is written and nothing leaves it");

        api.MapGet("/places", (string? name, double? lon, double? lat) =>
        {
            if (string.IsNullOrWhiteSpace(name) || name.Length > Gazetteer.MaxName) return Answers.Problem(Refusal.Invalid($"name has 1 to {Gazetteer.MaxName} characters"));
            if (lon is null != lat is null || lon is < -180 or > 180 || lat is < -90 or > 90 || lon is double.NaN || lat is double.NaN) return Answers.Problem(Refusal.Invalid("lon and lat are degrees, and come together"));
            double[]? position = lon is { } x && lat is { } y ? [x, y] : null;
            return TypedResults.Ok(new PlacesView(Gazetteer.Own.Named(name, position), Gazetteer.Own.Check(new Place(name, position))));
        }).Produces<PlacesView>().WithName("places").WithSummary("Places of a name, from the station's own gazetteer; with lon and lat, whether name and position agree");

        api.MapGet("/lines/{line}/watch", (string line) => Answers.TryLine(line, out var id, out var why) ? Answers.Ok(station.Watches(id)) : Answers.Problem(why))
            .Produces<IReadOnlyList<WatchView>>().WithName("watch").WithSummary("Who has the watch, by party, and whom it is offered to");
    }
}

/// <summary>A time in a query: RFC 3339, or a date alone, which means its end in UTC.</summary>
internal static class Moment
{
    private static readonly string[] Times = ["yyyy-MM-ddTHH:mm:ss.fffZ", "yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mmZ", "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.fffzzz"];

    internal static bool TryRead(string? text, out DateTimeOffset? at, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Refusal? why)
    {
        at = null;
        why = null;
        if (text is null) return true;
        // In a query, a plus that was not escaped has become a space.
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            at = new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 59, 59, 999)), TimeSpan.Zero);
        else if (DateTimeOffset.TryParseExact(text.Replace(' ', '+'), Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            at = time;
        else why = Refusal.Invalid("at is a time such as 2022-03-23T14:05:11Z, or a date, which means its end");
        return why is null;
    }
}
