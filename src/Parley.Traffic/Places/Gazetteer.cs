using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Parley.Record.Text;
using Parley.Traffic.Families;

namespace Parley.Traffic.Places;

/// <summary>A place that the gazetteer knows.</summary>
/// <param name="Name">As GeoNames writes it.</param>
/// <param name="Country">ISO 3166-1, two letters.</param>
/// <param name="Position">Longitude and latitude, WGS 84 degrees; to 0.0001 degree.</param>
public sealed record KnownPlace(string Name, string Country, double[] Position);

/// <summary>A name and a position held against each other (R13).</summary>
/// <param name="Nearest">The place of that name that is nearest to the position.</param>
/// <param name="Metres">How far it is.</param>
/// <param name="Differs">True when that is more than the position's own uncertainty and
/// <see cref="TrafficDefaults.ReadBackToleranceMetres"/>.</param>
public sealed record PlaceCheck(KnownPlace Nearest, double Metres, bool Differs);

/// <summary>
/// Populated places of the world, in the program itself: no name that an officer types leaves the station. Made from
/// GeoNames (CC BY 4.0) by
/// <c>make-places.mjs</c>. What it does not know it does not judge.
/// </summary>
public sealed partial class Gazetteer
{
    private const string Resource = "places.tsv.br";
    private const double TenThousandth = 1e-4;

    /// <summary>Longest name that is looked for, in characters.</summary>
    public const int MaxName = 200;

    private static readonly Lazy<Gazetteer> Lazily = new(() =>
    {
        using var packed =
            typeof(Gazetteer).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is missing in the program");
        using var unpacked = new MemoryStream();
        using (var open = new BrotliStream(packed, CompressionMode.Decompress))
            open.CopyTo(unpacked);
        return new Gazetteer(unpacked.ToArray());
    });

    /// <summary>All lines, as UTF-8.</summary>
    private readonly byte[] text;

    /// <summary>Hashes of the keys in ascending order, and beside each where its line begins. A place has one key, or
    /// two where its name has marks.</summary>
    private readonly int[] keys,
        lines;

    /// <param name="text">Lines of name, name without marks or nothing, country, latitude and longitude in 10⁻⁴ degree,
    /// with tabs between; a line feed ends each.</param>
    internal Gazetteer(byte[] text)
    {
        this.text = text;
        var (hashes, starts) = (new List<int>(), new List<int>());
        for (var at = 0; at < text.Length; )
        {
            var line = LineAt(at);
            var name = line.IndexOf((byte)'\t');
            var plain = line[(name + 1)..].IndexOf((byte)'\t');
            hashes.Add(HashOf(Key(Encoding.UTF8.GetString(line[..name]))));
            starts.Add(at);
            if (plain > 0)
            {
                hashes.Add(HashOf(Key(Encoding.UTF8.GetString(line.Slice(name + 1, plain)))));
                starts.Add(at);
            }
            at += line.Length + 1;
            Count++;
        }
        (keys, lines) = ([.. hashes], [.. starts]);
        Array.Sort(keys, lines);
    }

    /// <summary>The one that the program carries. It is unpacked when it is first asked, which takes some tenths of a
    /// second, and then kept.</summary>
    public static Gazetteer Own => Lazily.Value;

    /// <summary>Places in it.</summary>
    public int Count { get; }

    /// <summary>All places of this name, whatever the case and punctuation; with or without its marks.</summary>
    /// <param name="name">At most <see cref="MaxName"/> characters.</param>
    /// <param name="near">Longitude and latitude; the nearest then come first.</param>
    public IReadOnlyList<KnownPlace> Named(string name, double[]? near = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > MaxName)
            return [];
        var wanted = Key(name);
        var hash = HashOf(wanted);
        var found = new List<KnownPlace>();
        var at = Array.BinarySearch(keys, hash);
        while (at > 0 && keys[at - 1] == hash)
            at--;
        for (; at >= 0 && at < keys.Length && keys[at] == hash; at++)
        {
            var fields = Encoding.UTF8.GetString(LineAt(lines[at])).Split('\t');
            if (Key(fields[0]) != wanted && Key(fields[1]) != wanted)
                continue; // another name of the same hash
            found.Add(
                new KnownPlace(
                    fields[0],
                    fields[2],
                    [
                        int.Parse(fields[4], CultureInfo.InvariantCulture) * TenThousandth,
                        int.Parse(fields[3], CultureInfo.InvariantCulture) * TenThousandth,
                    ]
                )
            );
        }
        return near is null ? found : [.. found.OrderBy(k => Distance.Metres(near, k.Position))];
    }

    /// <summary>Holds a name and a position against each other; null where either is missing, or the name is not
    /// known.</summary>
    public PlaceCheck? Check(Bodies.Place? place)
    {
        if (place is not { Name: { } name, Position: { Length: 2 } position })
            return null;
        var known = Named(name, position);
        if (known.Count == 0)
            return null;
        var nearest = known[0];
        var metres = Distance.Metres(position, nearest.Position);
        return new PlaceCheck(
            nearest,
            metres,
            metres > TrafficDefaults.ReadBackToleranceMetres + (place.UncertaintyMetres ?? 0)
        );
    }

    private ReadOnlySpan<byte> LineAt(int start)
    {
        var rest = text.AsSpan(start);
        var end = rest.IndexOf((byte)'\n');
        return end < 0 ? rest : rest[..end];
    }

    private static readonly SearchValues<char> Separators = SearchValues.Create(" '-.,’ʼ`´‐–");

    /// <summary>What of a name counts: its letters in lower case, one space between words.</summary>
    private static string Key(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var letter in NormalForm.Composed(name))
        {
            if (!Separators.Contains(letter))
                key.Append(char.ToLowerInvariant(letter));
            else if (key.Length > 0 && key[^1] != ' ')
                key.Append(' ');
        }
        return key.ToString().TrimEnd(' ');
    }

    /// <summary>FNV-1a: the same in every process, unlike the platform's own.</summary>
    private static int HashOf(string key)
    {
        var hash = 2166136261u;
        foreach (var letter in key)
            hash = (hash ^ letter) * 16777619u;
        return (int)hash;
    }
}
