using Parley.Record;
using Parley.Station.Desks;
using Parley.Traffic.Bodies;
using Parley.Traffic.Places;

namespace Parley.Station.Api;

/// <summary>What stands on a line, and its contact history.</summary>
internal static class TrafficEndpoints
{
    /// <summary>Longest text that an office is looked for by.</summary>
    private const int MaxOffice = 200;

    internal static void MapTraffic(this IEndpointRouteBuilder api, TrafficDesk station)
    {
        api.MapGet(
                "/lines/{line}/traffic",
                async (string line, string? at, string? after, int? limit, CancellationToken ct) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Moment.TryRead(at, out var time, out why)
                    && OpenPage.TryRead(after, limit, out var page, out why)
                        ? Answers.Ok(await station.TrafficAsync(id, time, page, ct))
                        : Answers.Problem(why)
            )
            .Produces<TrafficView>()
            .WithName("traffic")
            .WithSummary(
                "What is open, waits, is overdue or was flagged on a line; now, or as of a time. Open items come in pages: give next under after; long texts are cut in the list"
            );

        api.MapGet(
                "/lines/{line}/items/{party}/{seq}",
                (string line, string party, string seq) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                        ? Answers.Ok(station.Item(id, entry))
                        : Answers.Problem(why)
            )
            .Produces<ItemView>()
            .WithName("item")
            .WithSummary("The call, clarification, readout … that an entry belongs to");

        api.MapGet(
                "/lines/{line}/entries/{party}/{seq}/receipts",
                async (string line, string party, string seq, CancellationToken ct) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                        ? Answers.Ok(await station.ReceiptsAsync(id, entry, ct))
                        : Answers.Problem(why)
            )
            .Produces<ReceiptsView>()
            .WithName("receipts")
            .WithSummary("Delivered, read, translated, passed on, answered: five facts, never merged");

        api.MapGet(
                "/lines/{line}/entries/{party}/{seq}/delivery/{by}",
                (string line, string party, string seq, string by) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why)
                        || !Answers.TryEntry(party, seq, out var entry, out why)
                    )
                        return Answers.Problem(why);
                    if (!PartyId.TryParse(by, out var cosigner))
                        return Answers.Problem(Refusal.Invalid("the last part of the path is a party id"));
                    return station.DeliveryProof(id, entry, cosigner).TryGet(out var proof, out why)
                        ? TypedResults.Text(proof, "text/plain; charset=utf-8")
                        : Answers.Problem(why);
                }
            )
            .Produces<string>(200, "text/plain")
            .WithName("delivery-proof")
            .WithSummary(
                "The proof (c2sp.org/tlog-proof@v1) that a party held the entry, by the time in its cosignature"
            );

        api.MapGet(
                "/lines/{line}/chronology",
                async (string line, string? at, string? with, bool? exercise, CancellationToken ct) =>
                {
                    if (!Answers.TryLine(line, out var id, out var why) || !Moment.TryRead(at, out var time, out why))
                        return Answers.Problem(why);
                    return with?.Length > MaxOffice
                        ? Answers.Problem(Refusal.Invalid("with is an office, or a part of one"))
                        : Answers.Ok(
                            await station.ChronologyAsync(
                                id,
                                time,
                                string.IsNullOrWhiteSpace(with) ? null : with.Trim(),
                                exercise,
                                ct
                            )
                        );
                }
            )
            .Produces<ChronologyView>()
            .WithName("chronology")
            .WithSummary(
                "Attempts, answers, silences, calls and readouts, with proof of delivery: actual ones, or those of an exercise, never both; without exercise= the actual ones, unless officers wrote only exercises on the line"
            )
            .WithMetadata(new LongReading());

        api.MapGet(
                "/lines/{line}/watch",
                (string line) =>
                    Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(station.Watches(id))
                        : Answers.Problem(why)
            )
            .Produces<IReadOnlyList<WatchView>>()
            .WithName("watch")
            .WithSummary("Who has the watch, by party, and whom it is offered to");
    }

    /// <summary>Plans, and what of them conflicts.</summary>
    internal static void MapPlans(this IEndpointRouteBuilder api, PlanDesk desk)
    {
        api.MapGet(
                "/lines/{line}/activities",
                (HttpResponse http, string line, string? format, string? after) =>
                {
                    if (!Answers.TryLine(line, out var id, out var why))
                        return Answers.Problem(why);
                    EntryId? last = null;
                    if (!string.IsNullOrEmpty(after))
                    {
                        if (!EntryId.TryParse(after, out var entry))
                            return Answers.Problem(
                                Refusal.Invalid($"after is what stood under {ApiWords.Next} in another answer")
                            );
                        last = entry;
                    }
                    return format switch
                    {
                        null or "json" => Paged(desk.Plans(id, last), TypedResults.Ok),
                        "cot" => Paged(
                            desk.PlansAsCursorOnTarget(id, last),
                            events => TypedResults.Text(events, "application/xml; charset=utf-8")
                        ),
                        "geojson" => Paged(
                            desk.PlansAsGeoJson(id, last),
                            features => TypedResults.Text(features, "application/geo+json")
                        ),
                        _ => Answers.Problem(Refusal.Invalid("format is json, geojson or cot")),
                    };

                    IResult Paged<T>(Outcome<PlanPage<T>> outcome, Func<T, IResult> answer)
                    {
                        if (!outcome.TryGet(out var page, out var refusal))
                            return Answers.Problem(refusal);
                        if (page.Next is { } next)
                            http.Headers[ApiWords.Next] = next.ToString();
                        return answer(page.Shown);
                    }
                }
            )
            .Produces<IReadOnlyList<PlanView>>()
            .WithName("activities")
            .WithSummary(
                "Activities, standing areas and movements that stand on a line; with format=geojson their volumes as features, with format=cot, where the settings allow it, as Cursor-on-Target events. They come in pages: where the header Parley-Next is there, its value under after asks for the next"
            );

        api.MapPost(
                "/lines/{line}/activities/cursor-on-target",
                async (HttpContext http, string line, CancellationToken ct) =>
                {
                    if (!Answers.TryLine(line, out var id, out var why))
                        return Answers.Problem(why);
                    var speaker = Speaker.Of(http);
                    Officer? by = null;
                    if (speaker.Session is not null && !speaker.Officer(null).TryGet(out by, out why))
                        return Answers.Problem(why);
                    if (
                        !(await Answers.ReadBytesAsync(http.Request, ct)).TryGet(out var document, out why)
                        || !(await desk.KeepCursorOnTargetAsync(id, document.WrittenMemory, by)).TryGet(
                            out var kept,
                            out why
                        )
                    )
                        return Answers.Problem(why);
                    if (kept.PassedOver.Count > 0)
                        http.Response.Headers[ApiWords.PassedOver] = ApiWords.List(kept.PassedOver);
                    return TypedResults.Ok(kept.Drafts);
                }
            )
            .Accepts<string>("application/xml", "text/xml")
            .Produces<IReadOnlyList<DraftView>>()
            .WithName("keep-cursor-on-target")
            .WithSummary(
                "Cursor-on-Target events as drafts of activities; nothing of them leaves before an officer sends it. What is no area is named in the header Parley-Passed-Over"
            );

        api.MapGet(
                "/lines/{line}/conflicts",
                (string line, string? after) =>
                    Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(desk.Conflicts(id, after))
                        : Answers.Problem(why)
            )
            .Produces<IReadOnlyList<ConflictView>>()
            .WithName("conflicts")
            .WithSummary(
                "What conflicts on a line: what, where, when, for how long; 256 at a time, the next with after=FIRST~SECOND of the last"
            );

        api.MapPost(
                "/deconflict/check",
                async (HttpRequest http, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.CheckRequest, ct)).TryGet(
                        out var request,
                        out var why
                    )
                        ? Answers.Ok(desk.Check(request))
                        : Answers.Problem(why)
            )
            .Accepts<CheckRequest>("application/json")
            .Produces<CheckAnswer>()
            .WithName("check-volumes")
            .WithSummary(
                "What volumes would conflict with, of all that was notified to this station; nothing is written and nothing leaves it"
            );
    }

    /// <summary>The station's own gazetteer: a look into it is a form's, while an officer types.</summary>
    internal static void MapPlaces(this IEndpointRouteBuilder api) =>
        api.MapGet(
                "/places",
                (string? name, double? lon, double? lat) =>
                {
                    if (string.IsNullOrWhiteSpace(name) || name.Length > Gazetteer.MaxName)
                        return Answers.Problem(Refusal.Invalid($"name has 1 to {Gazetteer.MaxName} characters"));
                    if (
                        lon is null != lat is null
                        || lon is < -180 or > 180
                        || lat is < -90 or > 90
                        || lon is double.NaN
                        || lat is double.NaN
                    )
                        return Answers.Problem(Refusal.Invalid("lon and lat are degrees, and come together"));
                    double[]? position = lon is { } x && lat is { } y ? [x, y] : null;
                    return TypedResults.Ok(
                        new PlacesView(
                            Gazetteer.Own.Named(name, position),
                            Gazetteer.Own.Check(new Place(name, position))
                        )
                    );
                }
            )
            .Produces<PlacesView>()
            .WithName("places")
            .WithSummary(
                "Places of a name, from the station's own gazetteer; with lon and lat, whether name and position agree"
            );
}

/// <summary>A time in a query: RFC 3339, or a date alone, which means its end in UTC.</summary>
internal static class Moment
{
    internal static bool TryRead(
        string? text,
        out DateTimeOffset? at,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Refusal? why
    )
    {
        at = null;
        why = null;
        if (text is null)
            return true;
        // In a query, a plus that was not escaped has become a space.
        if (UtcText.TryReadWithOffset(text.Replace(' ', '+'), out var time, out var isDay))
            at = isDay ? UtcText.EndOfDay(time) : time;
        else
            why = Refusal.Invalid("at is a time such as 2022-03-23T14:05:11Z, or a date, which means its end");
        return why is null;
    }
}
