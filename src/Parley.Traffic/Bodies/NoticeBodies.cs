namespace Parley.Traffic.Bodies;

/// <summary>A place by name, by position, or both. <see cref="Position"/>: longitude, latitude, WGS 84.</summary>
public sealed record Place(string? Name = null, double[]? Position = null, double? UncertaintyMetres = null);

/// <summary>Body of <c>clarification.requested</c> (R10).</summary>
public sealed record ClarificationRequest : ITrafficBody
{
    public string? Concern { get; init; }
    /// <summary>What it is about: movement, exercise, flight, missile, …</summary>
    public string? Type { get; init; }
    public Place? Place { get; init; }

    public string? Problem() => Check.Required("concern", Concern, Check.LongText) ?? Check.Text("type", Type, Check.ShortText) ?? Check.Place(Place);
}

/// <summary>Body of <c>clarification.answered</c>: the fields that R10 names, each of which may stay empty.</summary>
public sealed record ClarificationAnswer : ITrafficBody
{
    public string? Purpose { get; init; }
    public Place? Place { get; init; }
    public DateTimeOffset? EndDate { get; init; }
    public string? Designation { get; init; }
    public string? Subordination { get; init; }
    public string? Formations { get; init; }
    public string? Equipment { get; init; }
    public string? Note { get; init; }
    /// <summary>What is shown with the answer: its hash, its source and whether it was verified (E4); the bytes are attachments that the entry names too.</summary>
    public IReadOnlyList<Material> Material { get; init => field = value ?? []; } = [];

    public string? Problem() =>
        Check.Place(Place) ?? ((string?[])[Purpose, Designation, Subordination, Formations, Equipment, Note]).Select(text => Check.Text("a field", text, Check.LongText)).FirstOrDefault(p => p is not null)
        ?? (((string?[])[Purpose, Designation, Subordination, Formations, Equipment, Note, Place?.Name]).All(string.IsNullOrWhiteSpace) && EndDate is null && Place?.Position is null && Material.Count == 0 ? "the answer says nothing" : null)
        ?? Check.Material(Material);
}

/// <summary>Body of <c>clarification.meeting_asked</c> and <c>…meeting_agreed</c>: where and when to meet.</summary>
public sealed record Meeting : ITrafficBody
{
    public string? Where { get; init; }
    public DateTimeOffset? At { get; init; }
    public string? Note { get; init; }

    public string? Problem() => Check.Text("where", Where) ?? Check.Text("note", Note);
}

/// <summary>Body of <c>accident.reported</c> and <c>accident.updated</c> (R11): "not hostile", sendable in under a minute.</summary>
public sealed record Accident : ITrafficBody
{
    public string? What { get; init; }
    public DateTimeOffset? When { get; init; }
    public Place? Where { get; init; }
    /// <summary>Degrees from true north.</summary>
    public double? Heading { get; init; }
    public bool? Armed { get; init; }
    public string? Note { get; init; }

    public string? Problem() => Check.Required("what", What) ?? Check.Place(Where) ?? Check.Text("note", Note, Check.LongText) ?? (Heading is < 0 or >= 360 ? "heading is 0 to 360 degrees" : null);
}

/// <summary>Body of <c>notice.given</c>, <c>notice.activity</c>, <c>notice.observed</c> and <c>notice.updated</c> (R12, R13, E4).</summary>
public sealed record Notice : ITrafficBody
{
    /// <summary><c>launch</c>, <c>hazard</c>, <c>exercise</c>, <c>activity</c> or <c>observed</c>: sets the lead time.</summary>
    public string? Template { get; init; }
    public string? What { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? Until { get; init; }
    public Place? Place { get; init; }
    /// <summary>Hashes and names of material that goes with it, and where it came from.</summary>
    public IReadOnlyList<Material> Material { get; init => field = value ?? []; } = [];

    public string? Problem() =>
        Check.Required("what", What, Check.LongText) ?? Check.Place(Place) ?? (Until < From ? "it ends before it begins" : null)
        ?? (Template is null || TrafficDefaults.LeadTimes.ContainsKey(Template) ? null : $"template is one of {string.Join(", ", TrafficDefaults.LeadTimes.Keys)}")
        ?? Check.Material(Material);
}

/// <summary>Something attached or referred to: its hash, its source, and whether it was verified (E4).</summary>
/// <param name="What">What it is.</param>
/// <param name="Hash">SHA-256 as <c>sha256:…</c>, where the bytes are at hand.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Verification"><c>unverified</c>, <c>verified</c> or <c>disputed</c>.</param>
/// <param name="Entry">The attachment's entry, such as <c>us/3</c>, where the bytes are on the line.</param>
public sealed record Material(string What, string? Hash = null, string? Source = null, string? Verification = null, string? Entry = null)
{
    internal string? Problem() =>
        Check.Required("what of a piece of material", What) ?? Check.Hash("hash", Hash) ?? Check.Text("source", Source)
        ?? (Entry is null || Record.EntryId.TryParse(Entry, out _) ? null : "entry of a piece of material is no entry id such as us/3")
        ?? (Verification is null or "unverified" or "verified" or "disputed" ? null : "verification is unverified, verified or disputed");
}

/// <summary>Body of <c>notice.read_back</c>: the place as the receiver understood it (R13).</summary>
public sealed record ReadBack : ITrafficBody
{
    public Place? Place { get; init; }

    public string? Problem() => Place is null ? "a read-back names the place" : Check.Place(Place);
}
