using System.Buffers.Text;
using Parley.Station.Desks;
using Parley.Station.Officers;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>The session of the browser that asks: who is signed in, in which seat, until when; the one-time link; and
/// the book of what happened at the door.</summary>
internal static class SessionEndpoints
{
    private const int DefaultAudit = 100;

    internal static void MapSession(
        this IEndpointRouteBuilder api,
        IStationDesk station,
        OfficerBook officers,
        ApiAccess access
    )
    {
        api.MapGet(
                "/session",
                (HttpContext http) =>
                    TypedResults.Ok(View(station, officers, Speaker.Of(http).Session, access.HasCookieAlone(http)))
            )
            .WithName("session")
            .WithSummary("Who is signed in in this page; refused to nobody but pages of other origins")
            .WithMetadata(new OpenToAll());

        api.MapPost(
                "/session/seat",
                async (HttpContext http, CancellationToken ct) =>
                {
                    if (Speaker.Of(http).Session is not { } session)
                        return Answers.Problem(NoSession);
                    if (
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.SeatChoice, ct)).TryGet(
                            out var choice,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    return
                        await officers.Sessions.ChooseSeatAsync(session, choice.Seat, ApiAccess.AddressOf(http))
                            is { } refused
                        ? Answers.Problem(refused)
                        : TypedResults.Ok(View(station, officers, session));
                }
            )
            .Accepts<SeatChoice>("application/json")
            .Produces<SessionView>()
            .WithName("choose-seat")
            .WithSummary("Sits down in another of one's seats");

        api.MapPost(
                "/session/end",
                async (HttpContext http) =>
                {
                    if (
                        Speaker.Of(http).Session is { } session
                        && await officers.Sessions.EndAsync(session, ApiAccess.AddressOf(http)) is { } why
                    )
                        return Answers.Problem(why);
                    access.TakeAway(http);
                    return TypedResults.Ok(View(station, officers, null));
                }
            )
            .Produces<SessionView>()
            .WithName("end-session")
            .WithSummary("Signs out: at the end of the watch, or when it is handed over")
            .WithMetadata(new OpenToAll());

        api.MapGet(
                "/session/audit",
                (HttpContext http, int? limit) =>
                    Speaker.Of(http).MustSit(http, Seats.Administrator, Seats.Auditor) is { } why
                        ? Answers.Problem(why)
                        : TypedResults.Ok<IReadOnlyList<SignInView>>([
                            .. officers
                                .Door.Audit(Math.Clamp(limit ?? DefaultAudit, 1, OfficerLimits.MaxAudit))
                                .Select(r => new SignInView(r.At, r.What, r.User, r.Seat, r.Address, r.By, r.Detail)),
                        ])
            )
            .Produces<IReadOnlyList<SignInView>>()
            .WithName("sign-in-audit")
            .WithSummary(
                "Sign-ins, failures, lock-outs, invitations and changes of seats, latest first (administrator, auditor)"
            );
    }

    /// <summary>
    /// The link that <c>parley try</c> and <c>parley invite</c> print. What follows its # is sent to nobody: the
    /// console's page reads it, and asks here when
    /// its button is pressed. No GET spends a link, so that nothing does that only looks at it, or makes a browser load
    /// it.
    /// </summary>
    internal static void MapLinks(
        this IEndpointRouteBuilder api,
        IStationDesk station,
        OfficerBook officers,
        ApiAccess access,
        DoorLimits limits
    )
    {
        api.MapPost(
                "/session/link/look",
                async (HttpContext http, CancellationToken ct) =>
                {
                    if (
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.SignInLinkRequest, ct)).TryGet(
                            out var request,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    return officers.LinkOf(request.Token) is { } link
                        ? TypedResults.Ok(new SignInLinkView(link.Name, link.Seats, link.Until))
                        : Answers.Problem(OfficerBook.LinkSpent);
                }
            )
            .Accepts<SignInLinkRequest>("application/json")
            .Produces<SignInLinkView>()
            .WithName("look-at-link")
            .WithSummary("Whom a sign-in link is for; spends nothing")
            .WithMetadata(new OpenToAll());

        api.MapPost(
                "/session/link",
                async Task<IResult> (HttpContext http, CancellationToken ct) =>
                {
                    if (
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.SignInLinkRequest, ct)).TryGet(
                            out var request,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    var address = ApiAccess.AddressOf(http);
                    if (!(await officers.TakeLinkAsync(request.Token, address)).TryGet(out var session, out why))
                    {
                        // A link cannot be guessed: who tries in vain locks nobody out, and is written down only so
                        // often.
                        if (why.Status == StatusCodes.Status401Unauthorized && limits.MayNote(address))
                            await officers.Door.NoteAsync(
                                new Storage.SignInRow(officers.Door.Now, "link-refused", Address: address)
                            );
                        return Answers.Problem(why);
                    }
                    return await BegunAsync(http, station, officers, access, session);
                }
            )
            .Accepts<SignInLinkRequest>("application/json")
            .Produces<SessionView>()
            .ProducesProblem(401)
            .WithName("use-link")
            .WithSummary("Signs in with a one-time link")
            .WithMetadata(new OpenToAll());
    }

    /// <summary>Gives a session that has begun to its browser; the one it had before is over.</summary>
    internal static async Task<IResult> BegunAsync(
        HttpContext http,
        IStationDesk station,
        OfficerBook officers,
        ApiAccess access,
        BegunSession session
    )
    {
        if (Speaker.Of(http).Session is { } before)
            await officers.Sessions.EndAsync(before, ApiAccess.AddressOf(http));
        access.Give(http, session);
        return TypedResults.Ok(View(station, officers, session.Who) with { Secret = session.Page });
    }

    private static SessionView View(
        IStationDesk station,
        OfficerBook officers,
        SignedIn? session,
        bool cookieAlone = false
    )
    {
        var self = station.Station();
        if (session is null)
            return new SessionView(
                self.Party,
                self.Name,
                null,
                null,
                null,
                cookieAlone,
                [],
                Fingerprint: self.Fingerprint.Words
            );
        var user = new SessionUser(session.User.Name, session.User.Seats, officers.Passkeys.Of(session.User.Id).Count);
        return new SessionView(
            self.Party,
            self.Name,
            user,
            session.Seat,
            session.Session.Row.Until,
            false,
            [
                .. officers
                    .Passkeys.NewsFor(session)
                    .Select(n => new NewPasskeyView(
                        Base64Url.EncodeToString(n.Passkey.Credential),
                        n.Passkey.Label,
                        n.Passkey.Created,
                        n.Address
                    )),
            ],
            Fingerprint: self.Fingerprint.Words
        );
    }

    internal static Refusal NoSession =>
        new("no-session", "this is for a browser in which an officer is signed in", 409);
}
