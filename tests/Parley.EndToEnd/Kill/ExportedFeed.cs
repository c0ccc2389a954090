using System.Security.Cryptography;
using System.Text.Json.Nodes;
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

    internal static ExportedFeed Read(string export, string party)
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
