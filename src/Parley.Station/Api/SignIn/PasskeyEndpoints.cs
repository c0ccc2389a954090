using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Parley.Station.Desks;
using Parley.Station.Officers;

namespace Parley.Station.Api;

/// <summary>
/// Passkeys (W3C Web Authentication Level 3): registered by an officer who is signed in, and signed in with. The
/// ceremonies are ASP.NET Core Identity's; here
/// stand who may begin one, how often, and what follows.
/// </summary>
internal static class PasskeyEndpoints
{
    /// <summary>Largest answer of a passkey, in characters of JSON.</summary>
    private const int MaxCredential = 32 * 1024;

    internal static void AddPasskeys(
        this IServiceCollection services,
        OfficerBook officers,
        ConsoleAddress address,
        TimeProvider clock
    )
    {
        services.AddSingleton(officers);
        services.AddSingleton(clock);
        services
            .AddIdentityCore<SignInUser>(identity =>
            {
                identity.Lockout.MaxFailedAccessAttempts = OfficerLimits.MaxUserFailures;
                identity.Lockout.DefaultLockoutTimeSpan = OfficerLimits.LockOut;
                identity.User.AllowedUserNameCharacters = ""; // OfficerName has the rule
            })
            .AddUserManager<SignInUsers>();
        services.AddScoped<SignInStore>();
        services.AddScoped<IUserStore<SignInUser>>(s => s.GetRequiredService<SignInStore>());
        services.AddScoped<IPasskeyHandler<SignInUser>, PasskeyHandler<SignInUser>>();
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            passkeys.ServerDomain = address.RelyingParty;
            passkeys.AuthenticatorTimeout = OfficerLimits.ChallengeLifetime;
            // It knows its owner, so that nobody has to say who they are before they have shown it; and it asks them for a PIN
            // or a finger.
            passkeys.ResidentKeyRequirement = "required";
            passkeys.UserVerificationRequirement = "required";
            passkeys.AttestationConveyancePreference = "none";
            passkeys.ValidateOrigin = asked =>
                ValueTask.FromResult(!asked.CrossOrigin && address.IsPasskeyOrigin(asked.Origin));
        });
    }

    internal static void MapPasskeys(
        this IEndpointRouteBuilder api,
        IStationDesk station,
        OfficerBook officers,
        ApiAccess access,
        ConsoleAddress address,
        DoorLimits limits,
        Challenges challenges
    )
    {
        api.MapRegistration(officers, address, challenges);
        api.MapConfirmation(officers, address, limits, challenges);
        api.MapAssertion(station, officers, access, address, limits, challenges);
    }

    private static void MapRegistration(
        this IEndpointRouteBuilder api,
        OfficerBook officers,
        ConsoleAddress address,
        Challenges challenges
    )
    {
        api.MapGet(
                "/session/passkeys",
                (HttpContext http) =>
                    Speaker.Of(http).Session is { } session
                        ? TypedResults.Ok<IReadOnlyList<PasskeyView>>([
                            .. officers.PasskeysOf(session.User.Id).Select(p => View(p)),
                        ])
                        : Answers.Problem(SessionEndpoints.NoSession)
            )
            .Produces<IReadOnlyList<PasskeyView>>()
            .WithName("passkeys")
            .WithSummary("One's own passkeys");

        api.MapPost(
                "/session/passkeys/options",
                async (HttpContext http, IPasskeyHandler<SignInUser> handler) =>
                {
                    if (Speaker.Of(http).Session is not { } session)
                        return Answers.Problem(SessionEndpoints.NoSession);
                    if ((NotHere(http, address) ?? officers.MayNotChangePasskeys(session)) is { } why)
                        return Answers.Problem(why);
                    var options = await handler.MakeCreationOptionsAsync(
                        new PasskeyUserEntity
                        {
                            Id = session.User.Id,
                            Name = session.User.Name,
                            DisplayName = session.User.Name,
                        },
                        http
                    );
                    challenges.Put(KeyOf(session), options.AttestationState ?? "");
                    return TypedResults.Ok(new PasskeyOptions(Json(options.CreationOptionsJson)));
                }
            )
            .Produces<PasskeyOptions>()
            .WithName("passkey-options")
            .WithSummary("What the browser is given to make a passkey for the officer who is signed in");

        api.MapPost(
                "/session/passkeys",
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
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.PasskeyRequest, ct)).TryGet(
                            out var request,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    var label = OfficerName.Read(request.Label ?? "Passkey");
                    if ((officers.MayNotChangePasskeys(session) ?? Speaker.Of(http).MayNotWriteDoorBook()) is { } no)
                        return Answers.Problem(no);
                    if (label is null)
                        return Answers.Problem(
                            Refusal.Invalid(
                                $"a label is 1 to {OfficerLimits.MaxName} characters that can be shown, with a letter among them"
                            )
                        );
                    if (
                        CredentialOf(request.Credential) is not { } credential
                        || challenges.Take(KeyOf(session)) is not { } state
                    )
                        return Answers.Problem(NotRegistered);
                    var made = await handler.PerformAttestationAsync(
                        new PasskeyAttestationContext
                        {
                            HttpContext = http,
                            CredentialJson = credential,
                            AttestationState = state,
                        }
                    );
                    if (
                        !made.Succeeded
                        || made.UserEntity.Id != session.User.Id
                        || await users.FindByIdAsync(session.User.Id) is not { } user
                    )
                        return Answers.Problem(NotRegistered);
                    made.Passkey.Name = label;
                    store.Address = ApiAccess.AddressOf(http);
                    var kept = await users.AddOrUpdatePasskeyAsync(user, made.Passkey);
                    if (!kept.Succeeded || officers.Passkey(made.Passkey.CredentialId) is not { } row)
                        return Answers.Problem(store.Refused ?? NotRegistered);
                    officers.Registered(session, row);
                    return TypedResults.Ok(View(row));
                }
            )
            .Accepts<PasskeyRequest>("application/json")
            .Produces<PasskeyView>()
            .WithName("register-passkey")
            .WithSummary("Keeps the passkey that the browser made");

        api.MapDelete(
                "/session/passkeys/{id}",
                async (HttpContext http, string id, bool? last, UserManager<SignInUser> users, SignInStore store) =>
                {
                    if (Speaker.Of(http).Session is not { } session)
                        return Answers.Problem(SessionEndpoints.NoSession);
                    if (
                        officers
                            .PasskeysOf(session.User.Id)
                            .FirstOrDefault(p => Base64Url.EncodeToString(p.Credential) == id)
                            is not { } passkey
                        || await users.FindByIdAsync(session.User.Id) is not { } user
                    )
                        return Answers.Problem(new Refusal("unknown-passkey", "you have no such passkey", 404));
                    if ((officers.MayNotChangePasskeys(session) ?? Speaker.Of(http).MayNotWriteDoorBook()) is { } no)
                        return Answers.Problem(no);
                    // Whoever has none left needs another link: that is not to happen by a slip of the hand.
                    if (last is not true && officers.PasskeysOf(session.User.Id).Count == 1)
                        return Answers.Problem(
                            new Refusal(
                                "last-passkey",
                                "this is your only passkey: without it you need a new link to sign in; say last=true to remove it all the same",
                                409
                            )
                        );
                    store.Address = ApiAccess.AddressOf(http);
                    return (await users.RemovePasskeyAsync(user, passkey.Credential)).Succeeded
                        ? TypedResults.Ok(View(passkey))
                        : Answers.Problem(store.Refused ?? NotRegistered);
                }
            )
            .Produces<PasskeyView>()
            .WithName("remove-passkey")
            .WithSummary("Forgets one's own passkey, such as one that is lost");
    }

    /// <summary>
    /// Who is signed in shows one of their passkeys again: before their passkeys change, the station makes sure that they sit there and
    /// not whoever has got hold of their session.
    /// </summary>
    private static void MapConfirmation(
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
                    officers.Confirmed(session);
                    return TypedResults.NoContent();

                    // Who has the session alone fails here. It is no failure of the officer's passkey, and locks nobody
                    // out.
                    async Task<IResult> FailedAsync(string reason)
                    {
                        var from = ApiAccess.AddressOf(http);
                        if (limits.MayNote(from))
                            await officers.NoteAsync(
                                new Storage.SignInRow(
                                    officers.Now,
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

    private static void MapAssertion(
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
                        return DoorLimits.TooMany(http, user.Row.LockedUntil!.Value - officers.Now);
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
                    if (officers.Passkey(shown.Passkey.CredentialId) is not { } before)
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
                        await officers.NoteAsync(
                            new Storage.SignInRow(
                                officers.Now,
                                "locked-out",
                                user.Row.Name,
                                Address: from,
                                Detail: "too many failures with this officer's passkey"
                            )
                        );
                        return DoorLimits.TooMany(http, user.Row.LockedUntil!.Value - officers.Now);
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

    private static PasskeyView View(Storage.PasskeyRow row) =>
        new(Base64Url.EncodeToString(row.Credential), row.Label, row.Created, row.Used);

    private static Refusal NotRegistered =>
        new(
            "passkey-refused",
            "this passkey was not registered: ask for new options, and answer them in time and from this page",
            400
        );

    private static Refusal? NotHere(HttpContext http, ConsoleAddress address) =>
        address.IsPasskeyHost(http.Request.Host)
            ? null
            : new Refusal(
                "passkeys-elsewhere",
                $"passkeys belong to {address.RelyingParty}: open the console under {address.Origin}",
                409
            );

    private static string KeyOf(SignedIn session) => $"registration {session.Session.Row.Secret}";

    private static string ConfirmationOf(SignedIn session) => $"confirmation {session.Session.Row.Secret}";

    private static JsonElement Json(string json) =>
        JsonSerializer.Deserialize(json, TrafficApiJson.Default.JsonElement);

    private static string? CredentialOf(JsonElement credential) =>
        credential.ValueKind == JsonValueKind.Object && credential.GetRawText() is { Length: <= MaxCredential } text
            ? text
            : null;

    private static byte[]? IdOf(JsonElement credential) => BytesOf(credential, "id");

    /// <summary>The challenge that the answer says it is for; Identity checks that it is signed.</summary>
    private static string? ChallengeOf(JsonElement credential)
    {
        if (
            credential.ValueKind != JsonValueKind.Object
            || !credential.TryGetProperty("response", out var response)
            || BytesOf(response, "clientDataJSON") is not { } data
        )
            return null;
        return
            Answers.Parse(data, TrafficApiJson.Default.JsonElement).TryGet(out var client, out _)
            && client.ValueKind == JsonValueKind.Object
            && client.TryGetProperty("challenge", out var challenge)
            && challenge.ValueKind == JsonValueKind.String
            ? challenge.GetString()
            : null;
    }

    private static byte[]? BytesOf(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 and <= MaxCredential } text
        && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : null;
}
