using System.Collections.Concurrent;
using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Officers;

/// <summary>Who is signed in. A session survives a restart; it ends with its watch.</summary>
internal sealed class SessionBook : IAsyncDisposable
{
    private readonly DoorBook book;
    private readonly TimeSpan watch;
    private readonly Func<string, string?> nameOf;
    private readonly ConcurrentDictionary<Hash, Session> sessions = new();
    private readonly ITimer sweeping;

    /// <param name="book">Where everything is written down first.</param>
    /// <param name="kept">The sessions of an earlier run.</param>
    /// <param name="watch">How long a session lasts.</param>
    /// <param name="clock">The clock that watches end by.</param>
    /// <param name="nameOf">A user's name by id.</param>
    internal SessionBook(
        DoorBook book,
        IEnumerable<SessionRow> kept,
        TimeSpan watch,
        TimeProvider clock,
        Func<string, string?> nameOf
    )
    {
        this.book = book;
        this.watch = watch;
        this.nameOf = nameOf;
        foreach (var session in kept)
            sessions[session.Secret] = new Session(session);
        sweeping = clock.CreateTimer(_ => _ = SweepAsync(), null, OfficerLimits.SweepEvery, OfficerLimits.SweepEvery);
    }

    internal bool IsSignedIn(string user) => sessions.Values.Any(s => s.Row.User == user && s.Row.Until > book.Now);

    /// <summary>The session that a browser's two halves open; null where there is none, or its watch is over.</summary>
    internal Session? Find(string cookie, string page) =>
        sessions.TryGetValue(Secrets.OfSession(cookie, page), out var session) && session.Row.Until > book.Now
            ? session
            : null;

    internal IReadOnlyList<Session> Of(string user) => [.. sessions.Values.Where(s => s.Row.User == user)];

    internal IReadOnlyList<Session> All => [.. sessions.Values];

    internal async Task<Refusal?> ChooseSeatAsync(SignedIn who, string? seat, string? address)
    {
        if (seat is null || !who.User.Seats.Contains(seat))
            return new Refusal("seat", $"the seats of {who.User.Name} are: {string.Join(", ", who.User.Seats)}", 403);
        await book.EnterAsync();
        try
        {
            if (!sessions.ContainsKey(who.Session.Row.Secret))
                return OfficerBook.NotLetIn;
            if (who.Session.Row.Seat == seat)
                return null;
            if (!who.Session.MayWriteDoorBook())
                return EnoughDeeds;
            var row = who.Session.Row with { Seat = seat };
            if (
                await book.CommitAsync([
                    new PutSession(row),
                    new NoteSignIn(new SignInRow(book.Now, "seat", who.User.Name, seat, address)),
                ]) is
                { } why
            )
                return why;
            who.Session.Row = row;
            return null;
        }
        finally
        {
            book.Leave();
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
        await book.EnterAsync();
        try
        {
            if (
                await book.CommitAsync([
                    new DropSession(who.Session.Row.Secret),
                    new NoteSignIn(new SignInRow(book.Now, "signed-out", who.User.Name, who.Seat, address)),
                ]) is
                { } why
            )
                return why;
            Forget(who.Session);
            return null;
        }
        finally
        {
            book.Leave();
        }
    }

    /// <summary>Begins a session, within the door; what goes with it is kept in the same step.</summary>
    internal async Task<Outcome<BegunSession>> BeginAsync(
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
        var row = new SessionRow(Secrets.OfSession(cookie, page), user.Id, seat, book.Now, book.Now.Plus(watch));
        var old = sessions
            .Values.Where(s => s.Row.User == user.Id)
            .OrderByDescending(s => s.Row.Until > book.Now)
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
        if (await book.CommitAsync(changes) is { } why)
            return why;
        done();
        foreach (var session in old)
            Forget(session);
        var begun = new Session(row) { PasskeysKnown = passkeysKnown, MayChangePasskeys = mayChangePasskeys };
        sessions[row.Secret] = begun;
        return new BegunSession(new SignedIn(begun, user), cookie, page);
    }

    /// <summary>Ends the sessions whose watch is over.</summary>
    private async Task SweepAsync()
    {
        await book.EnterAsync();
        try
        {
            var over = sessions.Values.Where(s => s.Row.Until <= book.Now).ToList();
            if (over.Count == 0)
                return;
            // They are over whether that can be written down or not.
            foreach (var session in over)
                session.End();
            StoreChange[] changes =
            [
                .. over.Select(s => new DropSession(s.Row.Secret)),
                .. over.Select(s => new NoteSignIn(
                    new SignInRow(book.Now, "watch-over", nameOf(s.Row.User), s.Row.Seat)
                )),
            ];
            if (await book.CommitAsync(changes) is null)
                over.ForEach(Forget);
        }
        finally
        {
            book.Leave();
        }
    }

    /// <summary>It is ended, as is written down already.</summary>
    internal void Forget(Session session)
    {
        sessions.TryRemove(session.Row.Secret, out _);
        session.End();
    }

    /// <summary>Waits for a sweep that is under way; the door stays shut.</summary>
    public async ValueTask DisposeAsync()
    {
        await sweeping.DisposeAsync();
        await book.EnterAsync(); // a sweep that is under way ends first
        foreach (var session in sessions.Values)
            session.Dispose();
    }
}
