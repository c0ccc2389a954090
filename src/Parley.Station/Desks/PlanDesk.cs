using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>What is planned on the lines, and what of it conflicts.</summary>
internal sealed class PlanDesk(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    DraftShelf drafts,
    bool givesCursorOnTarget
)
{
    /// <summary>Activities, areas and movements that stand on a line, drafts among them: those after one, as many as an
    /// answer takes.</summary>
    internal Outcome<PlanPage<IReadOnlyList<PlanView>>> Plans(LineId line, EntryId? after) =>
        OnPlans<PlanPage<IReadOnlyList<PlanView>>>(
            line,
            plans => PlanShapes.Of(line, plans, premises.Self, after, premises.Now)
        );

    /// <summary>The same volumes as a GeoJSON FeatureCollection.</summary>
    internal Outcome<PlanPage<string>> PlansAsGeoJson(LineId line, EntryId? after) =>
        OnPlans<PlanPage<string>>(line, plans => PlanFormats.GeoJson(line, plans, premises.Self, after));

    /// <summary>What is in force as Cursor-on-Target events; refused unless the settings allow it.</summary>
    internal Outcome<PlanPage<string>> PlansAsCursorOnTarget(LineId line, EntryId? after) =>
        !givesCursorOnTarget
            ? new Refusal(
                "cursor-on-target-off",
                "this station gives no Cursor-on-Target events: its settings would have to say \"cursorOnTarget\": true",
                403
            )
            : OnPlans<PlanPage<string>>(
                line,
                plans => PlanFormats.CursorOnTarget(line, plans, premises.Self, after, premises.Now)
            );

    /// <summary>Cursor-on-Target events as drafts of activities, one for each.</summary>
    internal async Task<Outcome<KeptEvents>> KeepCursorOnTargetAsync(
        LineId line,
        ReadOnlyMemory<byte> document,
        Officer? by
    )
    {
        if (!lines.Find(line).TryGet(out _, out var unknown))
            return unknown;
        if (!CursorOnTarget.Read(document).TryGet(out var read, out var problem))
            return new Refusal(PlanJudge.BadVolumes, problem, 422);
        // All of it or nothing: half of a document would be another picture.
        var room = drafts.RoomFor(by);
        if (read.Events.Count > room)
            return new Refusal(
                "too-many",
                $"the document has {read.Events.Count} areas, and there is room for {room} more drafts: send or delete some first",
                409
            );
        var kept = new List<DraftView>(read.Events.Count);
        foreach (var one in read.Events)
        {
            var body = new JsonObject
            {
                ["name"] = one.Callsign ?? one.Uid,
                ["volumes"] = new JsonArray(one.Volume),
                ["note"] = one.Remarks is { } remarks
                    ? $"{remarks} (Cursor-on-Target {one.Uid})"
                    : $"Cursor-on-Target {one.Uid}",
            };
            using var content = JsonDocument.Parse(body.ToJsonString());
            if (
                !(
                    await drafts.KeepAsync(
                        null,
                        new DraftRequest(content.RootElement.Clone(), line, Parley.Traffic.Kinds.ActivityNotified, by)
                    )
                ).TryGet(out var draft, out var why)
            )
                return why with { Reason = $"{why.Reason} ({kept.Count} drafts before it are kept)" };
            kept.Add(draft);
        }
        return new KeptEvents(kept, read.PassedOver);
    }

    /// <summary>What conflicts on a line, the earliest first.</summary>
    internal Outcome<IReadOnlyList<ConflictView>> Conflicts(LineId line, string? after) =>
        OnPlans(
            line,
            plans =>
            {
                var all = plans.Found.All;
                var from = after is null ? 0 : all.Select(c => c.Key).ToList().IndexOf(after) + 1;
                if (after is not null && from == 0)
                    return Refusal.Invalid("the conflict under after does not stand any more: begin again");
                return Outcome<IReadOnlyList<ConflictView>>.Of([
                    .. all.Skip(from).Take(ConflictView.MaxPage).Select(PlanShapes.Of),
                ]);
            }
        );

    /// <summary>What volumes would conflict with, on one line or on all of this station's; nothing of the question
    /// leaves the station.</summary>
    internal Outcome<CheckAnswer> Check(CheckRequest request)
    {
        if (!VolumeReader.ReadVolumes(request.Volumes, "volumes").TryGet(out var volumes, out var problem))
            return new Refusal(PlanJudge.BadVolumes, problem, 422);
        Separation? asked = null;
        if (request.Separation is { } text)
        {
            if (!Separation.Parse(text).TryGet(out var least, out problem))
                return Refusal.Invalid(problem);
            asked = least;
        }
        if (request.Line is { } only && !lines.Find(only).TryGet(out _, out var unknown))
            return unknown;
        return integrity.Guarded<CheckAnswer>(() =>
        {
            var (compared, beyond, more, found) = (0, 0, 0, new List<LineConflict>());
            foreach (
                var open in lines
                    .All.Where(l => request.Line is null || l.Id == request.Line)
                    .OrderBy(l => l.Id.Value, StringComparer.Ordinal)
            )
            {
                if (open.Traffic.IsFolding)
                    return Refusal.NotYet("the station is still reading its record");
                open.Traffic.Read(picture =>
                {
                    var plans = picture.Conflicts;
                    compared += plans.Compared;
                    beyond += plans.All.Count(p => p.Beyond is not null);
                    var against = plans.Against(volumes, default, premises.Self, asked ?? plans.Separation);
                    more += Math.Max(0, found.Count + against.Count - CheckAnswer.MaxListed);
                    found.AddRange(
                        against
                            .OrderBy(c => plans.Find(c.Second)!.Activity.Role != VolumeRole.Protected)
                            .Take(CheckAnswer.MaxListed - found.Count)
                            .Select(c => PlanShapes.Of(open.Id, c, plans.Find(c.Second)!.Activity.Role))
                    );
                    return true;
                });
            }
            return new CheckAnswer(compared, found, CheckAnswer.Said(beyond, more));
        });
    }

    private Outcome<T> OnPlans<T>(LineId line, Func<ConflictBook, Outcome<T>> read)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<T>(() =>
            open.Traffic.IsFolding
                ? Refusal.NotYet("the station is still reading its record")
                : open.Traffic.Read(picture => read(picture.Conflicts))
        );
    }
}
