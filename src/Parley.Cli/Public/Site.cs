using System.Globalization;
using System.Text;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Cli.Public;

/// <summary>How the site is to be written.</summary>
/// <param name="Names">Full names of parties, as whoever publishes gives them: cards and line documents are not for the
/// public.</param>
/// <param name="Url">Where it will stand, for the feeds; null where that is not known.</param>
/// <param name="Script">The check that runs in the reader's browser.</param>
internal sealed record SiteOptions(IReadOnlyDictionary<string, string> Names, string? Url, string Script)
{
    internal string NameOf(PartyId party) =>
        Names.TryGetValue(party.Value, out var name) ? $"{name} ({party})" : party.Value;

    /// <summary>SHA-256 of the check as it stands in the pages, so that a party can state it on the record.</summary>
    internal string CheckHash { get; } = Sha256.Of(Encoding.UTF8.GetBytes(Script)).ToHex();
}

/// <summary>Writes the pages, lists, feeds and proof files of what lines gave to the public.</summary>
internal sealed class Site(SiteFolder folder, SiteOptions options, DateTimeOffset now)
{
    /// <summary>From this age on the newest checkpoint is said to be old. PUBLIC-15.</summary>
    internal static readonly TimeSpan StaleAfter = TimeSpan.FromHours(24);

    internal void Write(IReadOnlyList<(PublicWordView Word, IReadOnlyList<PublicItem> Items)> lines)
    {
        // That there is a line, between whom, is nobody's business before something of it was released. PUBLIC-23
        lines = [.. lines.Where(line => line.Items.Count > 0)];
        PublicItem[] all = [.. lines.SelectMany(line => line.Items).OrderByDescending(item => item.At)];
        foreach (var item in all)
        {
            foreach (var proof in item.Proofs)
                folder.Write(PublicItem.FileOf(proof), Encoding.UTF8.GetString(Kept(proof).Encode()));
            folder.Write(item.Page, ItemPage(item));
        }
        var index = new Page("Public texts", "", options.Script).Add(Freshness(all));
        foreach (var (word, items) in lines)
        {
            var name = $"on/{word.Line}.html";
            folder.Write(name, ListPage($"Line {word.Line}", items));
            index.Add(
                $"<h2><a href=\"{name}\">Line {Markup.Text(word.Line.Value)}</a></h2><p>Keys of the line, to be compared with what its parties ({Markup.Text(string.Join(", ", word.Parties.Select(Name)))}) state elsewhere:<br><code>{Grouped(word.Keys)}</code></p>"
            );
        }
        foreach (var party in all.GroupBy(item => item.By.Value))
            folder.Write($"by/{party.Key}.html", ListPage($"Released by {Name(PartyId.Parse(party.Key))}", [.. party]));
        foreach (var month in all.GroupBy(Month))
            folder.Write($"on/{month.Key}.html", ListPage($"Released in {month.Key}", [.. month]));
        index.Add(
            Links(
                "By party",
                all.Select(i => i.By.Value).Distinct().Order(StringComparer.Ordinal),
                p => $"by/{p}.html",
                p => Name(PartyId.Parse(p))
            )
        );
        index.Add(Links("By month", all.Select(Month).Distinct(), m => $"on/{m}.html", m => m));
        index.Add(List(all, "")).Add(Page.NotShown);
        folder.Write("index.html", index.ToString());
        folder.Write(
            "verify.html",
            new Page("Check a proof file", "", options.Script)
                .Add(Page.Checker)
                .Add(CheckHash(all))
                .Add(Page.NotShown)
                .ToString()
        );
        folder.Write("feed.atom", Feeds.Atom(all, options));
        folder.Write("feed.json", Feeds.Json(all, options));
        folder.Sweep();
    }

    /// <summary>Which check the pages bring, and who says in public that it is this one. PUBLIC-22.</summary>
    private string CheckHash(IReadOnlyList<PublicItem> items)
    {
        var hash = options.CheckHash;
        PublicItem[] stating =
        [
            .. items.Where(item =>
                item is { IsStatement: true, Withdrawal: null, CorrectedBy: null }
                && item.Text?.Contains(hash, StringComparison.OrdinalIgnoreCase) == true
            ),
        ];
        var said =
            stating.Length == 0
                ? "No text here states it."
                : string.Join(
                    " ",
                    stating.Select(item =>
                        $"Stated by {Markup.Text(Name(item.By))}: <a href=\"{item.Page}\">{Page.Time(item.At)}</a>."
                    )
                );
        return $"<h2>Which check this is</h2><p>The script in each of these pages has the SHA-256 <code id=\"check-hash\">{hash}</code>. {said}</p>";
    }

    private string Name(PartyId party) => options.NameOf(party);

    private static string Month(PublicItem item) =>
        item.At.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static string Grouped(string hex) => string.Join(' ', hex.Chunk(4).Select(group => new string(group)));

    /// <summary>The proof that an earlier run wrote, where it still holds: a later one would only tell how the feed has
    /// grown.</summary>
    private PublicProof Kept(PublicProof proof) =>
        folder.Read(PublicItem.FileOf(proof)) is { } earlier
        && PublicProof.Parse(earlier).TryGet(out var kept, out _)
        && kept.HeaderBytes.AsSpan().SequenceEqual(proof.HeaderBytes)
        && kept.Judge(proof.Keys.Fingerprint.Hash.ToHex()).HasNoFault
            ? kept
            : proof;

    private string ItemPage(PublicItem item)
    {
        var page = new Page(item.Title(Name(item.By)), "../", options.Script);
        if (item.Mark != Mark.Actual)
            page.Add($"<p class=\"mark\">{item.Mark.ToString().ToUpperInvariant()}: nothing of this is meant</p>");
        if (item.Withdrawal is { } withdrawal)
        {
            page.Add(
                    $"<p>This text was released, and taken back by {Markup.Text(Name(item.By))} on {Page.Time(withdrawal.Header.At)}. Its text is no longer given here.</p>"
                )
                .Add("<h2>Reason</h2>")
                .Add(Said("reason", item.Reason ?? "", withdrawal.Header.Lang));
        }
        else if (item.Said is { } said)
        {
            if (item.CorrectedBy is { } later)
                page.Add(
                    $"<p class=\"note\">A later text took the place of this one: <a href=\"{later}.html\">the correction</a>. Both stay.</p>"
                );
            if (item.Corrects is { } earlier)
                page.Add(
                    $"<p class=\"note\">This text takes the place of <a href=\"{earlier}.html\">an earlier one</a>. Both stay.</p>"
                );
            if (item.Text is { } text)
                page.Add(Said("text", text, said.Header.Lang));
            for (var i = 0; i < item.Points.Count; i++)
                page.Add(
                    $"<p><b data-said=\"points.{i}.tag\">{Markup.Text(item.Points[i].Tag)}</b></p>{Said($"points.{i}.text", item.Points[i].Text, said.Header.Lang)}"
                );
        }
        page.Add("<h2>Who, when, and beside it</h2>").Add(Facts(item));
        page.Carry(Roles(item)).Add(Page.Checker).Add(Page.NotShown);
        return page.ToString();
    }

    private IEnumerable<(string Role, PublicProof Proof)> Roles(PublicItem item)
    {
        if (item.Said is { } said)
            yield return ("text", Kept(said));
        if (item.Withdrawal is { } withdrawal)
            yield return ("withdrawal", Kept(withdrawal));
        if (item.Release is { } release)
            yield return ("release", Kept(release));
        foreach (var agreement in item.Agreements)
            yield return ("agreement", Kept(agreement));
    }

    private string Facts(PublicItem item)
    {
        var facts = new StringBuilder("<dl>");
        void Fact(string what, string markup) => facts.Append($"<dt>{what}</dt><dd>{markup}</dd>\n");
        Fact("Released by", $"<a href=\"../by/{item.By}.html\">{Markup.Text(Name(item.By))}</a>");
        Fact("Released", $"{Page.Time(item.At)}, at the level public");
        if ((item.Release ?? item.Withdrawal ?? item.Said)?.Header.By is { } by)
            Fact(
                item.Withdrawal is null ? "Officers" : "Officers who took it back",
                $"{Officer(by)}{(by.ReleasedBy is { } second ? $" and {Officer(second)}" : "")}"
            );
        if (item.Said is { } said)
        {
            Fact(
                "Entry",
                $"<code>{Markup.Text(said.Header.Id.ToString())}</code> of line <a href=\"../on/{item.Line}.html\">{Markup.Text(item.Line.Value)}</a>"
            );
            if (said.Header.Lang is { } lang)
                Fact("Language", Markup.Text(lang));
            if (item.Effective is { } effective)
                Fact("Takes effect", $"<span data-said=\"effective\">{Markup.Text(effective)}</span>");
            if (item.Embargo is { } embargo)
                Fact("Not to be published before", $"<span data-said=\"embargo\">{Markup.Text(embargo)}</span>");
            if (item.Source is { } source)
                Fact("Source, as it is named", $"<span data-said=\"source\">{Markup.Text(source)}</span>");
            if (item.FirstSince is { } since)
                Fact("First contact since", FirstSince(since, said.Header.At));
            if (!item.IsStatement && !item.IsClaim)
                Fact(
                    "Joint",
                    item.IsJoint
                        ? $"Yes: {Markup.Text(string.Join(", ", item.Agreements.Select(a => Name(a.Header.From))))} signed exactly this text of {Markup.Text(Name(said.Header.From))}"
                        : "No: one side's own account"
                );
        }
        if (item.OtherJoint.Count > 0)
            Fact(
                "Not the only one",
                $"All signed another text about the same call as well: {string.Join("<br>", item.OtherJoint.Select(other => $"<a href=\"{other.Hash}.html\">{Markup.Text(other.Title(Name(other.By)))}</a>, {Page.Time(other.At)}"))}"
            );
        if (item is { IsStatement: false, IsJoint: false, Withdrawal: null })
            Fact(
                item.IsClaim ? "Beside it" : "The other side's",
                item.Beside.Count == 0
                    ? item.IsClaim
                        ? "no dissent published here"
                        : "none published here"
                    : string.Join(
                        "<br>",
                        item.Beside.Select(other =>
                            $"<a href=\"{other.Hash}.html\">{Markup.Text(other.Title(Name(other.By)))}</a>"
                        )
                    )
            );
        Fact("Known by", $"<code>{item.Hash}</code>");
        Fact(
            "Proof files",
            string.Join(
                "<br>",
                item.Proofs.Select(proof =>
                    $"<a href=\"../{PublicItem.FileOf(proof)}\" download>{Markup.Text(proof.Header.Kind)}, {Markup.Text(proof.Header.Id.ToString())}</a>"
                )
            )
        );
        return facts.Append("</dl>").ToString();
    }

    /// <summary>What all parties state of it, and how many days that is. PUBLIC-21.</summary>
    private static string FirstSince(string stated, DateTimeOffset said) =>
        $"<span data-said=\"firstSince\">{Markup.Text(stated)}</span>"
        + (
            UtcText.TryReadTyped(stated, out var since, out _) && since <= said
                ? $" ({(said.UtcDateTime.Date - since.UtcDateTime.Date).Days.ToString(CultureInfo.InvariantCulture)} days before this text), as all of them say together"
                : ", as all of them say together"
        );

    private static string Officer(Officer officer) =>
        $"<bdi>{Markup.Text(officer.Name)}</bdi> ({Markup.Text(officer.Seat)})";

    private static string Said(string member, string text, string? lang) =>
        $"<blockquote class=\"said\"{(lang is null ? "" : $" lang=\"{Markup.Text(lang)}\"")} dir=\"{Markup.Direction(lang)}\" data-said=\"{member}\">{Markup.Text(text)}</blockquote>";

    private string ListPage(string title, IReadOnlyList<PublicItem> items) =>
        new Page(title, "../", options.Script).Add(List(items, "../")).Add(Page.NotShown).ToString();

    private string List(IReadOnlyList<PublicItem> items, string root)
    {
        if (items.Count == 0)
            return "<p>Nothing was released to the public.</p>";
        var list = new StringBuilder("<ol class=\"texts\">\n");
        foreach (var item in items)
            list.Append(
                $"<li>{Page.Time(item.At)} <a href=\"{root}{item.Page}\">{Markup.Text(item.Title(Name(item.By)))}</a>{(item.Mark == Mark.Actual ? "" : $" <span class=\"mark\">{item.Mark.ToString().ToUpperInvariant()}</span>")}{(item.CorrectedBy is null ? "" : " (corrected)")}<br><span{(item.Lang is { } lang ? $" lang=\"{Markup.Text(lang)}\"" : "")} dir=\"{Markup.Direction(item.Lang)}\">{Markup.Text(Start(item))}</span></li>\n"
            );
        return list.Append("</ol>").ToString();
    }

    private static string Links(
        string title,
        IEnumerable<string> keys,
        Func<string, string> file,
        Func<string, string> name
    )
    {
        string[] links = [.. keys.Select(key => $"<a href=\"{file(key)}\">{Markup.Text(name(key))}</a>")];
        return links.Length == 0 ? "" : $"<h2>{title}</h2><p>{string.Join(" · ", links)}</p>";
    }

    /// <summary>The beginning of a text, cut between characters.</summary>
    internal static string Start(PublicItem item)
    {
        const int Most = 160;
        var text = item.Withdrawal is not null
            ? item.Reason ?? ""
            : item.Text ?? (item.Points is [var first, ..] ? first.Text : "");
        var elements = StringInfo.ParseCombiningCharacters(text);
        return elements.Length <= Most ? text : text[..elements[Most]] + "…";
    }

    private string Freshness(IReadOnlyList<PublicItem> items)
    {
        var newest = items
            .SelectMany(item => item.Proofs)
            .SelectMany(proof =>
                proof.Judge(null).Cosignatures.Select(c => (c.Party, At: c.At!.Value, Feed: proof.Header.From))
            )
            .OrderByDescending(c => c.At)
            .ToList();
        if (newest.Count == 0)
            return "";
        var last = newest[0];
        var by = newest.Where(c => c.Feed == last.Feed).Select(c => c.Party).Distinct().Select(Name);
        // To the hour: to the second it would tell whoever looks often when anything is written on the line.
        var hour = new DateTimeOffset(last.At.Ticks - last.At.Ticks % TimeSpan.TicksPerHour, TimeSpan.Zero);
        var old = now - hour > StaleAfter;
        return $"<p class=\"note\" id=\"fresh\" data-at=\"{UtcText.Of(hour)}\">{(old ? "<b>OLD.</b> " : "")}The newest checkpoint at this station was cosigned in the hour from {Page.Time(hour)} by {Markup.Text(string.Join(", ", by))}. {(old ? "That is more than 24 hours before this page was written" : "More than 24 hours after that it is old")}: later corrections or withdrawals may be missing.</p>";
    }
}
