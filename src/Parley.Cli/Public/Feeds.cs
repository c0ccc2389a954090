using System.Text;
using System.Text.Json;
using Parley.Contract;
using Parley.Record;

namespace Parley.Cli.Public;

/// <summary>The texts as feeds: Atom (RFC 4287) with tombstones (RFC 6721), and JSON Feed 1.1.</summary>
internal static class Feeds
{
    private const int MaxEntries = 200;

    internal static string Atom(IReadOnlyList<PublicItem> items, SiteOptions options)
    {
        var updated = items.Count == 0 ? DateTimeOffset.UnixEpoch : items.Max(Changed);
        var feed = new StringBuilder()
            .Append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")
            .Append("<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\"")
            .Append(options.Url is { } url ? $" xml:base=\"{Markup.Text(url)}\"" : "")
            .Append(">\n<title>Public texts</title>\n")
            .Append(
                $"<id>{Markup.Text(options.Url ?? "urn:parley:public")}</id>\n<updated>{UtcText.Of(updated)}</updated>\n"
            )
            .Append("<link rel=\"self\" href=\"feed.atom\"/>\n");
        foreach (var item in items.Take(MaxEntries))
            feed.Append(item.Withdrawal is { } withdrawal ? Tombstone(item, withdrawal) : Entry(item, options));
        return feed.Append("</feed>\n").ToString();
    }

    internal static string Json(IReadOnlyList<PublicItem> items, SiteOptions options)
    {
        using var bytes = new MemoryStream();
        using (var w = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            w.WriteStartObject();
            w.WriteString("version", "https://jsonfeed.org/version/1.1");
            w.WriteString("title", "Public texts");
            if (options.Url is { } url)
            {
                w.WriteString("home_page_url", url);
                w.WriteString("feed_url", url + "feed.json");
            }
            w.WriteStartArray("items");
            foreach (var item in items.Take(MaxEntries))
            {
                w.WriteStartObject();
                w.WriteString("id", IdOf(item));
                w.WriteString("url", (options.Url ?? "") + item.Page);
                w.WriteString("title", item.Title(options.NameOf(item.By)));
                w.WriteString(
                    "content_text",
                    item.Withdrawal is null ? Content(item) : $"Withdrawn: {Markup.Visible(item.Reason ?? "")}"
                );
                w.WriteString("date_published", UtcText.Of(item.At));
                w.WriteString("date_modified", UtcText.Of(Changed(item)));
                if (item.Lang is { } lang)
                    w.WriteString("language", lang);
                w.WriteStartArray("authors");
                w.WriteStartObject();
                w.WriteString("name", item.By.Value);
                w.WriteEndObject();
                w.WriteEndArray();
                w.WriteStartArray("attachments");
                foreach (var proof in item.Proofs)
                {
                    w.WriteStartObject();
                    w.WriteString("url", (options.Url ?? "") + PublicItem.FileOf(proof));
                    w.WriteString("mime_type", "text/plain");
                    w.WriteEndObject();
                }
                w.WriteEndArray();
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static string Tombstone(PublicItem item, PublicProof withdrawal) =>
        $"<at:deleted-entry ref=\"{IdOf(item)}\" when=\"{UtcText.Of(withdrawal.Header.At)}\"><at:by><name>{Markup.Text(item.By.Value)}</name></at:by><at:comment>{Markup.Text(item.Reason ?? "")}</at:comment><link rel=\"alternate\" href=\"{item.Page}\"/></at:deleted-entry>\n";

    private static string Entry(PublicItem item, SiteOptions options) =>
        $"<entry{(item.Lang is { } lang ? $" xml:lang=\"{Markup.Text(lang)}\"" : "")}><title>{Markup.Text(item.Title(options.NameOf(item.By)))}</title><id>{IdOf(item)}</id><updated>{UtcText.Of(Changed(item))}</updated><published>{UtcText.Of(item.At)}</published><author><name>{Markup.Text(item.By.Value)}</name></author><link rel=\"alternate\" href=\"{item.Page}\"/>{string.Concat(item.Proofs.Select(proof => $"<link rel=\"enclosure\" type=\"text/plain\" href=\"{PublicItem.FileOf(proof)}\"/>"))}<content type=\"text\">{Markup.Text(Content(item))}</content></entry>\n";

    private static DateTimeOffset Changed(PublicItem item) => item.Withdrawal?.Header.At ?? item.At;

    /// <summary>RFC 6920: named by what it is.</summary>
    private static string IdOf(PublicItem item) =>
        $"ni:///sha-256;{Convert.ToBase64String(Convert.FromHexString(item.Hash)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";

    private static string Content(PublicItem item) =>
        Markup.Visible(
            string.Join(
                "\n\n",
                new[] { item.Text }.OfType<string>().Concat(item.Points.Select(p => $"[{p.Tag}] {p.Text}"))
            )
        );
}
