using Parley.Record;
using Parley.Station.Officers;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>Who may sign in. For the station's own socket, and for an officer in the administrator's seat.</summary>
internal static class UserEndpoints
{
    internal static void MapUsers(this IEndpointRouteBuilder api, OfficerBook officers, ConsoleAddress address)
    {
        api.MapGet(
                "/users",
                (HttpContext http) =>
                    Speaker.Of(http).MustSit(http, Seats.Administrator, Seats.Auditor) is { } why
                        ? Answers.Problem(why)
                        : TypedResults.Ok<IReadOnlyList<UserView>>([.. officers.Users.Select(u => View(officers, u))])
            )
            .Produces<IReadOnlyList<UserView>>()
            .WithName("users")
            .WithSummary("The officers of this station (administrator, auditor)");

        api.MapGet(
                "/users/relief",
                (HttpContext http) =>
                    Speaker.Of(http).MayNot(Kinds.WatchOffered) is { } why
                        ? Answers.Problem(why)
                        : TypedResults.Ok<IReadOnlyList<ReliefView>>([
                            .. officers
                                .Users.Select(u => new ReliefView(
                                    u.Name,
                                    [.. u.Seats.Where(s => Seats.May(s, Kinds.WatchTaken))]
                                ))
                                .Where(r => r.Seats.Count > 0),
                        ])
            )
            .Produces<IReadOnlyList<ReliefView>>()
            .WithName("relief")
            .WithSummary("Who of this station can take the watch, and in which seats; for whoever may offer it");

        api.MapPost(
                "/users",
                async (HttpContext http, CancellationToken ct) =>
                {
                    var speaker = Speaker.Of(http);
                    if ((speaker.MustSit(http, Seats.Administrator) ?? speaker.MayNotWriteDoorBook()) is { } no)
                        return Answers.Problem(no);
                    if (
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.UserRequest, ct)).TryGet(
                            out var request,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    return (await officers.SetSeatsAsync(request.Name, request.Seats, speaker.Name)).TryGet(
                        out var user,
                        out why
                    )
                        ? TypedResults.Ok(View(officers, user))
                        : Answers.Problem(why);
                }
            )
            .Accepts<UserRequest>("application/json")
            .Produces<UserView>()
            .WithName("set-user")
            .WithSummary("Makes an officer known, or says which seats are theirs from now on (administrator)");

        api.MapPost(
                "/users/{name}/invite",
                async (HttpContext http, string name, CancellationToken ct) =>
                {
                    var speaker = Speaker.Of(http);
                    if ((speaker.MustSit(http, Seats.Administrator) ?? speaker.MayNotWriteDoorBook()) is { } no)
                        return Answers.Problem(no);
                    if (
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.InviteRequest, ct)).TryGet(
                            out var request,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    return (
                        await officers.InviteAsync(name, request.Seats ?? [], speaker.Name, ApiAccess.IsLocal(http))
                    ).TryGet(out var token, out why)
                        ? TypedResults.Ok(
                            new SignInLink(
                                $"{address.Origin}/sign-in#token={token}",
                                officers.Door.Now.Plus(OfficerLimits.LinkLifetime)
                            )
                        )
                        : Answers.Problem(why);
                }
            )
            .Accepts<InviteRequest>("application/json")
            .Produces<SignInLink>()
            .WithName("invite")
            .WithSummary(
                "A one-time sign-in link for an officer, who is made known by it where they are not (administrator)"
            );
    }

    private static UserView View(OfficerBook officers, UserRow user) =>
        new(
            user.Name,
            user.Seats,
            officers.Passkeys.Of(user.Id).Count,
            officers.Sessions.IsSignedIn(user.Id),
            user.Created,
            user.LockedUntil > officers.Door.Now ? user.LockedUntil : null,
            officers.InvitedUntil(user.Name)
        );
}
