using Parley.Link;
using Parley.Record;
using Parley.Station.Carry;
using Parley.Station.Data;
using Parley.Station.Lines;
using Parley.Station.Link;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>What a line's machine works with at this station.</summary>
/// <param name="Keys">What it signs with.</param>
/// <param name="Dialer">How it reaches its peers.</param>
/// <param name="AcceptsConnections">False where peers cannot dial us.</param>
/// <param name="AttachmentQuota">Bytes that attachments of one party may take.</param>
/// <param name="Secrets">The lines' secrets.</param>
internal sealed record LineMeans(
    StationKeys Keys,
    ILinkDialer Dialer,
    bool AcceptsConnections,
    long AttachmentQuota,
    LineSecrets Secrets
);

/// <summary>Runs lines from what is stored of them.</summary>
internal sealed class LineOpener(
    Premises premises,
    LineTable lines,
    LineMeans means,
    TrafficNews news,
    LineReports reports,
    WatchClock clock
)
{
    /// <exception cref="InvalidDataException">What is stored of the line is damaged.</exception>
    internal StationLine Run(LineRow row, StationSnapshot snapshot)
    {
        if (!LineDocument.Parse(row.Document).TryGet(out var document, out var why))
            throw new InvalidDataException($"the stored document of line {row.Line} cannot be read: {why}");
        return Run(document, snapshot, row, OpeningDoubt.AskEverybody);
    }

    internal StationLine Run(LineDocument document, StationSnapshot snapshot, LineRow row, OpeningDoubt doubt)
    {
        var isRead = premises.Mode == StationMode.Reading;
        if (!isRead)
            means.Secrets.Load(document.Id);
        var identity = new LineIdentity(premises.Self, document, means.Keys.Log, means.Keys.Cosign)
        {
            AcceptsConnections = means.AcceptsConnections,
            AttachmentQuota = means.AttachmentQuota,
        };
        StationLine? open = null;
        var host = new LineHost(
            identity,
            new LineWorks(premises.Store, means.Dialer, premises.Clock, premises.Log),
            snapshot,
            row,
            (premises.Mode == StationMode.Exercise ? Mark.Exercise : Mark.Actual, doubt)
        )
        {
            Reported = report => reports.Take(open!, report),
            Faulted = reason => reports.Faulted(document.Id, reason),
        };
        var links = new LinkHistory(document.Id);
        links.Load(snapshot.Meta);
        open = new StationLine(host, new SealedWaiters(), new OffRecordLog(), news.Begin(document), row.At)
        {
            Links = links,
        };
        open.Sealed.Advance(host.SealedSize(premises.Self));
        lines.Put(open);
        clock.Watch(open);
        if (host.Status().Foreign is not null)
            StationMetrics.Foreign.Add(1);
        if (!isRead)
            host.Start();
        return open;
    }
}
