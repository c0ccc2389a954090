using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Desks;
using Parley.Station.Lines;
using Parley.Storage;

namespace Parley.Station;

/// <summary>The station about itself, and the opening of lines by ceremony (LINE clauses of
/// docs/protocol/line.md).</summary>
internal sealed partial class StationRuntime
{
    internal const string Version = "0.1.0";

    public StationView Station()
    {
        var standing = lines.All.Select(l => l.Host.Status()).ToList();
        var foreign = standing.FirstOrDefault(s => s.Foreign is not null) is { } met
            ? $"line {met.Line}: {met.Foreign!.Sentence(Self)}"
            : null;
        var state =
            integrity.Fault is not null ? StationState.Faulted
            : foreign is not null ? StationState.OwnFeedForeign
            : standing.Any(s => s is { CatchingUp: true, IsOpening: false }) ? StationState.Restored
            : StationState.Ready;
        return new StationView(
            Self,
            card.Name,
            Version,
            Shown(card.Fingerprint),
            store.Description,
            startedAt,
            state,
            integrity.Fault ?? foreign,
            card.Addresses,
            lines.All.Count(l => !l.Host.Identity.Document.IsJournal),
            lines.Journal,
            reserve.Refusal,
            reserve.AttachmentRefusal,
            Warning
        );
    }

    /// <summary>What should not stay as it is, though everything works; told by the command and the console. Set once,
    /// when the station is ready.</summary>
    internal string? Warning { get; set; }

    public ReadOnlyMemory<byte> Card() => card.Encode();

    private async Task OpenJournalAsync(CancellationToken ct)
    {
        if (lines.Journal is not null)
            return;
        var document = LineDocument.Create(
            "journal",
            $"Journal of {card.Name}",
            clock.GetUtcNow(),
            Randomness.Bytes(LineDocument.NonceLength),
            [card],
            LinePolicy.Default
        );
        if (!(await AcceptAsync(document, OpeningDoubt.None, ct)).TryGet(out _, out var refused))
            throw new InvalidDataException($"the journal cannot be opened: {refused.Reason}");
    }

    public IReadOnlyList<LineSummary> Lines() =>
        [
            .. lines
                .All.Where(l => !l.Host.Identity.Document.IsJournal)
                .OrderBy(l => l.Host.Identity.Line.Value, StringComparer.Ordinal)
                .Select(l => new LineSummary(
                    l.Host.Identity.Line,
                    l.Host.Identity.Document.Title,
                    [.. l.Host.Identity.Document.Parties],
                    Standing(l),
                    l.Host.Identity.Document.Created,
                    l.Host.Identity.Document.Continues
                )),
        ];

    public Outcome<LineDetail> Line(LineId line)
    {
        if (!TryOpen(line, out var open))
            return Refusal.UnknownLine(line.Value);
        var document = open.Host.Identity.Document;
        return Guarded<LineDetail>(() =>
            new LineDetail(
                line,
                document.Title,
                document.Created,
                Standing(open),
                document.Bytes,
                Shown(document.Fingerprint),
                [.. document.Cards.Select(c => new LineParty(c.Party, c.Name, Shown(c.Fingerprint), c.Addresses))],
                View(open),
                document.Continues
            )
            {
                Policy = LinePolicyView.Of(document.Policy),
            }
        );
    }

    public Outcome<Api.LineStatus> LineStatus(LineId line) =>
        TryOpen(line, out var open) ? Guarded<Api.LineStatus>(() => View(open)) : Refusal.UnknownLine(line.Value);

    public async Task<Outcome<OpenedLine>> OpenLineAsync(OpenLine request, CancellationToken ct)
    {
        var cards = new List<Card> { card };
        foreach (var note in request.Cards)
        {
            if (note is null)
                return Refusal.Invalid("a card is a text, not null");
            if (!Record.Card.Parse(Encoding.UTF8.GetBytes(note)).TryGet(out var other, out var why))
                return Refusal.Invalid($"a card cannot be read: {why}");
            if (other.Party == Self)
                return Refusal.Invalid("our own card is added by itself; give the others'");
            cards.Add(other);
        }
        if (cards.Count < 2)
            return Refusal.Invalid("a line needs at least one other party's card");
        LineDocument? before = null;
        if (request.Continues is { } old)
        {
            if (!TryOpen(old, out var continued))
                return Refusal.UnknownLine(old.Value);
            before = continued.Host.Identity.Document;
        }
        var policy = (before?.Policy ?? LinePolicy.Default) with { Fold = request.Fold ?? LinePolicy.NewestFold }; // LINE-14
        if (request.TwoPeople is { } acts)
            policy = policy with
            {
                TwoPeople = [.. acts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            };
        if (request.Separation is { } separation)
            policy = policy with { Separation = separation };
        if (request.Times is { } times)
            policy = times.In(policy);
        if (policy.Problem() is { } problem)
            return Refusal.Invalid(problem);
        var slug =
            request.Slug
            ?? before?.Id.Value[..^(LineId.HashDigits + 1)]
            ?? string.Join('-', cards.Select(c => c.Party.Value));
        LineDocument document;
        try
        {
            document = LineDocument.Create(
                slug,
                request.Title ?? string.Join(" – ", cards.Select(c => c.Name)),
                clock.GetUtcNow(),
                Randomness.Bytes(LineDocument.NonceLength),
                cards,
                policy,
                request.Continues
            );
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return Refusal.Invalid(e.Message);
        }
        if (before is not null && document.FaultAsSuccessorOf(before) is { } fault)
            return Refusal.Invalid(fault);
        if (Unconfirmed(document, request.Fingerprints) is { } refusal)
            return refusal;
        var accepted = await AcceptAsync(document, OpeningDoubt.None, ct); // the nonce was drawn above
        return accepted.TryGet(out _, out var refused)
            ? new OpenedLine(document.Id, document.Bytes, Shown(document.Fingerprint))
            : refused;
    }

    public async Task<Outcome<LineId>> AcceptLineAsync(AcceptLine request, CancellationToken ct)
    {
        if (!LineDocument.Parse(request.Document).TryGet(out var document, out var why))
            return Refusal.Invalid($"the line document cannot be read: {why}");
        if (document.CardOf(Self) is not { } ours)
            return Refusal.Invalid($"the line document does not name {Self}");
        if (
            ours.Identity != card.Identity
            || ours.Log != card.Log
            || ours.Cosign != card.Cosign
            || !ours.LinkTls.AsSpan().SequenceEqual(card.LinkTls)
        )
            return Refusal.Invalid("the line document names keys for us that are not ours");
        if (lines.Has(document.Id))
            return document.Id;
        if (document.IsJournal)
            return Refusal.Invalid("a journal is a station's own and is accepted by nobody else");
        // A party that is new to the line cannot know the one it continues; those who can, check.
        if (
            document.Continues is { } before
            && TryOpen(before, out var continued)
            && document.FaultAsSuccessorOf(continued.Host.Identity.Document) is { } fault
        )
            return Refusal.Invalid(fault);
        if (Unconfirmed(document, request.Fingerprints) is { } refusal)
            return refusal;
        if (!(await AcceptAsync(document, DoubtOf(document), ct)).TryGet(out var accepted, out var refused))
            return refused;
        // Peers are asked what they hold of us before our first entry is written: mostly that takes a moment, and then
        // officers can write at once.
        if (TryOpen(accepted, out var open))
            await Task.WhenAny(open.Host.Begun, Task.Delay(BeginsWithin, clock, ct));
        return accepted;
    }

    /// <summary>Every other party's fingerprint must have been compared by another channel, and typed. LINE
    /// ceremony.</summary>
    private Refusal? Unconfirmed(LineDocument document, IReadOnlyDictionary<string, string> typed)
    {
        var wanted = document.Cards.Where(c => c.Party != Self).ToList();
        foreach (var other in wanted)
        {
            if (typed.TryGetValue(other.Party.Value, out var text) && !other.Fingerprint.Matches(text))
                return Refusal.FingerprintMismatch(other.Party.Value);
        }
        var missing = wanted.Where(c => !typed.ContainsKey(c.Party.Value)).Select(c => c.Party.Value).ToList();
        return missing.Count == 0
            ? null
            : Refusal.FingerprintsWanted(
                $"compare by another channel, then give the fingerprint of: {string.Join(", ", missing)}"
            );
    }

    private async Task<Outcome<LineId>> AcceptAsync(LineDocument document, OpeningDoubt doubt, CancellationToken ct)
    {
        await opening.WaitAsync(ct);
        try
        {
            if (lines.TryGet(document.Id, out _))
                return document.Id;
            var row = new LineRow(document.Id, document.Bytes, LineStanding.Accepted, clock.GetUtcNow());
            await store.CommitAsync(
                [new PutLine(row.Line, row.Document, row.Standing, row.At)],
                CancellationToken.None
            );
            Run(document, await store.LoadAsync(CancellationToken.None), row, doubt);
            attending.Attend();
            return document.Id;
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
        finally
        {
            opening.Release();
        }
    }

    private Api.LineStatus View(StationLine open)
    {
        var status = open.Host.Status();
        var refused = store.ReadRefusals(status.Line, int.MaxValue);
        return new Api.LineStatus(
            status.Line,
            Standing(open),
            status.OwnSize,
            status.OwnSealed,
            [
                .. status.Peers.Select(p => new Api.PeerStatus(
                    p.Peer,
                    Shown(p.State),
                    p.LastHeard,
                    (long?)p.ClockOffset?.TotalMilliseconds,
                    p.TheirSizeHeld,
                    p.OurSizeCosigned,
                    OldestUndelivered(open, status.OwnSize, p),
                    p.FailingSince,
                    p.LastError
                )
                {
                    DoubledSince = DoubledSince(open, p.Peer),
                    HeartbeatsUnreadable = p.HeartbeatsUnreadable,
                    UntakenThere = Untaken(p.Peer, p.UntakenThere),
                    UntakenHere = Untaken(Self, p.UntakenHere),
                }),
            ],
            store.ReadForks(status.Line).Count,
            refused.Sum(r => r.Count)
        )
        {
            Recovery = status.Recovery is { } back
                ? new RecoveryView(back.From, back.Held, back.Proven, back.IsAwaited)
                : null,
            OwnFeed = OwnFeed(status),
            Relay = RelayOf(status.Line),
            Suspensions = [.. open.Traffic.Read(picture => picture.Suspensions).Select(SuspensionView.Of)],
        };
    }

    private Undelivered? OldestUndelivered(StationLine open, ulong ownSize, Parley.Link.PeerStatus peer)
    {
        if (peer.OurSizeCosigned >= ownSize)
            return null;
        var stored = store.ReadEntry(open.Host.Identity.Own, peer.OurSizeCosigned);
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

    private static FingerprintView Shown(Fingerprint fingerprint) => new(fingerprint.Hex, fingerprint.Words);
}
