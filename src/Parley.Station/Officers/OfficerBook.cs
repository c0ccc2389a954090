using System.Collections.Concurrent;
using System.Security.Cryptography;
using Parley.Crypto;
using Parley.Record;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Officers;

/// <summary>
/// Who may sign in at this station: users, and links that wait for them. Everything is in the store before it counts, and
/// is read from memory. One change at a time, behind one door; reading needs none.
/// </summary>
internal sealed class OfficerBook : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, UserRow> users = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Hash, InvitationRow> invitations = new();

    /// <param name="store">Where everything is kept.</param>
    /// <param name="watch">How long a session lasts.</param>
    /// <param name="clock">The clock that watches end by.</param>
    /// <param name="log">For what cannot be written down.</param>
    internal OfficerBook(IStationStore store, TimeSpan watch, TimeProvider clock, ILogger log)
    {
        var kept = store.ReadOfficers();
        foreach (var user in kept.Users)
            users[user.Id] = user;
        foreach (var invitation in kept.Invitations)
            invitations[invitation.Secret] = invitation;
        Door = new DoorBook(store, clock, log);
        Passkeys = new PasskeyBook(Door, kept.Passkeys);
        Sessions = new SessionBook(Door, kept.Sessions, watch, clock, id => User(id)?.Name);
    }

    /// <summary>What happened at the door.</summary>
    internal DoorBook Door { get; }

    internal PasskeyBook Passkeys { get; }

    /// <summary>Who is signed in.</summary>
    internal SessionBook Sessions { get; }

    /// <summary>By name.</summary>
    internal IReadOnlyList<UserRow> Users => [.. users.Values.OrderBy(u => u.Name, StringComparer.Ordinal)];

    internal UserRow? User(string id) => users.GetValueOrDefault(id);

    internal UserRow? UserNamed(string name) =>
        OfficerName.Folded(name) is var folded
            ? users.Values.FirstOrDefault(u => OfficerName.Folded(u.Name) == folded)
                ?? users.Values.FirstOrDefault(u => new Officer("", u.Name).IsNamed(name))
            : null; // one officer, one user, however the name is written

    /// <summary>Until when a link for that name is good; null where none waits.</summary>
    internal DateTimeOffset? InvitedUntil(string name) =>
        invitations
            .Values.Where(i => i.Until > Door.Now && OfficerName.AreOne(i.Name, name))
            .Select(i => (DateTimeOffset?)i.Until)
            .Max();

    /// <summary>The session that a browser's two halves open, and whose it is; null where there is none, its watch is
    /// over, or its officer has no seat any more.</summary>
    internal SignedIn? Find(string cookie, string page) =>
        Sessions.Find(cookie, page) is { } session
        && users.TryGetValue(session.Row.User, out var user)
        && user.Seats.Count > 0
            ? new SignedIn(session, user)
            : null;

    /// <summary>Whom a link is for, as long as it is good; nothing is spent.</summary>
    internal InvitationRow? LinkOf(string secret) =>
        invitations.TryGetValue(Secrets.HashOf(secret), out var link) && link.Until > Door.Now ? link : null;

    /// <summary>Makes a one-time link's token for a user, new or known.</summary>
    /// <param name="name">Whom it is for.</param>
    /// <param name="seats">Seats that it gives besides those he has; may be none for a user who has some.</param>
    /// <param name="by">Who invites.</param>
    /// <param name="ownMachine">True where it is made on the station's own machine: only there is a link made for one
    /// who has a passkey, or it would let an administrator sign in as him.</param>
    internal async Task<Outcome<string>> InviteAsync(
        string name,
        IReadOnlyList<string> seats,
        string by,
        bool ownMachine
    )
    {
        if (OfficerName.Checked(name, seats) is { } wrong)
            return wrong;
        var given = OfficerName.Read(name)!;
        var known = UserNamed(given);
        if (seats.Count == 0 && known is not { Seats.Count: > 0 })
            return Refusal.Invalid("a link for a new officer gives a seat at least");
        if (!ownMachine && known is not null && Passkeys.Of(known.Id).Count > 0)
            return new Refusal(
                "has-passkey",
                $"{known.Name} has a passkey; give seats without a link, and replace a lost passkey on the station's machine: parley invite",
                409
            );
        var secret = Secrets.New();
        var invitation = new InvitationRow(
            Secrets.HashOf(secret),
            known?.Name ?? given,
            [.. seats.Distinct()],
            Door.Now.Plus(OfficerLimits.LinkLifetime)
        );
        await Door.EnterAsync();
        try
        {
            var gone = invitations.Values.Where(i => i.Until <= Door.Now).ToList();
            gone.AddRange(
                invitations
                    .Values.Except(gone)
                    .OrderBy(i => i.Until)
                    .Take(invitations.Count - gone.Count - OfficerLimits.MaxInvitations + 1)
            );
            List<StoreChange> changes =
            [
                .. gone.Select(g => new DropInvitation(g.Secret)),
                new PutInvitation(invitation),
            ];
            changes.Add(
                new NoteSignIn(
                    new SignInRow(Door.Now, "invited", invitation.Name, By: by, Detail: string.Join(' ', seats))
                )
            );
            if (await Door.CommitAsync(changes) is { } why)
                return why;
            foreach (var old in gone)
                invitations.TryRemove(old.Secret, out _);
            invitations[invitation.Secret] = invitation;
            return secret;
        }
        finally
        {
            Door.Leave();
        }
    }

    /// <summary>Makes a user, or sets the seats of one; links that wait for him are void. Without any seat he is signed
    /// out and may not sign in.</summary>
    internal async Task<Outcome<UserRow>> SetSeatsAsync(string name, IReadOnlyList<string> seats, string by)
    {
        if (OfficerName.Checked(name, seats) is { } wrong)
            return wrong;
        await Door.EnterAsync();
        try
        {
            var known = UserNamed(OfficerName.Read(name)!);
            if (known is null && users.Count >= OfficerLimits.MaxUsers)
                return new Refusal("too-many", $"a station has at most {OfficerLimits.MaxUsers} users", 409);
            var user = (known ?? NewUser(OfficerName.Read(name)!)) with { Seats = [.. seats.Distinct()] };
            var leaving = user.Seats.Count > 0 ? [] : Sessions.Of(user.Id);
            // A link that was made before would give back what is taken away here.
            var overtaken = invitations.Values.Where(i => OfficerName.AreOne(i.Name, user.Name)).ToList();
            StoreChange[] changes =
            [
                new PutUser(user),
                .. overtaken.Select(i => new DropInvitation(i.Secret)),
                .. leaving.Select(s => new DropSession(s.Row.Secret)),
                new NoteSignIn(
                    new SignInRow(Door.Now, "seats", user.Name, By: by, Detail: string.Join(' ', user.Seats))
                ),
            ];
            if (await Door.CommitAsync(changes) is { } why)
                return why;
            users[user.Id] = user;
            foreach (var invitation in overtaken)
                invitations.TryRemove(invitation.Secret, out _);
            foreach (var session in leaving)
                Sessions.Forget(session);
            return user;
        }
        finally
        {
            Door.Leave();
        }
    }

    /// <summary>Spends a link: makes or extends its user, lifts a lock-out, and begins his session.</summary>
    internal async Task<Outcome<BegunSession>> TakeLinkAsync(string secret, string? address)
    {
        await Door.EnterAsync();
        try
        {
            if (!invitations.TryGetValue(Secrets.HashOf(secret), out var invitation) || invitation.Until <= Door.Now)
                return LinkSpent;
            var known = UserNamed(invitation.Name);
            if (known is null && users.Count >= OfficerLimits.MaxUsers)
                return new Refusal("too-many", $"a station has at most {OfficerLimits.MaxUsers} users", 409);
            var user = known ?? NewUser(invitation.Name);
            user = user with
            {
                Seats = [.. user.Seats.Union(invitation.Seats, StringComparer.Ordinal)],
                Failures = 0,
                LockedUntil = null,
            };
            var seat = invitation.Seats.Count > 0 ? invitation.Seats[0] : OnlySeat(user);
            return await Sessions.BeginAsync(
                user,
                seat,
                new SignInRow(Door.Now, "link-used", user.Name, seat, address),
                Door.Now.Minus(OfficerLimits.PasskeyNews),
                Door.Now.Plus(OfficerLimits.PasskeyChange),
                [new DropInvitation(invitation.Secret), new PutUser(user)],
                () =>
                {
                    invitations.TryRemove(invitation.Secret, out _);
                    users[user.Id] = user;
                }
            );
        }
        finally
        {
            Door.Leave();
        }
    }

    /// <summary>Begins a session of a user whose passkey was verified.</summary>
    /// <param name="id">The user.</param>
    /// <param name="address">Where he comes from.</param>
    /// <param name="with">The passkey as it stood before: what was added since its last use is news to him.</param>
    internal async Task<Outcome<BegunSession>> SignInAsync(string id, string? address, PasskeyRow with)
    {
        await Door.EnterAsync();
        try
        {
            if (!users.TryGetValue(id, out var user) || user.Seats.Count == 0)
                return NotLetIn;
            var seat = OnlySeat(user);
            return await Sessions.BeginAsync(
                user,
                seat,
                new SignInRow(Door.Now, "signed-in", user.Name, seat, address, Detail: with.Label),
                with.Used ?? with.Created,
                default,
                [],
                () => users[user.Id] = user
            );
        }
        finally
        {
            Door.Leave();
        }
    }

    internal static Refusal LinkSpent =>
        new("sign-in-spent", "this sign-in link was used or is too old; ask the station for another", 401);

    internal static Refusal NotLetIn => new("sign-in-failed", "this did not sign anybody in", 401);

    /// <summary>Keeps how often a user failed, and until when he is locked out.</summary>
    internal async Task<Refusal?> SetFailuresAsync(string id, int failures, DateTimeOffset? lockedUntil)
    {
        await Door.EnterAsync();
        try
        {
            if (
                !users.TryGetValue(id, out var known)
                || (known.Failures == failures && known.LockedUntil == lockedUntil)
            )
                return null;
            var user = known with { Failures = failures, LockedUntil = lockedUntil };
            if (await Door.CommitAsync([new PutUser(user)]) is { } why)
                return why;
            users[id] = user;
            return null;
        }
        finally
        {
            Door.Leave();
        }
    }

    /// <summary>After a restore from a backup: what was open then may have been ended or spent since.</summary>
    internal async Task<Refusal?> EndAllAsync()
    {
        await Door.EnterAsync();
        try
        {
            StoreChange[] changes =
            [
                .. Sessions.All.Select(s => new DropSession(s.Row.Secret)),
                .. invitations.Keys.Select(i => new DropInvitation(i)),
                new NoteSignIn(new SignInRow(Door.Now, "restored")),
            ];
            if (await Door.CommitAsync(changes) is { } why)
                return why;
            foreach (var session in Sessions.All)
                Sessions.Forget(session);
            invitations.Clear();
            return null;
        }
        finally
        {
            Door.Leave();
        }
    }

    private UserRow NewUser(string name) =>
        new($"u-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}", name, [], Door.Now);

    private static string? OnlySeat(UserRow user) => user.Seats.Count == 1 ? user.Seats[0] : null;

    public async ValueTask DisposeAsync()
    {
        await Sessions.DisposeAsync();
        Door.Dispose();
    }
}
