using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.EndToEnd.Stations;
using Parley.Record;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Evidence;

/// <summary>An export is good as it is, and bad as soon as one bit of it is another: with the feed and the entry that
/// it lies in.</summary>
public sealed class FlippedByteTests(SmallExport export) : IClassFixture<SmallExport>
{
    [Fact]
    public async Task The_export_is_good_as_a_folder_and_as_a_zip_and_both_hold_the_same_files()
    {
        foreach (var path in (string[])[export.Folder, export.Zip])
        {
            var verdict = (
                await ParleyCommand.RunAsync("verify", path, "--json", "--line-fingerprint", export.Fingerprint)
            )
                .Ended(0)
                .Json;
            Assert.Equal("good", verdict["verdict"]!.GetValue<string>());
            Assert.Equal(4, verdict["entries"]!.GetValue<int>());
            Assert.Empty(verdict["findings"]!.AsArray());
        }
        using var zip = await System.IO.Compression.ZipFile.OpenReadAsync(
            export.Zip,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            export.Files.Keys.Order(StringComparer.Ordinal),
            zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal)
        );
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            await using (var stream = await entry.OpenAsync(TestContext.Current.CancellationToken))
                await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
            Assert.Equal(export.Files[entry.FullName], content.ToArray());
        }
    }

    // EVIDENCE-1, EVIDENCE-13
    [Fact]
    public void A_flipped_bit_in_any_byte_of_any_file_is_proven_and_named()
    {
        var tried = 0;
        foreach (var (path, bytes) in export.Files)
        {
            for (var at = 0; at < bytes.Length; at++, tried++)
            {
                var report = EvidenceVerifier.Verify(
                    new FilesSource(export.Files, path, SmallExport.Flipped(bytes, at)),
                    new EvidenceOptions { Parallelism = 1 }
                );
                Assert.True(report.Verdict == Verdict.Bad, $"{path} byte {at}: {report.Verdict}");
                if (path == EvidenceFolder.LineFile)
                    continue; // it belongs to every feed
                var (feed, entry) = Concerned(path, bytes, at);
                Assert.True(
                    report.Findings.Any(f =>
                        f.IsFault && f.Feed?.Value == feed && (entry is null || f.Entry?.ToString() == entry)
                    ),
                    $"{path} byte {at} lies in {entry ?? feed}, but the report says: {string.Join("; ", report.Findings)}"
                );
            }
        }
        Assert.Equal(export.Files.Values.Sum(f => f.Length), tried);
    }

    [Fact]
    public async Task The_command_says_1_and_names_feed_and_entry()
    {
        foreach (
            var path in export.Files.Keys.Where(p =>
                p.StartsWith("feeds/ru/", StringComparison.Ordinal) || p.StartsWith("bodies/", StringComparison.Ordinal)
            )
        )
        {
            var bytes = export.Files[path];
            var at = bytes.Length - 3;
            var copy = export.CopyWith($"flipped-{path.Replace('/', '-')}", path, SmallExport.Flipped(bytes, at));
            var said = (await ParleyCommand.RunAsync("verify", copy)).Ended(1);
            var (feed, entry) = Concerned(path, bytes, at);
            Assert.StartsWith("BAD", said.Output, StringComparison.Ordinal);
            Assert.Contains(
                entry is null ? $"feed {feed}" : $"entry {entry}",
                string.Join(' ', said.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_flipped_bit_in_any_byte_between_the_files_of_the_zip_is_proven()
    {
        var zip = await File.ReadAllBytesAsync(export.Zip, TestContext.Current.CancellationToken);
        var between = Between(zip);
        Assert.InRange(between.Count, 1000, zip.Length - 1000);
        var copy = export.Place("flipped.zip");
        foreach (var at in between)
        {
            await File.WriteAllBytesAsync(copy, SmallExport.Flipped(zip, at), TestContext.Current.CancellationToken);
            Assert.True(await VerifyAsync(copy) == 1, $"byte {at} of the zip");
        }
    }

    [Fact]
    public async Task What_is_cut_short_or_gone_is_proven_and_what_is_no_export_is_unusable()
    {
        foreach (var (path, bytes) in export.Files)
        {
            Assert.Equal(1, await VerifyAsync(export.CopyWith($"cut-{path.Replace('/', '-')}", path, bytes[..^1])));
            // A body may be withheld, and without line.json it is no export.
            var gone =
                path == EvidenceFolder.LineFile ? 2
                : path.StartsWith(EvidenceFolder.Bodies, StringComparison.Ordinal) ? 0
                : 1;
            var code = await VerifyAsync(export.CopyWith($"gone-{path.Replace('/', '-')}", path, null));
            Assert.True(code == gone, $"without {path}: {code}");
        }
        var zip = await File.ReadAllBytesAsync(export.Zip, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(export.Place("cut.zip"), zip[..^7], TestContext.Current.CancellationToken);
        (await ParleyCommand.RunAsync("verify", export.Place("cut.zip"))).Ended(1);

        (await ParleyCommand.RunAsync("verify", export.Place("nowhere"))).Refused(2, "is not there");
        var empty = Directory.CreateDirectory(export.Place("empty")).FullName;
        (await ParleyCommand.RunAsync("verify", empty)).Ended(2);
        var letter = export.Place("letter.txt");
        await File.WriteAllTextAsync(letter, "Dear Sir", TestContext.Current.CancellationToken);
        (await ParleyCommand.RunAsync("verify", letter)).Ended(2);
    }

    [Fact]
    public async Task Another_lines_fingerprint_is_proven_wrong()
    {
        (
            await ParleyCommand.RunAsync("verify", export.Folder, "--line-fingerprint", $"{new string('0', 60)}cafe")
        ).Ended(1);
        Assert.Equal(0, await VerifyAsync(export.Folder, "--line-fingerprint", export.Fingerprint[..39]));
    }

    /// <summary>The feed and the entry that a byte belongs to; no entry where it belongs to the feed as a
    /// whole.</summary>
    private (string Feed, string? Entry) Concerned(string path, byte[] bytes, int at)
    {
        var parts = path.Split('/');
        if (parts[0] == "bodies")
            return Author(parts[1]);
        return parts[2..] switch
        {
            ["checkpoint"] => (parts[1], null),
            ["tile", "0", ..] => (parts[1], $"{parts[1]}/{at / 32}"),
            ["tile", "entries", ..] => (parts[1], EntryAt(parts[1], bytes, at)),
            _ => throw new InvalidOperationException($"a small export holds no {path}"),
        };
    }

    /// <summary>The entry whose header commits to a body.</summary>
    private (string Feed, string Entry) Author(string commitment)
    {
        foreach (
            var (path, bytes) in export.Files.Where(f => f.Key.Contains("/tile/entries/", StringComparison.Ordinal))
        )
        {
            for (int at = 0, seq = 0; at < bytes.Length; seq++)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
                var header = JsonNode.Parse(bytes.AsSpan(at + 2, length))!;
                if (header["body"]?.GetValue<string>() == $"sha256:{commitment}")
                    return (header["from"]!.GetValue<string>(), $"{header["from"]}/{seq}");
                at += 2 + length;
            }
        }
        throw new InvalidOperationException($"no entry refers to {commitment}");
    }

    /// <summary>Exact for a byte of the header; a length says where all later entries are, so it concerns the
    /// feed.</summary>
    private static string? EntryAt(string party, byte[] bytes, int at)
    {
        for (int start = 0, seq = 0; start < bytes.Length; seq++)
        {
            var next = start + 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(start));
            if (at < next)
                return at < start + 2 ? null : $"{party}/{seq}";
            start = next;
        }
        return null;
    }

    /// <summary>Every byte of the zip that is not the content of a file: those were tried already.</summary>
    private static List<int> Between(byte[] zip)
    {
        var between = new List<int>();
        var at = 0;
        while (BinaryPrimitives.ReadUInt32LittleEndian(zip.AsSpan(at)) == 0x04034b50)
        {
            var content =
                at
                + 30
                + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(at + 26))
                + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(at + 28));
            between.AddRange(Enumerable.Range(at, content - at));
            at = content + BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(at + 18));
        }
        between.AddRange(Enumerable.Range(at, zip.Length - at));
        return between;
    }

    /// <summary>The command's code, from within this process: thousands of starts would take minutes.</summary>
    private static async Task<int> VerifyAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        return await Cli.Program.RunAsync(
            ["verify", .. arguments],
            new Screen(output, output, false, false, false, 100, TimeProvider.System)
        );
    }
}
