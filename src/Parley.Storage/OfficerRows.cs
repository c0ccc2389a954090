using Parley.Crypto;

namespace Parley.Storage;

/// <summary>An officer who may sign in.</summary>
/// <param name="Id">Opaque; what a passkey knows its owner by.</param>
/// <param name="Name">The name that their entries carry.</param>
/// <param name="Seats">The seats they may sit in, the usual one first; none for one who may not sign in any more.</param>
/// <param name="Created">When they first came.</param>
/// <param name="Failures">Sign-ins that failed since the last one that worked.</param>
/// <param name="LockedUntil">Until when they may not sign in; null for one who may.</param>
public sealed record UserRow(
    string Id,
    string Name,
    IReadOnlyList<string> Seats,
    DateTimeOffset Created,
    int Failures = 0,
    DateTimeOffset? LockedUntil = null
);

/// <summary>A passkey (W3C Web Authentication Level 3, §4 "Credential Record").</summary>
/// <param name="Credential">The credential's id.</param>
/// <param name="User">Whose it is: <see cref="UserRow.Id"/>.</param>
/// <param name="Label">What its owner calls it.</param>
/// <param name="PublicKey">COSE_Key (RFC 9052).</param>
/// <param name="Created">When it was registered.</param>
/// <param name="SignCount">The authenticator's counter at the last sign-in.</param>
/// <param name="Transports">How it is reached, such as <c>internal</c> or <c>usb</c>.</param>
/// <param name="Verified">The authenticator verified its user.</param>
/// <param name="MayBackUp">The key may be copied to other devices of its owner.</param>
/// <param name="BackedUp">It was.</param>
/// <param name="Attestation">The attestation object of the registration.</param>
/// <param name="ClientData">The client data of the registration.</param>
/// <param name="Used">When it last signed its owner in; null where it has not, or not since stations keep this.</param>
public sealed record PasskeyRow(
    byte[] Credential,
    string User,
    string Label,
    byte[] PublicKey,
    DateTimeOffset Created,
    uint SignCount,
    IReadOnlyList<string> Transports,
    bool Verified,
    bool MayBackUp,
    bool BackedUp,
    byte[] Attestation,
    byte[] ClientData,
    DateTimeOffset? Used = null
);

/// <summary>A browser that is signed in.</summary>
/// <param name="Secret">SHA-256 of what the browser holds.</param>
/// <param name="User">Whose session it is.</param>
/// <param name="Seat">The seat they sit in; null where they have not chosen.</param>
/// <param name="Began">When they signed in.</param>
/// <param name="Until">When their watch, and with it the session, ends.</param>
public sealed record SessionRow(Hash Secret, string User, string? Seat, DateTimeOffset Began, DateTimeOffset Until);

/// <summary>A link that signs an officer in once.</summary>
/// <param name="Secret">SHA-256 of what stands in the link.</param>
/// <param name="Name">Whom it is for.</param>
/// <param name="Seats">The seats it gives, besides those that they have.</param>
/// <param name="Until">How long it is good.</param>
public sealed record InvitationRow(Hash Secret, string Name, IReadOnlyList<string> Seats, DateTimeOffset Until);

/// <summary>Something that happened at the door: who came in, who failed, who was invited.</summary>
/// <param name="At">When.</param>
/// <param name="What">One word, such as <c>signed-in</c>.</param>
/// <param name="User">Name of the user it is about, where known.</param>
/// <param name="Seat">The seat it is about.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="By">Who did it, where that is another than the user.</param>
/// <param name="Detail">What else there is to say.</param>
public sealed record SignInRow(
    DateTimeOffset At,
    string What,
    string? User = null,
    string? Seat = null,
    string? Address = null,
    string? By = null,
    string? Detail = null
);

/// <summary>Everybody who may come in, as a station needs it in memory when it starts.</summary>
public sealed record OfficerSnapshot(
    IReadOnlyList<UserRow> Users,
    IReadOnlyList<PasskeyRow> Passkeys,
    IReadOnlyList<SessionRow> Sessions,
    IReadOnlyList<InvitationRow> Invitations
);
