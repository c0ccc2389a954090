using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Record;
using Xunit;

namespace Parley.EndToEnd.Kill;

/// <summary>One feed as it stands in an export: the headers; the texts of the messages and the hashes of the files, by
/// their place.</summary>
internal sealed class ExportedFeed
{
    private const int Width = 256;

    private ExportedFeed(IReadOnlyList<byte[]> headers, IReadOnlyDictionary<ulong, string> texts)
    {
        Headers = headers;
        Texts = texts;
    }

    internal IReadOnlyList<byte[]> Headers { get; }

    /// <summary>Of a message its text, of a file the SHA-256 of its bytes. A file that is not whole at this end has
    /// none.</summary>
    internal IReadOnlyDictionary<ulong, string> Texts { get; }

    /// <summary>
    /// What every station exports, each export verified: again until all hold as much of every feed, for a station writes
    /// of itself too (a receipt of a file it fetched, a test of its line), and that may come between two exports.
    /// </summary>
    /// <returns>By station the feeds, in the order of the line's stations.</returns>
    internal static async Task<IReadOnlyDictionary<string, ExportedFeed[]>> OfAllAsync(OpenLine line)
    {
        var round = 0;
        Dictionary<string, ExportedFeed[]> feeds = [];
        await Until.HoldsAsync("all stations export as much of every feed", ExportAsync, AreEqual);
        return feeds;

        // Gives the sizes as text, so that a failure says them.
        async Task<string[]> ExportAsync()
        {
            round++;
            foreach (var station in line.Stations)
            {
                var export = line.Folder[$"export-{round}-{station.Party}"];
                (await station.RunAsync("record", "export", "--out", export)).Ended(0);
                var verdict = (await ParleyCommand.RunAsync("verify", export, "--json")).Ended(0).Json;
                Assert.Empty(verdict["findings"]!.AsArray());
                feeds[station.Party] = [.. line.Stations.Select(s => Read(export, s.Party))];
            }
            return [.. feeds.Values.Select(f => string.Join(' ', f.Select(feed => feed.Headers.Count)))];
        }

        static bool AreEqual(string[] sizes) => sizes.Distinct(StringComparer.Ordinal).Count() == 1;
    }

    private static ExportedFeed Read(string export, string party)
    {
        var headers = new List<byte[]>();
        var texts = new Dictionary<ulong, string>();
        Assert.True(PartyId.TryParse(party, out var id));
        var note = File.ReadAllBytes(Path.Combine(export, EvidenceFolder.CheckpointOf(id)));
        Assert.True(SignedCheckpoint.Parse(note).TryGet(out var checkpoint, out var why), why);
        var size = checkpoint.Checkpoint.Size;
        for (ulong bundle = 0; bundle * Width < size; bundle++)
        {
            var width = (int)Math.Min(Width, size - bundle * Width);
            Assert.True(
                EntryBundle
                    .Read(File.ReadAllBytes(Path.Combine(export, EvidenceFolder.EntriesOf(id, bundle, width))), width)
                    .TryGet(out var entries, out why),
                why
            );
            foreach (var entry in entries)
            {
                Assert.True(EntryHeader.Parse(entry.Span).TryGet(out var header, out why), why);
                Assert.Equal((ulong)headers.Count, header.Seq);
                headers.Add(entry.ToArray());
                if (header.Kind is not ("message.sent" or "message.attachment"))
                    continue;
                var path = Path.Combine(export, EvidenceFolder.BodyOf(header.Body!.Value));
                var isText = header.Kind == "message.sent";
                if (!isText && !File.Exists(path))
                    continue;
                var body = File.ReadAllBytes(path).AsSpan(Body.SaltLength);
                texts[header.Seq] = isText
                    ? JsonNode.Parse(body)!["text"]!.GetValue<string>()
                    : Convert.ToHexStringLower(SHA256.HashData(body));
            }
        }
        return new ExportedFeed(headers, texts);
    }
}
