using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>
/// What an act is marked (R2): what answers an exercise belongs to it. Said nothing, an act carries the mark of the entry that it answers; a step of an
/// exercise that claims to be meant, or the reverse, is refused, since everybody would count it wrongly afterwards.
/// </summary>
internal static class Marks
{
    /// <summary>Code of an act that is marked otherwise than what it is about.</summary>
    internal const string Differs = "mark-differs";

    /// <param name="station">Where the entry that it answers is.</param>
    /// <param name="line">The line of both.</param>
    /// <param name="draft">The act, with the mark that it has where it answers nothing.</param>
    /// <param name="said">What the request says; null where it leaves it to the station.</param>
    internal static Outcome<EntryDraft> Settle(IStationOperations station, LineId line, EntryDraft draft, Mark? said)
    {
        if (draft.Re is not [var first, ..] || !station.ReadEntry(line, first).TryGet(out var about, out _)) return draft;
        if (said is not { } mark) return draft with { Mark = about.Mark };
        // A plain message may break into an exercise with something that is meant; a step of an item may not.
        if (draft.Kind is Kinds.MessageSent or Kinds.MessageAttachment || (mark == Mark.Exercise) == (about.Mark == Mark.Exercise)) return draft;
        return new Refusal(Differs, $"{first} is marked {Word(about.Mark)}, and this act {Word(mark)}: leave the mark out, and it is marked as what it is about", 409);
    }

    private static string Word(Mark mark) => mark.ToString().ToLowerInvariant();
}
