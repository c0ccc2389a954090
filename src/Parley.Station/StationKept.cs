using Parley.Station.Desks;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;

namespace Parley.Station;

/// <summary>The desks that take over what an earlier run of the station kept.</summary>
internal sealed record StationKept(
    AlarmBoard Alarms,
    ProposalBook Proposals,
    DraftShelf Drafts,
    TemplateShelf Templates,
    BlindBook Blind,
    SignOnDesk SignOn
)
{
    internal required OwnFeeds OwnFeeds { get; init; }
    internal required RelayRoutes Relays { get; init; }
    internal required OnceNotes Once { get; init; }

    internal void Load(IReadOnlyDictionary<string, byte[]> meta, ILogger log)
    {
        Alarms.Load(meta);
        string[] unread =
        [
            .. Proposals.Load(meta),
            .. Drafts.Load(meta),
            .. Templates.Load(meta),
            .. Blind.Load(meta),
            .. SignOn.Load(meta),
            .. Once.Load(meta),
        ];
        foreach (var key in unread)
            StationLog.NotKept(log, key, "it was written by another version and stays as it is");
        OwnFeeds.Load(meta);
        Relays.Load(meta);
    }
}
