using Parley.Station.Officers;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>The session of the browser that asks: who is signed in, in which seat, until when; the one-time link; and the book of what happened at the door.</summary>
internal static class SessionEndpoints
{
    private const int DefaultAudit = 100;

    internal static void MapSession(this IEndpointRouteBuilder api, IStationOperations station, OfficerBook officers, ApiAccess access)
    {
        api.MapGet("/session", (HttpContext http) => TypedResults.Ok(View(station, officers, access, Speaker.Of(http).Session)))
            .WithName("session").WithSummary("Who is signed in in this browser, and what its unsafe requests bring; never refused").WithMetadata(new OpenToAll());

        api.MapPost("/session/seat", async (HttpContext http, CancellationToken ct) =>
        {
            if (Speaker.Of(http).Session is not { } session) return Answers.Problem(NoSession);
            if (!(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.SeatChoice, ct)).TryGet(out var choice, out var why)) return Answers.Problem(why);
            return await officers.ChooseSeatAsync(session, choice.Seat, ApiAccess.AddressOf(http)) is { } refused ? Answers.Problem(refused) : TypedResults.Ok(View(station, officers, access, session));
        })
            .Accepts<SeatChoice>("application/json").Produces<SessionView>().WithName("choose-seat").WithSummary("Sits down in another of one's seats");

        api.MapPost("/session/end", async (HttpContext http) =>
        {
            if (Speaker.Of(http).Session is { } session && await officers.EndAsync(session, ApiAccess.AddressOf(http)) is { } why) return Answers.Problem(why);
            access.TakeAway(http);
            return TypedResults.Ok(View(station, officers, access, null));
        })
            .Produces<SessionView>().WithName("end-session").WithSummary("Signs out: at the end of the watch, or when it is handed over").WithMetadata(new OpenToAll());

        api.MapGet("/session/audit", (HttpContext http, int? limit) => Speaker.Of(http).MustSit(http, Seats.Administrator, Seats.Auditor) is { } why
            ? Answers.Problem(why)
            : TypedResults.Ok<IReadOnlyList<SignInView>>([.. officers.Audit(Math.Clamp(limit ?? DefaultAudit, 1, OfficerLimits.MaxAudit)).Select(r => new SignInView(r.At, r.What, r.User, r.Seat, r.Address, r.By, r.Detail))]))
            .Produces<IReadOnlyList<SignInView>>().WithName("sign-in-audit").WithSummary("Sign-ins, failures, lock-outs, invitations and changes of seats, latest first (administrator, auditor)");
    }

    /// <summary>The link that <c>parley try</c> and <c>parley invite</c> print.</summary>
    internal static void MapSignIn(this IEndpointRouteBuilder app, OfficerBook officers, ApiAccess access, DoorLimits limits) => app.MapGet("/sign-in", async (HttpContext http, string? token) =>
    {
        // What only looks ahead at a link must not spend it.
        if (http.Request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase)) return TypedResults.StatusCode(StatusCodes.Status204NoContent);
        if (token is null) return TypedResults.Redirect("/");
        var address = ApiAccess.AddressOf(http);
        // A link cannot be guessed, so that one that is good lets in even where others have failed too often.
        if (!(await officers.TakeLinkAsync(token, address)).TryGet(out var session, out var why))
        {
            if (limits.LockedOut(address) is { } wait) return DoorLimits.TooMany(http, wait);
            if (why.Status == StatusCodes.Status401Unauthorized) await limits.FailedAsync(officers, address, "link-refused", null);
            return Answers.Problem(why);
        }
        if (Speaker.Of(http).Session is { } before) await officers.EndAsync(before, address);
        access.Give(http, session);
        return TypedResults.Redirect("/");
    }).ExcludeFromDescription().WithMetadata(new OpenToAll());

    internal static SessionView View(IStationOperations station, OfficerBook officers, ApiAccess access, SignedIn? session)
    {
        var self = station.Station();
        var user = session is null ? null : new SessionUser(session.User.Name, session.User.Seats, officers.PasskeysOf(session.User.Id).Count);
        return new SessionView(self.Party, self.Name, user, session?.Seat, session?.Session.Row.Until, access.CsrfOf(session));
    }

    internal static Refusal NoSession => new("no-session", "this is for a browser in which an officer is signed in", 409);
}
