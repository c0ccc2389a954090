using System.Text;
using System.Text.Json;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station;

/// <summary>Acts that wait for their second officer, and drafts that nobody has sent. Both are this station's own.</summary>
internal sealed partial class StationRuntime
{
    private const int IdBytes = 8;

    private readonly Shelf<Proposal> proposals;
    private readonly Shelf<RefusedProposal> refusedProposals;
    private readonly Shelf<KeptDraft> drafts;
    /// <summary>One officer at a time decides on proposals, so that none is released twice.</summary>
    private readonly SemaphoreSlim deciding = new(1, 1);

    private void LoadShelves(IReadOnlyDictionary<string, byte[]> meta)
    {
        alarms.Load(meta);
        foreach (var key in proposals.Load(meta).Concat(refusedProposals.Load(meta)).Concat(drafts.Load(meta)).Concat(blindChoices.Load(meta)).Concat(blindSpent.Load(meta))) StationLog.NotKept(log, key, "it was written by another version and stays as it is");
    }

    public async Task<Outcome<ProposalView>> ProposeAsync(LineId line, EntryDraft draft, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        if (AuthorCheck.Seat(draft.By, draft.Kind) is { } seat) return seat;
        var alone = Completed(open, draft) with { By = draft.By with { ReleasedBy = null } };
        var header = AuthorCheck.HeaderOf(new LineView(open.Traffic.Document), open.Traffic.Document, Self, alone, clock.GetUtcNow());
        var proposal = new Proposal($"p-{Convert.ToHexStringLower(Randomness.Bytes(IdBytes))}", line, TwoPeople.ActOf(AuthorCheck.EntryOf(header, alone)), header.At, alone.Kind, alone.Body, alone.By,
            alone.Precedence, alone.Mark, alone.Re ?? [], alone.To, alone.Lang);
        // Judged as it would be with a second officer: what could never be released is refused to whoever proposes it.
        if (await JudgeAsync(open, proposal.ReleasedBy(new Officer(alone.By.Seat, $"{alone.By.Name} and another")), ct) is { } why) return why;
        return (await proposals.PutAsync(proposal.Id, proposal)).TryGet(out var kept, out var full) ? kept.View() : full;
    }

    public IReadOnlyList<ProposalView> Proposals()
    {
        Attend();
        return [.. proposals.All.Select(p => p.Value.View()).OrderBy(p => p.At).ThenBy(p => p.Proposal, StringComparer.Ordinal)];
    }

    public async Task<Outcome<Appended>> ReleaseAsync(string proposal, Officer by, TimeSpan? wait, CancellationToken ct)
    {
        Attend();
        await deciding.WaitAsync(ct);
        try
        {
            if (proposals.Find(proposal) is not { } found) return Unknown(proposal);
            if (TwoPeople.IsSame(found.By, by))
                return new Refusal(AuthorCheck.TwoOfficers, $"{found.By.Name} proposed it: another officer releases it", 409);
            if (AuthorCheck.Seat(by, found.Kind) is { } seat) return seat;
            if (!(await AppendAsync(found.Line, found.ReleasedBy(by), wait, ct)).TryGet(out var appended, out var why)) return why;
            // It is on the record; should this fail, the proposal stands there once more, and its state machine will not take it twice.
            if (!(await proposals.RemoveAsync(proposal)).TryGet(out _, out var kept)) StationLog.NotKept(log, $"that {proposal} was released", kept.Reason);
            return appended;
        }
        finally
        {
            deciding.Release();
        }
    }

    public async Task<Outcome<RefusedProposalView>> RefuseAsync(string proposal, Officer by, string? reason, CancellationToken ct)
    {
        Attend();
        await deciding.WaitAsync(ct);
        try
        {
            if (proposals.Find(proposal) is not { } found) return Unknown(proposal);
            // Whoever made it takes it back; another refuses it from a seat that could release it.
            if (!TwoPeople.IsSame(found.By, by) && AuthorCheck.Seat(by, found.Kind) is { } seat) return seat;
            if (reason?.Length > RefusedProposal.MaxReason) return Refusal.TooLarge($"a reason is at most {RefusedProposal.MaxReason} characters");
            var refused = new RefusedProposal(found, by, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), clock.GetUtcNow());
            foreach (var old in refusedProposals.All.OrderByDescending(r => r.Value.At).Skip(RefusedProposal.Max - 1))
            {
                if (!(await refusedProposals.RemoveAsync(old.Key)).TryGet(out _, out var left)) return left;
            }
            if (!(await refusedProposals.PutAsync(proposal, refused)).TryGet(out _, out var why)) return why;
            if (!(await proposals.RemoveAsync(proposal)).TryGet(out _, out why)) return why;
            return refused.View();
        }
        finally
        {
            deciding.Release();
        }
    }

    public IReadOnlyList<RefusedProposalView> RefusedProposals()
    {
        Attend();
        return [.. refusedProposals.All.Select(r => r.Value.View()).OrderByDescending(r => r.At).ThenBy(r => r.Proposal.Proposal, StringComparer.Ordinal)];
    }

    /// <summary>Why a proposal cannot be decided on: refused already, or never known.</summary>
    private Refusal Unknown(string proposal) => refusedProposals.Find(proposal) is { } refused
        ? new Refusal("proposal-refused", $"{refused.By.Name} refused it{(refused.Reason is { } reason ? $": {reason}" : "")}", 409) : UnknownProposal;

    public IReadOnlyList<DraftView> Drafts()
    {
        Attend();
        return [.. drafts.All.Select(d => View(d.Key, d.Value)).OrderBy(d => d.At).ThenBy(d => d.Draft, StringComparer.Ordinal)];
    }

    public async Task<Outcome<DraftView>> KeepDraftAsync(string? draft, DraftRequest request)
    {
        Attend();
        var content = request.Content.GetRawText();
        if (content.Length > KeptDraft.MaxContent) return Refusal.TooLarge($"a draft is at most {KeptDraft.MaxContent} characters");
        if (draft is not null && drafts.Find(draft) is null) return UnknownDraft;
        var id = draft ?? $"d-{Convert.ToHexStringLower(Randomness.Bytes(IdBytes))}";
        return (await drafts.PutAsync(id, new KeptDraft(clock.GetUtcNow(), request.Line, request.Kind, request.By, content))).TryGet(out var kept, out var why) ? View(id, kept) : why;
    }

    public async Task<Outcome<DraftView>> DeleteDraftAsync(string draft)
    {
        Attend();
        if (!(await drafts.RemoveAsync(draft)).TryGet(out var gone, out var why)) return why;
        return gone is null ? UnknownDraft : View(draft, gone);
    }

    private static DraftView View(string id, KeptDraft draft)
    {
        var content = JsonSerializer.Deserialize(draft.Content, TrafficApiJson.Default.JsonElement);
        var problem = draft.Kind is { } kind && TrafficBodies.IsKnown(kind) && !TrafficBodies.Read(kind, Encoding.UTF8.GetBytes(draft.Content)).TryGet(out _, out var why) ? why : null;
        return new DraftView(id, draft.At, draft.Line, draft.Kind, draft.By, content, problem);
    }

    private static Refusal UnknownProposal => new("unknown-proposal", "no such proposal waits: it was released, refused, or never made", 404);

    private static Refusal UnknownDraft => new("unknown-draft", "there is no such draft", 404);
}
