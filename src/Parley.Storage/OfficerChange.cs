using Parley.Crypto;

namespace Parley.Storage;

/// <summary>Stores a user, new or changed.</summary>
public sealed record PutUser(UserRow User) : StoreChange;

/// <summary>Stores a passkey, new or used again.</summary>
public sealed record PutPasskey(PasskeyRow Passkey) : StoreChange
{
    internal override long Weight => 512 + Passkey.Attestation.Length + Passkey.ClientData.Length;
}

/// <summary>Forgets a passkey. One that is not there is not there, as for the following.</summary>
public sealed record DropPasskey(byte[] Credential) : StoreChange;

/// <summary>Stores a session, new or changed.</summary>
public sealed record PutSession(SessionRow Session) : StoreChange;

/// <summary>Ends a session.</summary>
public sealed record DropSession(Hash Secret) : StoreChange;

/// <summary>Stores an invitation.</summary>
public sealed record PutInvitation(InvitationRow Invitation) : StoreChange;

/// <summary>Takes an invitation back, or spends it.</summary>
public sealed record DropInvitation(Hash Secret) : StoreChange;

/// <summary>Writes down what happened at the door. The oldest beyond <see cref="StoreLimits.MaxSignInRows"/> are
/// forgotten.</summary>
public sealed record NoteSignIn(SignInRow Row) : StoreChange;
