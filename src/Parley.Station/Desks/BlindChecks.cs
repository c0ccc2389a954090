using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Blind;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>Blind checks as officers see them.</summary>
internal sealed class BlindChecks(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    BlindBook book,
    BlindSelection selection,
    ProposalBook proposals
)
{
    /// <summary>The checks of a line, newest last, and what is left of the day's budget.</summary>
    internal Outcome<BlindListView> All(LineId line)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var now = premises.Now;
        return integrity.Guarded<BlindListView>(() =>
        {
            var items = open.Traffic.Read(picture =>
                picture
                    .View.RecentlySettled(now)
                    .Concat(picture.View.Open(now))
                    .Where(i => i.Family is BlindFamily && i.State != i.Family.Unreadable)
                    .ToList()
            );
            var spent = book.SpentOn(line);
            return new BlindListView(
                new BlindBudgetView(spent.Day, spent.Spent, book.Rules.Limits.CellsPerDay),
                [
                    .. items
                        .OrderBy(i => i.Root.Header.At)
                        .ThenBy(i => i.Id.ToString(), StringComparer.Ordinal)
                        .Select(i => BlindShapes.Of(i, open.Document, book.Find(line, i.Id), null)),
                ]
            );
        });
    }

    internal Outcome<BlindView> One(LineId line, EntryId check)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<BlindView>(() =>
            ItemOf(open, check).TryGet(out var item, out var why)
                ? BlindShapes.Of(
                    item,
                    open.Document,
                    book.Find(line, item.Id),
                    BlindFamily.AcceptanceOf(item)?.Run is { } run ? book.Results.Find(run) : null
                )
                : why
        );
    }

    /// <summary>Every shared cell as a GeoJSON FeatureCollection.</summary>
    internal Outcome<string> Cells(LineId line, EntryId check)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<string>(() =>
        {
            if (!ItemOf(open, check).TryGet(out var item, out var why))
                return why;
            return
                item.State == BlindFamily.Agreed
                && BlindFamily.AcceptanceOf(item)?.Run is { } run
                && book.Results.Find(run) is { } kept
                ? BlindShapes.GeoJson(kept)
                : new Refusal(
                    "no-result",
                    $"{item.Id} is {item.State}: there is no agreed result at this station",
                    404
                );
        });
    }

    /// <summary>What a proposal that waits would compare, for the officer who is to release it.</summary>
    internal Outcome<BlindPrepared> Prepared(string proposal)
    {
        if (
            proposals.Waiting.Find(proposal) is not { Body: { } body } found
            || !TrafficBodies.Read(found.Kind, body).TryGet(out var read, out _)
        )
            return ProposalBook.NotWaiting;
        if (!lines.Find(found.Line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<BlindPrepared>(() =>
        {
            var (asked, nonce) = read switch
            {
                BlindProposal own => (own, own.Nonce),
                BlindAcceptance acceptance
                    when found.Re.Count > 0 && ItemOf(open, found.Re[0]).TryGet(out var item, out _) => (
                    BlindFamily.ProposalOf(item),
                    acceptance.Nonce
                ),
                _ => (null, null),
            };
            if (asked is null || nonce is null || book.Choices.Find(nonce) is not { } choice)
                return new Refusal("unknown-proposal", $"{proposal} is no blind check that waits here", 404);
            if (!BlindGrids.Read(asked, open.Document.Policy).TryGet(out var profile, out var unfit))
                return new Refusal(BlindSelection.Unfit, unfit, 422);
            return selection.Prepare(profile, choice).TryGet(out var chosen, out var why)
                ? Prepared(found.View(), chosen, profile)
                : why;
        });
    }

    internal static BlindPrepared Prepared(ProposalView proposal, BlindOwn own, BlindProfile profile) =>
        new(
            proposal,
            own.Cover.Cells.Count,
            BlindBuckets.For(own.Cover.Cells.Count),
            [.. own.Chosen.Select(c => c.What)],
            BlindShapes.Of(profile)
        );

    /// <summary>The check that an entry belongs to, where it is open or ended lately.</summary>
    internal Outcome<Item> ItemOf(StationLine open, EntryId check)
    {
        if (open.Traffic.IsFolding)
            return Refusal.NotYet("the station is still reading its record");
        return
            open.Traffic.Read(picture => picture.View.ItemOf(check, premises.Now)) is { Family: BlindFamily } item
            && item.State != item.Family.Unreadable
            ? item
            : new Refusal("no-check", $"{check} is no blind check that is open or ended lately", 404);
    }
}
