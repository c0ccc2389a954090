using System.Collections.Concurrent;
using System.Security.Cryptography;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Officers;

/// <summary>
/// Who may sign in at this station and who is signed in. Everything is in the store before it counts, and is read from
/// memory; a session survives
/// a restart. One change at a time, under <see cref="door"/>; reading needs no lock. Passkeys stand in this class's
/// other file.
/// </summary>
internal sealed partial class OfficerBook : IAsyncDisposable
{
    private readonly IStationStore store;
    private readonly TimeProvider clock;
    private readonly TimeSpan watch;
    private readonly ILogger log;
    private readonly SemaphoreSlim door = new(1, 1);
    private readonly ConcurrentDictionary<string, UserRow> users = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Hash, Session> sessions = new();
    private readonly ConcurrentDictionary<Hash, InvitationRow> invitations = new();
    private readonly ITimer sweeping;

    /// <param name="store">Where everything is kept.</param>
    /// <param name="watch">How long a session lasts.</param>
    /// <param name="clock">The clock that watches end by.</param>
    /// <param name="log">For what cannot be written down.</param>
    internal OfficerBook(IStationStore store, TimeSpan watch, TimeProvider clock, ILogger log)
    {
        this.store = store;
        this.watch = watch;
        this.clock = clock;
        this.log = log;
        var kept = store.ReadOfficers();
        foreach (var user in kept.Users)
            users[user.Id] = user;
        foreach (var passkey in kept.Passkeys)
            passkeys[KeyOf(passkey.Credential)] = passkey;
        foreach (var session in kept.Sessions)
            sessions[session.Secret] = new Session(session);
        foreach (var invitation in kept.Invitations)
            invitations[invitation.Secret] = invitation;
        sweeping = clock.CreateTimer(_ => _ = SweepAsync(), null, OfficerLimits.SweepEvery, OfficerLimits.SweepEvery);
    }

    internal DateTimeOffset Now => clock.GetUtcNow();

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
            .Values.Where(i => i.Until > Now && OfficerName.AreOne(i.Name, name))
            .Select(i => (DateTimeOffset?)i.Until)
            .Max();

    internal bool IsSignedIn(string user) => sessions.Values.Any(s => s.Row.User == user && s.Row.Until > Now);

    /// <summary>The session that a browser's two halves open; null where there is none, or its watch is over.</summary>
    internal SignedIn? Find(string cookie, string page) =>
        sessions.TryGetValue(Secrets.OfSession(cookie, page), out var session)
        && session.Row.Until > Now
        && users.TryGetValue(session.Row.User, out var user)
        && user.Seats.Count > 0
            ? new SignedIn(session, user)
            : null;

    /// <summary>Whom a link is for, as long as it is good; nothing is spent.</summary>
    internal InvitationRow? LinkOf(string secret) =>
        invitations.TryGetValue(Secrets.HashOf(secret), out var link) && link.Until > Now ? link : null;

    internal IReadOnlyList<SignInRow> Audit(int max) => store.ReadSignIns(max);

    /// <summary>Writes down what happened at the door. Where the store cannot, the log has it, without a
    /// name.</summary>
    internal async Task NoteAsync(SignInRow row)
    {
        if (await CommitAsync([new NoteSignIn(row)]) is { } why)
            StationLog.NotKept(log, $"{row.What}, in the book of the door", why.Reason);
    }

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
        if (Checked(name, seats) is { } wrong)
            return wrong;
        var given = OfficerName.Read(name)!;
        var known = UserNamed(given);
        if (seats.Count == 0 && known is not { Seats.Count: > 0 })
            return Refusal.Invalid("a link for a new officer gives a seat at least");
        if (!ownMachine && known is not null && PasskeysOf(known.Id).Count > 0)
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
            Now.Plus(OfficerLimits.LinkLifetime)
        );
        await door.WaitAsync();
        try
        {
            var gone = invitations.Values.Where(i => i.Until <= Now).ToList();
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
                new NoteSignIn(new SignInRow(Now, "invited", invitation.Name, By: by, Detail: string.Join(' ', seats)))
            );
            if (await CommitAsync(changes) is { } why)
                return why;
            foreach (var old in gone)
                invitations.TryRemove(old.Secret, out _);
            invitations[invitation.Secret] = invitation;
            return secret;
        }
        finally
        {
            door.Release();
        }
    }

    /// <summary>Makes a user, or sets the seats of one; links that wait for him are void. Without any seat he is signed
    /// out and may not sign in.</summary>
    internal async Task<Outcome<UserRow>> SetSeatsAsync(string name, IReadOnlyList<string> seats, string by)
    {
        if (Checked(name, seats) is { } wrong)
            return wrong;
        await door.WaitAsync();
        try
        {
            var known = UserNamed(OfficerName.Read(name)!);
            if (known is null && users.Count >= OfficerLimits.MaxUsers)
                return new Refusal("too-many", $"a station has at most {OfficerLimits.MaxUsers} users", 409);
            var user = (known ?? NewUser(OfficerName.Read(name)!)) with { Seats = [.. seats.Distinct()] };
            var leaving = user.Seats.Count > 0 ? [] : sessions.Values.Where(s => s.Row.User == user.Id).ToList();
            // A link that was made before would give back what is taken away here.
            var overtaken = invitations.Values.Where(i => OfficerName.AreOne(i.Name, user.Name)).ToList();
            StoreChange[] changes =
            [
                new PutUser(user),
                .. overtaken.Select(i => new DropInvitation(i.Secret)),
                .. leaving.Select(s => new DropSession(s.Row.Secret)),
                new NoteSignIn(new SignInRow(Now, "seats", user.Name, By: by, Detail: string.Join(' ', user.Seats))),
            ];
            if (await CommitAsync(changes) is { } why)
                return why;
            users[user.Id] = user;
            foreach (var invitation in overtaken)
                invitations.TryRemove(invitation.Secret, out _);
            foreach (var session in leaving)
                Forget(session);
            return user;
        }
        finally
        {
            door.Release();
        }
    }

    /// <summary>Spends a link: makes or extends its user, lifts a lock-out, and begins his session.</summary>
    internal async Task<Outcome<BegunSession>> TakeLinkAsync(string secret, string? address)
    {
        await door.WaitAsync();
        try
        {
            if (!invitations.TryGetValue(Secrets.HashOf(secret), out var invitation) || invitation.Until <= Now)
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
            return await BeginAsync(
                user,
                seat,
                new SignInRow(Now, "link-used", user.Name, seat, address),
                Now.Minus(OfficerLimits.PasskeyNews),
                Now.Plus(OfficerLimits.PasskeyChange),
                [new DropInvitation(invitation.Secret), new PutUser(user)],
                () => invitations.TryRemove(invitation.Secret, out _)
            );
        }
        finally
        {
            door.Release();
        }
    }

    /// <summary>Begins a session of a user whose passkey was verified.</summary>
    /// <param name="id">The user.</param>
    /// <param name="address">Where he comes from.</param>
    /// <param name="with">The passkey as it stood before: what was added since its last use is news to him.</param>
    internal async Task<Outcome<BegunSession>> SignInAsync(string id, string? address, PasskeyRow with)
    {
        await door.WaitAsync();
        try
        {
            if (!users.TryGetValue(id, out var user) || user.Seats.Count == 0)
                return NotLetIn;
            var seat = OnlySeat(user);
            return await BeginAsync(
                user,
                seat,
                new SignInRow(Now, "signed-in", user.Name, seat, address, Detail: with.Label),
                with.Used ?? with.Created,
                default,
                [],
                static () => { }
            );
        }
        finally
        {
            door.Release();
        }
    }

    internal static Refusal LinkSpent =>
        new("sign-in-spent", "this sign-in link was used or is too old; ask the station for another", 401);

    internal static Refusal NotLetIn => new("sign-in-failed", "this did not sign anybody in", 401);

    internal async Task<Refusal?> ChooseSeatAsync(SignedIn who, string? seat, string? address)
    {
        if (seat is null || !who.User.Seats.Contains(seat))
            return new Refusal("seat", $"the seats of {who.User.Name} are: {string.Join(", ", who.User.Seats)}", 403);
        await door.WaitAsync();
        try
        {
            if (!sessions.ContainsKey(who.Session.Row.Secret))
                return NotLetIn;
            if (who.Session.Row.Seat == seat)
                return null;
            if (!who.Session.MayWriteDoorBook())
                return EnoughDeeds;
            var row = who.Session.Row with { Seat = seat };
            if (
                await CommitAsync([
                    new PutSession(row),
                    new NoteSignIn(new SignInRow(Now, "seat", who.User.Name, seat, address)),
                ]) is
                { } why
            )
                return why;
            who.Session.Row = row;
            return null;
        }
        finally
        {
            door.Release();
        }
    }

    internal static Refusal EnoughDeeds =>
        new(
            "too-many",
            $"one session writes {OfficerLimits.MaxDeeds} rows into the book of the door: sign in anew",
            409
        );

    /// <summary>The officer leaves, or hands over the watch.</summary>
    internal async Task<Refusal?> EndAsync(SignedIn who, string? address)
    {
        await door.WaitAsync();
        try
        {
            if (
                await CommitAsync([
                    new DropSession(who.Session.Row.Secret),
                    new NoteSignIn(new SignInRow(Now, "signed-out", who.User.Name, who.Seat, address)),
                ]) is
                { } why
            )
                return why;
            Forget(who.Session);
            return null;
        }
        finally
        {
            door.Release();
        }
    }

    private async Task<Outcome<BegunSession>> BeginAsync(
        UserRow user,
        string? seat,
        SignInRow note,
        DateTimeOffset passkeysKnown,
        DateTimeOffset mayChangePasskeys,
        IReadOnlyList<StoreChange> first,
        Action done
    )
    {
        var (cookie, page) = (Secrets.New(), Secrets.New());
        var row = new SessionRow(Secrets.OfSession(cookie, page), user.Id, seat, Now, Now.Plus(watch));
        var old = sessions
            .Values.Where(s => s.Row.User == user.Id)
            .OrderByDescending(s => s.Row.Until > Now)
            .ThenByDescending(s => s.Row.Began)
            .Skip(OfficerLimits.MaxSessions - 1)
            .ToList();
        StoreChange[] changes =
        [
            .. first,
            .. old.Select(s => new DropSession(s.Row.Secret)),
            new PutSession(row),
            new NoteSignIn(note),
        ];
        if (await CommitAsync(changes) is { } why)
            return why;
        done();
        users[user.Id] = user;
        foreach (var session in old)
            Forget(session);
        var begun = new Session(row) { PasskeysKnown = passkeysKnown, MayChangePasskeys = mayChangePasskeys };
        sessions[row.Secret] = begun;
        return new BegunSession(new SignedIn(begun, user), cookie, page);
    }

    /// <summary>After a restore from a backup: what was open then may have been ended or spent since.</summary>
    internal async Task<Refusal?> EndAllAsync()
    {
        await door.WaitAsync();
        try
        {
            StoreChange[] changes =
            [
                .. sessions.Keys.Select(s => new DropSession(s)),
                .. invitations.Keys.Select(i => new DropInvitation(i)),
                new NoteSignIn(new SignInRow(Now, "restored")),
            ];
            if (await CommitAsync(changes) is { } why)
                return why;
            foreach (var session in sessions.Values)
                Forget(session);
            invitations.Clear();
            return null;
        }
        finally
        {
            door.Release();
        }
    }

    /// <summary>Ends the sessions whose watch is over.</summary>
    private async Task SweepAsync()
    {
        await door.WaitAsync();
        try
        {
            var over = sessions.Values.Where(s => s.Row.Until <= Now).ToList();
            if (over.Count == 0)
                return;
            // They are over whether that can be written down or not.
            foreach (var session in over)
                session.End();
            StoreChange[] changes =
            [
                .. over.Select(s => new DropSession(s.Row.Secret)),
                .. over.Select(s => new NoteSignIn(
                    new SignInRow(Now, "watch-over", User(s.Row.User)?.Name, s.Row.Seat)
                )),
            ];
            if (await CommitAsync(changes) is null)
                over.ForEach(Forget);
        }
        finally
        {
            door.Release();
        }
    }

    private void Forget(Session session)
    {
        sessions.TryRemove(session.Row.Secret, out _);
        session.End();
    }

    private UserRow NewUser(string name) =>
        new($"u-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}", name, [], Now);

    private static string? OnlySeat(UserRow user) => user.Seats.Count == 1 ? user.Seats[0] : null;

    private static Refusal? Checked(string name, IReadOnlyList<string> seats)
    {
        if (OfficerName.Read(name) is null)
            return Refusal.Invalid(
                $"a name is 1 to {OfficerLimits.MaxName} characters that can be shown, with a letter among them"
            );
        return seats.All(Seats.All.Contains) ? null : Refusal.Invalid($"the seats are {string.Join(", ", Seats.All)}");
    }

    private async Task<Refusal?> CommitAsync(IReadOnlyList<StoreChange> changes)
    {
        try
        {
            await store.CommitAsync(changes);
            return null;
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await sweeping.DisposeAsync();
        await door.WaitAsync(); // a sweep that is under way ends first
        foreach (var session in sessions.Values)
            session.Dispose();
    }
}
