using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Station.Link;

/// <summary>What the link port needs of the station: which parties an identity may speak for, and who answers on a
/// line.</summary>
internal interface ILinkDesk
{
    PartyId Self { get; }

    /// <summary>The party that this identity is on this line; null when the line is not here or the identity is not on
    /// it.</summary>
    PartyId? PartyOf(LineId line, PublicKey identity);
    bool Knows(LineId line);
    bool KnowsIdentity(PublicKey identity);

    /// <summary>True when the certificate's P-256 key is the one on the card that the line's document has of the party.
    /// LINK-1.</summary>
    bool IsOnCard(LineId line, PartyId party, ReadOnlySpan<byte> linkKey);

    /// <summary>Null, or why nothing more of peers can be stored now.</summary>
    string? NoRoom { get; }

    /// <summary>Null, or why no more of attachments can be stored now. LINK-89.</summary>
    string? NoRoomForAttachments { get; }

    /// <summary>Answers parties that this station relays for.</summary>
    IRelayPort RelayPort { get; }
    Task<LinkAnswer> ServeAsync(LineId line, PartyId from, LinkRequest request);

    /// <summary>The number of this station's run, and word of a peer's. LINK-106.</summary>
    string Run { get; }
    void HeardRun(PublicKey identity, string? run);

    /// <summary>What this station can do beyond the first version, and word of what a peer can. CALL-10.</summary>
    string Abilities { get; }
    void HeardAbilities(PublicKey identity, string? abilities);

    /// <summary>Takes the stream of frames that a peer opens for calls; it lasts until one of the two ends it. CALL-11.</summary>
    Task<string?> ServeCallAsync(
        LineId line,
        PartyId from,
        System.Net.IPAddress? cameFrom,
        System.IO.Pipelines.PipeReader reader,
        Stream writer,
        CancellationToken ct
    );

    /// <summary>Counts what was refused before it reached a line.</summary>
    void Refused(LineId? line, PublicKey? identity, int status, string reason);
}

/// <summary>The relay's part of the link port.</summary>
internal interface IRelayPort
{
    /// <summary>Answers one request of a party that is served here; null when it was answered, else the
    /// refusal.</summary>
    Task<LinkAnswer?> HandleAsync(HttpContext http, LinkIdentity identity);
}
