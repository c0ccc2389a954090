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
/// <param name="store">Where they lie.</param>
/// <param name="maxRead">Bytes of files that are read for one answer; of those beyond them the next answer tells. Whoever
/// names a hundred of the largest files holds nobody up for minutes.</param>
internal sealed class EnclosureCheck(IStationStore store, long maxRead = EnclosureCheck.MaxRead)
{
    private const int BlockBytes = 1 << 16;

    private const long MaxRead = 512L << 20;

    /// <summary>Hashes that are kept at hand.</summary>
    private const int MaxKnown = 4_096;

    /// <summary>By attachment: the hash of its bytes. They never change, and may be 256 MiB.</summary>
    private readonly ConcurrentDictionary<(LineId Line, EntryId Entry), string> known = [];

    /// <summary>One file is read at a time, whoever asks.</summary>
    private readonly Lock reading = new();

    /// <summary>The maps and annexes of a text, and what speaks against them.</summary>
    internal (IReadOnlyList<EnclosureView> Enclosures, IReadOnlyList<string> Warnings) Of(
        LineId line,
        AgreementText text
    )
    {
        var left = maxRead;
        var found = new List<EnclosureView>();
        foreach (var map in text.Maps)
            found.Add(Look(line, "map", map, ref left));
        foreach (var annex in text.Annexes)
            found.Add(Look(line, "annex", annex, ref left));
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

    private EnclosureView Look(LineId line, string part, Enclosure enclosure, ref long left)
    {
        var entry = EntryId.TryParse(enclosure.Entry, out var id) ? id : (EntryId?)null;
        string? hash = null;
        var isRead = entry is not { } named || TryHash(line, named, ref left, out hash);
        return new EnclosureView(
            part,
            enclosure.Id!,
            enclosure.Title,
            enclosure.Hash!,
            entry,
            entry is null ? EnclosureView.NotNamed
                : !isRead ? EnclosureView.NotRead
                : hash is null ? EnclosureView.NotHere
                : string.Equals(hash, enclosure.Hash, StringComparison.OrdinalIgnoreCase) ? EnclosureView.AsStated
                : EnclosureView.OtherBytes,
            hash
        );
    }

    /// <summary>The hash of what an entry holds, without its salt; null while not all of it is here.</summary>
    /// <returns>False where it is too much for this answer.</returns>
    private bool TryHash(LineId line, EntryId entry, ref long left, out string? hash)
    {
        if (known.TryGetValue((line, entry), out hash))
            return true;
        var feed = new Origin(line, entry.Party);
        if (
            store.ReadEntry(feed, entry.Seq) is not { } stored
            || EntryHeader.Parse(stored.Header).Required().Body is not { } commitment
        )
            return true;
        if (stored.Body is { } body)
        {
            hash = Keep(line, entry, Sha256.Of(body));
            return true;
        }
        if (store.ReadAttachment(new AttachmentId(feed, commitment)) is not { Complete: true } state)
            return true;
        if (state.Length > left)
            return false;
        left -= state.Length;
        lock (reading)
        {
            if (!known.TryGetValue((line, entry), out hash))
                hash = Read(state) is { } whole ? Keep(line, entry, whole) : null;
        }
        return true;
    }

    private Hash? Read(AttachmentState state)
    {
        using var bytes = new AttachmentStream(store, state);
        using var running = new RunningSha256();
        var block = new byte[BlockBytes];
        for (int read; (read = bytes.Read(block)) > 0; )
            running.Append(block.AsSpan(0, read));
        return bytes.Position == bytes.Length ? running.Finish() : null;
    }

    private string Keep(LineId line, EntryId entry, Hash hash)
    {
        if (known.Count >= MaxKnown)
            known.Clear();
        return known[(line, entry)] = Say(hash);
    }

    private static string Say(Hash hash) => $"sha256:{hash.ToHex()}";
}
