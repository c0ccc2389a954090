using System.Collections.Concurrent;
using Parley.Station.Api;
using Parley.Storage;

namespace Parley.Station.Officers;

/// <content>Passkeys, and who is locked out.</content>
internal sealed partial class OfficerBook
{
    private readonly ConcurrentDictionary<string, PasskeyRow> passkeys = new(StringComparer.Ordinal);

    internal IReadOnlyList<PasskeyRow> PasskeysOf(string user) => [.. passkeys.Values.Where(p => p.User == user).OrderBy(p => p.Created)];

    internal PasskeyRow? Passkey(byte[] credential) => passkeys.GetValueOrDefault(KeyOf(credential));

    /// <summary>Keeps a passkey, new or used again.</summary>
    internal async Task<Refusal?> PutPasskeyAsync(PasskeyRow passkey, SignInRow? note = null)
    {
        await door.WaitAsync();
        try
        {
            if (passkeys.TryGetValue(KeyOf(passkey.Credential), out var known) && known.User != passkey.User) return new Refusal("passkey-known", "this passkey is registered already", 409);
            if (known is null && PasskeysOf(passkey.User).Count >= OfficerLimits.MaxPasskeys) return new Refusal("too-many", $"an officer has at most {OfficerLimits.MaxPasskeys} passkeys", 409);
            if (await CommitAsync(note is null ? [new PutPasskey(passkey)] : [new PutPasskey(passkey), new NoteSignIn(note)]) is { } why) return why;
            passkeys[KeyOf(passkey.Credential)] = passkey;
            return null;
        }
        finally
        {
            door.Release();
        }
    }

    internal async Task<Refusal?> DropPasskeyAsync(PasskeyRow passkey, SignInRow note)
    {
        await door.WaitAsync();
        try
        {
            if (await CommitAsync([new DropPasskey(passkey.Credential), new NoteSignIn(note)]) is { } why) return why;
            passkeys.TryRemove(KeyOf(passkey.Credential), out _);
            return null;
        }
        finally
        {
            door.Release();
        }
    }

    /// <summary>Keeps how often a user failed, and until when he is locked out.</summary>
    internal async Task<Refusal?> SetFailuresAsync(string id, int failures, DateTimeOffset? lockedUntil)
    {
        await door.WaitAsync();
        try
        {
            if (!users.TryGetValue(id, out var known) || (known.Failures == failures && known.LockedUntil == lockedUntil)) return null;
            var user = known with { Failures = failures, LockedUntil = lockedUntil };
            if (await CommitAsync([new PutUser(user)]) is { } why) return why;
            users[id] = user;
            return null;
        }
        finally
        {
            door.Release();
        }
    }

    private static string KeyOf(byte[] credential) => Convert.ToHexString(credential);
}
