using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Blind;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>Runs of blind checks: when one begins, and what it needs of the station.</summary>
internal sealed class BlindRunner(
    Premises premises,
    BlindBook book,
    BlindSelection selection,
    BlindDiary diary,
    BlindLink link,
    EventHub hub
) : IDisposable
{
    private readonly SemaphoreSlim slices = new(Math.Max(1, Environment.ProcessorCount - 1));

    private Premises Premises { get; } = premises;
    private BlindBook Book { get; } = book;
    private BlindSelection Selection { get; } = selection;
    private BlindDiary Diary { get; } = diary;
    private BlindLink Link { get; } = link;
    private EventHub Hub { get; } = hub;

    /// <summary>What two parties agreed to compare, as it is recorded.</summary>
    private sealed record Agreed(EntryId Check, string Nonce, BlindChoice Choice, BlindTerms Terms, PartyId Peer);

    /// <summary>
    /// Begins what was accepted, and records that a run is over which this station had under way when it stopped:
    /// nothing is resumed (BLIND-CHECK-19). Called by the pass
    /// over the line.
    /// </summary>
    /// <param name="open">The line.</param>
    /// <param name="all">True for what is settled as well: a run that a stop of this station cut off may have been ended
    /// by the other side before we look at it for the first time, and ours is to be said all the same.</param>
    /// <returns>True when everything that was to be said is on the record.</returns>
    internal async Task<bool> LookAsync(StationLine open, bool all)
    {
        var now = Premises.Now;
        var items = open.Traffic.Read(picture =>
            (all ? [.. picture.View.Open(now), .. picture.View.RecentlySettled(now)] : picture.View.Open(now))
                .Where(i =>
                    i.Family is BlindFamily
                    && i.State is BlindFamily.Accepted or BlindFamily.Committed or BlindFamily.Aborted
                )
                .ToList()
        );
        var allSaid = true;
        foreach (var item in items)
        {
            if (
                BlindFamily.ProposalOf(item) is not { } proposal
                || BlindFamily.AcceptanceOf(item) is not { } acceptance
                || BlindFamily.Asked(item) is not { } asked
            )
                continue;
            var initiates = item.Root.Header.From == Premises.Self;
            if ((!initiates && asked != Premises.Self) || Book.Find(open.Id, item.Id) is not null)
                continue;
            if (
                BlindFamily.Of(item, Kinds.BlindCompared, Premises.Self) is not null
                || BlindFamily.Of(item, Kinds.BlindAborted, Premises.Self) is not null
            )
                continue;
            var nonce = initiates ? proposal.Nonce! : acceptance.Nonce!;
            if (
                (
                    item.State == BlindFamily.Aborted
                        ? BlindAbort.StationStopped
                        : await BeginAsync(
                            open,
                            item,
                            proposal,
                            acceptance,
                            nonce,
                            initiates ? asked : item.Root.Header.From
                        )
                )
                is not { } reason
            )
                continue;
            allSaid &= (
                await Diary.RecordAsync(
                    open,
                    item,
                    Kinds.BlindAborted,
                    BlindEntries.End(RunOf(acceptance), reason, byPeer: false)
                )
            ).TryGet(out _, out _);
            await Book.Choices.RemoveAsync(nonce);
        }
        foreach (var (nonce, choice) in Book.Choices.All)
        {
            if (choice.Line == open.Id && now - choice.At > BlindChoice.Forgotten)
                await Book.Choices.RemoveAsync(nonce);
        }
        return allSaid;
    }

    /// <summary>Null when the run began; else why it never will.</summary>
    private async Task<BlindAbort?> BeginAsync(
        StationLine open,
        Item item,
        BlindProposal proposal,
        BlindAcceptance acceptance,
        string nonce,
        PartyId peer
    )
    {
        if (Book.Choices.Find(nonce) is not { Started: false } choice)
            return BlindAbort.StationStopped;
        var line = open.Id;
        if (!BlindGrids.Read(proposal, open.Document.Policy).TryGet(out var profile, out _))
            return BlindAbort.ProfileDiffers;
        var asked = BlindFamily.Asked(item)!.Value;
        if (proposal.Nonce == acceptance.Nonce)
            return BlindAbort.OtherRun;
        var terms = BlindTerms.Of(
            profile,
            line,
            item.Root.Header.From,
            asked,
            Convert.FromHexString(proposal.Nonce!),
            Convert.FromHexString(acceptance.Nonce!),
            item.Root.Header.From == Premises.Self
        );
        if (terms.Run != RunOf(acceptance))
            return BlindAbort.OtherRun;
        // From here on the choice has served: a station that stops now does not begin anew (BLIND-CHECK-19).
        if (!(await Book.Choices.PutAsync(nonce, choice with { Started = true })).TryGet(out _, out _))
            return BlindAbort.StationStopped;
        var desk = new Side(this, open, new Agreed(item.Id, nonce, choice, terms, peer));
        var session = new BlindSession(
            desk,
            new BlindCase(item.Id, peer, terms),
            new BlindMeans(Book.Rules, Premises.Clock, Premises.Log)
        );
        desk.Session = session;
        if (!Book.TryAdd(terms.Run, line, session))
            return BlindAbort.OtherRun;
        session.Start();
        await Book.ForgetAsync();
        return null;
    }

    private static Hash RunOf(BlindAcceptance acceptance) =>
        Hash.TryParseHex(acceptance.Run, out var run) ? run : default; // its reader checked the digits

    /// <summary>The station, as one run sees it.</summary>
    private sealed class Side(BlindRunner runner, StationLine open, Agreed agreed) : IBlindDesk
    {
        internal BlindSession Session { get; set; } = null!;

        private LineId Line => open.Id;

        private Card Card => open.Document.CardOf(agreed.Peer)!;

        public SemaphoreSlim Slices => runner.slices;

        public bool CanDial => Card.Addresses.Count > 0;

        public Parsed<BlindOwn> Own() => runner.Selection.Chosen(agreed.Terms.Profile, agreed.Choice);

        public Item? Item() => runner.Diary.ItemOf(open, agreed.Check);

        public async Task<Outcome<EntryId>> RecordAsync(string kind, byte[] body)
        {
            if (Item() is not { } item)
                return Refusal.UnknownEntry(agreed.Check.ToString());
            var recorded = await runner.Diary.RecordAsync(open, item, kind, body);
            if (kind != Kinds.BlindCommitted)
                await runner.Book.Choices.RemoveAsync(agreed.Nonce);
            return recorded;
        }

        public bool IsHeld(EntryId own) =>
            open.Host.CosignedSizes(open.Host.Identity.Self).TryGetValue(agreed.Peer, out var size) && size > own.Seq;

        public Task<(BlindAbort Abort, string Reason)?> ChargeAsync(int bucket) =>
            runner.Book.ChargeAsync(Line, bucket);

        public Task<string?> KeepAsync(BlindResult found, BlindOwn own)
        {
            try
            {
                var shared = found.Shared.ToHashSet();
                var compared = own.Chosen.Select(c =>
                    c.What with
                    {
                        Shared = CellCover.Of(agreed.Terms.Profile, c.Volumes).TryGet(out var alone, out _)
                            ? alone.Cells.Count(shared.Contains)
                            : 0,
                    }
                );
                var proposal = BlindFamily.ProposalOf(Item()!)!;
                runner.Book.Results.Put(
                    new BlindKept(
                        Line,
                        agreed.Check,
                        agreed.Terms.Run.ToHex(),
                        agreed.Peer,
                        runner.Premises.Now,
                        proposal.Profile!,
                        found.Digest.ToHex(),
                        found.OwnCells,
                        found.PeerBucket,
                        found.IsSuspicious,
                        [.. compared],
                        BlindFolder.Bytes(found.Shared)
                    )
                );
                return Task.FromResult<string?>(null);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Task.FromResult<string?>(e.Message);
            }
        }

        public Task<LinkAnswer> AskAsync(ReadOnlyMemory<byte> exchange, CancellationToken ct) =>
            runner.Link.AskAsync(Card, Line, exchange, ct);

        public void Refused(string reason) => runner.Link.Refused(Line, agreed.Peer, reason);

        public void Changed() =>
            runner.Hub.Publish(
                new StationEvent.Blind(
                    new BlindData(
                        Line,
                        agreed.Check,
                        Session.Standing.Phase,
                        Session.Standing.Progress.Done,
                        Session.Standing.Progress.Total,
                        Session.Standing.Ended is { } end ? BlindEntries.Word(end.Reason) : null
                    )
                )
            );
    }

    public void Dispose() => slices.Dispose();
}
