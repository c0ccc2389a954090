using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Station.Blind;

/// <summary>Between the profile as it stands in the record, as officers write it, and as it is computed with.</summary>
internal static class BlindGrids
{
    private const long Unit = 1_000_000_000; // 10⁻⁹ degree
    private const double MetresPerDegree = 111_195; // of latitude, mean
    private const double LeastCosine = 0.01;

    /// <summary>The profile of the numbers in an entry.</summary>
    internal static Parsed<BlindProfile> ProfileOf(BlindGrid grid)
    {
        if (grid.Separation is not { } separation)
            return new Rejected("the profile has no separation");
        if (
            Math.Abs(separation.Seconds) > Separation.MaxTicks / TimeSpan.TicksPerSecond
            || grid.SlotSeconds is <= 0 or > int.MaxValue
        )
            return new Rejected("a time of the profile is out of range");
        return BlindProfile.Of([
            grid.South,
            grid.West,
            grid.North,
            grid.East,
            grid.CellHeight,
            grid.CellWidth,
            grid.Floor,
            grid.Ceiling,
            grid.LayerHeight,
            grid.Start.UtcTicks,
            grid.End.UtcTicks,
            grid.SlotSeconds * TimeSpan.TicksPerSecond,
            separation.Horizontal,
            separation.Vertical,
            separation.Seconds * TimeSpan.TicksPerSecond,
        ]);
    }

    /// <summary>What is proposed in plain units, in whole numbers. A cell's width is that of its height in metres at
    /// the area's middle.</summary>
    internal static Parsed<BlindGrid> GridOf(BlindTermsRequest asked, LineSeparation separation)
    {
        if (asked.Area is not [var west, var south, var east, var north])
            return new Rejected("area is [west, south, east, north] in degrees");
        double[] numbers =
        [
            west,
            south,
            east,
            north,
            asked.CellMetres,
            asked.LayerMetres,
            asked.FloorMetres,
            asked.CeilingMetres,
        ];
        if (
            !numbers.All(double.IsFinite)
            || numbers.Any(n => Math.Abs(n) > 10_000_000)
            || asked.CellMetres <= 0
            || asked.LayerMetres <= 0
        )
            return new Rejected("a number of the profile is out of range");
        if (Math.Abs(west) > 180 || Math.Abs(east) > 180 || Math.Abs(south) > 90 || Math.Abs(north) > 90)
            return new Rejected("area is [west, south, east, north] in degrees");
        var height = asked.CellMetres / MetresPerDegree;
        var width = height / Math.Max(LeastCosine, Math.Cos(double.DegreesToRadians((south + north) / 2)));
        var (left, right) = (Units(west), Units(east));
        if (left == 180 * Unit)
            left = -left;
        if (right <= left)
            right += 360 * Unit;
        var grid = new BlindGrid
        {
            West = left,
            East = right,
            South = Units(south),
            North = Units(north),
            CellHeight = Units(height),
            CellWidth = Units(width),
            Floor = Millimetres(asked.FloorMetres),
            Ceiling = Millimetres(asked.CeilingMetres),
            LayerHeight = Millimetres(asked.LayerMetres),
            Start = asked.From,
            End = asked.Until,
            SlotSeconds = asked.SlotSeconds,
            Separation = SeparationOf(separation),
        };
        return ProfileOf(grid).TryGet(out _, out var why) ? grid : new Rejected(why);

        static long Units(double degrees) => (long)Math.Round(degrees * Unit);
        static long Millimetres(double metres) => (long)Math.Round(metres * 1000);
    }

    /// <summary>The line's separation, as a profile has it.</summary>
    internal static BlindSeparation SeparationOf(LineSeparation separation) =>
        new(separation.Metres * 1000L, separation.Height * 1000L, separation.Seconds);

    /// <summary>The profile of a proposal, where it is what its hash says, on this line's separation.</summary>
    internal static Parsed<BlindProfile> Read(BlindProposal proposal, LinePolicy policy)
    {
        if (!ProfileOf(proposal.Profile!).TryGet(out var profile, out var why))
            return new Rejected(why);
        if (proposal.ProfileHash != Text(profile.Hash()))
            return new Rejected("the profile is not the one that its hash names");
        return proposal.Profile!.Separation == SeparationOf(policy.Separation)
            ? profile
            : new Rejected("the profile's separation is not the line's");
    }

    internal static string Text(Hash hash) => $"sha256:{hash.ToHex()}";
}
