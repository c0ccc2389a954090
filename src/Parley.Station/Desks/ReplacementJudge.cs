using Parley.Record;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Desks;

/// <summary>Whether an entry may take the place of those that it names.</summary>
internal sealed class ReplacementJudge(Premises premises) : IJudge
{
    /// <summary>The view may have let go of what is replaced; the store has it.</summary>
    public Refusal? Judge(StationLine on, EntryDraft draft, bool byStation)
    {
        if (!Replacement.Is(draft.Kind))
            return null;
        var document = on.Document;
        var header = AuthorCheck.HeaderOf(new LineView(document), document, premises.Self, draft, premises.Now);
        return
            Replaced(premises.Store, on, draft)
                .Select(r =>
                    Replacement.Refuse(
                        StoredHeader.Read(r),
                        header,
                        document.Policy with
                        {
                            Fold = LinePolicy.NewestFold,
                        }
                    )
                )
                .FirstOrDefault(why => why is not null)
                is { } kept
            ? AuthorCheck.Of(kept)
            : null;
    }

    /// <summary>Those of our own entries that a draft replaces.</summary>
    internal static IReadOnlyList<StoredEntry> Replaced(IStationStore store, StationLine open, EntryDraft draft) =>
        !Replacement.Is(draft.Kind)
            ? []
            :
            [
                .. (draft.Re ?? [])
                    .Where(re => re.Party == open.Host.Identity.Self)
                    .Select(re => store.ReadEntry(open.Host.Identity.Own, re.Seq))
                    .OfType<StoredEntry>(),
            ];
}
