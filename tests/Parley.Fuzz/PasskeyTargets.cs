using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Station.Officers;
using Parley.Station.Tests.SignIn;
using Parley.Storage;

namespace Parley.Fuzz;

/// <summary>
/// What a browser answers for a passkey, as the station has it judged: the credential as a whole, and apart from each
/// other the parts that are bytes within it: client data, attestation
/// object (CBOR, and in it a COSE key) and authenticator data. Challenge and key stay the same, so that everything
/// behind them is reached.
/// </summary>
internal sealed class PasskeyTargets : IDisposable
{
    private const string Origin = "http://localhost";
    private readonly string file = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        $"parley-fuzz-{Guid.NewGuid():N}.db"
    );
    private readonly SoftAuthenticator authenticator = new() { Counts = false };
    private readonly SoftAuthenticator newcomer = new() { Counts = false };
    private readonly IStationStore store;
    private readonly OfficerBook officers;
    private readonly ServiceProvider services;
    private readonly IServiceScope scope;
    private readonly IPasskeyHandler<SignInUser> handler;
    private readonly DefaultHttpContext http;
    private readonly string attesting,
        asserting;
    private readonly JsonObject made,
        shown;

    internal PasskeyTargets()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        store = StationStore.OpenAsync($"sqlite:{file}", TimeProvider.System).GetAwaiter().GetResult();
        officers = new OfficerBook(store, OfficerLimits.Watch, TimeProvider.System, NullLogger.Instance);
        var collection = new ServiceCollection();
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        collection.AddPasskeys(officers, new ConsoleAddress(new Uri(Origin)), TimeProvider.System);
        services = collection.BuildServiceProvider();
        scope = services.CreateScope();
        handler = scope.ServiceProvider.GetRequiredService<IPasskeyHandler<SignInUser>>();
        http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        (http.Request.Scheme, http.Request.Host) = ("http", new HostString("localhost"));

        if (
            !officers.SetSeatsAsync("Ada", ["watch"], "test").GetAwaiter().GetResult().TryGet(out var user, out var why)
        )
            throw new InvalidOperationException(why.Reason);
        var creation = handler
            .MakeCreationOptionsAsync(
                new PasskeyUserEntity
                {
                    Id = user.Id,
                    Name = user.Name,
                    DisplayName = user.Name,
                },
                http
            )
            .GetAwaiter()
            .GetResult();
        attesting = creation.AttestationState ?? "";
        made = newcomer.Create(Json(creation.CreationOptionsJson), Origin);
        // The one that is kept is another: a passkey that is known already is refused before anything else.
        var known = authenticator.Create(Json(creation.CreationOptionsJson), Origin);
        var kept = handler
            .PerformAttestationAsync(
                new PasskeyAttestationContext
                {
                    HttpContext = http,
                    CredentialJson = known.ToJsonString(),
                    AttestationState = attesting,
                }
            )
            .GetAwaiter()
            .GetResult();
        if (!kept.Succeeded)
            throw new InvalidOperationException(kept.Failure.Message, kept.Failure);
        var users = scope.ServiceProvider.GetRequiredService<UserManager<SignInUser>>();
        users
            .AddOrUpdatePasskeyAsync(users.FindByIdAsync(user.Id).GetAwaiter().GetResult()!, kept.Passkey)
            .GetAwaiter()
            .GetResult();
        var request = handler.MakeRequestOptionsAsync(null, http).GetAwaiter().GetResult();
        asserting = request.AssertionState ?? "";
        shown = authenticator.Get(Json(request.RequestOptionsJson), Origin);
        All =
        [
            new("passkey made", [Encoding.UTF8.GetBytes(made.ToJsonString())], Attest)
            {
                Share = 20,
                Allocation = (1024 * 1024, 600),
            },
            Part("passkey attestation", made, "attestationObject", Attest),
            Part("passkey made: client", made, "clientDataJSON", Attest),
            new("passkey shown", [Encoding.UTF8.GetBytes(shown.ToJsonString())], Assert)
            {
                Share = 20,
                Allocation = (1024 * 1024, 600),
            },
            Part("passkey data", shown, "authenticatorData", Assert),
            Part("passkey shown: client", shown, "clientDataJSON", Assert),
            Part("passkey signature", shown, "signature", Assert),
        ];
    }

    internal IReadOnlyList<Target> All { get; }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    /// <summary>The credential with other bytes in one place.</summary>
    private static Target Part(string name, JsonObject credential, string member, Func<byte[], string?> feed) =>
        new(
            name,
            [Base64Url.DecodeFromChars((string)credential["response"]![member]!)],
            bytes =>
            {
                var bent = (JsonObject)credential.DeepClone();
                bent["response"]![member] = Base64Url.EncodeToString(bytes);
                return feed(Encoding.UTF8.GetBytes(bent.ToJsonString()));
            }
        )
        {
            Share = 20,
            Allocation = (1024 * 1024, 600),
        };

    private string? Attest(byte[] credential)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var result = handler
            .PerformAttestationAsync(
                new PasskeyAttestationContext
                {
                    HttpContext = http,
                    CredentialJson = Encoding.UTF8.GetString(credential),
                    AttestationState = attesting,
                }
            )
            .GetAwaiter()
            .GetResult();
        return result.Succeeded ? null : result.Failure.Message;
    }

    private string? Assert(byte[] credential)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var result = handler
            .PerformAssertionAsync(
                new PasskeyAssertionContext
                {
                    HttpContext = http,
                    CredentialJson = Encoding.UTF8.GetString(credential),
                    AssertionState = asserting,
                }
            )
            .GetAwaiter()
            .GetResult();
        return result.Succeeded ? null : result.Failure.Message;
    }

    public void Dispose()
    {
        scope.Dispose();
        services.Dispose();
        authenticator.Dispose();
        newcomer.Dispose();
        officers.DisposeAsync().AsTask().GetAwaiter().GetResult();
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        foreach (var left in Directory.GetFiles(Path.GetDirectoryName(file)!, Path.GetFileName(file) + "*"))
            File.Delete(left);
    }
}
