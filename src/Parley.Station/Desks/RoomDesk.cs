using System.Text;
using System.Text.Json;
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
    /// <summary>Rooms of one line that an answer lists, the newest.</summary>
    private const int MaxOfLine = 100;

    /// <summary>Words, comments and versions of a room on one line that an answer gives, the newest of each.</summary>
    private const int MaxWords = 200,
        MaxDrafts = 20;

    /// <summary>A room on a line, as it was when the line was looked at.</summary>
    private sealed record OnLine(StationLine Open, Item Item);

    /// <summary>Every room by name, without what was said; or one, with it. Each line of it by line id.</summary>
    internal Outcome<IReadOnlyList<RoomView>> Rooms(string? name) =>
        integrity.Guarded<IReadOnlyList<RoomView>>(() =>
        {
            var all = ItemsOf<RoomFamily>()
                .GroupBy(on => RoomFamily.CharterOf(on.Item)?.Room ?? "", StringComparer.Ordinal)
                .Where(room => name is null || room.Key == name)
                .OrderBy(room => room.Key, StringComparer.Ordinal);
            LineDocument[] documents = [.. lines.All.Select(open => open.Document)];
            return Outcome<IReadOnlyList<RoomView>>.Of([
                .. all.Select(room =>
                {
                    OnLine[] side = [.. room];
                    return new RoomView(
                        room.Key,
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
                        .Take(MaxOfLine)
                        .Select(item => new OnLine(open, item))
                        .ToList()
                )
            ),
        ];

    private RoomLineView ViewOf(OnLine on, OnLine[] side, LineDocument[] documents, bool isWhole)
    {
        var item = on.Item;
        var charter = RoomFamily.CharterOf(item);
        var document = on.Open.Document;
        PublicResult Trust(Passage passage) => passage.TrustIn(item, premises.Self, document, documents);
        var drafts = RoomFamily.Drafts(item);
        List<TrafficEntry> words = [.. item.Applied.Where(e => (Passage.Of(e)?.Words ?? e.Body) is IPassable)];
        List<TrafficEntry> comments = [.. item.Applied.Where(e => e.Body is ClauseComment)];
        var (mostWords, mostDrafts) = isWhole ? (MaxWords, MaxDrafts) : (0, 0);
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
            [.. words.TakeLast(mostWords).Select(e => WordOf(on, e, side, Trust)).OfType<RoomWordView>()],
            [
                .. RoomConditions
                    .Of(item, passage => Trust(passage).Answer == PublicAnswer.Yes)
                    .Select(c => new RoomConditionView(c.Name, c.Party, c.What, c.By, c.State, c.Entry)),
            ],
            [
                .. drafts
                    .TakeLast(mostDrafts)
                    .Select(draft => DraftOf(draft, draft.Number == 1 ? null : drafts[draft.Number - 2])),
            ],
            [.. comments.TakeLast(mostWords).Select(e => CommentOf(e, drafts)).OfType<CommentView>()],
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
            [.. item.Flags.TakeLast(mostWords).Select(f => new RefusedView(f.Entry, f.Kind, f.Reason))],
            Math.Max(0, words.Count - mostWords)
                + Math.Max(0, comments.Count - mostWords)
                + Math.Max(0, drafts.Count - mostDrafts)
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
            RoomConsent consent => (consent.Note, null, consent.Condition),
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
            passage?.Proof is { } proof ? PassageOf(entry, proof, trust(passage)) : null,
            passage is null && on.Item.Root.Header.From == premises.Self && header.From != premises.Self
                ? [.. side.Where(other => other.Open.Id != on.Open.Id).Select(other => CrossingOf(entry, other))]
                : []
        );
    }

    private CrossingView CrossingOf(TrafficEntry said, OnLine to)
    {
        var passed = to.Item.Applied.FirstOrDefault(e =>
            Passage.Of(e)?.Proof is { } proof
            && proof.Header.Line == said.Header.Line
            && proof.Header.Id == said.Header.Id
        );
        return new CrossingView(
            to.Open.Id,
            passed is null ? Passage.WhyNot(said, to.Item, [.. to.Open.Document.Parties], premises.Now) : null,
            passed?.Id
        );
    }

    private static PassageView PassageOf(TrafficEntry entry, PublicProof proof, PublicResult trust) =>
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

    private static VersionView DraftOf(DraftVersion draft, DraftVersion? before) =>
        new(
            draft.Entry.Id,
            draft.Number,
            draft.Hash,
            draft.Entry.Header.At,
            draft.Text.Title!,
            draft.IsBracketed,
            JsonSerializer.SerializeToElement(draft.Text, TrafficJson.Default.NegotiatingText),
            before is null
                ? []
                :
                [
                    .. DraftChanges
                        .Between(before.Text, draft.Text)
                        .Select(c => new ClauseChangeView(c.Id, c.Lang, c.Change, c.Before, c.After)),
                ]
        );

    private static CommentView? CommentOf(TrafficEntry entry, IReadOnlyList<DraftVersion> drafts) =>
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
