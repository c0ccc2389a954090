using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>Stored entries in the words of the API.</summary>
internal static class EntryViews
{
    /// <summary>Stored entries as the API shows them; damage is met where what is stored is not what was signed.</summary>
    /// <exception cref="InvalidDataException">A header cannot be read, or a body is not its own.</exception>
    internal static List<EntryView> Of(StationLine open, IReadOnlyList<StoredEntry> stored)
    {
        var cosigned = new Dictionary<PartyId, IReadOnlyDictionary<PartyId, ulong>>();
        var views = new List<EntryView>(stored.Count);
        foreach (var entry in stored)
        {
            if (!EntryHeader.Parse(entry.Header).TryGet(out var header, out var why))
                throw new InvalidDataException($"stored entry {entry.Feed.Party}/{entry.Seq} cannot be read: {why}");
            if (
                entry.Body is { } body
                && (header.Body is not { } commitment || Body.Commit(entry.Salt, body) != commitment)
            )
                throw new InvalidDataException(
                    $"stored entry {entry.Feed.Party}/{entry.Seq}: its body is not the one that its header commits to"
                );
            if (!cosigned.TryGetValue(header.From, out var sizes))
                cosigned[header.From] = sizes = open.Host.CosignedSizes(header.From);
            var by = sizes.Where(s => s.Value > header.Seq).Select(s => s.Key).ToList();
            views.Add(
                new EntryView(
                    header.Id,
                    header.Line,
                    header.Kind,
                    header.At,
                    header.Mark,
                    header.Precedence,
                    header.By,
                    header.Re,
                    header.To,
                    header.Lang,
                    by.Count == sizes.Count,
                    by,
                    entry.Body,
                    State(open, header, entry),
                    header.Size,
                    entry.Arrival,
                    entry.StoredAt
                )
                {
                    ClockAhead =
                        header.From != open.Host.Identity.Self
                        && (header.At - entry.StoredAt).TotalSeconds is var ahead
                        && ahead > open.Document.Policy.ClockFlag
                            ? Math.Round(ahead, 1)
                            : null,
                }
            );
        }
        return views;
    }

    private static BodyState State(StationLine open, EntryHeader header, StoredEntry entry)
    {
        if (header.Body is null)
            return BodyState.None;
        if (entry.Body is not null)
            return BodyState.Here;
        if (header.Size > Body.MaxInline)
            return BodyState.Attachment;
        // It was for us, or ours, and was lost on its author's side: LINK-76.
        return
            header.To is null || header.To.Contains(open.Host.Identity.Self) || header.From == open.Host.Identity.Self
            ? BodyState.Missing
            : BodyState.Withheld;
    }
}
