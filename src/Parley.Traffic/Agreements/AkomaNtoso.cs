using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Parley.Record;

namespace Parley.Traffic.Agreements;

/// <summary>
/// An agreement as Akoma Ntoso 1.0 (OASIS LegalDocML, <c>akn-core-v1.0</c>): one document for each language, whose
/// expression names it, the manifest hash, and whether it decides; clauses keep their numbers as <c>eId</c>; signatures
/// stand in the workflow and in the conclusions, each with the entry that proves it. CEASEFIRE-38.
/// </summary>
public static class AkomaNtoso
{
    public const string Namespace = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0";

    /// <summary>What the standard has no element for.</summary>
    public const string OwnNamespace = "urn:parley:agreement:1";

    public const string ContentType = "application/akn+xml";

    private static readonly XNamespace Akn = Namespace,
        Own = OwnNamespace;

    /// <summary>User-assigned in ISO 3166: the record does not know of which country an agreement of several parties
    /// is.</summary>
    private const string NoCountry = "zz";

    /// <summary>ISO 639-2 for the languages of which IRIs have it; for others the tag as it stands (BCP 47), as the naming
    /// convention has it where there is no such code.</summary>
    private static readonly Dictionary<string, string> ThreeLetters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ar"] = "ara",
        ["de"] = "deu",
        ["en"] = "eng",
        ["es"] = "spa",
        ["fa"] = "fas",
        ["fr"] = "fra",
        ["he"] = "heb",
        ["hi"] = "hin",
        ["hy"] = "hye",
        ["az"] = "aze",
        ["it"] = "ita",
        ["ja"] = "jpn",
        ["ka"] = "kat",
        ["ko"] = "kor",
        ["pt"] = "por",
        ["ru"] = "rus",
        ["sr"] = "srp",
        ["so"] = "som",
        ["sw"] = "swa",
        ["tr"] = "tur",
        ["uk"] = "ukr",
        ["ur"] = "urd",
        ["zh"] = "zho",
    };

    /// <summary>The document in one language.</summary>
    /// <param name="sheet">The agreement.</param>
    /// <param name="language">One of <see cref="AgreementSheet.Languages"/>.</param>
    public static string Write(AgreementSheet sheet, string language)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        ArgumentNullException.ThrowIfNull(language);
        var document = new XDocument(
            new XElement(
                Akn + "akomaNtoso",
                new XAttribute(XNamespace.Xmlns + "parley", OwnNamespace),
                new XElement(
                    Akn + "doc",
                    new XAttribute("name", "agreement"),
                    new XAttribute("contains", "singleVersion"),
                    Meta(sheet, language),
                    Preface(sheet, language),
                    Body(sheet, language),
                    Conclusions(sheet),
                    Attachments(sheet)
                )
            )
        );
        var text = new StringBuilder();
        using (
            var writer = XmlWriter.Create(
                new StringWriterUtf8(text),
                new XmlWriterSettings { Indent = true, NewLineChars = "\n" }
            )
        )
            document.Save(writer);
        return text.Append('\n').ToString();
    }

    private static XElement Meta(AgreementSheet sheet, string language)
    {
        var first = Date(sheet.TabledAt);
        var shown = Date(sheet.Version.Entry.Header.At);
        var code = ThreeLetters.GetValueOrDefault(language) ?? (language.Length == 0 ? "und" : language);
        var work = $"/akn/{NoCountry}/doc/agreement/{first}/{sheet.Line}.{Name(sheet.Agreement)}";
        var expression = $"{work}/{code}@{shown}.{sheet.Number}";
        return new XElement(
            Akn + "meta",
            new XElement(
                Akn + "identification",
                Source,
                Frbr(
                    "FRBRWork",
                    work,
                    first,
                    "tabled",
                    sheet.Agreement.Party,
                    new XElement(Akn + "FRBRcountry", Value(NoCountry))
                ),
                Frbr(
                    "FRBRExpression",
                    expression,
                    shown,
                    "text",
                    sheet.Version.Entry.Header.From,
                    new XElement(Akn + "FRBRversionNumber", Value(sheet.Number.ToString(CultureInfo.InvariantCulture))),
                    sheet.IsAuthoritative(language) is { } decides
                        ? new XElement(Akn + "FRBRauthoritative", Value(decides ? "true" : "false"))
                        : null,
                    new XElement(
                        Akn + "FRBRlanguage",
                        new XAttribute("language", language.Length == 0 ? "und" : language)
                    )
                ),
                Frbr(
                    "FRBRManifestation",
                    $"{expression}.xml",
                    Date(sheet.At),
                    "exported",
                    sheet.Version.Entry.Header.From,
                    new XElement(Akn + "FRBRformat", Value("application/akn+xml"))
                )
            ),
            Workflow(sheet),
            new XElement(
                Akn + "references",
                Source,
                sheet
                    .Version.Text.Signatories.Select(s => s.Party!)
                    .Append(sheet.Agreement.Party.Value)
                    .Append(sheet.Version.Entry.Header.From.Value)
                    .Distinct(StringComparer.Ordinal)
                    .Select(p => Reference("TLCOrganization", p, $"/akn/ontology/organization/{p}", sheet.NameOf(p))),
                sheet
                    .Version.Text.Signatories.Select(s => s.Capacity!)
                    .Distinct(StringComparer.Ordinal)
                    .Select(c => Reference("TLCRole", $"as_{c}", $"/akn/ontology/role/{c}", c))
            ),
            new XElement(
                Akn + "proprietary",
                Source,
                new XElement(Own + "manifest", sheet.Version.Hash),
                new XElement(Own + "entry", sheet.Version.Entry.Id.ToString()),
                new XElement(Own + "state", new XAttribute("at", UtcText.Of(sheet.At)), sheet.Standing.State),
                sheet.Standing.InForceFrom is { } from ? new XElement(Own + "inForceFrom", UtcText.Of(from)) : null,
                sheet.Standing.Ends is { } ends ? new XElement(Own + "ends", UtcText.Of(ends)) : null
            )
        );
    }

    private static XAttribute Source => new("source", "#parley");

    private static XAttribute Value(string value) => new("value", value);

    private static XElement Frbr(
        string name,
        string iri,
        string date,
        string what,
        PartyId author,
        params XElement?[] more
    ) =>
        new(
            Akn + name,
            new XElement(Akn + "FRBRthis", Value($"{iri}/!main")),
            new XElement(Akn + "FRBRuri", Value(iri)),
            new XElement(Akn + "FRBRdate", new XAttribute("date", date), new XAttribute("name", what)),
            new XElement(Akn + "FRBRauthor", new XAttribute("href", $"#{author}")),
            more
        );

    /// <summary>Who did what when: the signatures, each with its entry.</summary>
    private static XElement? Workflow(AgreementSheet sheet)
    {
        var signed = sheet.Standing.Signatories.Where(s => s.Entry is not null).ToList();
        return signed.Count == 0
            ? null
            : new XElement(
                Akn + "workflow",
                Source,
                signed.Select(s => new XElement(
                    Akn + "step",
                    new XAttribute("date", Date(sheet.WrittenAt(s.Entry!.Value) ?? sheet.At)),
                    new XAttribute("by", $"#{s.Party}"),
                    new XAttribute("as", $"#as_{s.Capacity}"),
                    new XAttribute("outcome", $"#{s.State.Replace(' ', '_')}"),
                    new XElement(Own + "entry", s.Entry.Value.ToString()),
                    new XElement(Own + "scope", s.Scope),
                    s.Note is null ? null : new XElement(Own + "note", Text(s.Note))
                ))
            );
    }

    private static XElement Reference(string element, string id, string iri, string shown) =>
        new(
            Akn + element,
            new XAttribute("eId", id),
            new XAttribute("href", iri),
            new XAttribute("showAs", Text(shown))
        );

    private static XElement Preface(AgreementSheet sheet, string language) =>
        new(
            Akn + "preface",
            language.Length == 0 ? null : new XAttribute(XNamespace.Xml + "lang", language),
            new XElement(Akn + "p", new XElement(Akn + "docTitle", Text(sheet.Version.Text.Title!))),
            new XElement(
                Akn + "p",
                new XElement(
                    Akn + "docStatus",
                    sheet.IsDraft ? $"Draft, no status ({sheet.Standing.State})" : sheet.Standing.State
                )
            )
        );

    private static XElement Body(AgreementSheet sheet, string language)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var clauses = sheet
            .ClausesIn(language)
            .Select(c => new XElement(
                Akn + "clause",
                new XAttribute("eId", Unique(ids, $"cl_{Name(c.Id!)}")),
                new XAttribute("class", Name(c.Kind!)),
                new XElement(Akn + "num", Text(c.Id!)),
                c.Heading is null ? null : new XElement(Akn + "heading", Text(c.Heading)),
                new XElement(Akn + "content", Paragraphs(c.Text!))
            ))
            .ToList();
        var rest = sheet
            .Rest()
            .Select(r => new XElement(
                Akn + "hcontainer",
                new XAttribute("eId", Unique(ids, $"hcontainer_{r.Name}")),
                new XAttribute("name", r.Name),
                new XElement(Akn + "heading", r.Title),
                new XElement(Akn + "content", Paragraphs(r.What))
            ));
        List<XElement> all = [.. clauses, .. rest];
        if (all.Count == 0)
            all.Add(new XElement(Akn + "p"));
        return new XElement(
            Akn + "mainBody",
            language.Length == 0 ? null : new XAttribute(XNamespace.Xml + "lang", language),
            all
        );
    }

    private static XElement? Conclusions(AgreementSheet sheet) =>
        sheet.Standing.Signatories.Count == 0
            ? null
            : new XElement(
                Akn + "conclusions",
                sheet.Standing.Signatories.Select(s => new XElement(
                    Akn + "p",
                    new XElement(
                        Akn + "signature",
                        new XElement(
                            Akn + "organization",
                            new XAttribute("refersTo", $"#{s.Party}"),
                            Text(sheet.NameOf(s.Party.Value))
                        ),
                        " as ",
                        new XElement(Akn + "role", new XAttribute("refersTo", $"#as_{s.Capacity}"), s.Capacity),
                        Text(
                            $", {s.Scope}: {s.State}{(s.Entry is { } entry ? $" in {entry}" : "")}{(s.Note is null ? "" : $" ({s.Note})")}"
                        )
                    )
                ))
            );

    /// <summary>Maps and annexes are named by the hashes of their bytes: what was signed.</summary>
    private static XElement? Attachments(AgreementSheet sheet)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        List<XElement> all =
        [
            .. sheet
                .Version.Text.Maps.Select(m => (Part: "map", Of: m))
                .Concat(sheet.Version.Text.Annexes.Select(a => (Part: "annex", Of: a)))
                .Select(e => new XElement(
                    Akn + "attachment",
                    new XAttribute("eId", Unique(ids, $"att_{e.Part}_{Name(e.Of.Id!)}")),
                    new XElement(Akn + "heading", Text($"{e.Part} {e.Of.Id}")),
                    new XElement(
                        Akn + "documentRef",
                        new XAttribute("eId", Unique(ids, $"att_{e.Part}_{Name(e.Of.Id!)}__documentRef")),
                        new XAttribute("href", $"urn:{e.Of.Hash}"),
                        new XAttribute("showAs", Text(e.Of.Title ?? e.Of.Id!))
                    )
                )),
        ];
        return all.Count == 0 ? null : new XElement(Akn + "attachments", all);
    }

    private static IEnumerable<XElement> Paragraphs(string text) =>
        text.ReplaceLineEndings("\n").Split('\n').Select(line => new XElement(Akn + "p", Text(line)));

    /// <summary>Characters that XML 1.0 has no place for stand as the sign for what cannot be shown.</summary>
    private static string Text(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
                shown.Append(text[i]);
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                shown.Append(text[i]).Append(text[++i]);
            else
                shown.Append('\uFFFD');
        }
        return shown.ToString();
    }

    private static string Name(EntryId entry) => $"{entry.Party}-{entry.Seq}";

    /// <summary>As an eId may be written: letters, digits and marks, no space.</summary>
    private static string Name(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var letter in text)
            name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '-');
        return name.ToString();
    }

    private static string Unique(HashSet<string> ids, string id)
    {
        var unique = id;
        for (var n = 2; !ids.Add(unique); n++)
            unique = $"{id}_{n}";
        return unique;
    }

    private static string Date(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed class StringWriterUtf8(StringBuilder text) : StringWriter(text, CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => new UTF8Encoding(false);
    }
}
