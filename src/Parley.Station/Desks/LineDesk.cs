using System.Text;
using Parley.Record;
using Parley.Station.Lines;

namespace Parley.Station.Desks;

/// <summary>The lines as they stand: their documents, their links, what is under way on them, their forks.</summary>
internal sealed class LineDesk(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    SignOnDesk signOn,
    TwinWatch twins,
    RelayRoutes relays
) : ILineDesk
{
    public IReadOnlyList<LineSummary> Lines() =>
        [
            .. lines
                .InOrder.Where(l => !l.Document.IsJournal)
                .Select(l => new LineSummary(
                    l.Id,
                    l.Document.Title,
                    [.. l.Document.Parties],
                    Standing(l),
                    l.Document.Created,
                    l.Document.Continues
                )),
        ];

    public Outcome<LineDetail> Line(LineId line)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var document = open.Document;
        return integrity.Guarded<LineDetail>(() =>
            new LineDetail(
                line,
                document.Title,
                document.Created,
                Standing(open),
                document.Bytes,
                FingerprintView.Of(document.Fingerprint),
                [
                    .. document.Cards.Select(c => new LineParty(
                        c.Party,
                        c.Name,
                        FingerprintView.Of(c.Fingerprint),
                        c.Addresses
                    )),
                ],
                View(open),
                document.Continues
            )
            {
                Policy = LinePolicyView.Of(document.Policy),
            }
        );
    }

    public Outcome<LineStatus> LineStatus(LineId line) =>
        lines.Find(line).TryGet(out var open, out var unknown)
            ? integrity.Guarded<LineStatus>(() => View(open))
            : unknown;

    public Outcome<IReadOnlyList<ForkView>> Forks(LineId line) =>
        lines.Find(line).TryGet(out var open, out var unknown)
            ? integrity.Guarded(() =>
                Outcome<IReadOnlyList<ForkView>>.Of([
                    .. premises
                        .Store.ReadForks(line)
                        .Select(f => new ForkView(
                            f.Line,
                            f.Feed.Party,
                            Encoding.UTF8.GetString(f.First),
                            Encoding.UTF8.GetString(f.Second),
                            f.At,
                            KeptForks.Evidence(premises.Store, open.Document, f)?.EncodeProof()
                        )),
                ])
            )
            : unknown;

    private LineStatus View(StationLine open)
    {
        var status = open.Host.Status();
        var refused = premises.Store.ReadRefusals(status.Line, int.MaxValue);
        return new LineStatus(
            status.Line,
            Standing(open),
            status.OwnSize,
            status.OwnSealed,
            [
                .. status.Peers.Select(p => new PeerStatus(
                    p.Peer,
                    LinkStates.Shown(p.State),
                    p.LastHeard,
                    (long?)p.ClockOffset?.TotalMilliseconds,
                    p.TheirSizeHeld,
                    p.OurSizeCosigned,
                    OldestUndelivered(open, status.OwnSize, p),
                    p.FailingSince,
                    p.LastError
                )
                {
                    DoubledSince = twins.Since(open, p.Peer),
                    HeartbeatsUnreadable = p.HeartbeatsUnreadable,
                    UntakenThere = RoomWatch.Shown(p.Peer, p.UntakenThere),
                    UntakenHere = RoomWatch.Shown(premises.Self, p.UntakenHere),
                }),
            ],
            premises.Store.ReadForks(status.Line).Count,
            refused.Sum(r => r.Count)
        )
        {
            Recovery = status.Recovery is { } back
                ? new RecoveryView(back.From, back.Held, back.Proven, back.IsAwaited)
                : null,
            OwnFeed = signOn.View(status),
            Relay = relays.Of(status.Line),
            Suspensions = [.. open.Traffic.Read(picture => picture.Suspensions).Select(SuspensionView.Of)],
        };
    }

    private Undelivered? OldestUndelivered(StationLine open, ulong ownSize, Parley.Link.PeerStatus peer)
    {
        if (peer.OurSizeCosigned >= ownSize)
            return null;
        var stored = premises.Store.ReadEntry(open.Host.Identity.Own, peer.OurSizeCosigned);
        if (stored is null || !EntryHeader.Parse(stored.Header).TryGet(out var header, out _))
            return null;
        return new Undelivered(
            header.Id,
            header.At,
            peer.FailingSince is { } since && since > stored.StoredAt ? since : stored.StoredAt
        );
    }

    private static string Standing(StationLine open)
    {
        var status = open.Host.Status();
        return status.Stopped ? "stopped"
            : status.SuspendedBy.Count > 0 ? "suspended"
            : "accepted";
    }
}
