using System.Text.Json;
using Parley.Record;

namespace Parley.Contract;

/// <summary>Who is signed in, as the console asks on every start.</summary>
/// <param name="Party">The party of this station.</param>
/// <param name="PartyName">Its full name.</param>
/// <param name="User">Null for a browser that is signed out.</param>
/// <param name="Seat">The seat they sit in; null where they have not chosen.</param>
/// <param name="Until">When their watch ends, and with it the session.</param>
/// <param name="CookieAlone">The browser holds a session of this station that this page has no part in: it has to sign
/// in.</param>
/// <param name="NewPasskeys">Passkeys of theirs that were added since they last used the one they signed in with, and not in
/// this session.</param>
/// <param name="Secret">
/// The page's half of the session, in the answer that begins it and never again: every request brings it in the header
/// <c>X-Parley-Session</c>.
/// </param>
/// <param name="Fingerprint">Of this station's card, in words: by it an officer knows where they sign in.</param>
public sealed record SessionView(
    PartyId Party,
    string PartyName,
    SessionUser? User,
    string? Seat,
    DateTimeOffset? Until,
    bool CookieAlone,
    IReadOnlyList<NewPasskeyView> NewPasskeys,
    string? Secret = null,
    string? Fingerprint = null
);

/// <param name="NoticeWords">True where a notice that the officer's system shows of an alarm may carry its words.</param>
public sealed record ConsoleView(bool NoticeWords);

/// <param name="Name">As it is written where the watch is offered.</param>
public sealed record ReliefView(string Name, IReadOnlyList<string> Seats);

/// <param name="Address">From where it was added; null where the book of the door does not reach back so far.</param>
public sealed record NewPasskeyView(string Id, string Label, DateTimeOffset Created, string? Address);

/// <param name="Token">What stands in the link, behind <c>token=</c>.</param>
public sealed record SignInLinkRequest(string Token);

/// <param name="Name">Whom it signs in.</param>
/// <param name="Seats">The seats it gives, besides those that they have.</param>
public sealed record SignInLinkView(string Name, IReadOnlyList<string> Seats, DateTimeOffset Until);

/// <param name="Passkeys">How many they have registered.</param>
public sealed record SessionUser(string Name, IReadOnlyList<string> Seats, int Passkeys);

public sealed record SeatChoice(string Seat);

/// <summary>Whether a page can ring.</summary>
/// <param name="Console">The name that it follows the events by.</param>
public sealed record ArmedChoice(string Console, bool Armed);

/// <param name="LockedUntil">Until when they may not sign in with a passkey.</param>
/// <param name="InvitedUntil">Until when a link waits for them.</param>
public sealed record UserView(
    string Name,
    IReadOnlyList<string> Seats,
    int Passkeys,
    bool SignedIn,
    DateTimeOffset Created,
    DateTimeOffset? LockedUntil,
    DateTimeOffset? InvitedUntil
);

/// <param name="Seats">All their seats from now on; none for one who is not let in any more.</param>
public sealed record UserRequest(string Name, IReadOnlyList<string> Seats);

/// <param name="Seats">Seats that the link gives besides those they have; the session begins in the first.</param>
public sealed record InviteRequest(IReadOnlyList<string>? Seats = null);

/// <param name="Url">Absolute where the station has a TCP listener; good once, until <paramref name="Until"/>.</param>
public sealed record SignInLink(string Url, DateTimeOffset Until);

/// <param name="What">One word: invited, link-used, link-refused, signed-in, failed, locked-out, seat, seats,
/// passkey-added, passkey-removed, signed-out, watch-over.</param>
public sealed record SignInView(
    DateTimeOffset At,
    string What,
    string? User,
    string? Seat,
    string? Address,
    string? By,
    string? Detail
);

/// <param name="Options">What the browser's passkey interface is given (W3C Web Authentication Level 3, §5.1.8 and
/// §5.1.9).</param>
public sealed record PasskeyOptions(JsonElement Options);

/// <param name="Name">Who wants to sign in. Passkeys know their owner, so that nothing depends on it; nobody learns
/// from the answer who has an account.</param>
public sealed record SignInOptionsRequest(string? Name = null);

/// <param name="Credential">What the browser answered: <c>credential.toJSON()</c>.</param>
public sealed record SignInRequest(JsonElement Credential);

/// <param name="Credential">What the browser answered: <c>credential.toJSON()</c>.</param>
/// <param name="Label">What the officer calls this passkey.</param>
public sealed record PasskeyRequest(JsonElement Credential, string? Label = null);

/// <param name="Used">When it last signed its owner in; null where it has not yet.</param>
public sealed record PasskeyView(string Id, string Label, DateTimeOffset Created, DateTimeOffset? Used);
