namespace Parley.Storage;

/// <summary>Who may sign in at this station, and who did. Written through <see cref="IStationStore.CommitAsync"/>, like
/// everything else.</summary>
public interface IOfficerStore
{
    /// <summary>Users, passkeys, sessions and invitations as committed.</summary>
    OfficerSnapshot ReadOfficers();

    /// <summary>What happened at the door, latest first.</summary>
    IReadOnlyList<SignInRow> ReadSignIns(int max);
}
