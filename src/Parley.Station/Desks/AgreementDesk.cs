using System.Text.Json;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>When an agreement is looked at: now, at a time, or as of sizes of the feeds.</summary>
/// <param name="At">Of what was written by then, by its authors' clocks, and as it stands then; null for now.</param>
/// <param name="AsOf">Of what stands below these sizes; a feed that is not named is as it is.</param>
internal sealed record PastMoment(DateTimeOffset? At, IReadOnlyDictionary<PartyId, ulong>? AsOf)
{
    /// <summary>True for an entry that was there: one that was dated back was not, whatever time it states.
    /// CEASEFIRE-18, CEASEFIRE-41.</summary>
    internal bool Has(TrafficEntry entry) =>
        !(entry.Written > At)
        && (AsOf is null || !AsOf.TryGetValue(entry.Header.From, out var size) || entry.Header.Seq < size);
}

/// <summary>The forms in which an agreement is given to others.</summary>
internal static class AgreementForms
{
    internal const string Print = "print",
        Akn = "akn";
}

/// <summary>An agreement as a file.</summary>
internal sealed record AgreementDocument(string Text, string ContentType);

/// <summary>Agreements as they stand, or stood.</summary>
internal sealed class AgreementDesk(Premises premises, LineTable lines, Integrity integrity)
{
    private readonly EnclosureCheck enclosures = new(premises.Store);

    /// <summary>Agreements that are open or were settled lately, the newest first.</summary>
    internal Outcome<Listed<AgreementView>> Agreements(LineId line) =>
        OnItems<Listed<AgreementView>>(
            line,
            (open, view) =>
            {
                var listing = Listing.Of<AgreementFamily>(view, premises.Now);
                return new Listed<AgreementView>(
                    [.. listing.Items.Select(item => ViewOf(open, view, item, premises.Now).View with { Text = null })],
                    listing.LeftOut
                );
            }
        );

    /// <summary>One agreement, as it stands now, or as it stood. CEASEFIRE-18.</summary>
    internal Outcome<AgreementView> Agreement(LineId line, EntryId entry, PastMoment when)
    {
        if (!Find(line, entry, when).TryGet(out var of, out var why))
            return why;
        if (of.Text is null)
            return of.View;
        // Files are read without the line: they may be large.
        return integrity.Guarded<AgreementView>(() =>
        {
            var (found, warnings) = enclosures.Of(line, of.Text);
            return of.View with { Enclosures = found, Warnings = [.. warnings, .. of.View.Warnings] };
        });
    }

    /// <summary>Orders of a line, the newest first, and which forces have them. CEASEFIRE-15.</summary>
    internal Outcome<Listed<OrderView>> Orders(LineId line) =>
        OnItems<Listed<OrderView>>(
            line,
            (_, view) =>
            {
                var listing = Listing.Of<OrderFamily>(view, premises.Now);
                return new Listed<OrderView>([.. listing.Items.Select(OrderOf)], listing.LeftOut);
            }
        );

    private static OrderView OrderOf(Item item)
    {
        var announced = item.Applied.Select(e => e.Body).OfType<OrderAnnouncement>().LastOrDefault();
        var agreement =
            announced?.Agreement
            ?? item.Applied.Select(e => (e.Body as OrderReceipt)?.Agreement).FirstOrDefault(a => a is not null);
        return new OrderView(
            item.Id,
            item.State,
            announced?.What,
            EntryId.TryParse(agreement, out var entry) ? entry : null,
            OrderFamily.EffectOf(item),
            [
                .. OrderFamily
                    .Ladder(item)
                    .Select(r => new OrderRungView(r.Party, r.Echelon, r.At, r.Forces, r.Note, r.Entry)),
            ]
        );
    }

    /// <summary>What is to be said of a text before an officer puts it on the table. CEASEFIRE-4, CEASEFIRE-17.</summary>
    internal Outcome<TextCheckView> Check(LineId line, ReadOnlyMemory<byte> body)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (
            !TrafficBodies.ReadOwn(Kinds.AgreementTabled, body).TryGet(out var read, out var why)
            || !AgreementVersion.HashOf(body).TryGet(out var hash, out why)
        )
            return Refusal.Invalid(why);
        var text = (AgreementText)read;
        return integrity.Guarded<TextCheckView>(() =>
        {
            var (found, warnings) = enclosures.Of(line, text);
            return new TextCheckView(
                hash,
                AgreementForm.Missing(text),
                found,
                [.. warnings, .. OfOlderRules(open), .. OfZone(text)]
            );
        });
    }

    /// <summary>An agreement as a document for others.</summary>
    /// <param name="line">The line.</param>
    /// <param name="entry">Its first entry, or another of it.</param>
    /// <param name="when">As it stood then.</param>
    /// <param name="form">One of <see cref="AgreementForms"/>.</param>
    /// <param name="language">Of an Akoma Ntoso document; null for the deciding one, or the first.</param>
    internal Outcome<AgreementDocument> Document(
        LineId line,
        EntryId entry,
        PastMoment when,
        string form,
        string? language
    ) =>
        OnAgreement<AgreementDocument>(
            line,
            entry,
            when,
            (open, view, item) =>
            {
                var at = when.At ?? premises.Now;
                var standing = AgreementStanding.Of(item, at, AgreementTexts.IsSealed(open, view));
                var names = open.Document.Cards.ToDictionary(c => c.Party, c => c.Name);
                if (!AgreementSheet.TryMake(line, item, standing, at, names, out var sheet))
                    return new Refusal("unknown-entry", $"the text of {entry} is not here", 404);
                if (form == AgreementForms.Print)
                    return new AgreementDocument(PrintSheet.Write(sheet), "text/html; charset=utf-8");
                if (form != AgreementForms.Akn)
                    return Refusal.Invalid($"form is {AgreementForms.Print} or {AgreementForms.Akn}");
                return sheet.Languages.Contains(language ?? sheet.Languages[0])
                    ? new AgreementDocument(
                        AkomaNtoso.Write(sheet, language ?? sheet.Languages[0]),
                        AkomaNtoso.ContentType
                    )
                    : Refusal.Invalid($"the text is in {string.Join(", ", sheet.Languages)}");
            }
        );

    private Outcome<(AgreementView View, AgreementText? Text)> Find(LineId line, EntryId entry, PastMoment when) =>
        OnAgreement<(AgreementView, AgreementText?)>(
            line,
            entry,
            when,
            (open, view, item) => ViewOf(open, view, item, when.At ?? premises.Now)
        );

    private Outcome<T> OnAgreement<T>(
        LineId line,
        EntryId entry,
        PastMoment when,
        Func<StationLine, LineView, Item, Outcome<T>> read
    ) =>
        OnItems<T>(
            line,
            (open, view) =>
            {
                if (StatedSizes.Stranger(open, when.AsOf) is { } stranger)
                    return stranger;
                if (view.ItemOf(entry, premises.Now) is not { Family: AgreementFamily } now)
                    return Refusal.UnknownEntry(entry.ToString());
                return now.AsOf(when.Has, [.. open.Document.Parties]) is { } item
                    ? read(open, view, item)
                    : new Refusal("unknown-entry", $"{entry} was not there then", 404);
            }
        );

    private Outcome<T> OnItems<T>(LineId line, Func<StationLine, LineView, Outcome<T>> read) =>
        lines.Find(line).TryGet(out var open, out var unknown)
            ? integrity.Guarded(() => open.Traffic.Read(on => read(open, on.View)))
            : unknown;

    private static (AgreementView View, AgreementText? Text) ViewOf(
        StationLine open,
        LineView view,
        Item item,
        DateTimeOffset at
    )
    {
        var standing = AgreementStanding.Of(item, at, AgreementTexts.IsSealed(open, view));
        var versions = AgreementVersion.AllOf(item);
        var shown = standing.Version;
        var before = shown is null ? null : versions.TakeWhile(v => v.Hash != shown.Hash).LastOrDefault();
        var told = new AgreementView(
            item.Id,
            standing.State,
            shown?.Text.Title,
            shown?.Hash,
            standing.InForceFrom,
            standing.Ends,
            standing.WaitsFor,
            [
                .. standing.Signatories.Select(s => new SignatoryView(
                    s.Party,
                    s.Capacity,
                    s.Scope,
                    s.State == SignatoryStanding.Waiting ? Received(open, view, shown!.Entry.Id, s.Party) : s.State,
                    s.Entry,
                    s.Note
                )),
            ],
            shown is null ? [] : AgreementForm.Missing(shown.Text),
            [
                .. versions.Select(v => new AgreementVersionView(
                    v.Entry.Id,
                    v.Entry.Header.Kind,
                    v.Hash,
                    v.Entry.Header.At,
                    v.Text.Title!
                )),
            ],
            [.. standing.Pending.Select(v => v.Hash)],
            before is null ? [] : AgreementForm.Between(before.Text, shown!.Text),
            shown is null ? null : JsonSerializer.SerializeToElement(shown.Text, TrafficJson.Default.AgreementText),
            [],
            [.. OfOlderRules(open), .. OfZone(shown?.Text)]
        );
        return (told, shown?.Text);
    }

    /// <summary>What whoever tables, signs or reads an agreement is told on a line that was opened for older programs.
    /// CEASEFIRE-41.</summary>
    private static IReadOnlyList<string> OfOlderRules(StationLine open) =>
        AgreementFamily.IsGuarded(open.Document.Policy)
            ? []
            :
            [
                $"this line is judged by fold {open.Document.Policy.Fold}, as older programs judge it: what crosses with a signature can undo it, and what is dated back counts from then. A party whose program is older than agreements keeps and shows their entries, and no state of them: ask by call what it has. A line that continues this one takes up the newest fold",
            ];

    /// <summary>That nobody here can tell when a reporting day ends, because its clock is not known.
    /// CEASEFIRE-35.</summary>
    private static IReadOnlyList<string> OfZone(AgreementText? text) =>
        text?.Reporting?.Zone is { } zone && !ReportingWindows.TryZone(zone, out _)
            ? [$"no time zone is known here by the name {zone}: no reporting day can be counted by it"]
            : [];

    /// <summary>How far the text has come to somebody who has not signed: waiting, delivered or read.</summary>
    private static string Received(StationLine open, LineView view, EntryId text, PartyId party)
    {
        if (party == text.Party)
            return "read"; // it wrote it
        if (view.ReceiptsOf(text)?.Read.Any(r => r.Party == party) == true)
            return "read";
        return
            open.Document.Parties.Contains(party)
            && open.Host.CosignedSizes(text.Party).GetValueOrDefault(party) > text.Seq
            ? "delivered"
            : SignatoryStanding.Waiting;
    }
}
