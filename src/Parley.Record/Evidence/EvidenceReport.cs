using Parley.Crypto;

namespace Parley.Record;

/// <summary>What an export is worth.</summary>
public enum Verdict
{
    /// <summary>Everything that is there verifies, and the export itself shows nothing to be missing but bodies that
    /// were withheld.</summary>
    Good,

    /// <summary>Everything that is there verifies, and the export itself shows that it is not all: a feed is missing,
    /// is not sealed, or is shorter than others saw it. // EVIDENCE-16</summary>
    GoodInPart,

    /// <summary>At least one thing that is there is proven wrong, or a thing is missing that the rest
    /// requires.</summary>
    Bad,

    /// <summary>There is nothing to verify: no <c>line.json</c>.</summary>
    Unusable,
}

/// <summary>One thing that the verifier has to say.</summary>
/// <param name="Feed">The feed it concerns; null when none.</param>
/// <param name="Entry">The entry it lies in; null when it lies in none.</param>
/// <param name="Path">The file.</param>
/// <param name="Reason">What is wrong, in words for a person.</param>
/// <param name="IsFault">True when it makes the verdict <see cref="Verdict.Bad"/>; false for what a reader should
/// merely know.</param>
public sealed record EvidenceFinding(PartyId? Feed, EntryId? Entry, string Path, string Reason, bool IsFault)
{
    /// <summary>True where it says that something of the record is not in the export: the verdict is then
    /// <see cref="Verdict.GoodInPart"/> at best.</summary>
    public bool IsLack { get; init; }

    public override string ToString() =>
        $"{Path}{(Entry is { } entry ? $": entry {entry}" : Feed is { } feed ? $": feed {feed}" : "")}: {Reason}";
}

/// <summary>One verified signature under a feed's checkpoint.</summary>
/// <param name="Party">Who signed.</param>
/// <param name="At">When, by the cosigner's clock; null for the author's signature, which states no time.</param>
public sealed record EvidenceSignature(PartyId Party, DateTimeOffset? At);

/// <summary>What was found in one feed.</summary>
public sealed record FeedReport
{
    public required PartyId Party { get; init; }

    /// <summary>Entries that the checkpoint states; 0 when there is no checkpoint.</summary>
    public required ulong Size { get; init; }

    /// <summary>Entries that every other party cosigned: the size, or 0 when a cosignature is missing.</summary>
    public required ulong SealedSize { get; init; }

    /// <summary>Root hash that the checkpoint states; null when there is no checkpoint.</summary>
    public required Hash? Root { get; init; }

    /// <summary>Signatures that verify, the author's first.</summary>
    public required IReadOnlyList<EvidenceSignature> Signatures { get; init; }

    /// <summary>Parties of the line whose cosignature is not there.</summary>
    public required IReadOnlyList<PartyId> NotCosignedBy { get; init; }

    /// <summary>Entries with a body that is in the export and is theirs.</summary>
    public required long BodiesDisclosed { get; init; }

    /// <summary>Entries with a body that is not in the export.</summary>
    public required long BodiesWithheld { get; init; }
}

/// <summary>The verifier's answer: the verdict, and everything a reader needs to see why.</summary>
public sealed record EvidenceReport
{
    public required Verdict Verdict { get; init; }

    /// <summary>The line document; null when it could not be read.</summary>
    public required LineDocument? Document { get; init; }

    /// <summary>Every feed of the line, in the order of the document.</summary>
    public required IReadOnlyList<FeedReport> Feeds { get; init; }

    /// <summary>Faults and notices in the order of files; at most <see cref="EvidenceVerifier.MaxFindings"/>.</summary>
    public required IReadOnlyList<EvidenceFinding> Findings { get; init; }

    /// <summary>Findings beyond that number.</summary>
    public required long FindingsNotListed { get; init; }

    /// <summary>Entries that were checked, of all feeds.</summary>
    public required ulong Entries { get; init; }
}

/// <summary>How far a verification or an export is, in entries of all feeds.</summary>
public readonly record struct EvidenceProgress(ulong Done, ulong Total);
