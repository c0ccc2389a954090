using System.Buffers.Binary;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>One cell of a profile's grid: a slot of time, a row of latitude, a column of longitude, a layer of
/// altitude, each from 0.</summary>
public readonly record struct Cell(uint Slot, uint Row, uint Column, uint Layer) : IComparable<Cell>
{
    /// <summary>Bytes of a cell: the four numbers, big-endian.</summary>
    public const int Length = 16;

    /// <summary>Writes the <see cref="Length"/> bytes of the cell.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Slot);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], Row);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], Column);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Layer);
    }

    /// <summary>Reads the <see cref="Length"/> bytes of a cell.</summary>
    public static Cell Read(ReadOnlySpan<byte> bytes) =>
        new(
            BinaryPrimitives.ReadUInt32BigEndian(bytes),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
        );

    public int CompareTo(Cell other) =>
        (Slot, Row, Column, Layer).CompareTo((other.Slot, other.Row, other.Column, other.Layer));

    public static bool operator <(Cell a, Cell b) => a.CompareTo(b) < 0;

    public static bool operator >(Cell a, Cell b) => a.CompareTo(b) > 0;

    public static bool operator <=(Cell a, Cell b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Cell a, Cell b) => a.CompareTo(b) >= 0;
}

/// <summary>
/// What two parties compare in a blind check: a grid over an area, a band and a window, and the separation that counts
/// as a conflict.
/// The datum is WGS 84 and altitudes are above its ellipsoid. Both must hold the same bytes, compared by their hash,
/// before anything else.
/// </summary>
public sealed record BlindProfile
{
    /// <summary>Most cells along one dimension.</summary>
    public const long MaxSteps = 1 << 20;

    private static ReadOnlySpan<byte> Label => "parley/blind-profile/v1\n"u8;

    private readonly long[] fields;

    private BlindProfile(long[] fields)
    {
        this.fields = fields;
        (Rows, Columns, Layers, Slots) = (
            Steps(North - South, RowHeight),
            Steps(East - West, ColumnWidth),
            Steps((long)Ceiling - Floor, LayerHeight),
            Steps(End - Start, Slot)
        );
    }

    /// <summary>The area's edges in units of 10⁻⁹ degree; <see cref="East"/> lies east of <see cref="West"/> and may be
    /// beyond 180°.</summary>
    public long South => fields[0];
    public long West => fields[1];
    public long North => fields[2];
    public long East => fields[3];

    /// <summary>A cell's extent in latitude and in longitude, in units of 10⁻⁹ degree.</summary>
    public long RowHeight => fields[4];
    public long ColumnWidth => fields[5];

    /// <summary>Millimetres above the ellipsoid. The lowest and the highest layer have no outer end.</summary>
    public int Floor => (int)fields[6];
    public int Ceiling => (int)fields[7];
    public int LayerHeight => (int)fields[8];

    /// <summary>The window compared, and the length of a slot, in ticks of 100 ns.</summary>
    public long Start => fields[9];
    public long End => fields[10];
    public long Slot => fields[11];

    /// <summary>What counts as a conflict; every volume is widened by half of it.</summary>
    public Separation Separation => new(fields[12] / 1000.0, (int)fields[13], fields[14]);

    public long Rows { get; }
    public long Columns { get; }
    public long Layers { get; }
    public long Slots { get; }

    /// <summary>Cells of the whole grid.</summary>
    public double TotalCells => (double)Rows * Columns * Layers * Slots;

    /// <summary>A profile, or the reason why these numbers make none.</summary>
    /// <param name="area">South-west and north-east corner; the east edge is moved by a turn where it lies west of the
    /// west edge.</param>
    /// <param name="cell">Width and height of a cell in units of 10⁻⁹ degree.</param>
    /// <param name="band">Floor and ceiling in millimetres above the ellipsoid.</param>
    public static Parsed<BlindProfile> Create(
        (Vertex SouthWest, Vertex NorthEast) area,
        (long Width, long Height) cell,
        (int Floor, int Ceiling) band,
        int layerHeight,
        TimeWindow window,
        TimeSpan slot,
        Separation separation
    )
    {
        var east = area.NorthEast.X > area.SouthWest.X ? area.NorthEast.X : area.NorthEast.X + Vertex.Turn;
        return OfFields([
            area.SouthWest.Y,
            area.SouthWest.X,
            area.NorthEast.Y,
            east,
            cell.Height,
            cell.Width,
            band.Floor,
            band.Ceiling,
            layerHeight,
            window.Start,
            window.End,
            slot.Ticks,
            (long)Math.Ceiling(separation.Horizontal * 1000),
            separation.Vertical,
            separation.Ticks,
        ]);
    }

    /// <summary>A profile of the fifteen numbers of BLIND-CHECK-2, in their order, or the reason why they make
    /// none.</summary>
    public static Parsed<BlindProfile> Of(IReadOnlyList<long> numbers) =>
        numbers.Count == FieldCount
            ? OfFields([.. numbers])
            : throw new ArgumentException($"a profile is {FieldCount} numbers", nameof(numbers));

    /// <summary>The bytes that both parties must agree on: a label, then fifteen numbers of 64 bits,
    /// big-endian.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[Label.Length + 8 * fields.Length];
        Label.CopyTo(bytes);
        for (var i = 0; i < fields.Length; i++)
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(Label.Length + 8 * i), fields[i]);
        return bytes;
    }

    /// <summary>SHA-256 of <see cref="Encode"/>.</summary>
    public Hash Hash() => Sha256.Of(Encode());

    /// <summary>Reads the bytes of another party's profile.</summary>
    public static Parsed<BlindProfile> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Label.Length + 8 * FieldCount || !bytes.StartsWith(Label))
            return new Rejected("is no blind profile of version 1");
        var numbers = new long[FieldCount];
        for (var i = 0; i < FieldCount; i++)
            numbers[i] = BinaryPrimitives.ReadInt64BigEndian(bytes[(Label.Length + 8 * i)..]);
        return OfFields(numbers);
    }

    private const int FieldCount = 15;

    private static Parsed<BlindProfile> OfFields(long[] f)
    {
        if (f[0] < -Vertex.Pole || f[2] > Vertex.Pole || f[0] >= f[2])
            return new Rejected("the area's south edge is not south of its north edge, or beyond a pole");
        if (f[1] < -Vertex.Turn / 2 || f[1] >= Vertex.Turn / 2 || f[3] <= f[1] || f[3] > f[1] + Vertex.Turn)
            return new Rejected("the area's west edge is not within ±180°, or the area is wider than a turn");
        if (f[6] < AltitudeBand.Lowest || f[7] > AltitudeBand.Highest || f[6] >= f[7])
            return new Rejected("the floor is not below the ceiling, or out of range");
        if (f[9] < DateTime.MinValue.Ticks || f[10] > DateTime.MaxValue.Ticks || f[9] >= f[10])
            return new Rejected("the window's start is not before its end");
        if (
            f[12] < 0
            || f[12] > Separation.MaxHorizontal * 1000
            || f[13] is < 0 or > Separation.MaxVertical
            || f[14] is < 0 or > Separation.MaxTicks
        )
            return new Rejected("the separation is out of range");
        foreach (
            var (extent, step) in ((long, long)[])
                [(f[2] - f[0], f[4]), (f[3] - f[1], f[5]), (f[7] - f[6], f[8]), (f[10] - f[9], f[11])]
        )
        {
            if (step <= 0 || step > extent)
                return new Rejected("a cell is empty, or larger than the grid");
            if (Steps(extent, step) > MaxSteps)
                return new Rejected($"the grid has more than {MaxSteps} cells in one dimension");
        }
        return new BlindProfile(f);
    }

    private static long Steps(long extent, long step) => (extent + step - 1) / step;

    /// <summary>Where and when a cell is, for the map: its box, band and window.</summary>
    public (Vertex SouthWest, Vertex NorthEast, AltitudeBand Altitude, TimeWindow Time) Place(Cell cell)
    {
        var (south, west) = (South + cell.Row * RowHeight, West + cell.Column * ColumnWidth);
        var (floor, start) = (Floor + (long)cell.Layer * LayerHeight, Start + cell.Slot * Slot);
        return (
            new Vertex(west, south),
            new Vertex(west + ColumnWidth, south + RowHeight),
            new AltitudeBand(
                cell.Layer == 0 ? AltitudeBand.Below : (int)floor,
                cell.Layer == Layers - 1 ? AltitudeBand.Above : (int)(floor + LayerHeight),
                AltitudeReference.W84
            ),
            new TimeWindow(start, start + Slot)
        );
    }

    public bool Equals(BlindProfile? other) => other is not null && fields.AsSpan().SequenceEqual(other.fields);

    public override int GetHashCode() => HashCode.Combine(fields[0], fields[1], fields[9], fields[12]);
}
