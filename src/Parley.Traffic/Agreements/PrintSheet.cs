using System.Text;
using System.Text.Encodings.Web;
using Parley.Record;

namespace Parley.Traffic.Agreements;

/// <summary>
/// An agreement as a sheet for paper: one HTML file with no script and nothing to fetch, languages side by side, each in
/// its own direction of writing, and on every page the manifest hash and whether the text has any status. A browser
/// prints it, or makes a PDF of it, in every script that it has letters for.
/// </summary>
public static class PrintSheet
{
    private const string Style = """
        @page { size: A4; margin: 18mm 16mm 22mm }
        * { box-sizing: border-box }
        body { font: 11pt/1.45 "Noto Sans", "Segoe UI", sans-serif; color: #111; background: #fff; max-width: 190mm; margin: 0 auto; padding: 8mm }
        h1 { font-size: 17pt; margin: 0 0 2mm }
        h2 { font-size: 12pt; margin: 7mm 0 2mm; border-bottom: .3mm solid #444 }
        .status { border: .6mm solid #111; padding: 2mm 3mm; font-weight: 700; margin: 0 0 4mm }
        .draft { border-style: dashed }
        .draft-mark { position: fixed; inset: 0; display: grid; place-items: center; font-size: 62pt; font-weight: 800; color: rgb(0 0 0 / 7%); transform: rotate(-32deg); pointer-events: none; z-index: 1 }
        table { border-collapse: collapse; width: 100%; table-layout: fixed }
        th, td { border: .2mm solid #777; padding: 1.5mm 2mm; text-align: start; vertical-align: top; overflow-wrap: anywhere }
        th { background: #eee }
        td p { margin: 0 0 1.5mm }
        tr { break-inside: avoid }
        .number { width: 22mm }
        code { font: 9pt "Noto Sans Mono", monospace; overflow-wrap: anywhere }
        footer { margin-top: 8mm; font-size: 9pt; border-top: .3mm solid #444; padding-top: 2mm }
        @media print { body { padding: 0; max-width: none } }
        """;

    /// <summary>The sheet.</summary>
    public static string Write(AgreementSheet sheet)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        var text = sheet.Version.Text;
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
        html.Append(Safe(text.Title!))
            .Append("</title>\n<style>\n")
            .Append(Style)
            .Append("\n</style>\n</head>\n<body>\n");
        if (sheet.IsDraft)
            html.Append("<div class=\"draft-mark\" aria-hidden=\"true\">DRAFT</div>\n");
        html.Append("<h1 dir=\"auto\">").Append(Safe(text.Title!)).Append("</h1>\n");
        html.Append($"<p class=\"status{(sheet.IsDraft ? " draft" : "")}\">{Safe(Status(sheet))}</p>\n");
        Clauses(html, sheet);
        Table(html, "What else it settles", ["", ""], sheet.Rest().Select(r => (string[])[r.Title, r.What]));
        Table(
            html,
            "Signatures",
            ["Who", "As", "Scope", "State", "Entry", "Note"],
            sheet.Standing.Signatories.Select(s =>
                (string[])
                    [sheet.NameOf(s.Party.Value), s.Capacity, s.Scope, s.State, s.Entry?.ToString() ?? "", s.Note ?? ""]
            )
        );
        Table(
            html,
            "Maps and annexes",
            ["", "Name", "Title", "Hash of its bytes", "Entry"],
            text.Maps.Select(m => ("map", m))
                .Concat(text.Annexes.Select(a => ("annex", a)))
                .Select(e => (string[])[e.Item1, e.Item2.Id!, e.Item2.Title ?? "", e.Item2.Hash!, e.Item2.Entry ?? ""])
        );
        html.Append("<footer>\n<p>Text ")
            .Append(sheet.Number)
            .Append(" of agreement ")
            .Append(Safe(sheet.Agreement.ToString()))
            .Append(" on line ")
            .Append(Safe(sheet.Line.Value))
            .Append(". Every signature is on the manifest hash<br><code>")
            .Append(Safe(sheet.Version.Hash))
            .Append("</code></p>\n<p>As of ")
            .Append(UtcText.Of(sheet.At))
            .Append(". This sheet proves nothing: the record of the line does.</p>\n</footer>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static string Status(AgreementSheet sheet) =>
        sheet.IsDraft ? $"Draft, no status: {sheet.Standing.State}"
        : sheet.Standing.InForceFrom is { } from
            ? $"{sheet.Standing.State}, from {UtcText.Of(from)}{(sheet.Standing.Ends is { } ends ? $" to {UtcText.Of(ends)}" : "")}"
        : sheet.Standing.State;

    /// <summary>A row for each clause, a column for each language.</summary>
    private static void Clauses(StringBuilder html, AgreementSheet sheet)
    {
        var languages = sheet.Languages;
        if (sheet.Version.Text.Clauses.Count == 0)
            return;
        html.Append("<h2>Clauses</h2>\n<table>\n<thead><tr><th class=\"number\">Clause</th>");
        foreach (var language in languages)
            html.Append("<th>")
                .Append(Safe(language.Length == 0 ? "Text" : language))
                .Append(sheet.IsAuthoritative(language) == true ? ", decides" : "")
                .Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var id in sheet.Version.Text.Clauses.Select(c => c.Id!).Distinct(StringComparer.Ordinal))
        {
            html.Append("<tr><td>").Append(Safe(id)).Append("</td>");
            foreach (var language in languages)
            {
                html.Append("<td dir=\"auto\"");
                if (language.Length > 0)
                    html.Append($" lang=\"{Safe(language)}\"");
                html.Append('>');
                foreach (var clause in sheet.ClausesIn(language).Where(c => c.Id == id))
                {
                    html.Append("<p><strong>").Append(Safe(clause.Heading ?? clause.Kind!)).Append("</strong></p>");
                    foreach (var line in clause.Text!.ReplaceLineEndings("\n").Split('\n'))
                        html.Append("<p>").Append(Safe(line)).Append("</p>");
                }
                html.Append("</td>");
            }
            html.Append("</tr>\n");
        }
        html.Append("</tbody>\n</table>\n");
    }

    private static void Table(StringBuilder html, string title, string[] header, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        html.Append("<h2>").Append(Safe(title)).Append("</h2>\n<table>\n");
        if (header.Any(h => h.Length > 0))
            html.Append("<thead><tr>")
                .AppendJoin("", header.Select(h => $"<th>{Safe(h)}</th>"))
                .Append("</tr></thead>\n");
        html.Append("<tbody>\n");
        foreach (var row in all)
            html.Append("<tr>")
                .AppendJoin("", row.Select(cell => $"<td dir=\"auto\">{Safe(cell)}</td>"))
                .Append("</tr>\n");
        html.Append("</tbody>\n</table>\n");
    }

    private static string Safe(string text) => HtmlEncoder.Default.Encode(text);
}
