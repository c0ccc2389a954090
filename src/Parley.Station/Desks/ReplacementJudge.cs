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
        var replaced = Replaced(premises.Store, on, draft);
        if (Mistaken(replaced, draft) is { } mistaken)
            return mistaken;
        return
            replaced
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

    /// <summary>An officer who takes a statement back is to know whether it was one: of anything else that went to the
    /// public nothing would be taken back. PUBLIC-13.</summary>
    private static Refusal? Mistaken(IReadOnlyList<StoredEntry> replaced, EntryDraft draft) =>
        draft.Kind is Kinds.StatementCorrected or Kinds.StatementWithdrawn
        && replaced
            .Select(StoredHeader.Read)
            .FirstOrDefault(header => header.Kind is not (Kinds.StatementReleased or Kinds.StatementCorrected))
            is { } other
            ? new Refusal(
                AuthorCheck.IllegalStep,
                $"{other.Id} is {other.Kind} and no statement: nothing of it would be corrected or taken back by this",
                409
            )
            : null;

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
