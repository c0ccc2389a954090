using System.Text.Json;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Blind;
using Parley.Station.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Desks;

/// <summary>What our officers choose to compare in a blind check, as cells. It stays at this station.</summary>
internal sealed class BlindSelection(Premises premises, LineTable lines, BlindLimits limits)
{
    /// <summary>Code of what makes a blind check impossible before it begins.</summary>
    internal const string Unfit = "blind-unfit";

    /// <summary>What would be refused later is refused to whoever proposes it: no cells to bring, too many, or a grid
    /// so small that every set looks like all of it.</summary>
    internal Outcome<BlindOwn> Prepare(BlindProfile profile, BlindChoice choice)
    {
        if (profile.End <= premises.Now.UtcTicks)
            return new Refusal(Unfit, "the window is past", 422);
        if (!Chosen(profile, choice).TryGet(out var own, out var why))
            return new Refusal(Unfit, why, 422);
        var bucket = BlindBuckets.For(own.Cover.Cells.Count);
        return bucket > limits.CoverageShare * profile.TotalCells
            ? new Refusal(
                Unfit,
                $"a set of {bucket} points is more than {limits.CoverageShare:P0} of the {profile.TotalCells:0} cells of this grid: take smaller cells, or a larger area, band or window",
                422
            )
            : own;
    }

    /// <summary>Our chosen activities as cells; each by itself as well, so that it can be said what was not wholly
    /// compared.</summary>
    internal Parsed<BlindOwn> Chosen(BlindProfile profile, BlindChoice choice)
    {
        var chosen = new List<(BlindCompared What, IReadOnlyList<Volume4D> Volumes)>();
        if (choice.Activities is { } picks)
        {
            foreach (var pick in picks.Distinct())
            {
                if (!lines.TryGet(pick.Line, out var on) || OwnPlan(on, pick.Entry) is not { } plan)
                    return new Rejected($"{pick.Entry} on {pick.Line} is no activity of ours that stands");
                if (plan.Problem is { } problem)
                    return new Rejected($"{pick.Entry}: {problem}");
                chosen.Add((Compared(pick.Line, plan, NameOf(on, plan)), plan.Activity.Volumes));
            }
        }
        else
        {
            foreach (
                var on in lines
                    .All.Where(l => l.Id == choice.Line || l.Document.IsJournal)
                    .OrderBy(l => l.Id.Value, StringComparer.Ordinal)
            )
            {
                if (on.Traffic.IsFolding)
                    return new Rejected("the station is still reading its record");
                var own = on.Traffic.Read(picture =>
                    picture
                        .Conflicts.All.Where(p => IsOwnPlan(p) && p.Activity.Volumes.Count > 0)
                        .OrderBy(p => p.Activity.Entry.Seq)
                        .ToList()
                );
                chosen.AddRange(own.Select(p => (Compared(on.Id, p, NameOf(on, p)), p.Activity.Volumes)));
            }
        }
        if (choice.Volumes is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given)
        {
            if (!VolumeReader.ReadVolumes(given, "volumes").TryGet(out var volumes, out var problem))
                return new Rejected(problem);
            chosen.Add((new BlindCompared(null, null, null, volumes.Count, true, 0, 0), volumes));
        }
        if (chosen.Count == 0)
            return new Rejected("nothing is chosen to compare");
        if (!CellCover.Of(profile, [.. chosen.SelectMany(c => c.Volumes)]).TryGet(out var all, out var why))
            return new Rejected(why);
        if (all.Cells.Count > BlindBuckets.Largest - BlindRun.Canaries)
            return new Rejected($"{all.Cells.Count} cells are too many");
        if (all.Cells.Count == 0)
            return new Rejected("nothing of what is chosen lies within the area and the window");
        for (var i = 0; i < chosen.Count; i++)
        {
            if (CellCover.Of(profile, chosen[i].Volumes).TryGet(out var alone, out why))
                chosen[i] = (
                    chosen[i].What with
                    {
                        Whole = alone.Outside.Count == 0,
                        Cells = alone.Cells.Count,
                    },
                    chosen[i].Volumes
                );
        }
        return new BlindOwn(all, chosen);

        static BlindCompared Compared(LineId line, Planned plan, string? name) =>
            new(line, plan.Activity.Entry, name, plan.Activity.Volumes.Count, true, 0, 0);
    }

    private string? NameOf(StationLine on, Planned plan) =>
        on
            .Traffic.Read(picture => picture.View.ItemOf(plan.Activity.Entry, premises.Now))
            ?.Applied.Select(e => e.Body)
            .OfType<IVolumeBody>()
            .LastOrDefault() switch
        {
            ActivityPlan activity => activity.Name ?? activity.Type,
            Movement movement => movement.Purpose,
            StandingArea area => area.Name,
            _ => null,
        };

    private bool IsOwnPlan(Planned plan) =>
        plan.Activity.Owner == premises.Self && plan.Activity.Role == VolumeRole.Activity;

    private Planned? OwnPlan(StationLine on, EntryId entry) =>
        on.Traffic.Read(picture =>
            picture.Conflicts.All.FirstOrDefault(p => p.Activity.Entry == entry && p.Activity.Owner == premises.Self)
        );
}
