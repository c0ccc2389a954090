using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>What an entry does to the earlier ones of its author that it names.</summary>
public enum OnEarlier
{
    /// <summary>Nothing: they stand.</summary>
    Nothing,

    /// <summary>It takes their place.</summary>
    Supersedes,

    /// <summary>It takes them back.</summary>
    Cancels,
}

/// <summary>What is known of an entry by another party's that names it; never merged (R8).</summary>
internal enum Receipt
{
    /// <summary>That it was answered.</summary>
    Answered,

    /// <summary>That it was read.</summary>
    Read,

    /// <summary>That it was translated. Its addressee is waited for all the same.</summary>
    Translated,

    /// <summary>That it was passed on. Its addressee is waited for all the same.</summary>
    PassedOn,
}

/// <summary>
/// What a kind of entry is, as data. It stands beside the state table that takes the kind, and nowhere else is anything
/// said of the kind: how its body is read, who may
/// write it, what it replaces, whether it waits for an acknowledgement, what forms and documents print of it, all of it
/// is asked here.
/// </summary>
/// <param name="name">As it stands in headers: <c>family.what_was_done</c>.</param>
/// <param name="body">How the JSON of its body is read; null for a kind whose body is bytes that nobody reads
/// here.</param>
public sealed class KindOf(string name, JsonTypeInfo? body)
{
    /// <summary>As it stands in headers.</summary>
    public string Name { get; } = name;

    /// <summary>A few words for a button or the head of a form: what the officer does.</summary>
    public required string Label { get; init; }

    /// <summary>One sentence: what an entry of it says, and what follows.</summary>
    public required string Says { get; init; }

    /// <summary>The seats that may write it, the usual one first.</summary>
    public required IReadOnlyList<string> Seats { get; init; }

    /// <summary>The act that takes two officers and that every entry of it is, in the policy's words; null for what one
    /// officer may do.</summary>
    public string? Act { get; init; }

    /// <summary>The level of release from which on it is <see cref="Act"/>; null where every entry of the kind
    /// is.</summary>
    public string? ActAtLevel { get; init; }

    /// <summary>True where its addressees are waited for until they acknowledge or answer. TRAFFIC-14.</summary>
    public bool WantsAcknowledgement { get; init; }

    /// <summary>True where an alarm rings at its addressees until they have acknowledged it, however little urgent it is.
    /// What is IMMEDIATE or FLASH rings whatever its kind. A station's own matter: nothing that stations agree on
    /// depends on it.</summary>
    public bool Rings { get; init; }

    /// <summary>It rings only where its body's level is this one; null where it always does.</summary>
    public string? RingsAtLevel { get; init; }

    /// <summary>What it does to an earlier entry of its author. TRAFFIC-13.</summary>
    public OnEarlier Replaces { get; init; }

    /// <summary>True for a kind that no state machine takes and that still names the entry that it is about.</summary>
    public bool IsAbout { get; init; }

    /// <summary>True for what stations write by themselves, as a run of theirs goes on; an officer's is
    /// refused.</summary>
    public bool IsByStation { get; init; }

    /// <summary>What an entry of it is marked where nobody says: line tests are tests.</summary>
    public Mark Mark { get; init; }

    /// <summary>How urgent it is where nobody says.</summary>
    public Precedence Precedence { get; init; }

    /// <summary>By its body's <c>template</c>, how long before it begins it is to be given; null where no lead time is
    /// agreed.</summary>
    public IReadOnlyDictionary<string, TimeSpan>? LeadTimes { get; init; }

    /// <summary>True where the exact bytes of a body are kept as long as its item, because others agree to their
    /// hash.</summary>
    internal bool IsAgreedByHash { get; init; }

    /// <summary>True where a ledger of its own reads the body, and no state depends on it: once it was found to be of its
    /// kind's shape it is not held with its item. CEASEFIRE-21.</summary>
    internal bool IsReadElsewhere { get; init; }

    /// <summary>True for what a suspended line takes whatever its precedence. It follows from the kind's name, by the
    /// rule that the link has. LINK-32.</summary>
    public bool PassesSuspension => Suspension.Passes(Name, Precedence.Routine);

    /// <summary>The state machine that takes it; null for a kind that none takes.</summary>
    public Family? Family => AllFamilies.Of(Name);

    /// <summary>True where it can be the first entry of an item.</summary>
    public bool Opens => Family?.Table.Opens(Name) == true;

    /// <summary>True where it goes on with an item, or is about an earlier entry.</summary>
    public bool Continues => IsAbout || Family?.Table.Continues(Name) == true;

    /// <summary>The kinds by which what it goes on with may have been opened; empty where it may be about any
    /// entry.</summary>
    public IReadOnlyList<string> Answers =>
        Family is { } family && family.Table.Continues(Name)
            ? [.. family.Definitions.Select(k => k.Name).Where(family.Table.Opens)]
            : [];

    /// <summary>Which fact about an entry another party's of this kind is (R8).</summary>
    internal Receipt Receipt { get; init; }

    /// <summary>The JSON schema of what an own officer may write as its body; null where the body is not read. A new
    /// node at every call.</summary>
    public JsonObject? Schema() => Body?.Schema();

    /// <summary>How its body is read; null where it is not.</summary>
    internal BodyReader? Body { get; } = body is null ? null : new BodyReader(body);
}
