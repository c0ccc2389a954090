using System.Text.Json;
using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Blind;
using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station;

/// <summary>Blind checks as officers see and start them. What they choose to compare stays at this station.</summary>
internal sealed partial class StationRuntime : IBlindOperations
{
    /// <summary>Code of what makes a blind check impossible before it begins.</summary>
    private const string BlindUnfit = "blind-unfit";

    private readonly BlindLimits blindLimits;
    private readonly BlindFolder blindResults;
    private readonly Shelf<BlindChoice> blindChoices;
    private readonly Shelf<BlindSpent> blindSpent;

    public Outcome<BlindListView> BlindChecks(LineId line)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        var now = clock.GetUtcNow();
        return Guarded<BlindListView>(() =>
        {
            var items = open.Traffic.Read(view => view.RecentlySettled(now).Concat(view.Open(now)).Where(i => i.Family is BlindFamily && i.State != i.Family.Unreadable).ToList());
            var spent = SpentOn(line);
            return new BlindListView(new BlindBudgetView(spent.Day, spent.Spent, blindLimits.CellsPerDay),
                [.. items.OrderBy(i => i.Root.Header.At).ThenBy(i => i.Id.ToString(), StringComparer.Ordinal).Select(i => BlindShapes.Of(i, open.Traffic.Document, Find(line, i.Id), null))]);
        });
    }

    public Outcome<BlindView> BlindCheck(LineId line, EntryId check)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        return Guarded<BlindView>(() => BlindItem(open, check).TryGet(out var item, out var why)
            ? BlindShapes.Of(item, open.Traffic.Document, Find(line, item.Id), BlindFamily.AcceptanceOf(item)?.Run is { } run ? blindResults.Find(run) : null) : why);
    }

    public Outcome<string> BlindCells(LineId line, EntryId check)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        return Guarded<string>(() =>
        {
            if (!BlindItem(open, check).TryGet(out var item, out var why)) return why;
            return item.State == BlindFamily.Agreed && BlindFamily.AcceptanceOf(item)?.Run is { } run && blindResults.Find(run) is { } kept ? BlindShapes.GeoJson(kept)
                : new Refusal("no-result", $"{item.Id} is {item.State}: there is no agreed result at this station", 404);
        });
    }

    public async Task<Outcome<BlindPrepared>> ProposeBlindAsync(LineId line, BlindTermsRequest request, Officer by, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        var peers = open.Host.Identity.Peers;
        if (request.With is { } named && !peers.Contains(named)) return Refusal.UnknownParty(named.Value);
        if ((request.With ?? (peers.Count == 1 ? peers[0] : null)) is not { } with) return Refusal.Invalid("with names the party that is asked, on a line of several");
        if (request.Expires <= clock.GetUtcNow()) return Refusal.Invalid("expires is past");
        if (!BlindGrids.GridOf(request, open.Traffic.Document.Policy.Separation).TryGet(out var grid, out var unfit) || !BlindGrids.ProfileOf(grid).TryGet(out var profile, out unfit)) return new Refusal(BlindUnfit, unfit, 422);
        var choice = new BlindChoice(line, clock.GetUtcNow(), request.Activities, request.Volumes);
        if (!Prepare(profile, choice).TryGet(out var own, out var why)) return why;
        var nonce = Convert.ToHexStringLower(Randomness.Bytes(BlindTerms.NonceLength));
        var body = BlindEntries.Proposal(new BlindProposal { With = with.Value, Profile = grid, ProfileHash = BlindGrids.Text(profile.Hash()), Nonce = nonce, Note = request.Note, Expires = request.Expires });
        return await KeepForSecondAsync(line, nonce, choice, new EntryDraft(Kinds.BlindProposed, body, by, Mark: request.Mark, To: [with]), own, profile, ct);
    }

    public async Task<Outcome<BlindPrepared>> AcceptBlindAsync(LineId line, EntryId check, BlindAcceptRequest request, Officer by, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        if (!BlindItem(open, check).TryGet(out var item, out var why)) return why;
        if (BlindFamily.ProposalOf(item) is not { } proposal || BlindFamily.Asked(item) != Self) return new Refusal(BlindUnfit, "the proposal is not for this party", 409);
        if (!BlindGrids.Read(proposal, open.Traffic.Document.Policy).TryGet(out var profile, out var unfit)) return new Refusal(BlindUnfit, unfit, 422);
        var choice = new BlindChoice(line, clock.GetUtcNow(), request.Activities, request.Volumes);
        if (!Prepare(profile, choice).TryGet(out var own, out why)) return why;
        var nonce = Randomness.Bytes(BlindTerms.NonceLength);
        var terms = BlindTerms.Of(profile, line, item.Root.Header.From, Self, Convert.FromHexString(proposal.Nonce!), nonce, isInitiator: false);
        var body = BlindEntries.Acceptance(new BlindAcceptance { ProfileHash = proposal.ProfileHash, Nonce = Convert.ToHexStringLower(nonce), Run = terms.Run.ToHex() });
        return await KeepForSecondAsync(line, Convert.ToHexStringLower(nonce), choice, new EntryDraft(Kinds.BlindAccepted, body, by, Mark: item.Root.Header.Mark, Re: [item.Id], To: [item.Root.Header.From]), own, profile, ct);
    }

    public Outcome<BlindPrepared> PreparedBlind(string proposal)
    {
        Attend();
        if (proposals.Find(proposal) is not { Body: { } body } found || !TrafficBodies.Read(found.Kind, body).TryGet(out var read, out _)) return UnknownProposal;
        if (!TryOpen(found.Line, out var open)) return Refusal.UnknownLine(found.Line.Value);
        return Guarded<BlindPrepared>(() =>
        {
            var (asked, nonce) = read switch
            {
                BlindProposal own => (own, own.Nonce),
                BlindAcceptance acceptance when found.Re.Count > 0 && BlindItem(open, found.Re[0]).TryGet(out var item, out _) => (BlindFamily.ProposalOf(item), acceptance.Nonce),
                _ => (null, null),
            };
            if (asked is null || nonce is null || blindChoices.Find(nonce) is not { } choice) return new Refusal("unknown-proposal", $"{proposal} is no blind check that waits here", 404);
            if (!BlindGrids.Read(asked, open.Traffic.Document.Policy).TryGet(out var profile, out var unfit)) return new Refusal(BlindUnfit, unfit, 422);
            return Prepare(profile, choice).TryGet(out var chosen, out var why) ? Prepared(found.View(), chosen, profile) : why;
        });
    }

    private static BlindPrepared Prepared(ProposalView proposal, BlindOwn own, BlindProfile profile) =>
        new(proposal, own.Cover.Cells.Count, BlindBuckets.For(own.Cover.Cells.Count), [.. own.Chosen.Select(c => c.What)], BlindShapes.Of(profile));

    public Outcome<BlindView> StopBlind(LineId line, EntryId check, Officer by)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        if (AuthorCheck.Seat(by, Kinds.BlindProposed) is { } seat) return seat;
        if (!BlindItem(open, check).TryGet(out var item, out var why)) return why;
        return Find(line, item.Id)?.Cancel() == true ? BlindCheck(line, item.Id) : new Refusal(AuthorCheck.IllegalStep, $"no run of {item.Id} is under way here: it is {item.State}", 409);
    }

    private Outcome<Item> BlindItem(OpenLineHost open, EntryId check)
    {
        if (open.Traffic.IsFolding) return Refusal.NotYet("the station is still reading its record");
        return open.Traffic.Read(view => view.ItemOf(check, clock.GetUtcNow())) is { Family: BlindFamily } item && item.State != item.Family.Unreadable ? item : new Refusal("no-check", $"{check} is no blind check that is open or ended lately", 404);
    }

    /// <summary>What would be refused later is refused to whoever proposes it: no cells to bring, too many, or a grid so small that every set looks like all of it.</summary>
    private Outcome<BlindOwn> Prepare(BlindProfile profile, BlindChoice choice)
    {
        if (profile.End <= clock.GetUtcNow().UtcTicks) return new Refusal(BlindUnfit, "the window is past", 422);
        if (!Chosen(profile, choice).TryGet(out var own, out var why)) return new Refusal(BlindUnfit, why, 422);
        var bucket = BlindBuckets.For(own.Cover.Cells.Count);
        return bucket > blindLimits.CoverageShare * profile.TotalCells
            ? new Refusal(BlindUnfit, $"a set of {bucket} points is more than {blindLimits.CoverageShare:P0} of the {profile.TotalCells:0} cells of this grid: take smaller cells, or a larger area, band or window", 422) : own;
    }

    private async Task<Outcome<BlindPrepared>> KeepForSecondAsync(LineId line, string nonce, BlindChoice choice, EntryDraft draft, BlindOwn own, BlindProfile profile, CancellationToken ct)
    {
        if (!(await blindChoices.PutAsync(nonce, choice)).TryGet(out _, out var why)) return why;
        if ((await ProposeAsync(line, draft, ct)).TryGet(out var proposal, out why)) return Prepared(proposal, own, profile);
        await blindChoices.RemoveAsync(nonce);
        return why;
    }

    /// <summary>Our chosen activities as cells; each by itself as well, so that it can be said what was not wholly compared.</summary>
    private Parsed<BlindOwn> Chosen(BlindProfile profile, BlindChoice choice)
    {
        var chosen = new List<(BlindCompared What, IReadOnlyList<Volume4D> Volumes)>();
        if (choice.Activities is { } picks)
        {
            foreach (var pick in picks.Distinct())
            {
                if (!lines.TryGetValue(pick.Line, out var on) || OwnPlan(on, pick.Entry) is not { } plan) return new Rejected($"{pick.Entry} on {pick.Line} is no activity of ours that stands");
                if (plan.Problem is { } problem) return new Rejected($"{pick.Entry}: {problem}");
                chosen.Add((Compared(pick.Line, plan), plan.Activity.Volumes));
            }
        }
        else
        {
            foreach (var on in lines.Values.Where(l => l.Host.Identity.Line == choice.Line || l.Host.Identity.Document.IsJournal).OrderBy(l => l.Host.Identity.Line.Value, StringComparer.Ordinal))
            {
                if (on.Traffic.IsFolding) return new Rejected("the station is still reading its record");
                chosen.AddRange(on.Traffic.Plans((_, plans) => plans.All.Where(p => IsOwnPlan(p) && p.Activity.Volumes.Count > 0).OrderBy(p => p.Activity.Entry.Seq).Select(p => (Compared(on.Host.Identity.Line, p), p.Activity.Volumes)).ToList()));
            }
        }
        if (choice.Volumes is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given)
        {
            if (!VolumeReader.ReadVolumes(given, "volumes").TryGet(out var volumes, out var problem)) return new Rejected(problem);
            chosen.Add((new BlindCompared(null, null, null, volumes.Count, true, 0, 0), volumes));
        }
        if (chosen.Count == 0) return new Rejected("nothing is chosen to compare");
        if (!CellCover.Of(profile, [.. chosen.SelectMany(c => c.Volumes)]).TryGet(out var all, out var why)) return new Rejected(why);
        if (all.Cells.Count > BlindBuckets.Largest - BlindRun.Canaries) return new Rejected($"{all.Cells.Count} cells are too many");
        if (all.Cells.Count == 0) return new Rejected("nothing of what is chosen lies within the area and the window");
        for (var i = 0; i < chosen.Count; i++)
        {
            if (CellCover.Of(profile, chosen[i].Volumes).TryGet(out var alone, out why)) chosen[i] = (chosen[i].What with { Whole = alone.Outside.Count == 0, Cells = alone.Cells.Count }, chosen[i].Volumes);
        }
        return new BlindOwn(all, chosen);

        static BlindCompared Compared(LineId line, Planned plan) => new(line, plan.Activity.Entry, NameOf(plan.Item), plan.Activity.Volumes.Count, true, 0, 0);
    }

    private static string? NameOf(Item item) => item.Applied.Select(e => e.Body).OfType<IVolumeBody>().LastOrDefault() switch { ActivityPlan plan => plan.Name ?? plan.Type, Movement movement => movement.Purpose, StandingArea area => area.Name, _ => null };

    private bool IsOwnPlan(Planned plan) => plan.Activity.Owner == Self && plan.Activity.Role == VolumeRole.Activity;

    private Planned? OwnPlan(OpenLineHost on, EntryId entry) => on.Traffic.Plans((_, plans) => plans.All.FirstOrDefault(p => p.Activity.Entry == entry && p.Activity.Owner == Self));

    /// <summary>
    /// What an officer may not write by hand: the station's own steps; and a start without what it is to compare, or by other terms than this line's. Judged again when it is
    /// released.
    /// </summary>
    private Refusal? JudgeBlind(OpenLineHost open, EntryDraft draft, bool byStation)
    {
        if (byStation) return null;
        switch (draft.Kind)
        {
            case Kinds.BlindCommitted or Kinds.BlindCompared or Kinds.BlindAborted: return new Refusal(AuthorCheck.IllegalStep, $"the station writes {draft.Kind} by itself, as a run goes", 409);
            case Kinds.BlindProposed or Kinds.BlindAccepted: break;
            default: return null;
        }
        if (draft.Body is null || !TrafficBodies.Read(draft.Kind, draft.Body).TryGet(out var body, out _)) return null; // the view says what is wrong with it
        var nonce = body is BlindProposal own ? own.Nonce : (body as BlindAcceptance)?.Nonce;
        if (nonce is null || blindChoices.Find(nonce) is not { Started: false }) return new Refusal(AuthorCheck.IllegalStep, "a blind check is started with what is to be compared: by the blind check's own request", 409);
        if (draft.Kind == Kinds.BlindProposed) return null;
        return blindRuns.Values.Any(r => r.Line == open.Host.Identity.Line && !r.Session.IsOver) ? new Refusal("blind-busy", "another blind check is under way on this line: one at a time", 409) : null;
    }
}
