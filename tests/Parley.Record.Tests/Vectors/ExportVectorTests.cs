using System.Text;
using System.Text.Json.Nodes;
using Parley.Record.Tests.Evidence;
using Parley.Record.Tests.Lines;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Vectors;

/// <summary>docs/protocol/vectors/exports.json: exports that are good, good in part, bad and unusable.</summary>
public sealed class ExportVectorTests
{
    private const string Group = "exports";

    private static readonly Dictionary<string, Verdict> Verdicts = new(StringComparer.Ordinal)
    {
        ["good"] = Verdict.Good,
        ["good in part"] = Verdict.GoodInPart,
        ["bad"] = Verdict.Bad,
        ["unusable"] = Verdict.Unusable,
    };

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // EVIDENCE-1 EVIDENCE-2 EVIDENCE-3 EVIDENCE-4 EVIDENCE-5 EVIDENCE-6 EVIDENCE-7 EVIDENCE-9 EVIDENCE-10 EVIDENCE-11
    // EVIDENCE-13 EVIDENCE-14 EVIDENCE-16
    [Fact]
    public void An_export_is_judged_as_the_vector_says()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        OwnVectors.Each(
            Group,
            vector =>
            {
                if (vector["files"] is JsonObject whole)
                    foreach (var (path, bytes) in whole)
                        files[path] = OwnVectors.Bytes(bytes);
                var folder = new MemoryFolder();
                var changes = vector["changes"] as JsonObject ?? [];
                foreach (var (path, bytes) in files)
                {
                    if (!changes.ContainsKey(path))
                        folder[path] = bytes;
                }
                foreach (var (path, bytes) in changes)
                {
                    if (bytes is not null)
                        folder[path] = OwnVectors.Bytes(bytes);
                }
                var report = Verification.Of(folder);
                Assert.Equal(Verdicts[(string)vector["verdict"]!], report.Verdict);
                if ((string?)vector["path"] is { } at)
                    Assert.Contains(
                        report.Faults(),
                        f => f.Path == at || f.Entry?.ToString() == (string?)vector["entry"]
                    );
                if ((string?)vector["entry"] is { } entry)
                    Assert.Contains(report.Faults(), f => f.Entry?.ToString() == entry);
            }
        );
    }

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "The first vector has all files of an export; every other says which of them are other bytes, added, or (null) not there, and what the verdict is then; 'path' and 'entry' name a place that a verifier has to name."
        );
        var record = new TestRecord(TestParty.Us, TestParty.Ru).Talk(4);
        var folder = record.Export();
        vectors.Add(
            "a whole export",
            "EVIDENCE-1 EVIDENCE-2 EVIDENCE-3 EVIDENCE-5 EVIDENCE-6",
            new JsonObject
            {
                ["files"] = new JsonObject(
                    folder.Paths.Select(p => KeyValuePair.Create<string, JsonNode?>(p, OwnVectors.Of(folder[p])))
                ),
                ["verdict"] = "good",
            }
        );
        void Changed(
            string name,
            string clauses,
            string verdict,
            IEnumerable<(string Path, byte[]? Bytes)> changes,
            string? path = null,
            string? entry = null
        )
        {
            var vector = new JsonObject
            {
                ["changes"] = new JsonObject(
                    changes.Select(c =>
                        KeyValuePair.Create<string, JsonNode?>(c.Path, c.Bytes is null ? null : OwnVectors.Of(c.Bytes))
                    )
                ),
                ["verdict"] = verdict,
            };
            if (path is not null)
                vector["path"] = path;
            if (entry is not null)
                vector["entry"] = entry;
            vectors.Add(name, clauses, vector);
        }
        var us = TestParty.Us;
        const string line = EvidenceFolder.LineFile,
            checkpoint = "feeds/us/checkpoint",
            entries = "feeds/us/tile/entries/000.p/4",
            tile = "feeds/us/tile/0/000.p/4";
        var body =
            EvidenceFolder.Bodies + EntryHeader.Parse(record.FeedOf(us)[1].Header).Required().Body!.Value.ToHex();
        var note = Encoding.UTF8.GetString(folder[checkpoint]);
        var lines = note.Split('\n');
        byte[] Flipped(string path, int at)
        {
            byte[] bytes = [.. folder[path]];
            bytes[at] ^= 1;
            return bytes;
        }

        Changed("without line.json", "EVIDENCE-1", "unusable", [(line, null)]);
        Changed("a body withheld", "EVIDENCE-10", "good", [(body, null)]);
        Changed(
            "a note beside the export's folders",
            "EVIDENCE-11",
            "good",
            [("read-me.txt", "for the court"u8.ToArray())]
        );
        Changed("a title that is not the document's", "EVIDENCE-2", "bad", [(line, Title(folder[line]))], line);
        Changed("line.json without its newline", "EVIDENCE-2", "bad", [(line, folder[line][..^1])], line);
        Changed(
            "a checkpoint with an extension line",
            "EVIDENCE-3",
            "bad",
            [(checkpoint, Extended(record))],
            checkpoint
        );
        Changed(
            "a checkpoint with a bent signature",
            "EVIDENCE-3",
            "bad",
            [(checkpoint, Flipped(checkpoint, note.Length - 12))],
            checkpoint
        );
        Changed(
            "a cosignature that is missing",
            "EVIDENCE-4 EVIDENCE-16",
            "good in part",
            [(checkpoint, Encoding.UTF8.GetBytes(string.Join('\n', lines[..^2]) + "\n"))]
        );
        Changed(
            "a signature line twice",
            "EVIDENCE-14",
            "good",
            [(checkpoint, Encoding.UTF8.GetBytes(note + lines[^2] + "\n"))]
        );
        Changed(
            "a signature line of a stranger",
            "EVIDENCE-4",
            "bad",
            [
                (
                    checkpoint,
                    Encoding.UTF8.GetBytes(
                        note
                            + NoteSignature.Sign(string.Join('\n', lines[..3]) + "\n", "stranger", us.Identity).ToLine()
                    )
                ),
            ],
            checkpoint
        );
        Changed("a bit of a leaf hash", "EVIDENCE-5 EVIDENCE-13", "bad", [(tile, Flipped(tile, 2 * 32))], tile, "us/2");
        Changed("a tile that is cut short", "EVIDENCE-5", "bad", [(tile, folder[tile][..^1])], tile);
        Changed("a tile that is missing", "EVIDENCE-5", "bad", [(tile, null)]);
        Changed("a tile of another width", "EVIDENCE-11", "bad", [("feeds/us/tile/0/000.p/3", folder[tile][..96])]);
        Changed(
            "a bit of a header",
            "EVIDENCE-6 EVIDENCE-7 EVIDENCE-13",
            "bad",
            [(entries, Flipped(entries, 300))],
            null,
            "us/0"
        );
        Changed("a byte behind the last entry", "EVIDENCE-6", "bad", [(entries, [.. folder[entries], 0])], entries);
        Changed("a bit of a body", "EVIDENCE-10 EVIDENCE-13", "bad", [(body, Flipped(body, 40))], body, "us/1");
        Changed("a bit of a salt", "EVIDENCE-10", "bad", [(body, Flipped(body, 0))], body, "us/1");
        Changed("a body a byte longer", "EVIDENCE-10", "bad", [(body, [.. folder[body], 0])], body);
        Changed(
            "a body that no header refers to",
            "EVIDENCE-11",
            "bad",
            [(EvidenceFolder.Bodies + new string('0', 64), new byte[40])],
            EvidenceFolder.Bodies + new string('0', 64)
        );
        Changed(
            "a party's feed that is not there",
            "EVIDENCE-3 EVIDENCE-16",
            "good in part",
            folder
                .Paths.Where(p =>
                    p.StartsWith("feeds/ru/", StringComparison.Ordinal) || Belongs(p, record, TestParty.Ru)
                )
                .Select(p => (p, (byte[]?)null))
        );
        Changed("a feed without its checkpoint", "EVIDENCE-3 EVIDENCE-11", "bad", [(checkpoint, null)]);
        return vectors;
    }

    private static bool Belongs(string path, TestRecord record, TestParty party) =>
        record
            .FeedOf(party)
            .Select(e => EntryHeader.Parse(e.Header).Required())
            .Any(h => h.Body is { } commitment && path == EvidenceFolder.Bodies + commitment.ToHex());

    private static byte[] Title(byte[] line) =>
        Encoding.UTF8.GetBytes(
            Encoding
                .UTF8.GetString(line)
                .Replace("\"title\":\"Northern line\"", "\"title\":\"Southern line\"", StringComparison.Ordinal)
        );

    /// <summary>What its author may sign and no reader takes.</summary>
    private static byte[] Extended(TestRecord record)
    {
        var origin = new Origin(record.Document.Id, TestParty.Us.Id);
        var text = record.Checkpoint(TestParty.Us).Checkpoint.Text + "extension\n";
        return new SignedNote(text, NoteSignature.Sign(text, origin.ToString(), TestParty.Us.Log)).Encode();
    }
}
