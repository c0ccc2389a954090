using System.Text;
using Parley.Record;
using Parley.Station.Exports;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Rooms;

namespace Parley.Station.Desks;

/// <summary>Mediators' rooms as this station sees them: the lines of a process side by side, what may cross from one to
/// the other, and what is proven of what has. docs/protocol/mediation.md.</summary>
internal sealed class RoomDesk(Premises premises, LineTable lines, Integrity integrity)
{
    /// <summary>Rooms and silence procedures of one line that an answer lists: of each party that opens them its newest,
    /// so that nobody's many hide another's.</summary>
    private const int MaxOfLine = 100;

    /// <summary>Words, comments and versions of a room on one line that an answer gives: of each party its newest.</summary>
    private const int MaxWords = 200,
        MaxDrafts = 20;

    /// <summary>A room on a line, as it was when the line was looked at.</summary>
    private sealed record OnLine(StationLine Open, Item Item);

    /// <summary>Every room by name and mediator, without what was said; or those of a name, with it. Each line of it by
    /// line id. A room that another party calls by the same name is another room: nothing crosses between the two.</summary>
    internal Outcome<IReadOnlyList<RoomView>> Rooms(string? name) =>
        integrity.Guarded<IReadOnlyList<RoomView>>(() =>
        {
            var all = ItemsOf<RoomFamily>()
                .GroupBy(on => (Name: RoomFamily.CharterOf(on.Item)?.Room ?? "", By: on.Item.Root.Header.From))
                .Where(room => name is null || room.Key.Name == name)
                .OrderBy(room => room.Key.Name, StringComparer.Ordinal)
                .ThenBy(room => room.Key.By.Value, StringComparer.Ordinal);
            LineDocument[] documents = [.. lines.All.Select(open => open.Document)];
            return Outcome<IReadOnlyList<RoomView>>.Of([
                .. all.Select(room =>
                {
                    OnLine[] side = [.. room];
                    return new RoomView(
                        room.Key.Name,
                        room.Key.By,
                        [.. side.Select(on => ViewOf(on, side, documents, isWhole: name is not null))]
                    );
                }),
            ]);
        });

    /// <summary>Silence procedures, the newest first.</summary>
    internal Outcome<IReadOnlyList<SilenceView>> Silences() =>
        integrity.Guarded<IReadOnlyList<SilenceView>>(() =>
            Outcome<IReadOnlyList<SilenceView>>.Of([
                .. ItemsOf<SilenceFamily>()
                    .OrderByDescending(on => on.Item.Root.Header.At)
                    .Select(on =>
                    {
                        var proposed = on.Item.Root.Body as SilenceProcedure;
                        return new SilenceView(
                            on.Open.Id,
                            on.Item.Id,
                            on.Item.State,
                            proposed?.Title,
                            proposed?.Text,
                            proposed?.Expires,
                            on.Item.ActsOf(premises.Self),
                            [
                                .. SilenceStanding
                                    .Of(on.Item, on.Open.Document.Parties)
                                    .Select(p => new SilentPartyView(p.Party, p.State, p.Entry)),
                            ]
                        );
                    }),
            ])
        );

    /// <summary>What differs between two versions of a room's text, by their numbers.</summary>
    internal Outcome<IReadOnlyList<ClauseChangeView>> Changes(LineId line, EntryId room, int from, int to)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<IReadOnlyList<ClauseChangeView>>(() =>
        {
            var item = open.Traffic.Read(picture => picture.View.ItemOf(room, premises.Now));
            if (item?.Family is not RoomFamily)
                return Refusal.UnknownEntry(room.ToString());
            var drafts = RoomFamily.Drafts(item);
            return from < 1 || to < 1 || from > drafts.Count || to > drafts.Count
                ? Refusal.Invalid($"versions are 1 to {drafts.Count}")
                : Outcome<IReadOnlyList<ClauseChangeView>>.Of(RoomPictures.ChangesOf(drafts[from - 1], drafts[to - 1]));
        });
    }

    /// <summary>The proof file of one entry, which a mediator carries to another line.</summary>
    internal Outcome<string> ProofFile(LineId line, EntryId entry)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<string>(() =>
        {
            if (!open.Document.Parties.Contains(entry.Party) || entry.Seq >= open.Host.SizeOf(entry.Party))
                return Refusal.UnknownEntry(entry.ToString());
            return EntryProofs
                .Of(premises.Store, open.Document, PublicKeySheet.Of(open.Document), entry, out _)
                .TryGet(out var proof, out var why)
                ? Encoding.UTF8.GetString(proof.Encode())
                : Refusal.NotYet(why);
        });
    }

    private IReadOnlyList<OnLine> ItemsOf<T>()
        where T : Family =>
        [
            .. lines.InOrder.SelectMany(open =>
                open.Traffic.Read(picture =>
                    picture
                        .View.Open(premises.Now)
                        .Concat(picture.View.RecentlySettled(premises.Now))
                        .Where(item => item.Family is T)
                        .OrderByDescending(item => item.Root.Header.At)
                        .GroupBy(item => item.Root.Header.From)
                        .SelectMany(of => of.Take(Share(MaxOfLine, open.Document)))
                        .Select(item => new OnLine(open, item))
                        .ToList()
                )
            ),
        ];

    /// <summary>What one party of a line has of so many places.</summary>
    private static int Share(int places, LineDocument document) => places / Math.Max(1, document.Parties.Count());

    private RoomLineView ViewOf(OnLine on, OnLine[] side, LineDocument[] documents, bool isWhole)
    {
        var item = on.Item;
        var charter = RoomFamily.CharterOf(item);
        var document = on.Open.Document;
        PublicResult Trust(Passage passage) => passage.TrustIn(item, premises.Self, document, documents);
        var drafts = RoomFamily.Drafts(item);
        var (mostWords, mostDrafts) = isWhole ? (Share(MaxWords, document), MaxDrafts) : (0, 0);
        List<TrafficEntry> Shown(Func<TrafficEntry, bool> wanted, ref int older)
        {
            List<TrafficEntry> all = [.. item.Applied.Where(wanted)];
            var newest = RoomPictures.Newest(all, e => e.Header.From, mostWords);
            older += all.Count - newest.Count;
            return newest;
        }
        var older = Math.Max(0, drafts.Count - mostDrafts);
        var words = Shown(e => (Passage.Of(e)?.Words ?? e.Body) is IPassable, ref older);
        var comments = Shown(e => e.Body is ClauseComment, ref older);
        return new RoomLineView(
            document.Id,
            item.Id,
            item.State,
            item.Root.Header.From,
            [.. document.Parties],
            [.. item.Applied.Where(e => e.Header.Kind == Kinds.RoomJoined).Select(e => e.Header.From)],
            charter?.Title,
            charter?.Scope,
            charter?.Until,
            charter?.Parties ?? [],
            charter?.Disclosure,
            [.. (charter?.Calendar ?? []).Select(a => new AppointmentView(a.At!.Value, a.What!))],
            PublicKeySheet.Of(document).Fingerprint.Hash.ToHex(),
            item.ActsOf(premises.Self),
            [.. words.Select(e => WordOf(on, e, side, Trust)).OfType<RoomWordView>()],
            !isWhole
                ? []
                :
                [
                    .. RoomConditions
                        .Of(item, passage => Trust(passage).Answer == PublicAnswer.Yes)
                        .Select(c => new RoomConditionView(c.Name, c.Party, c.What, c.By, c.State, c.Entry, c.At)),
                ],
            [
                .. drafts
                    .TakeLast(mostDrafts)
                    .Select(draft => RoomPictures.DraftOf(draft, draft.Number == 1 ? null : drafts[draft.Number - 2])),
            ],
            [.. comments.Select(e => RoomPictures.CommentOf(e, drafts)).OfType<CommentView>()],
            [
                .. item
                    .Applied.Where(e => e.Body is HandedOver)
                    .GroupBy(e => ((HandedOver)e.Body!).Name!, StringComparer.Ordinal)
                    .Select(said =>
                    {
                        PartyId[] by = [.. said.Select(e => e.Header.From).Distinct()];
                        return new HandedOverView(said.Key, by, document.Parties.All(by.Contains)); // MEDIATION-13
                    }),
            ],
            [
                .. RoomPictures
                    .Newest(item.Flags, f => f.Entry.Party, mostWords)
                    .Select(f => new RefusedView(f.Entry, f.Kind, f.Reason)),
            ],
            older
        );
    }

    private RoomWordView? WordOf(OnLine on, TrafficEntry entry, OnLine[] side, Func<Passage, PublicResult> trust)
    {
        var passage = Passage.Of(entry);
        var body = passage is null ? entry.Body : passage.Words;
        var header = passage?.Proof?.Header ?? entry.Header;
        var (text, reports, condition) = body switch
        {
            RoomWord word => (word.Text, word.Reports, word.Condition),
            RoomCondition made => (made.What, made.Party, made.Condition),
            RoomConsent consent => (RoomPictures.WordsOf(consent), null, consent.Condition),
            _ => default,
        };
        if (body is not IPassable passable)
            return null;
        return new RoomWordView(
            entry.Id,
            header.Kind,
            header.From,
            header.At,
            text,
            header.Lang,
            PartyId.TryParse(reports, out var reported) ? reported : null,
            condition,
            passable.Passing is { } p ? new PassingView(p.To, p.Anyone == true, p.Until) : null,
            passage?.Proof is { } proof ? RoomPictures.PassageOf(entry, proof, trust(passage)) : null,
            passage is null && on.Item.Root.Header.From == premises.Self && header.From != premises.Self
                ? [.. Others(on, side).Select(other => CrossingOf(entry, other))]
                : []
        );
    }

    /// <summary>The room on each other line: the one that is open there, or else the newest.</summary>
    private static IEnumerable<OnLine> Others(OnLine on, OnLine[] side) =>
        side.Where(other => other.Open.Id != on.Open.Id)
            .GroupBy(other => other.Open.Id)
            .Select(there =>
                there
                    .OrderByDescending(other => other.Item.State == RoomFamily.Open)
                    .ThenByDescending(other => other.Item.Root.Header.At)
                    .First()
            );

    private CrossingView CrossingOf(TrafficEntry said, OnLine to)
    {
        var passed = to.Item.Applied.FirstOrDefault(e =>
            Passage.Of(e)?.Proof is { } proof
            && proof.Header.Line == said.Header.Line
            && proof.Header.Id == said.Header.Id
        );
        return new CrossingView(
            to.Open.Id,
            to.Item.Id,
            passed is null ? Passage.WhyNot(said, to.Item, [.. to.Open.Document.Parties], premises.Now) : null,
            passed?.Id
        );
    }
}
