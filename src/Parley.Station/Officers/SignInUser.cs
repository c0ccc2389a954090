using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Officers;

/// <summary>A user as ASP.NET Core Identity handles them within one request.</summary>
internal sealed class SignInUser(UserRow row)
{
    internal UserRow Row { get; set; } = row;
}

/// <summary>The book of officers as Identity's store: it finds users and passkeys, and keeps what Identity changes
/// about them. Users are made elsewhere, by links.</summary>
internal sealed class SignInStore(OfficerBook officers) : IUserPasskeyStore<SignInUser>, IUserLockoutStore<SignInUser>
{
    /// <summary>Why the last change was not kept; null where it was.</summary>
    internal Refusal? Refused { get; private set; }

    /// <summary>Where the request comes from, for the book.</summary>
    internal string? Address { get; set; }

    public Task<string> GetUserIdAsync(SignInUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Row.Id);

    public Task<string?> GetUserNameAsync(SignInUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Row.Name);

    public Task<string?> GetNormalizedUserNameAsync(SignInUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(OfficerName.Folded(user.Row.Name));

    public Task SetNormalizedUserNameAsync(
        SignInUser user,
        string? normalizedName,
        CancellationToken cancellationToken
    ) => Task.CompletedTask; // it follows from the name

    public Task SetUserNameAsync(SignInUser user, string? userName, CancellationToken cancellationToken) =>
        throw new NotSupportedException("a user keeps their name: their entries carry it");

    public Task<IdentityResult> CreateAsync(SignInUser user, CancellationToken cancellationToken) =>
        throw new NotSupportedException("users are made by links");

    public Task<IdentityResult> DeleteAsync(SignInUser user, CancellationToken cancellationToken) =>
        throw new NotSupportedException("a user who is to go loses their seats");

    public async Task<IdentityResult> UpdateAsync(SignInUser user, CancellationToken cancellationToken)
    {
        Refused ??= await officers.SetFailuresAsync(user.Row.Id, user.Row.Failures, user.Row.LockedUntil);
        return Refused is null
            ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityError { Code = Refused.Code, Description = Refused.Reason });
    }

    public Task<SignInUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult(Of(officers.User(userId)));

    public Task<SignInUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        Task.FromResult(Of(officers.UserNamed(normalizedUserName)));

    public Task<SignInUser?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(Of(officers.Passkeys.Find(credentialId) is { } passkey ? officers.User(passkey.User) : null));

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(SignInUser user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>([.. officers.Passkeys.Of(user.Row.Id).Select(Info)]);

    public Task<UserPasskeyInfo?> FindPasskeyAsync(
        SignInUser user,
        byte[] credentialId,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            officers.Passkeys.Find(credentialId) is { } passkey && passkey.User == user.Row.Id ? Info(passkey) : null
        );

    public async Task AddOrUpdatePasskeyAsync(
        SignInUser user,
        UserPasskeyInfo passkey,
        CancellationToken cancellationToken
    )
    {
        var (known, now) = (officers.Passkeys.Find(passkey.CredentialId), Thousandths(officers.Door.Now));
        var row = new PasskeyRow(
            passkey.CredentialId,
            user.Row.Id,
            passkey.Name ?? "",
            passkey.PublicKey,
            known?.Created ?? now,
            passkey.SignCount,
            Transports(passkey.Transports),
            passkey.IsUserVerified,
            passkey.IsBackupEligible,
            passkey.IsBackedUp,
            passkey.AttestationObject,
            passkey.ClientDataJson,
            known is null ? null : now
        ); // a passkey that is known is kept again when it has signed its owner in
        Refused ??= await officers.Passkeys.PutAsync(
            row,
            known is null
                ? new SignInRow(now, PasskeyBook.Added, user.Row.Name, Address: Address, Detail: row.Label)
                : null
        );
    }

    public async Task RemovePasskeyAsync(SignInUser user, byte[] credentialId, CancellationToken cancellationToken)
    {
        if (officers.Passkeys.Find(credentialId) is { } passkey && passkey.User == user.Row.Id)
            Refused ??= await officers.Passkeys.DropAsync(
                passkey,
                new SignInRow(
                    officers.Door.Now,
                    "passkey-removed",
                    user.Row.Name,
                    Address: Address,
                    Detail: passkey.Label
                )
            );
    }

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(SignInUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Row.LockedUntil);

    public Task<int> GetAccessFailedCountAsync(SignInUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Row.Failures);

    public Task<bool> GetLockoutEnabledAsync(SignInUser user, CancellationToken cancellationToken) =>
        Task.FromResult(true);

    public Task SetLockoutEnabledAsync(SignInUser user, bool enabled, CancellationToken cancellationToken) =>
        Task.CompletedTask; // nobody is exempt

    public Task SetLockoutEndDateAsync(
        SignInUser user,
        DateTimeOffset? lockoutEnd,
        CancellationToken cancellationToken
    ) => Change(user, user.Row with { LockedUntil = lockoutEnd });

    public Task ResetAccessFailedCountAsync(SignInUser user, CancellationToken cancellationToken) =>
        Change(user, user.Row with { Failures = 0 });

    public Task<int> IncrementAccessFailedCountAsync(SignInUser user, CancellationToken cancellationToken)
    {
        user.Row = user.Row with { Failures = user.Row.Failures + 1 };
        return Task.FromResult(user.Row.Failures);
    }

    public void Dispose()
    {
        // it owns nothing
    }

    /// <summary>As the store keeps times, so that the book's row is found again by the passkey's.</summary>
    private static DateTimeOffset Thousandths(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private static Task Change(SignInUser user, UserRow row)
    {
        user.Row = row;
        return Task.CompletedTask;
    }

    private static SignInUser? Of(UserRow? row) => row is null ? null : new SignInUser(row);

    // The browser's words, kept where they are words: they are handed out again, in the options of the next
    // registration.
    private static string[] Transports(string[]? given) =>
        [
            .. (given ?? [])
                .Where(t => t.Length is > 0 and <= 32 && t.All(c => char.IsAsciiLetterLower(c) || c == '-'))
                .Take(8),
        ];

    private static UserPasskeyInfo Info(PasskeyRow row) =>
        new(
            row.Credential,
            row.PublicKey,
            row.Created,
            row.SignCount,
            [.. row.Transports],
            row.Verified,
            row.MayBackUp,
            row.BackedUp,
            row.Attestation,
            row.ClientData
        )
        {
            Name = row.Label,
        };
}

/// <summary>Identity's user manager on the station's own clock.</summary>
internal sealed class SignInUsers(
    IUserStore<SignInUser> store,
    IOptions<IdentityOptions> options,
    IPasswordHasher<SignInUser> hasher,
    IEnumerable<IUserValidator<SignInUser>> users,
    IEnumerable<IPasswordValidator<SignInUser>> passwords,
    ILookupNormalizer normalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    ILogger<UserManager<SignInUser>> log,
    TimeProvider clock
) : UserManager<SignInUser>(store, options, hasher, users, passwords, normalizer, errors, services, log)
{
    public override Task<bool> IsLockedOutAsync(SignInUser user) =>
        Task.FromResult(user.Row.LockedUntil > clock.GetUtcNow());

    public override Task<IdentityResult> AccessFailedAsync(SignInUser user)
    {
        var failures = user.Row.Failures + 1;
        user.Row =
            failures < Options.Lockout.MaxFailedAccessAttempts
                ? user.Row with
                {
                    Failures = failures,
                }
                : user.Row with
                {
                    Failures = 0,
                    LockedUntil = clock.GetUtcNow().Plus(Options.Lockout.DefaultLockoutTimeSpan),
                };
        return UpdateUserAsync(user);
    }
}
