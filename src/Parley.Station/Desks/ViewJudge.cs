using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>Whether an act has an effect as the line stands: the step, the seat, the second officer, the body.</summary>
internal sealed class ViewJudge(Premises premises) : IJudge
{
    public Refusal? Judge(StationLine on, EntryDraft draft, bool byStation) =>
        on.Traffic.Read(picture => AuthorCheck.Against(picture.View, on.Document, premises.Self, draft, premises.Now));
}
