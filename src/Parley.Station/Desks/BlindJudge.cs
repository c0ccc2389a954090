using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Desks;

/// <summary>What of a blind check may be written.</summary>
internal sealed class BlindJudge(BlindBook book) : IJudge
{
    /// <summary>
    /// What an officer may not write by hand: the station's own steps; and a start without what it is to compare, or by
    /// other terms than this line's. Judged again when it is
    /// released.
    /// </summary>
    public Refusal? Judge(StationLine on, EntryDraft draft, bool byStation)
    {
        if (byStation)
            return null;
        if (Kinds.Find(draft.Kind)?.IsByStation == true)
            return new Refusal(
                AuthorCheck.IllegalStep,
                $"the station writes {draft.Kind} by itself, as a run goes",
                409
            );
        if (draft.Kind is not (Kinds.BlindProposed or Kinds.BlindAccepted))
            return null;
        if (draft.Body is null || !TrafficBodies.Read(draft.Kind, draft.Body).TryGet(out var body, out _))
            return null; // the view says what is wrong with it
        var nonce = body is BlindProposal own ? own.Nonce : (body as BlindAcceptance)?.Nonce;
        if (nonce is null || book.Choices.Find(nonce) is not { Started: false })
            return new Refusal(
                AuthorCheck.IllegalStep,
                "a blind check is started with what is to be compared: by the blind check's own request",
                409
            );
        if (draft.Kind == Kinds.BlindProposed)
            return null;
        return book.IsUnderWay(on.Id)
            ? new Refusal("blind-busy", "another blind check is under way on this line: one at a time", 409)
            : null;
    }
}
