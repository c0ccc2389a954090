using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Link;
using Parley.Station.Relay;

namespace Parley.Station.Desks;

/// <summary>Where peers come: which of them an identity is, and who answers them.</summary>
internal sealed class LinkDesk(
    LineTable lines,
    DiskReserve reserve,
    RelayDesk relayed,
    BlindLink blind,
    TwinWatch twins,
    Refusals refusals
) : ILinkDesk
{
    public PartyId Self => lines.Self;

    public PartyId? PartyOf(LineId line, PublicKey identity) => lines.PartyOf(line, identity);

    public bool IsOnCard(LineId line, PartyId party, ReadOnlySpan<byte> linkKey) =>
        lines.TryGet(line, out var open)
        && open.Document.CardOf(party) is { } theirs
        && linkKey.SequenceEqual(theirs.LinkTls);

    public string? NoRoom => reserve.Refusal;

    public string? NoRoomForAttachments => reserve.AttachmentRefusal;

    public IRelayPort RelayPort => new RelayPort(relayed);

    public bool Knows(LineId line) => lines.Has(line);

    public bool KnowsIdentity(PublicKey identity) =>
        lines.All.Any(l => lines.PeerOf(l, identity) is not null) || relayed.Serves(identity);

    public Task<LinkAnswer> ServeAsync(LineId line, PartyId from, LinkRequest request) =>
        request.Verb == LinkVerb.Blind ? blind.ServeAsync(line, from, request.Body)
        : lines.TryGet(line, out var open) ? open.Host.ServeAsync(from, request)
        : Task.FromResult(LinkAnswer.Refuse(404, "unknown line"));

    /// <summary>What peers call by; set by who makes the desk.</summary>
    internal required CallTrunks Calls { get; init; }

    internal required AbilityBook Known { get; init; }

    public string Abilities => Known.Own;

    public void HeardAbilities(PublicKey identity, string? abilities) => Known.Heard(identity, abilities);

    public Task<string?> ServeCallAsync(
        LineId line,
        PartyId from,
        System.Net.IPAddress? cameFrom,
        System.IO.Pipelines.PipeReader reader,
        Stream writer,
        CancellationToken ct
    ) => Calls.ServeAsync(line, from, cameFrom, reader, writer, ct);

    public string Run => twins.Run;

    public void HeardRun(PublicKey identity, string? run) => twins.Heard(identity, run);

    public void Refused(LineId? line, PublicKey? identity, int status, string reason)
    {
        var party = line is { } on && identity is { } of ? PartyOf(on, of) : null;
        refusals.Count(
            line,
            party?.Value ?? (identity is { } known ? $"key {known.ToHex()[..16]}" : "no key"),
            party is not null,
            status,
            reason
        );
    }
}
