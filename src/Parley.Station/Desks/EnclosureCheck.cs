using System.Collections.Concurrent;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Storage;
using Parley.Traffic.Bodies;

namespace Parley.Station.Desks;

/// <summary>
/// Whether the files that a text names as its maps and annexes are those whose hashes it states: what everybody signed
/// is the hash, and what everybody looks at is the file. CEASEFIRE-17.
/// </summary>
internal sealed class EnclosureCheck(IStationStore store)
{
    private const int BlockBytes = 1 << 16;

    /// <summary>By attachment: the hash of its bytes. They never change, and may be 256 MiB.</summary>
    private readonly ConcurrentDictionary<(LineId Line, EntryId Entry), string> known = [];

    /// <summary>The maps and annexes of a text, and what speaks against them.</summary>
    internal (IReadOnlyList<EnclosureView> Enclosures, IReadOnlyList<string> Warnings) Of(
        LineId line,
        AgreementText text
    )
    {
        List<EnclosureView> found =
        [
            .. text.Maps.Select(m => Look(line, "map", m)),
            .. text.Annexes.Select(a => Look(line, "annex", a)),
        ];
        return (
            found,
            [
                .. found
                    .Where(e => e.State == EnclosureView.OtherBytes)
                    .Select(e =>
                        $"{e.Part} {e.Id}: the file in {e.Entry} is not the one that the text states; it has {e.Found}, and every signature is on {e.Hash}"
                    ),
            ]
        );
    }

    private EnclosureView Look(LineId line, string part, Enclosure enclosure)
    {
        var entry = EntryId.TryParse(enclosure.Entry, out var id) ? id : (EntryId?)null;
        var hash = entry is { } named ? HashOf(line, named) : null;
        return new EnclosureView(
            part,
            enclosure.Id!,
            enclosure.Title,
            enclosure.Hash!,
            entry,
            entry is null ? EnclosureView.NotNamed
                : hash is null ? EnclosureView.NotHere
                : string.Equals(hash, enclosure.Hash, StringComparison.OrdinalIgnoreCase) ? EnclosureView.AsStated
                : EnclosureView.OtherBytes,
            hash
        );
    }

    /// <summary>The hash of what an entry holds, without its salt; null while not all of it is here.</summary>
    private string? HashOf(LineId line, EntryId entry)
    {
        if (known.TryGetValue((line, entry), out var hash))
            return hash;
        var feed = new Origin(line, entry.Party);
        if (
            store.ReadEntry(feed, entry.Seq) is not { } stored
            || EntryHeader.Parse(stored.Header).Required().Body is not { } commitment
        )
            return null;
        if (stored.Body is { } body)
            return known[(line, entry)] = Say(Sha256.Of(body));
        if (store.ReadAttachment(new AttachmentId(feed, commitment)) is not { Complete: true } state)
            return null;
        using var bytes = new AttachmentStream(store, state);
        using var running = new RunningSha256();
        var block = new byte[BlockBytes];
        for (int read; (read = bytes.Read(block)) > 0; )
            running.Append(block.AsSpan(0, read));
        return bytes.Position == bytes.Length ? known[(line, entry)] = Say(running.Finish()) : null;
    }

    private static string Say(Hash hash) => $"sha256:{hash.ToHex()}";
}
