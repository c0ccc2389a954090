using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>The opening of lines by ceremony (LINE clauses of docs/protocol/line.md), and of the journal by
/// itself.</summary>
internal sealed class Ceremony(
    Premises premises,
    LineTable lines,
    LineOpener opener,
    OwnFeeds ownFeeds,
    Attendance attending
) : ICeremony, IDisposable
{
    /// <summary>How long accepting a line waits for its first entry, so that whoever accepts it can write at
    /// once.</summary>
    private static readonly TimeSpan BeginsWithin = TimeSpan.FromSeconds(5);

    /// <summary>One line is opened at a time: looking for it and opening it are one step.</summary>
    private readonly SemaphoreSlim opening = new(1, 1);

    /// <exception cref="InvalidDataException">The store does not take it.</exception>
    internal async Task OpenJournalAsync(CancellationToken ct)
    {
        if (lines.Journal is not null)
            return;
        var document = LineDocument.Create(
            "journal",
            $"Journal of {premises.Card.Name}",
            premises.Now,
            Randomness.Bytes(LineDocument.NonceLength),
            [premises.Card],
            LinePolicy.Default
        );
        if (!(await AcceptAsync(document, OpeningDoubt.None, ct)).TryGet(out _, out var refused))
            throw new InvalidDataException($"the journal cannot be opened: {refused.Reason}");
    }

    public async Task<Outcome<OpenedLine>> OpenLineAsync(OpenLine request, CancellationToken ct)
    {
        var cards = new List<Card> { premises.Card };
        foreach (var note in request.Cards)
        {
            if (note is null)
                return Refusal.Invalid("a card is a text, not null");
            if (!Card.Parse(Encoding.UTF8.GetBytes(note)).TryGet(out var other, out var why))
                return Refusal.Invalid($"a card cannot be read: {why}");
            if (other.Party == premises.Self)
                return Refusal.Invalid("our own card is added by itself; give the others'");
            cards.Add(other);
        }
        if (cards.Count < 2)
            return Refusal.Invalid("a line needs at least one other party's card");
        LineDocument? before = null;
        if (request.Continues is { } old)
        {
            if (!lines.Find(old).TryGet(out var continued, out var unknown))
                return unknown;
            before = continued.Document;
        }
        var policy = Policy(request, before);
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
                premises.Now,
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
            ? new OpenedLine(document.Id, document.Bytes, FingerprintView.Of(document.Fingerprint))
            : refused;
    }

    /// <summary>The policy that is asked for: the line's that is continued, with what is asked otherwise.</summary>
    private static LinePolicy Policy(OpenLine request, LineDocument? before)
    {
        var policy = (before?.Policy ?? LinePolicy.Default) with { Fold = request.Fold ?? LinePolicy.NewestFold }; // LINE-14
        if (request.TwoPeople is { } acts)
            policy = policy with
            {
                TwoPeople = [.. acts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            };
        if (request.Separation is { } separation)
            policy = policy with { Separation = separation };
        return request.Times is { } times ? times.In(policy) : policy;
    }

    public async Task<Outcome<LineId>> AcceptLineAsync(AcceptLine request, CancellationToken ct)
    {
        if (!LineDocument.Parse(request.Document).TryGet(out var document, out var why))
            return Refusal.Invalid($"the line document cannot be read: {why}");
        if (document.CardOf(premises.Self) is not { } ours)
            return Refusal.Invalid($"the line document does not name {premises.Self}");
        var card = premises.Card;
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
            && lines.TryGet(before, out var continued)
            && document.FaultAsSuccessorOf(continued.Document) is { } fault
        )
            return Refusal.Invalid(fault);
        if (Unconfirmed(document, request.Fingerprints) is { } refusal)
            return refusal;
        if (!(await AcceptAsync(document, ownFeeds.DoubtOf(document), ct)).TryGet(out var accepted, out var refused))
            return refused;
        // Peers are asked what they hold of us before our first entry is written: mostly that takes a moment, and then
        // officers can write at once.
        if (lines.TryGet(accepted, out var open))
            await Task.WhenAny(open.Host.Begun, Task.Delay(BeginsWithin, premises.Clock, ct));
        return accepted;
    }

    /// <summary>Every other party's fingerprint must have been compared by another channel, and typed. LINE
    /// ceremony.</summary>
    private Refusal? Unconfirmed(LineDocument document, IReadOnlyDictionary<string, string> typed)
    {
        var wanted = document.Cards.Where(c => c.Party != premises.Self).ToList();
        foreach (var other in wanted)
        {
            if (typed.TryGetValue(other.Party.Value, out var text) && other.Fingerprint.FaultOf(text) is { } fault)
                return Refusal.FingerprintMismatch(other.Party.Value, fault);
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
            if (lines.Has(document.Id))
                return document.Id;
            var row = new LineRow(document.Id, document.Bytes, LineStanding.Accepted, premises.Now);
            await premises.Store.CommitAsync(
                [new PutLine(row.Line, row.Document, row.Standing, row.At)],
                CancellationToken.None
            );
            opener.Run(document, await premises.Store.LoadAsync(CancellationToken.None), row, doubt);
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

    public void Dispose() => opening.Dispose();
}
