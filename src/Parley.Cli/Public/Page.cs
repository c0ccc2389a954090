using System.Security.Cryptography;
using System.Text;
using Parley.Cli.Evidence;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;

namespace Parley.Cli.Public;

/// <summary>
/// One page: readable without script, from a web server or a disk. Style and script stand in it, so that it is whole when it
/// is saved; its policy lets nothing else run and nothing be fetched.
/// </summary>
internal sealed class Page(string title, string root, string script)
{
    private readonly StringBuilder body = new();

    internal Page Add(string markup)
    {
        body.Append(markup).Append('\n');
        return this;
    }

    /// <summary>Proof files that the page carries, for the script that checks them: in Base64, so that no browser and no
    /// editor changes a byte of them when the page is saved.</summary>
    internal Page Carry(IEnumerable<(string Role, PublicProof Proof)> proofs)
    {
        foreach (var (role, proof) in proofs)
            Add($"<script type=\"text/plain\" data-proof=\"{role}\">{Convert.ToBase64String(proof.Encode())}</script>");
        return this;
    }

    public override string ToString() =>
        $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{HashOf(
                Style
            )}'; script-src '{HashOf(script)}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>{Markup.Text(title)}</title>
            <link rel="alternate" type="application/atom+xml" href="{root}feed.atom">
            <link rel="alternate" type="application/feed+json" href="{root}feed.json">
            <style>{Style}</style>
            </head>
            <body>
            <header><nav aria-label="Site"><a href="{root}index.html">All texts</a> <a href="{root}verify.html">Check a proof file</a></nav></header>
            <main>
            <h1>{Markup.Text(title)}</h1>
            {body}</main>
            <script>{script}</script>
            </body>
            </html>

            """.ReplaceLineEndings(
            "\n"
        );

    internal static string Time(DateTimeOffset at) =>
        $"<time datetime=\"{UtcText.Of(at)}\">{Markup.Text(at.UtcDateTime.ToString("d MMMM yyyy, HH:mm", System.Globalization.CultureInfo.InvariantCulture))} UTC</time>";

    /// <summary>Where the reader's browser checks what the page carries.</summary>
    internal const string Checker = """
        <section id="check" aria-labelledby="check-title">
        <h2 id="check-title">Check it yourself</h2>
        <p id="check-off">The check runs in your browser, without a network. It needs script; without script, use the proof files with <code>parley verify</code>.</p>
        <form id="check-form" hidden>
        <p><label for="check-key">Fingerprint of the line's keys, as a party states it somewhere else than here (at least 32 hexadecimal digits)</label>
        <input id="check-key" autocomplete="off" spellcheck="false" dir="ltr"></p>
        <p id="check-file-row" hidden><label for="check-file">Proof file</label> <input id="check-file" type="file"></p>
        <p><button type="submit">Check</button></p>
        </form>
        <div id="check-result" role="status"></div>
        </section>
        """;

    /// <summary>What no proof shows. PUBLIC-14.</summary>
    internal const string NotShown =
        $"<aside><h2>What is not proven</h2><p>{ProofReport.NotShown} A page that lies can bring a check that lies: compare with <code>parley verify</code>, or with a check that you saved from elsewhere. A text that is not here shows nothing about the party that did not publish it. Of other entries a proof shows that there were as many as the checkpoint's size says, and the numbers in its own header; nothing of what they said.</p></aside>";

    private static string HashOf(string text) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private const string Style =
        ":root{color-scheme:light dark;--ground:#fff;--text:#1a1c1e;--link:#0b4fb3;--line:#8a8f98;--good:#0a6b2d;--bad:#b00020;--soft:#f2f3f5}"
        + "@media(prefers-color-scheme:dark){:root{--ground:#15171a;--text:#e8eaed;--link:#9ec1ff;--good:#6fdc8c;--bad:#ff8a8a;--soft:#23262b}}html{background:var(--ground);color:var(--text)}"
        + "*{box-sizing:border-box}body{font:1.05rem/1.55 system-ui,sans-serif;margin:0 auto;max-width:46rem;padding:0 1rem 3rem;overflow-wrap:anywhere}"
        + "nav{display:flex;gap:1.25rem;flex-wrap:wrap;padding:1rem 0;border-bottom:1px solid var(--line)}h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin-top:2rem}"
        + ".said{font-size:1.2rem;white-space:pre-wrap;border-inline-start:4px solid var(--line);padding-inline-start:1rem;margin-inline:0}"
        + "dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0;min-width:0}@media(max-width:32rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}"
        + "code,.hash{font-family:ui-monospace,monospace;font-size:.9em}aside,.note{background:var(--soft);padding:.75rem 1rem;border-radius:.4rem}aside{margin-top:1.5rem}aside h2{margin-top:0}"
        + "input{font:inherit;width:100%;padding:.5rem;margin-top:.25rem}button{font:inherit;padding:.5rem 1.25rem;min-height:2.75rem}"
        + "a{color:var(--link)}nav a,dd a,ol.texts a{display:inline-block;padding-block:.15rem}ol.texts time{display:block;font-size:.9em}ol.texts{list-style:none;padding:0}ol.texts li{padding:.75rem 0;border-bottom:1px solid var(--line)}.mark{font-weight:700;color:var(--bad)}"
        + ".yes{color:var(--good);font-weight:700}.no{color:var(--bad);font-weight:700}.open{font-weight:700}ul.answers{list-style:none;padding:0}ul.answers li{padding:.35rem 0}";
}
