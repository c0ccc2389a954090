using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Blind;
using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>Blind checks as officers propose, accept and stop them. A second officer releases what is prepared
/// here.</summary>
internal sealed class BlindProposals(
    Premises premises,
    LineTable lines,
    BlindBook book,
    BlindSelection selection,
    BlindChecks checks,
    SendDesk desk
)
{
    /// <summary>Keeps a proposal for a second officer to release, with what was chosen.</summary>
    internal async Task<Outcome<BlindPrepared>> ProposeAsync(
        LineId line,
        BlindTermsRequest request,
        Officer by,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var peers = open.Host.Identity.Peers;
        if (request.With is { } named && !peers.Contains(named))
            return Refusal.UnknownParty(named.Value);
        if ((request.With ?? (peers.Count == 1 ? peers[0] : null)) is not { } with)
            return Refusal.Invalid("with names the party that is asked, on a line of several");
        if (request.Expires <= premises.Now)
            return Refusal.Invalid("expires is past");
        if (
            !BlindGrids.GridOf(request, open.Document.Policy.Separation).TryGet(out var grid, out var unfit)
            || !BlindGrids.ProfileOf(grid).TryGet(out var profile, out unfit)
        )
            return new Refusal(BlindSelection.Unfit, unfit, 422);
        var choice = new BlindChoice(line, premises.Now, request.Activities, request.Volumes);
        if (!selection.Prepare(profile, choice).TryGet(out var own, out var why))
            return why;
        var nonce = Convert.ToHexStringLower(Randomness.Bytes(BlindTerms.NonceLength));
        var body = BlindEntries.Proposal(
            new BlindProposal
            {
                With = with.Value,
                Profile = grid,
                ProfileHash = BlindGrids.Text(profile.Hash()),
                Nonce = nonce,
                Note = request.Note,
                Expires = request.Expires,
            }
        );
        return await KeepForSecondAsync(
            line,
            nonce,
            choice,
            new EntryDraft(Kinds.BlindProposed, body, by, Mark: request.Mark, To: [with]),
            own,
            profile,
            ct
        );
    }

    /// <summary>Keeps an acceptance for a second officer to release; once it is on the record, the run
    /// begins.</summary>
    internal async Task<Outcome<BlindPrepared>> AcceptAsync(
        LineId line,
        EntryId check,
        BlindAcceptRequest request,
        Officer by,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (!checks.ItemOf(open, check).TryGet(out var item, out var why))
            return why;
        if (BlindFamily.ProposalOf(item) is not { } proposal || BlindFamily.Asked(item) != premises.Self)
            return new Refusal(BlindSelection.Unfit, "the proposal is not for this party", 409);
        if (!BlindGrids.Read(proposal, open.Document.Policy).TryGet(out var profile, out var unfit))
            return new Refusal(BlindSelection.Unfit, unfit, 422);
        var choice = new BlindChoice(line, premises.Now, request.Activities, request.Volumes);
        if (!selection.Prepare(profile, choice).TryGet(out var own, out why))
            return why;
        var nonce = Randomness.Bytes(BlindTerms.NonceLength);
        var terms = BlindTerms.Of(
            profile,
            line,
            item.Root.Header.From,
            premises.Self,
            Convert.FromHexString(proposal.Nonce!),
            nonce,
            isInitiator: false
        );
        var body = BlindEntries.Acceptance(
            new BlindAcceptance
            {
                ProfileHash = proposal.ProfileHash,
                Nonce = Convert.ToHexStringLower(nonce),
                Run = terms.Run.ToHex(),
            }
        );
        return await KeepForSecondAsync(
            line,
            Convert.ToHexStringLower(nonce),
            choice,
            new EntryDraft(
                Kinds.BlindAccepted,
                body,
                by,
                Mark: item.Root.Header.Mark,
                Re: [item.Id],
                To: [item.Root.Header.From]
            ),
            own,
            profile,
            ct
        );
    }

    /// <summary>Ends a run under way. What left before is not taken back.</summary>
    internal Outcome<BlindView> Stop(LineId line, EntryId check, Officer by)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (AuthorCheck.Seat(by, Kinds.BlindProposed) is { } seat)
            return seat;
        if (!checks.ItemOf(open, check).TryGet(out var item, out var why))
            return why;
        return book.Find(line, item.Id)?.Cancel() == true
            ? checks.One(line, item.Id)
            : new Refusal(AuthorCheck.IllegalStep, $"no run of {item.Id} is under way here: it is {item.State}", 409);
    }

    private async Task<Outcome<BlindPrepared>> KeepForSecondAsync(
        LineId line,
        string nonce,
        BlindChoice choice,
        EntryDraft draft,
        BlindOwn own,
        BlindProfile profile,
        CancellationToken ct
    )
    {
        if (!(await book.Choices.PutAsync(nonce, choice)).TryGet(out _, out var why))
            return why;
        if ((await desk.ProposeAsync(line, draft, ct)).TryGet(out var proposal, out why))
            return BlindChecks.Prepared(proposal, own, profile);
        await book.Choices.RemoveAsync(nonce);
        return why;
    }
}
