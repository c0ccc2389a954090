using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>
/// The cells of a profile's grid that volumes, widened by half the separation, touch. Two volumes that conflict have a
/// point between them
/// that is within half the separation of both, so their covers share the cell of that point: a blind check finds what
/// an open one finds,
/// within the profile's area and window.
/// </summary>
/// <param name="Cells">In ascending order, each once.</param>
/// <param name="Outside">Numbers of the volumes of which some part, widened, lies outside the profile's area or window:
/// that part is not compared.</param>
public sealed record CellCover(IReadOnlyList<Cell> Cells, IReadOnlyList<int> Outside)
{
    /// <summary>Most cells that one party can bring to a check.</summary>
    public const int MaxCells = 65_000;

    /// <summary>Most rectangles of the grid that are held against one outline.</summary>
    private const long MaxTried = 4_000_000;

    /// <summary>Added to half the separation, as a share and in metres: more than rounding and the difference of arc
    /// and chord can take away.</summary>
    private const double RoomShare = 1e-6,
        Room = 0.002;

    /// <summary>Covers volumes with cells; refused where that takes too many.</summary>
    public static Parsed<CellCover> Of(BlindProfile profile, IReadOnlyList<Volume4D> volumes)
    {
        var cells = new HashSet<Cell>();
        var outside = new List<int>();
        for (var i = 0; i < volumes.Count; i++)
        {
            if (Cover(profile, volumes[i], cells, out var whole) is { } reason)
                return new Rejected($"volume {i}: {reason}");
            if (!whole)
                outside.Add(i);
        }
        return new CellCover([.. cells.Order()], outside);
    }

    private static string? Cover(BlindProfile profile, Volume4D volume, HashSet<Cell> cells, out bool whole)
    {
        var separation = profile.Separation;
        var time = volume.Time.Widened((separation.Ticks + 1) / 2);
        var band = volume.Altitude.OnEllipsoid().Widened((separation.Vertical + 1) / 2);
        var (firstSlot, lastSlot) = Range(time.Start, time.End, profile.Start, profile.Slot, profile.Slots);
        var (firstLayer, lastLayer) = Range(
            band.Lower,
            band.Upper,
            profile.Floor,
            profile.LayerHeight,
            profile.Layers,
            openEnds: true
        );
        whole = time.Start >= profile.Start && time.End <= profile.End;
        if (firstSlot > lastSlot)
            return null;
        var reach = separation.Horizontal / 2 * (1 + RoomShare) + Room;
        var around = Globe.Around(volume.Outline.Box, reach);
        if (around.MaxY >= Vertex.Pole || around.MinY <= -Vertex.Pole)
            around = around with { MinX = profile.West, MaxX = profile.East };
        whole &= around.MinY >= profile.South && around.MaxY <= profile.North;
        var (firstRow, lastRow) = Range(around.MinY, around.MaxY, profile.South, profile.RowHeight, profile.Rows);
        var within = false;
        for (var east = -Vertex.Turn; east <= Vertex.Turn; east += Vertex.Turn)
        {
            within |= around.MinX + east >= profile.West && around.MaxX + east <= profile.East;
            var (firstColumn, lastColumn) = Range(
                around.MinX + east,
                around.MaxX + east,
                profile.West,
                profile.ColumnWidth,
                profile.Columns
            );
            if (firstRow > lastRow || firstColumn > lastColumn)
                continue;
            if ((lastRow - firstRow + 1) * (lastColumn - firstColumn + 1) > MaxTried)
                return "is too large for cells of this size";
            for (var row = firstRow; row <= lastRow; row++)
            {
                for (var column = firstColumn; column <= lastColumn; column++)
                {
                    if (!Rectangle(profile, row, column).IsWithin(volume.Outline, reach))
                        continue;
                    if ((lastSlot - firstSlot + 1) * (lastLayer - firstLayer + 1) + cells.Count > MaxCells * 2L)
                        return $"more than {MaxCells} cells are covered: take larger cells, or fewer activities";
                    for (var slot = firstSlot; slot <= lastSlot; slot++)
                    {
                        for (var layer = firstLayer; layer <= lastLayer; layer++)
                            cells.Add(new Cell((uint)slot, (uint)row, (uint)column, (uint)layer));
                    }
                }
            }
        }
        whole &= within;
        return cells.Count > MaxCells
            ? $"more than {MaxCells} cells are covered: take larger cells, or fewer activities"
            : null;
    }

    /// <summary>The steps whose closed extent meets a closed extent. With open ends, what lies beyond the grid counts
    /// to the step at its end.</summary>
    private static (long First, long Last) Range(
        long from,
        long to,
        long origin,
        long step,
        long count,
        bool openEnds = false
    )
    {
        var first = Floor((Int128)from - origin - 1, step);
        var last = Floor((Int128)to - origin, step);
        if (openEnds)
            return ((long)Int128.Clamp(first, 0, count - 1), (long)Int128.Clamp(last, 0, count - 1));
        return ((long)Int128.Max(first, 0), (long)Int128.Min(last, count - 1));
    }

    private static Int128 Floor(Int128 value, long step) => value >= 0 ? value / step : -((-value + step - 1) / step);

    private static Outline Rectangle(BlindProfile profile, long row, long column)
    {
        var (south, west) = (profile.South + row * profile.RowHeight, profile.West + column * profile.ColumnWidth);
        if (west >= Vertex.Turn / 2)
            west -= Vertex.Turn;
        return Outline.Rectangle(
            west,
            south,
            west + profile.ColumnWidth,
            Math.Min(south + profile.RowHeight, Vertex.Pole)
        );
    }
}
