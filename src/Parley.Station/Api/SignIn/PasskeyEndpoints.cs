using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Parley.Station.Desks;
using Parley.Station.Officers;
using static Parley.Station.Api.PasskeyCeremony;

namespace Parley.Station.Api;

/// <summary>
/// Passkeys (W3C Web Authentication Level 3): registered by an officer who is signed in, and signed in with. The
/// ceremonies are ASP.NET Core Identity's; here
/// stand who may begin one, how often, and what follows.
/// </summary>
internal static class PasskeyEndpoints
{
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
                            .. officers.Passkeys.Of(session.User.Id).Select(p => View(p)),
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
                    if ((NotHere(http, address) ?? officers.Passkeys.MayNotChange(session)) is { } why)
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
                    if ((officers.Passkeys.MayNotChange(session) ?? Speaker.Of(http).MayNotWriteDoorBook()) is { } no)
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
                    if (!kept.Succeeded || officers.Passkeys.Find(made.Passkey.CredentialId) is not { } row)
                        return Answers.Problem(store.Refused ?? NotRegistered);
                    officers.Passkeys.Registered(session, row);
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
                            .Passkeys.Of(session.User.Id)
                            .FirstOrDefault(p => Base64Url.EncodeToString(p.Credential) == id)
                            is not { } passkey
                        || await users.FindByIdAsync(session.User.Id) is not { } user
                    )
                        return Answers.Problem(new Refusal("unknown-passkey", "you have no such passkey", 404));
                    if ((officers.Passkeys.MayNotChange(session) ?? Speaker.Of(http).MayNotWriteDoorBook()) is { } no)
                        return Answers.Problem(no);
                    // Whoever has none left needs another link: that is not to happen by a slip of the hand.
                    if (last is not true && officers.Passkeys.Of(session.User.Id).Count == 1)
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

    private static PasskeyView View(Storage.PasskeyRow row) =>
        new(Base64Url.EncodeToString(row.Credential), row.Label, row.Created, row.Used);

    private static Refusal NotRegistered =>
        new(
            "passkey-refused",
            "this passkey was not registered: ask for new options, and answer them in time and from this page",
            400
        );
}
