using System.Collections.Concurrent;
using Parley.Record;
using Parley.Station.Api;
using Parley.Storage;

namespace Parley.Station.Officers;

/// <content>Passkeys, and who is locked out.</content>
internal sealed partial class OfficerBook
{
    /// <summary>The word for it in the door's book.</summary>
    internal const string PasskeyAdded = "passkey-added";

    private readonly ConcurrentDictionary<string, PasskeyRow> passkeys = new(StringComparer.Ordinal);

    internal IReadOnlyList<PasskeyRow> PasskeysOf(string user) =>
        [.. passkeys.Values.Where(p => p.User == user).OrderBy(p => p.Created)];

    internal PasskeyRow? Passkey(byte[] credential) => passkeys.GetValueOrDefault(KeyOf(credential));

    /// <summary>
    /// What a session has to be told: passkeys of its user that were added since he last used the one that he signed in
    /// with. One that was not his doing
    /// is thereby never used in silence.
    /// </summary>
    internal IReadOnlyList<PasskeyNews> NewsFor(SignedIn who)
    {
        var added = PasskeysOf(who.User.Id)
            .Where(p =>
                p.Created > who.Session.PasskeysKnown && !who.Session.OwnPasskeys.ContainsKey(KeyOf(p.Credential))
            )
            .ToList();
        if (added.Count == 0)
            return [];
        // From where it came stands in the book alone, for as long as that reaches back.
        var book = Audit(OfficerLimits.MaxAudit).Where(r => r.What == PasskeyAdded && r.User == who.User.Name).ToList();
        return [.. added.Select(p => new PasskeyNews(p, book.FirstOrDefault(r => r.At == p.Created)?.Address))];
    }

    /// <summary>
    /// Null where the officer may change his passkeys now: he has none, or has just shown one, or came by a link. What
    /// a session alone may do, a thief of
    /// it could do for good.
    /// </summary>
    internal Refusal? MayNotChangePasskeys(SignedIn who) =>
        PasskeysOf(who.User.Id).Count == 0 || who.Session.MayChangePasskeys > Now
            ? null
            : new Refusal(
                "passkey-wanted",
                "show one of your passkeys first, or come by a new link from the station's machine",
                403
            );

    /// <summary>He has shown a passkey of his again.</summary>
    internal void Confirmed(SignedIn who) => who.Session.MayChangePasskeys = Now.Plus(OfficerLimits.PasskeyChange);

    /// <summary>A passkey was registered in this session: where he had one before, another takes another
    /// proof.</summary>
    internal void Registered(SignedIn who, PasskeyRow passkey)
    {
        who.Session.OwnPasskeys[KeyOf(passkey.Credential)] = true;
        if (PasskeysOf(who.User.Id).Count > 1)
            who.Session.MayChangePasskeys = default;
    }

    /// <summary>Keeps a passkey, new or used again.</summary>
    internal async Task<Refusal?> PutPasskeyAsync(PasskeyRow passkey, SignInRow? note = null)
    {
        await door.WaitAsync();
        try
        {
            if (passkeys.TryGetValue(KeyOf(passkey.Credential), out var known) && known.User != passkey.User)
                return new Refusal("passkey-known", "this passkey is registered already", 409);
            if (known is null && PasskeysOf(passkey.User).Count >= OfficerLimits.MaxPasskeys)
                return new Refusal("too-many", $"an officer has at most {OfficerLimits.MaxPasskeys} passkeys", 409);
            if (
                await CommitAsync(
                    note is null ? [new PutPasskey(passkey)] : [new PutPasskey(passkey), new NoteSignIn(note)]
                ) is
                { } why
            )
                return why;
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
            if (await CommitAsync([new DropPasskey(passkey.Credential), new NoteSignIn(note)]) is { } why)
                return why;
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
            if (
                !users.TryGetValue(id, out var known)
                || (known.Failures == failures && known.LockedUntil == lockedUntil)
            )
                return null;
            var user = known with { Failures = failures, LockedUntil = lockedUntil };
            if (await CommitAsync([new PutUser(user)]) is { } why)
                return why;
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

/// <summary>A passkey that was added without its officer's last sign-in knowing of it.</summary>
/// <param name="Passkey">The passkey.</param>
/// <param name="Address">From where; null where the book of the door does not reach back so far.</param>
internal sealed record PasskeyNews(PasskeyRow Passkey, string? Address);
