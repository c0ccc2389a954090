namespace Parley.Station.Checking;

/// <summary>What a station's data is worth.</summary>
public enum CheckVerdict
{
    /// <summary>Everything that is there is what was signed.</summary>
    Sound,

    /// <summary>Something is not; the damages say what.</summary>
    Damaged,

    /// <summary>There is nothing that could be checked: no station, no database, or none that can be read at
    /// all.</summary>
    Unusable,
}

/// <summary>One thing that is not as it was stored.</summary>
/// <param name="Where">The table, or the file.</param>
/// <param name="Line">The line, where it is about one.</param>
/// <param name="Feed">The party whose feed it is in.</param>
/// <param name="Entry">The entry, or the first of those that it may be.</param>
/// <param name="What">What is wrong; never content of an entry.</param>
/// <param name="Remedy">What to do about it, and who holds what is lost.</param>
public sealed record Damage(string Where, string? Line, string? Feed, string? Entry, string What, string Remedy)
{
    public override string ToString() =>
        $"{Where}{(Line is null ? "" : $", line {Line}")}{((Entry ?? Feed) is { } at ? $", {at}" : "")}: {What}. {Remedy}";
}

/// <summary>The outcome of a check.</summary>
public sealed record CheckReport
{
    public required CheckVerdict Verdict { get; init; }

    /// <summary>What was read.</summary>
    public required string Store { get; init; }

    /// <summary>At most <see cref="Damages.MaxListed"/>.</summary>
    public required IReadOnlyList<Damage> Damage { get; init; }

    /// <summary>Damages beyond those.</summary>
    public required long NotListed { get; init; }

    /// <summary>What is no damage, and an operator may want to know.</summary>
    public required IReadOnlyList<string> Notices { get; init; }
    public int Lines { get; init; }
    public int Feeds { get; init; }
    public long Entries { get; init; }
    public long Bodies { get; init; }

    /// <summary>Cosignatures and deliveries whose signatures were verified.</summary>
    public long Signatures { get; init; }
    public int Attachments { get; init; }
}

/// <summary>Collects damages up to a limit. One thread at a time.</summary>
internal sealed class Damages
{
    /// <summary>Damages that are listed; the rest is counted.</summary>
    internal const int MaxListed = 1_000;

    private readonly List<Damage> listed = [];

    internal IReadOnlyList<Damage> Listed => listed;
    internal long NotListed { get; private set; }
    internal long Count => listed.Count + NotListed;

    internal void Add(Damage damage)
    {
        if (listed.Count < MaxListed)
            listed.Add(damage);
        else
            NotListed++;
    }
}
