using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Traffic;

namespace Parley.Station;

/// <summary>What is planned on the lines, and what of it conflicts.</summary>
internal sealed partial class StationRuntime
{
    public Outcome<IReadOnlyList<PlanView>> Plans(LineId line) => OnPlans(line, plans => Outcome<IReadOnlyList<PlanView>>.Of(PlanShapes.Of(line, plans, clock.GetUtcNow())));

    public Outcome<string> PlansAsGeoJson(LineId line) => OnPlans(line, plans => Outcome<string>.Of(PlanShapes.GeoJson(line, plans)));

    /// <summary>Whether plans may leave as Cursor-on-Target events.</summary>
    internal bool GivesCursorOnTarget { get; set; }

    public Outcome<string> PlansAsCursorOnTarget(LineId line) => !GivesCursorOnTarget
        ? new Refusal("cursor-on-target-off", "this station gives no Cursor-on-Target events: its settings would have to say \"cursorOnTarget\": true", 403)
        : OnPlans(line, plans => Outcome<string>.Of(PlanShapes.CursorOnTarget(line, plans, clock.GetUtcNow())));

    public async Task<Outcome<IReadOnlyList<DraftView>>> KeepCursorOnTargetAsync(LineId line, string document, Officer? by)
    {
        if (!TryOpen(line, out _)) return Refusal.UnknownLine(line.Value);
        if (!CursorOnTarget.Read(document).TryGet(out var events, out var problem)) return new Refusal(BadVolumes, problem, 422);
        var kept = new List<DraftView>(events.Count);
        foreach (var read in events)
        {
            var body = new JsonObject { ["name"] = read.Callsign ?? read.Uid, ["volumes"] = new JsonArray(read.Volume), ["note"] = read.Remarks is { } remarks ? $"{remarks} (Cursor-on-Target {read.Uid})" : $"Cursor-on-Target {read.Uid}" };
            using var content = JsonDocument.Parse(body.ToJsonString());
            if (!(await KeepDraftAsync(null, new DraftRequest(content.RootElement.Clone(), line, Parley.Traffic.Kinds.ActivityNotified, by))).TryGet(out var draft, out var why))
                return why with { Reason = $"{why.Reason} ({kept.Count} drafts before it are kept)" };
            kept.Add(draft);
        }
        return Outcome<IReadOnlyList<DraftView>>.Of(kept);
    }

    public Outcome<IReadOnlyList<ConflictView>> Conflicts(LineId line) => OnPlans(line, plans => Outcome<IReadOnlyList<ConflictView>>.Of([.. plans.Conflicts.Select(PlanShapes.Of)]));

    public Outcome<CheckAnswer> Check(CheckRequest request)
    {
        Attend();
        if (!VolumeReader.ReadVolumes(request.Volumes, "volumes").TryGet(out var volumes, out var problem)) return new Refusal(BadVolumes, problem, 422);
        Separation? asked = null;
        if (request.Separation is { } text)
        {
            if (!Separation.Parse(text).TryGet(out var least, out problem)) return Refusal.Invalid(problem);
            asked = least;
        }
        if (request.Line is { } only && !TryOpen(only, out _)) return Refusal.UnknownLine(only.Value);
        return Guarded<CheckAnswer>(() =>
        {
            var (compared, found) = (0, new List<LineConflict>());
            foreach (var open in lines.Values.Where(l => request.Line is null || l.Host.Identity.Line == request.Line).OrderBy(l => l.Host.Identity.Line.Value, StringComparer.Ordinal))
            {
                if (open.Traffic.IsFolding) return Refusal.NotYet("the station is still reading its record");
                open.Traffic.Plans((_, plans) =>
                {
                    compared += plans.Volumes;
                    var roles = plans.All.ToDictionary(p => p.Activity.Entry, p => p.Activity.Role);
                    found.AddRange(plans.Against(volumes, default, Self, asked ?? plans.Separation).Select(c => PlanShapes.Of(open.Host.Identity.Line, c, roles[c.Second])));
                    return true;
                });
            }
            return new CheckAnswer(compared, found, CheckAnswer.Words);
        });
    }

    private const string BadVolumes = "volumes";
    private const string InConflict = "conflicts";

    /// <summary>What an officer's plan must have before it is notified: volumes that can be read, and knowledge of what it conflicts with. TRAFFIC-61.</summary>
    private Refusal? JudgePlan(OpenLineHost open, EntryDraft draft)
    {
        if (!IsPlan(draft.Kind)) return null;
        return open.Traffic.Plans((_, plans) =>
        {
            if (plans.Refuse(Self, draft.Kind, draft.Body, draft.Re ?? [], out var missed) is not { } reason) return null;
            return missed.Count == 0 ? new Refusal(BadVolumes, reason, 422) : new Refusal(InConflict, reason, 409) { Conflicts = [.. missed.Select(PlanShapes.Of)] };
        });
    }

    private static bool IsPlan(string kind) => kind.StartsWith("activity.", StringComparison.Ordinal) || kind.StartsWith("area.", StringComparison.Ordinal) || kind.StartsWith("movement.", StringComparison.Ordinal);

    private Outcome<T> OnPlans<T>(LineId line, Func<ConflictBook, Outcome<T>> read)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        return Guarded<T>(() => open.Traffic.IsFolding ? Refusal.NotYet("the station is still reading its record") : open.Traffic.Plans((_, plans) => read(plans)));
    }
}
