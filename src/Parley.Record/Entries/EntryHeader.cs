using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// What one entry says about itself: who, on which line, when, of which kind, in answer to what. Its bytes are the
/// Merkle leaf's data
/// (design §3, docs/protocol/entry.md) and are kept exactly as the author wrote them: <see cref="Encode"/> is for the
/// author only.
/// </summary>
public sealed record EntryHeader
{
    /// <summary>Largest header, in bytes (ENTRY-1).</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>The format's version, written as <c>"parley":1</c>.</summary>
    public const int Version = 1;

    /// <summary>Most entries that one entry may answer.</summary>
    public const int MaxRe = 64;

    /// <summary>Most parties of a line.</summary>
    public const int MaxParties = 32;

    /// <summary>Longest name of an officer, in UTF-16 units.</summary>
    public const int MaxNameLength = 200;
    public const int MaxKindLength = 64;
    public const int MaxSeatLength = 32;
    public const int MaxLangLength = 35;

    /// <summary>Largest index or size: what every JSON reader holds exactly (RFC 7493, section 2.2).</summary>
    public const ulong MaxSeq = (1UL << 53) - 1;

    /// <summary>The line on which the entry was written.</summary>
    public required LineId Line { get; init; }

    /// <summary>The author.</summary>
    public required PartyId From { get; init; }

    /// <summary>Index in the author's feed, from 0.</summary>
    public required ulong Seq { get; init; }

    /// <summary>The author's clock, UTC, in whole milliseconds. A claim, not a proof: order comes from
    /// <see cref="Seen"/>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the body is, in words with dots between: <c>call.requested</c>.</summary>
    public required string Kind { get; init; }
    public required Mark Mark { get; init; }
    public required Precedence Precedence { get; init; }

    /// <summary>The officer who wrote it, and the second one who released it, if any.</summary>
    public required Officer By { get; init; }

    /// <summary>The entries that this one answers; each once. Own entries come before it.</summary>
    public IReadOnlyList<EntryId> Re { get; init; } = [];

    /// <summary>The size of each other party's feed that the author had mirrored when it wrote: a verifiable
    /// happened-before.</summary>
    public IReadOnlyDictionary<PartyId, ulong> Seen { get; init; } = SeenSizes.None;

    /// <summary>The parties that are sent the body; null when all of the line are.</summary>
    public IReadOnlyList<PartyId>? To { get; init; }

    /// <summary>The language of the body, shaped as BCP 47 tags are.</summary>
    public string? Lang { get; init; }

    /// <summary><c>SHA-256(salt ‖ body)</c>; null when the entry has no body.</summary>
    public Hash? Body { get; init; }

    /// <summary>Length of the body without its salt, in bytes; 0 when there is none.</summary>
    public long Size { get; init; }

    /// <summary>The entry's name within its line.</summary>
    public EntryId Id => new(From, Seq);

    /// <summary>Reads exactly one header. Whatever has a second meaning, a limit exceeded or a member unknown is
    /// refused with a reason.</summary>
    public static Parsed<EntryHeader> Parse(ReadOnlySpan<byte> utf8) => HeaderReader.Read(utf8);

    /// <summary>The bytes of a new entry, members in the order of design §3. Throws when <see cref="Parse"/> would
    /// refuse them.</summary>
    public byte[] Encode() =>
        TryEncode().TryGet(out var bytes, out var reason)
            ? bytes
            : throw new InvalidOperationException($"not a valid entry: {reason}");

    /// <summary>The bytes of a new entry from what an officer gave; the reason where <see cref="Parse"/> would refuse
    /// them.</summary>
    public Parsed<byte[]> TryEncode() => HeaderWriter.Write(this);

    /// <summary>As <see cref="Encode"/>, for a header whose kind, officer, references and addressees have been through
    /// <see cref="TryEncode"/> already.</summary>
    internal byte[] EncodeChecked() => HeaderWriter.WriteChecked(this);
}
