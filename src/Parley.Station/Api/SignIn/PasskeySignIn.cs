using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Parley.Station.Desks;
using Parley.Station.Officers;
using static Parley.Station.Api.PasskeyCeremony;

namespace Parley.Station.Api;

/// <summary>A passkey is shown: to sign in with it, or again before something that a session alone may not do.</summary>
internal static class PasskeySignIn
{
    /// <summary>
    /// Who is signed in shows one of their passkeys again: before their passkeys change, it is to be them who sits there and
    /// not who has got hold of their session.
    /// </summary>
    internal static void MapConfirmation(
        this IEndpointRouteBuilder api,
        OfficerBook officers,
        ConsoleAddress address,
        DoorLimits limits,
        Challenges challenges
    )
    {
        api.MapPost(
                "/session/confirm/options",
                async (HttpContext http, IPasskeyHandler<SignInUser> handler, UserManager<SignInUser> users) =>
                {
                    if (
                        Speaker.Of(http).Session is not { } session
                        || await users.FindByIdAsync(session.User.Id) is not { } user
                    )
                        return Answers.Problem(SessionEndpoints.NoSession);
                    if (NotHere(http, address) is { } why)
                        return Answers.Problem(why);
                    if (limits.Challenged(ApiAccess.AddressOf(http)) is { } wait)
                        return DoorLimits.TooMany(http, wait);
                    var options = await handler.MakeRequestOptionsAsync(user, http);
                    challenges.Put(ConfirmationOf(session), options.AssertionState ?? "");
                    return TypedResults.Ok(new PasskeyOptions(Json(options.RequestOptionsJson)));
                }
            )
            .Produces<PasskeyOptions>()
            .ProducesProblem(429)
            .WithName("confirm-options")
            .WithSummary("What the browser is given to ask one of the officer's own passkeys again");

        api.MapPost(
                "/session/confirm",
                async (
                    HttpContext http,
                    IPasskeyHandler<SignInUser> handler,
                    UserManager<SignInUser> users,
                    SignInStore store,
                    CancellationToken ct
                ) =>
                {
                    if (Speaker.Of(http).Session is not { } session)
                        return Answers.Problem(SessionEndpoints.NoSession);
                    if (
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.SignInRequest, ct)).TryGet(
                            out var request,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    if (
                        CredentialOf(request.Credential) is not { } credential
                        || challenges.Take(ConfirmationOf(session)) is not { } state
                    )
                        return await FailedAsync("no such challenge waits");
                    var shown = await handler.PerformAssertionAsync(
                        new PasskeyAssertionContext
                        {
                            HttpContext = http,
                            CredentialJson = credential,
                            AssertionState = state,
                        }
                    );
                    if (!shown.Succeeded)
                        return await FailedAsync(shown.Failure.Message);
                    if (shown.User.Row.Id != session.User.Id)
                        return await FailedAsync("another officer's passkey");
                    if (!(await users.AddOrUpdatePasskeyAsync(shown.User, shown.Passkey)).Succeeded)
                        return Answers.Problem(store.Refused ?? OfficerBook.NotLetIn);
                    officers.Passkeys.Confirmed(session);
                    return TypedResults.NoContent();

                    // Who has the session alone fails here. It is no failure of the officer's passkey, and locks nobody
                    // out.
                    async Task<IResult> FailedAsync(string reason)
                    {
                        var from = ApiAccess.AddressOf(http);
                        if (limits.MayNote(from))
                            await officers.Door.NoteAsync(
                                new Storage.SignInRow(
                                    officers.Door.Now,
                                    "failed",
                                    session.User.Name,
                                    session.Seat,
                                    from,
                                    Detail: reason
                                )
                            );
                        return Answers.Problem(OfficerBook.NotLetIn);
                    }
                }
            )
            .Accepts<SignInRequest>("application/json")
            .Produces(204)
            .ProducesProblem(401)
            .WithName("confirm")
            .WithSummary("Shows one of the officer's own passkeys again, after which they may change them for a while");
    }

    internal static void MapAssertion(
        this IEndpointRouteBuilder api,
        IStationDesk station,
        OfficerBook officers,
        ApiAccess access,
        ConsoleAddress address,
        DoorLimits limits,
        Challenges challenges
    )
    {
        api.MapPost(
                "/session/sign-in/options",
                async (HttpContext http, IPasskeyHandler<SignInUser> handler, CancellationToken ct) =>
                {
                    if (
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.SignInOptionsRequest, ct)).TryGet(
                            out _,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    if ((why = NotHere(http, address)) is not null)
                        return Answers.Problem(why);
                    var from = ApiAccess.AddressOf(http);
                    if ((limits.LockedOut(from) ?? limits.Challenged(from)) is { } wait)
                        return DoorLimits.TooMany(http, wait);
                    // For nobody in particular: a list of one's passkeys would tell a stranger who has an account, and
                    // what to fail with.
                    var options = await handler.MakeRequestOptionsAsync(null, http);
                    var json = Json(options.RequestOptionsJson);
                    challenges.Put(json.GetProperty("challenge").GetString()!, options.AssertionState ?? "");
                    return TypedResults.Ok(new PasskeyOptions(json));
                }
            )
            .Accepts<SignInOptionsRequest>("application/json")
            .Produces<PasskeyOptions>()
            .ProducesProblem(429)
            .WithName("sign-in-options")
            .WithSummary("What the browser is given to ask a passkey")
            .WithMetadata(new OpenToAll());

        api.MapPost(
                "/session/sign-in",
                async (
                    HttpContext http,
                    IPasskeyHandler<SignInUser> handler,
                    UserManager<SignInUser> users,
                    SignInStore store,
                    CancellationToken ct
                ) =>
                {
                    if (
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.SignInRequest, ct)).TryGet(
                            out var request,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    var from = ApiAccess.AddressOf(http);
                    if (limits.LockedOut(from) is { } wait)
                        return DoorLimits.TooMany(http, wait);
                    var credential = CredentialOf(request.Credential);
                    var state = ChallengeOf(request.Credential) is { } challenge ? challenges.Take(challenge) : null;
                    var user = IdOf(request.Credential) is { } id ? await users.FindByPasskeyIdAsync(id) : null;
                    if (user is not null && await users.IsLockedOutAsync(user))
                        return DoorLimits.TooMany(http, user.Row.LockedUntil!.Value - officers.Door.Now);
                    if (credential is null || state is null)
                        return await FailedAsync("no such challenge waits");
                    var shown = await handler.PerformAssertionAsync(
                        new PasskeyAssertionContext
                        {
                            HttpContext = http,
                            CredentialJson = credential,
                            AssertionState = state,
                        }
                    );
                    if (!shown.Succeeded)
                        return await FailedAsync(shown.Failure.Message);
                    // The counter first: an answer that was copied does not work a second time.
                    user = shown.User;
                    if (officers.Passkeys.Find(shown.Passkey.CredentialId) is not { } before)
                        return await FailedAsync("the passkey was removed meanwhile");
                    if (
                        !(await users.AddOrUpdatePasskeyAsync(user, shown.Passkey)).Succeeded
                        || !(await users.ResetAccessFailedCountAsync(user)).Succeeded
                    )
                        return Answers.Problem(store.Refused ?? OfficerBook.NotLetIn);
                    return (await officers.SignInAsync(user.Row.Id, from, before)).TryGet(out var session, out why)
                        ? await SessionEndpoints.BegunAsync(http, station, officers, access, session)
                        : Answers.Problem(why);

                    async Task<IResult> FailedAsync(string reason)
                    {
                        await limits.FailedAsync(officers, from, "failed", user?.Row.Name, reason);
                        if (user is null)
                            return Answers.Problem(OfficerBook.NotLetIn);
                        await users.AccessFailedAsync(user);
                        if (!await users.IsLockedOutAsync(user))
                            return Answers.Problem(OfficerBook.NotLetIn);
                        await officers.Door.NoteAsync(
                            new Storage.SignInRow(
                                officers.Door.Now,
                                "locked-out",
                                user.Row.Name,
                                Address: from,
                                Detail: "too many failures with this officer's passkey"
                            )
                        );
                        return DoorLimits.TooMany(http, user.Row.LockedUntil!.Value - officers.Door.Now);
                    }
                }
            )
            .Accepts<SignInRequest>("application/json")
            .Produces<SessionView>()
            .ProducesProblem(401)
            .ProducesProblem(429)
            .WithName("sign-in")
            .WithSummary("Signs in with what the passkey answered")
            .WithMetadata(new OpenToAll());
    }
}
