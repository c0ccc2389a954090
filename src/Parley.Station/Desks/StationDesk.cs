using Parley.Station.Data;

namespace Parley.Station.Desks;

/// <summary>The station about itself.</summary>
internal sealed class StationDesk(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    DiskReserve reserve,
    Refusals refusals
) : IStationDesk
{
    private const string Version = "0.1.0";

    /// <summary>What should not stay as it is, though everything works; told by the command and the console. Set once,
    /// when the station is ready.</summary>
    internal string? Warning { get; set; }

    public StationView Station()
    {
        var standing = lines.All.Select(l => l.Host.Status()).ToList();
        var foreign = standing.FirstOrDefault(s => s.Foreign is not null) is { } met
            ? $"line {met.Line}: {met.Foreign!.Sentence(premises.Self)}"
            : null;
        var state =
            integrity.Fault is not null ? StationState.Faulted
            : foreign is not null ? StationState.OwnFeedForeign
            : standing.Any(s => s is { CatchingUp: true, IsOpening: false }) ? StationState.Restored
            : StationState.Ready;
        return new StationView(
            premises.Self,
            premises.Card.Name,
            Version,
            FingerprintView.Of(premises.Card.Fingerprint),
            premises.Store.Description,
            premises.StartedAt,
            state,
            integrity.Fault ?? foreign,
            premises.Card.Addresses,
            lines.All.Count(l => !l.Document.IsJournal),
            lines.Journal,
            reserve.Refusal,
            reserve.AttachmentRefusal,
            Warning
        );
    }

    public ReadOnlyMemory<byte> Card() => premises.Card.Encode();

    public Outcome<IReadOnlyList<RefusalView>> Refusals(int max) => refusals.Newest(max);
}
