using System.Text.Json;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Rooms;

namespace Parley.Station.Desks;

/// <summary>The parts of a room as an answer gives them.</summary>
internal static class RoomPictures
{
    /// <summary>Of each party its newest, in the order in which they stand: nobody's many take another's place.</summary>
    internal static List<T> Newest<T>(IReadOnlyList<T> all, Func<T, PartyId> by, int share)
    {
        var left = new Dictionary<PartyId, int>();
        var newest = new List<T>();
        for (var i = all.Count - 1; i >= 0; i--)
        {
            var has = left.GetValueOrDefault(by(all[i]), share);
            if (has == 0)
                continue;
            left[by(all[i])] = has - 1;
            newest.Add(all[i]);
        }
        newest.Reverse();
        return newest;
    }

    /// <summary>The words that a consent is to, and what was said with it.</summary>
    internal static string? WordsOf(RoomConsent consent) =>
        consent.What is null ? consent.Note
        : consent.Note is null ? consent.What
        : $"{consent.What}\n{consent.Note}";

    internal static PassageView PassageOf(TrafficEntry entry, PublicProof proof, PublicResult trust) =>
        new(
            entry.Header.From,
            entry.Header.At,
            (entry.Body as PassedWord)?.Note,
            proof.Header.Line,
            proof.Header.Id,
            [
                $"{proof.Header.By.Name} ({proof.Header.By.Seat})",
                .. proof.Header.By.ReleasedBy is { } second ? (string[])[$"{second.Name} ({second.Seat})"] : [],
            ],
            trust.Answer switch
            {
                PublicAnswer.Yes => PassageView.Proven,
                PublicAnswer.No => PassageView.OtherKeys,
                _ => PassageView.KeysNotKnown,
            },
            trust.Reason,
            proof.Keys.Fingerprint.Hash.ToHex()
        );

    internal static VersionView DraftOf(DraftVersion draft, DraftVersion? before) =>
        new(
            draft.Entry.Id,
            draft.Number,
            draft.Hash,
            draft.Entry.Header.At,
            draft.Text.Title!,
            draft.IsBracketed,
            JsonSerializer.SerializeToElement(draft.Text, TrafficJson.Default.NegotiatingText),
            before is null ? [] : ChangesOf(before, draft)
        );

    internal static IReadOnlyList<ClauseChangeView> ChangesOf(DraftVersion from, DraftVersion to) =>
        [
            .. DraftChanges
                .Between(from.Text, to.Text)
                .Select(c => new ClauseChangeView(c.Id, c.Lang, c.Change, c.Before, c.After)),
        ];

    internal static CommentView? CommentOf(TrafficEntry entry, IReadOnlyList<DraftVersion> drafts) =>
        entry.Body is not ClauseComment comment
            ? null
            : new CommentView(
                entry.Id,
                entry.Header.From,
                drafts.FirstOrDefault(d => d.Hash == comment.Hash)?.Number ?? 0,
                comment.Clause!,
                comment.Text!,
                comment.Instead,
                comment.Named == true
            );
}
