using Parley.Crypto;

namespace Parley.Record;

/// <summary>What the check of one feed needs to know of the whole export. Immutable but for the bodies' marks, and
/// shared by all workers.</summary>
internal sealed class FeedPlace(
    IEvidenceSource source,
    LineDocument document,
    PartyId party,
    IReadOnlyDictionary<PartyId, ulong> sizes,
    DisclosedBodies bodies
)
{
    // A line has few parties: scanning them beats hashing, and this is asked of every entry.
    private readonly PartyId[] known = [.. document.Parties];

    // Sizes of the same parties' feeds. Of a feed that is not in the export nothing can be said, so nothing is.
    private readonly ulong[] held =
    [
        .. document.Parties.Select(other => sizes.TryGetValue(other, out var size) ? size : ulong.MaxValue),
    ];

    internal IEvidenceSource Source => source;
    internal PartyId Party => party;
    internal LineId Line { get; } = document.Id;
    internal DisclosedBodies Bodies => bodies;

    /// <summary>
    /// What a header refers to and the export does not show, or null. No fault: a feed may be exported at an older size
    /// than others
    /// saw, and parties may have joined since. // EVIDENCE-8
    /// </summary>
    /// <param name="isLack">True where its author says that it had seen more of a feed than is here. An answer alone
    /// shows nothing: it may name what never was.</param>
    internal string? DoubtAbout(EntryHeader header, out bool isLack)
    {
        isLack = false;
        if (header.Seen is SeenSizes seen)
        {
            for (var i = 0; i < seen.Count; i++)
            {
                var (other, size) = seen.At(i);
                var at = Array.IndexOf(known, other);
                if (at < 0)
                    return $"'seen' names {other}, which is not in the line document";
                isLack = size > held[at];
                if (isLack)
                    return $"it had seen {size} entries of {other}, of which this export holds {held[at]}";
            }
        }
        for (var i = 0; i < header.Re.Count; i++)
        {
            var answered = header.Re[i];
            var at = Array.IndexOf(known, answered.Party);
            if (at < 0)
                return $"'re' names {answered}, whose author is not in the line document";
            if (answered.Seq >= held[at])
                return $"it answers {answered}, which this export does not hold";
        }
        for (var i = 0; i < header.To?.Count; i++)
        {
            if (Array.IndexOf(known, header.To[i]) < 0)
                return $"'to' names {header.To[i]}, which is not in the line document";
        }
        return null;
    }

    /// <summary>Why the body's file is not what the header commits to, or null.</summary>
    internal string? BodyFault(string path, in Hash commitment, long size)
    {
        try
        {
            using var stream = source.Open(path);
            return stream is null
                ? "the body is listed and cannot be opened"
                : BodyCheck.FaultOf(stream, commitment, size);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException) // a damaged zip or disk is a finding, not the end
        {
            return "the body cannot be read";
        }
    }

    /// <summary>As <see cref="BodyFault"/>, for entry 0: it must hold the hash of this line document. //
    /// EVIDENCE-9</summary>
    internal string? OpeningFault(string path, in Hash commitment, long size)
    {
        if (BodyFault(path, commitment, size) is { } fault)
            return fault;
        var expected = LineOpened.BodyFor(document.Hash);
        using var file = BoundedFile.Read(source, path, Body.SaltLength + expected.Length);
        return
            file.Fault is null
            && file.Bytes.Length == Body.SaltLength + expected.Length
            && file.Bytes[Body.SaltLength..].SequenceEqual(expected)
            ? null
            : "the first entry accepts another line document";
    }
}
