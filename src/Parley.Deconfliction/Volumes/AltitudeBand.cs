namespace Parley.Deconfliction;

/// <summary>What an altitude is measured from.</summary>
public enum AltitudeReference
{
    /// <summary>The WGS 84 ellipsoid; the only reference of ASTM F3548.</summary>
    W84,

    /// <summary>Mean sea level (a geoid such as EGM96 or EGM2008).</summary>
    Msl,

    /// <summary>The ground below.</summary>
    Agl,
}

/// <summary>
/// A closed band of altitude in whole millimetres above its reference. Lower and upper may be equal. An open end is
/// <see cref="Below"/> or
/// <see cref="Above"/>. Bands of different references are compared through the widest band above the ellipsoid that
/// each can mean, so a
/// doubtful case counts as overlapping.
/// </summary>
public readonly record struct AltitudeBand(int Lower, int Upper, AltitudeReference Reference)
{
    /// <summary>No lower end, and no upper end.</summary>
    public const int Below = int.MinValue,
        Above = int.MaxValue;

    /// <summary>The lowest and highest altitude that can be stated, in millimetres (ASTM F3548: −8,000 to 100,000
    /// m).</summary>
    public const int Lowest = -8_000_000,
        Highest = 100_000_000;

    /// <summary>Where the geoid lies above the ellipsoid: −107 m to 86 m (EGM96, EGM2008), rounded outwards.</summary>
    private const int GeoidLow = -108_000,
        GeoidHigh = 88_000;

    /// <summary>Where ground lies above the ellipsoid: the shore of the Dead Sea to Everest, with room, in
    /// millimetres.</summary>
    private const int GroundLow = -600_000,
        GroundHigh = 9_000_000;

    /// <summary>Every altitude, for volumes that state none.</summary>
    public static AltitudeBand All { get; } = new(Below, Above, AltitudeReference.W84);

    /// <summary>The widest band above the ellipsoid that this can mean.</summary>
    public AltitudeBand OnEllipsoid() =>
        Reference switch
        {
            AltitudeReference.Msl => new(Add(Lower, GeoidLow), Add(Upper, GeoidHigh), AltitudeReference.W84),
            AltitudeReference.Agl => new(Add(Lower, GroundLow), Add(Upper, GroundHigh), AltitudeReference.W84),
            _ => this,
        };

    /// <summary>Whether the bands, with <paramref name="apart"/> millimetres between them, have an altitude in
    /// common.</summary>
    public bool Meets(AltitudeBand other, int apart)
    {
        var (a, b) = Reference == other.Reference ? (this, other) : (OnEllipsoid(), other.OnEllipsoid());
        return a.Lower <= Add(b.Upper, apart) && b.Lower <= Add(a.Upper, apart);
    }

    internal AltitudeBand Widened(int by) => this with { Lower = Add(Lower, -by), Upper = Add(Upper, by) };

    /// <summary>Adds millimetres; an open end stays open.</summary>
    private static int Add(int altitude, int millimetres) =>
        altitude is Below or Above ? altitude : (int)Math.Clamp((long)altitude + millimetres, Below + 1L, Above - 1L);
}
