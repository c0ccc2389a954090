namespace Parley.Station.Desks;

/// <summary>The desks that officers and their programs come to. Which of them are there says what the station is up
/// for: a record that is only read has none that writes. All are safe to call from any thread; none throws for what a
/// caller sent, it gives a refusal, except <see cref="OperationCanceledException"/>.</summary>
internal sealed record StationDesks
{
    /// <summary>Told when an officer did something; null where nobody is told whether one is there.</summary>
    internal Attendance? Attendance { get; init; }
    internal required IStationDesk Station { get; init; }
    internal required ILineDesk Lines { get; init; }
    internal required ICeremony Ceremony { get; init; }
    internal required ISignOnDesk SignOn { get; init; }
    internal required ISendDesk Sending { get; init; }
    internal required IAttachmentIntake Attachments { get; init; }
    internal required IOffRecordDesk OffRecord { get; init; }
    internal required IRecordDesk Record { get; init; }
    internal required IEventDesk Events { get; init; }
    internal TrafficDesk? Traffic { get; init; }
    internal PresenceDesk? Presence { get; init; }
    internal UsageDesk? Usage { get; init; }
    internal PublicDesk? Public { get; init; }
    internal RoomDesk? Rooms { get; init; }
    internal AlarmDesk? Alarms { get; init; }
    internal ProposalBook? Proposals { get; init; }
    internal ProposalDesk? Releases { get; init; }
    internal DraftShelf? Drafts { get; init; }
    internal TemplateShelf? Templates { get; init; }
    internal PlanDesk? Plans { get; init; }
    internal AgreementDesk? Agreements { get; init; }
    internal CeasefireDesk? Ceasefires { get; init; }
    internal CeasefireTables? CeasefireTables { get; init; }
    internal MonitoringDesk? Monitoring { get; init; }
    internal BlindChecks? Blind { get; init; }
    internal BlindProposals? BlindProposals { get; init; }
    internal CallDesk? Calls { get; init; }
    internal Carriage? Carry { get; init; }
    internal RelayRoutes? Relays { get; init; }

    /// <summary>What officers' programs named; null where nothing of it is kept.</summary>
    internal OnceNotes? Once { get; init; }
}
