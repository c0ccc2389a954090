using Parley.Record;
using Parley.Record.Text;
using Parley.Station.Officers;
using Parley.Station.Traffic;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>
/// In whose name a request writes. With a session it is the session's officer in their seat, whatever the request states;
/// on the socket, and with
/// the token, the request has to state it.
/// </summary>
internal readonly struct Speaker
{
    private readonly SignedIn? session;

    private Speaker(SignedIn? session) => this.session = session;

    internal static Speaker Of(HttpContext http) => new(http.Features.Get<SignedIn>());

    /// <param name="stated">Who the request says it is.</param>
    /// <param name="second">Who the request says released it.</param>
    internal Outcome<Officer> Officer(Officer? stated, Officer? second = null)
    {
        if (session is null)
        {
            if (stated is null)
                return Refusal.Invalid("the request needs by: seat and name of the officer");
            if (Shown.IsBlank(stated.Name) || (second ?? stated.ReleasedBy) is { } other && Shown.IsBlank(other.Name))
                return Refusal.Invalid("an officer's name cannot be shown");
            return second is null ? stated : stated with { ReleasedBy = second };
        }
        if (second is not null || stated?.ReleasedBy is not null)
            return new Refusal(
                AuthorCheck.TwoOfficers,
                "the second officer must release it: propose it, and they release it from their own session",
                403
            );
        return session.Seat is { } seat ? new Officer(seat, session.User.Name) : NoSeat;
    }

    /// <summary>Who it is, for the door's book.</summary>
    internal string Name => session?.User.Name ?? "station";

    internal SignedIn? Session => session;

    internal static Refusal NoSeat => new("seat-wanted", "choose a seat for this session first", 403);

    /// <summary>Null where the session's seat may do what entries of that kind do, or there is no session.</summary>
    internal Refusal? MayNot(string kind)
    {
        if (session is null)
            return null;
        return session.Seat is not { } seat ? NoSeat : AuthorCheck.Seat(new Officer(seat, session.User.Name), kind);
    }

    /// <summary>Null on the station's own socket, and for a session in one of these seats.</summary>
    internal Refusal? MustSit(HttpContext http, params ReadOnlySpan<string> seats)
    {
        if (ApiAccess.IsLocal(http))
            return null;
        if (session is null)
            return new Refusal(
                "local-only",
                "this is for the station's own socket, or for an officer who is signed in",
                403
            );
        if (session.Seat is { } seat && seats.Contains(seat))
            return null;
        return new Refusal(AuthorCheck.WrongSeat, $"this is for the seat {string.Join(" or ", seats.ToArray())}", 403);
    }

    /// <summary>Null where what is asked may be written into the door's book: one session writes so many
    /// rows.</summary>
    internal Refusal? MayNotWriteDoorBook() =>
        session?.Session.MayWriteDoorBook() == false ? SessionBook.EnoughDeeds : null;

    /// <summary>Opening and accepting lines is as grave as admitting a party.</summary>
    internal const string LineWork = Kinds.PartyAdmitted;
}
