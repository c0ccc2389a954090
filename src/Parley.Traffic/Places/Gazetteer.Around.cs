using System.Globalization;
using System.Text;
using Parley.Traffic.Families;

namespace Parley.Traffic.Places;

/// <summary>A place, and how far it is from where was asked.</summary>
/// <param name="Metres">Great-circle distance.</param>
public sealed record NearPlace(KnownPlace Place, double Metres);

/// <summary>The gazetteer by position and by the beginnings of names: what a map and a form ask while an officer
/// works.</summary>
public sealed partial class Gazetteer
{
    /// <summary>Degrees of latitude on either side that are looked at first for what is near.</summary>
    private const double FirstReach = 0.25;
    private const double MetresOfDegree = 111_195;

    private readonly Lock making = new();
    private ByLatitude? byLatitude;

    /// <summary>Places from south to north: 10⁻⁴ degree, and where the line of each begins.</summary>
    private sealed record ByLatitude(int[] Latitudes, int[] Longitudes, int[] Lines)
    {
        /// <summary>The first that does not lie south of a latitude, in degrees.</summary>
        internal int From(double latitude)
        {
            var wanted = (int)Math.Ceiling(Math.Clamp(latitude, -90, 90) / TenThousandth);
            var (low, high) = (0, Latitudes.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (Latitudes[middle] < wanted)
                    low = middle + 1;
                else
                    high = middle;
            }
            return low;
        }

        internal double[] At(int i) => [Longitudes[i] * TenThousandth, Latitudes[i] * TenThousandth];
    }

    /// <summary>The places that are nearest to a position, the nearest first.</summary>
    /// <param name="position">Longitude and latitude, in degrees.</param>
    /// <param name="most">How many, at least one.</param>
    public IReadOnlyList<NearPlace> Near(double[] position, int most)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var index = Index();
        for (var reach = FirstReach; ; reach *= 4)
        {
            var found = new List<(int At, double Metres)>();
            for (
                var i = index.From(position[1] - reach);
                i < index.Latitudes.Length && index.Latitudes[i] * TenThousandth <= position[1] + reach;
                i++
            )
                found.Add((i, Distance.Metres(position, index.At(i))));
            found.Sort((a, b) => a.Metres.CompareTo(b.Metres));
            // What lies beyond the band is at least as far as the band is high.
            if (reach < 180 && (found.Count < most || found[most - 1].Metres > reach * MetresOfDegree))
                continue;
            return [.. found.Take(most).Select(one => new NearPlace(PlaceAt(index.Lines[one.At]), one.Metres))];
        }
    }

    /// <summary>Some of the places between these edges, spread over them: never more than <paramref name="most"/>, and
    /// all of them where they are no more.</summary>
    /// <param name="west">Degrees; may lie below -180, as <paramref name="east"/> above 180, over the
    /// antimeridian.</param>
    /// <param name="south">Degrees.</param>
    /// <param name="east">Degrees, not less than west.</param>
    /// <param name="north">Degrees.</param>
    /// <param name="most">How many, at least one.</param>
    public IReadOnlyList<KnownPlace> Within(double west, double south, double east, double north, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var index = Index();
        var inside = new List<(int At, double X, double Y)>();
        for (var i = index.From(south); i < index.Latitudes.Length && index.Latitudes[i] * TenThousandth <= north; i++)
        {
            var x = index.Longitudes[i] * TenThousandth;
            x += 360 * Math.Ceiling((west - x) / 360); // the first of its copies that is not west of the edge
            if (x <= east)
                inside.Add((i, x, index.Latitudes[i] * TenThousandth));
        }
        if (inside.Count > most)
        {
            // One of each cell, then the next of each: no corner is empty because another is full.
            var side = Math.Max(1, (int)Math.Sqrt(most));
            int Cell(double at, double from, double to) =>
                Math.Min(side - 1, (int)((at - from) / Math.Max(1e-9, to - from) * side));
            inside =
            [
                .. inside
                    .GroupBy(one => (Cell(one.X, west, east), Cell(one.Y, south, north)))
                    .SelectMany(cell => cell.Select((one, turn) => (one, turn)))
                    .OrderBy(one => one.turn)
                    .Take(most)
                    .Select(one => one.one),
            ];
        }
        return [.. inside.Select(one => PlaceAt(index.Lines[one.At]))];
    }

    /// <summary>Places whose names begin with these letters, whatever their case, marks and punctuation: those of just
    /// that name first, then the nearest, or without a position the shortest.</summary>
    /// <param name="beginning">At most <see cref="MaxName"/> characters.</param>
    /// <param name="near">Longitude and latitude; null for anywhere.</param>
    /// <param name="most">How many, at least one.</param>
    public IReadOnlyList<KnownPlace> Beginning(string beginning, double[]? near, int most)
    {
        ArgumentNullException.ThrowIfNull(beginning);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var wanted = beginning.Length > MaxName ? "" : Key(beginning);
        if (wanted.Length == 0)
            return [];
        var first = Encoding.UTF8.GetBytes(wanted)[0];
        bool MayBegin(ReadOnlySpan<byte> name) => name.Length > 0 && (name[0] | 0x20) == (first | 0x20);
        var found = new List<(KnownPlace Place, bool Whole, int Length, double Metres)>();
        for (var at = 0; at < text.Length; )
        {
            var line = LineAt(at);
            var name = line.IndexOf((byte)'\t');
            var plain = line[(name + 1)..];
            plain = plain[..plain.IndexOf((byte)'\t')];
            if (
                (MayBegin(line[..name]) && Begins(line[..name], out var rest))
                || (MayBegin(plain) && Begins(plain, out rest))
            )
            {
                var place = PlaceAt(at);
                found.Add((place, rest == 0, rest, near is null ? 0 : Distance.Metres(near, place.Position)));
            }
            at += line.Length + 1;
        }
        return
        [
            .. found
                .OrderByDescending(one => one.Whole)
                .ThenBy(one => one.Metres)
                .ThenBy(one => one.Length)
                .ThenBy(one => one.Place.Name, StringComparer.Ordinal)
                .Take(most)
                .Select(one => one.Place),
        ];

        bool Begins(ReadOnlySpan<byte> name, out int rest)
        {
            var key = Key(Encoding.UTF8.GetString(name));
            rest = key.Length - wanted.Length;
            return key.StartsWith(wanted, StringComparison.Ordinal);
        }
    }

    /// <summary>Made when it is first asked for: a tenth of a second and 2 MiB.</summary>
    private ByLatitude Index()
    {
        lock (making)
            return byLatitude ??= Make();

        ByLatitude Make()
        {
            var (latitudes, longitudes, starts) = (new int[Count], new int[Count], new int[Count]);
            var i = 0;
            for (var at = 0; at < text.Length; i++)
            {
                var line = LineAt(at);
                var last = line.LastIndexOf((byte)'\t');
                var before = line[..last].LastIndexOf((byte)'\t');
                longitudes[i] = int.Parse(line[(last + 1)..], CultureInfo.InvariantCulture);
                latitudes[i] = int.Parse(line[(before + 1)..last], CultureInfo.InvariantCulture);
                starts[i] = at;
                at += line.Length + 1;
            }
            var order = Enumerable.Range(0, Count).ToArray();
            Array.Sort(latitudes, order);
            return new ByLatitude(
                latitudes,
                [.. order.Select(one => longitudes[one])],
                [.. order.Select(one => starts[one])]
            );
        }
    }

    private KnownPlace PlaceAt(int start)
    {
        var fields = Encoding.UTF8.GetString(LineAt(start)).Split('\t');
        return new KnownPlace(
            fields[0],
            fields[2],
            [
                int.Parse(fields[4], CultureInfo.InvariantCulture) * TenThousandth,
                int.Parse(fields[3], CultureInfo.InvariantCulture) * TenThousandth,
            ]
        );
    }
}
