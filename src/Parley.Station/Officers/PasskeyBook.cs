using System.Collections.Concurrent;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Officers;

/// <summary>The officers' passkeys, and what a session may do with them.</summary>
internal sealed class PasskeyBook
{
    /// <summary>The word for it in the door's book.</summary>
    internal const string Added = "passkey-added";

    private readonly DoorBook book;
    private readonly ConcurrentDictionary<string, PasskeyRow> passkeys = new(StringComparer.Ordinal);

    internal PasskeyBook(DoorBook book, IEnumerable<PasskeyRow> kept)
    {
        this.book = book;
        foreach (var passkey in kept)
            passkeys[KeyOf(passkey.Credential)] = passkey;
    }

    internal IReadOnlyList<PasskeyRow> Of(string user) =>
        [.. passkeys.Values.Where(p => p.User == user).OrderBy(p => p.Created)];

    internal PasskeyRow? Find(byte[] credential) => passkeys.GetValueOrDefault(KeyOf(credential));

    /// <summary>
    /// What a session has to be told: passkeys of its user that were added since he last used the one that he signed in
    /// with. One that was not his doing
    /// is thereby never used in silence.
    /// </summary>
    internal IReadOnlyList<PasskeyNews> NewsFor(SignedIn who)
    {
        var added = Of(who.User.Id)
            .Where(p =>
                p.Created > who.Session.PasskeysKnown && !who.Session.OwnPasskeys.ContainsKey(KeyOf(p.Credential))
            )
            .ToList();
        if (added.Count == 0)
            return [];
        // From where it came stands in the book alone, for as long as that reaches back.
        var audit = book.Audit(OfficerLimits.MaxAudit).Where(r => r.What == Added && r.User == who.User.Name).ToList();
        return [.. added.Select(p => new PasskeyNews(p, audit.FirstOrDefault(r => r.At == p.Created)?.Address))];
    }

    /// <summary>
    /// Null where the officer may change his passkeys now: he has none, or has just shown one, or came by a link. What
    /// a session alone may do, a thief of
    /// it could do for good.
    /// </summary>
    internal Refusal? MayNotChange(SignedIn who) =>
        Of(who.User.Id).Count == 0 || who.Session.MayChangePasskeys > book.Now
            ? null
            : new Refusal(
                "passkey-wanted",
                "show one of your passkeys first, or come by a new link from the station's machine",
                403
            );

    /// <summary>He has shown a passkey of his again.</summary>
    internal void Confirmed(SignedIn who) => who.Session.MayChangePasskeys = book.Now.Plus(OfficerLimits.PasskeyChange);

    /// <summary>A passkey was registered in this session: where he had one before, another takes another
    /// proof.</summary>
    internal void Registered(SignedIn who, PasskeyRow passkey)
    {
        who.Session.OwnPasskeys[KeyOf(passkey.Credential)] = true;
        if (Of(who.User.Id).Count > 1)
            who.Session.MayChangePasskeys = default;
    }

    /// <summary>Keeps a passkey, new or used again.</summary>
    internal async Task<Refusal?> PutAsync(PasskeyRow passkey, SignInRow? note = null)
    {
        await book.EnterAsync();
        try
        {
            if (passkeys.TryGetValue(KeyOf(passkey.Credential), out var known) && known.User != passkey.User)
                return new Refusal("passkey-known", "this passkey is registered already", 409);
            if (known is null && Of(passkey.User).Count >= OfficerLimits.MaxPasskeys)
                return new Refusal("too-many", $"an officer has at most {OfficerLimits.MaxPasskeys} passkeys", 409);
            if (
                await book.CommitAsync(
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
            book.Leave();
        }
    }

    internal async Task<Refusal?> DropAsync(PasskeyRow passkey, SignInRow note)
    {
        await book.EnterAsync();
        try
        {
            if (await book.CommitAsync([new DropPasskey(passkey.Credential), new NoteSignIn(note)]) is { } why)
                return why;
            passkeys.TryRemove(KeyOf(passkey.Credential), out _);
            return null;
        }
        finally
        {
            book.Leave();
        }
    }

    private static string KeyOf(byte[] credential) => Convert.ToHexString(credential);
}

/// <summary>A passkey that was added without its officer's last sign-in knowing of it.</summary>
/// <param name="Passkey">The passkey.</param>
/// <param name="Address">From where; null where the book of the door does not reach back so far.</param>
internal sealed record PasskeyNews(PasskeyRow Passkey, string? Address);
