using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>Why an act may not go on the record now, as one subject sees it.</summary>
internal interface IJudge
{
    /// <param name="on">The line that it is meant for.</param>
    /// <param name="draft">The act, complete.</param>
    /// <param name="byStation">True where the station writes it by itself.</param>
    Refusal? Judge(StationLine on, EntryDraft draft, bool byStation);
}

/// <summary>Checks acts, and records those that every judge lets pass. Nothing comes between the check and the record
/// that could make the check untrue.</summary>
/// <param name="premises">What the desk stands on.</param>
/// <param name="integrity">What is told where the store or a line fails.</param>
/// <param name="handovers">What a handover of the watch is completed with.</param>
/// <param name="judges">Asked in this order; the first that objects is heard.</param>
/// <param name="plays">True at a station that plays a scenario.</param>
internal sealed class Recorder(
    Premises premises,
    Integrity integrity,
    HandoverBook handovers,
    IReadOnlyList<IJudge> judges,
    bool plays
)
{
    /// <summary>Checks an officer's act and records it: nothing comes between the two that could make the check
    /// untrue.</summary>
    internal async Task<Outcome<AppendOutcome.Recorded>> RecordAsync(
        StationLine open,
        EntryDraft draft,
        CancellationToken ct,
        bool byStation = false
    )
    {
        if (AuthorCheck.Seat(draft.By, draft.Kind) is { } seat)
            return seat;
        draft = Completed(open, draft);
        if (!AuthorCheck.NeedsView(draft.Kind))
            return AuthorCheck.Alone(open.Traffic.Document, premises.Self, draft, premises.Now) is { } alone
                ? alone
                : await PutAsync(open, draft);
        try
        {
            using (await open.Traffic.WriteAsync(ct))
                return Judge(open, draft, byStation) is { } unfit ? unfit : await PutAsync(open, draft);
        }
        catch (BrokenFoldException e)
        {
            return Refusal.Faulted(e.Message);
        }
    }

    /// <summary>Why an act would have no effect now, without recording it.</summary>
    internal async Task<Refusal?> JudgeAsync(StationLine open, EntryDraft draft, CancellationToken ct)
    {
        if (!AuthorCheck.NeedsView(draft.Kind))
            return AuthorCheck.Alone(open.Traffic.Document, premises.Self, draft, premises.Now);
        return await open.FoldedAsync(ct) ?? Judge(open, draft);
    }

    private Refusal? Judge(StationLine open, EntryDraft draft, bool byStation = false) =>
        integrity
            .Guarded<bool>(() =>
                judges.Select(j => j.Judge(open, draft, byStation)).FirstOrDefault(no => no is not null) is { } unfit
                    ? unfit
                    : true
            )
            .TryGet(out _, out var why)
            ? null
            : why;

    /// <summary>What an entry takes over from those that it answers or replaces where the officer says nothing
    /// else.</summary>
    internal EntryDraft Completed(StationLine open, EntryDraft draft)
    {
        if (plays)
            draft = draft with { IsPlayed = true };
        // What answers an exercise belongs to it (R2).
        if (!draft.IsMarkGiven && draft.Re is [var first, ..] && ViewOf(open, first).TryGet(out var answered, out _))
            draft = draft with { Mark = answered.Mark, IsMarkGiven = true };
        draft = handovers.Complete(open, draft);
        return integrity
            .Guarded(() =>
                Outcome<EntryDraft>.Of(
                    Replacing.Complete(draft, ReplacementJudge.Replaced(premises.Store, open, draft))
                )
            )
            .TryGet(out var whole, out _)
            ? whole
            : draft;
    }

    private Outcome<EntryView> ViewOf(StationLine open, EntryId entry) =>
        integrity.Guarded<EntryView>(() =>
            premises.Store.ReadEntry(new Origin(open.Id, entry.Party), entry.Seq) is { } stored
                ? EntryViews.Of(open, [stored])[0]
                : Refusal.UnknownEntry(entry.ToString())
        );

    private async Task<Outcome<AppendOutcome.Recorded>> PutAsync(StationLine open, EntryDraft draft) =>
        await open.Host.AppendAsync([Drafted(draft)]) switch
        {
            AppendOutcome.Recorded recorded => recorded,
            AppendOutcome.Refused refused => integrity.Refused(refused),
            _ => throw new InvalidOperationException("an append is recorded or refused"),
        };

    internal static NewEntry Drafted(EntryDraft draft) =>
        new()
        {
            Kind = draft.Kind,
            Mark = draft.Mark,
            Precedence = draft.Precedence,
            By = draft.By,
            Re = draft.Re ?? [],
            To = draft.To,
            Lang = draft.Lang,
            Salt = draft.Body is null ? null : Randomness.Bytes(Body.SaltLength),
            Body = draft.Body,
        };
}
