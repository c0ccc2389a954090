using FsCheck;
using FsCheck.Fluent;
using Parley.Record;
using Xunit;

namespace Parley.Deconfliction.Tests;

/// <summary>Laws of the comparison, on volumes from seeds that FsCheck draws and prints.</summary>
public sealed class PropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(400);

    private static void Holds(Func<RandomVolumes, bool> law) =>
        Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => law(new RandomVolumes(seed))));

    private static Separation Some(RandomVolumes random) =>
        (random.Next().Altitude.Lower & 3) switch
        {
            0 => Separation.None,
            1 => Samples.Apart("500m,100m,60s"),
            2 => Samples.Apart("5km,300m,10min"),
            _ => Samples.Apart("20km"),
        };

    [Fact]
    public void A_conflict_is_the_same_from_either_side() =>
        Holds(random => // DECONFLICTION-2
        {
            var (a, b, s) = (random.Next(), random.Next(), Some(random));
            return a.ConflictsWith(b, s) == b.ConflictsWith(a, s) && a.ConflictsWith(a, s);
        });

    [Fact]
    public void Moving_both_across_the_antimeridian_changes_nothing() =>
        Holds(random => // DECONFLICTION-4
        {
            var (a, b) = (random.Outline(), random.Outline());
            foreach (var metres in (double[])[0, 700, 20_000])
            {
                var before = a.IsWithin(b, metres);
                foreach (var degrees in (double[])[180, -143, 0.5, 359])
                {
                    if (Moved(a, degrees).IsWithin(Moved(b, degrees), metres) != before)
                        return false;
                }
            }
            return true;
        });

    [Fact]
    public void More_separation_never_loses_a_conflict() =>
        Holds(random => // DECONFLICTION-6
        {
            var (a, b) = (random.Outline(), random.Outline());
            var near = false;
            foreach (var metres in (double[])[0, 0.01, 1, 50, 700, 5_000, 20_000, 100_000])
            {
                var now = a.IsWithin(b, metres);
                if (near && !now)
                    return false;
                near = now;
            }
            return true;
        });

    [Fact]
    public void A_box_never_rules_out_a_conflict() =>
        Holds(random => // DECONFLICTION-11
        {
            var (a, b, s) = (random.Next(), random.Next(), Some(random));
            if (!a.ConflictsWith(b, s))
                return true;
            var box = CoarseBox.Of(a, s);
            return new[] { 0, CoarseBox.Turn, -CoarseBox.Turn }.Any(east => box.East(east).Meets(CoarseBox.Of(b)));
        });

    [Fact]
    public void What_is_reported_as_common_lies_in_both_widened_boxes() =>
        Holds(random =>
        {
            var (a, b, s) = (random.Next(), random.Next(), Some(random));
            if (!a.ConflictsWith(b, s))
                return true;
            var overlap = Overlap.Of(a, b, s);
            return overlap.Time.Start <= overlap.Time.End && overlap.Altitude.Lower <= overlap.Altitude.Upper;
        });

    private static Outline Moved(Outline outline, double degrees)
    {
        var by = Vertex.OfDegrees(degrees, 0).X;
        if (outline.IsCircle)
            return Outline.Circle(Home(outline.Centre.East(by)), outline.Radius).Required();
        var shell = outline.Shell.ToList();
        if (
            shell.Count > 3
            && Math.Abs(shell[^1].Y) == Vertex.Pole
            && Math.Abs(shell[^2].Y) == Vertex.Pole
            && Math.Abs(shell[^1].X - shell[^2].X) == Vertex.Turn
        )
            shell.RemoveRange(shell.Count - 3, 3); // closed over the pole by us
        return Outline.Polygon([.. shell.Select(v => Home(v.East(by)))]).Required();
    }

    private static Vertex Home(Vertex v) =>
        v.X > Vertex.Turn / 2 ? Home(v.East(-Vertex.Turn))
        : v.X < -Vertex.Turn / 2 ? Home(v.East(Vertex.Turn))
        : v;
}
