using Parley.Record;

namespace Parley.Contract;

/// <summary>A card, with what an officer read of its fingerprint over another channel.</summary>
public sealed record CardRequest(string Card, string? Fingerprint = null);

/// <summary>A party that this station relays for.</summary>
/// <param name="Waiting">Sealed files that wait for it.</param>
/// <param name="Bytes">Their length together.</param>
public sealed record RelayedView(PartyId Party, string Name, int Waiting, long Bytes);

/// <summary>The relay that a line uses. It is not on the line, and nothing here says that a peer is there.</summary>
/// <param name="Relay">The relay's own party; null where the line uses none.</param>
/// <param name="Name">Its name.</param>
/// <param name="LastReached">When it last answered.</param>
/// <param name="LastLeft">When something for a peer was last left there.</param>
/// <param name="LastTaken">When something for us was last taken from there.</param>
/// <param name="Error">Why it cannot be used now; null when it can.</param>
/// <param name="EntriesTaken">Entries that came by it since the station started.</param>
public sealed record RelayView(
    PartyId? Relay,
    string? Name,
    DateTimeOffset? LastReached,
    DateTimeOffset? LastLeft,
    DateTimeOffset? LastTaken,
    string? Error,
    ulong EntriesTaken
);
