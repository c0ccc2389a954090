using System.Buffers.Binary;
using Parley.Record.Tests.Lines;
using Parley.Testing;
using Xunit;

namespace Parley.Record.Tests.Evidence;

/// <summary>The promise that the whole design rests on: whatever is changed in an export, the verifier says so and says
/// where.</summary>
public sealed class TamperingTests
{
    private static readonly MemoryFolder Export = new TestRecord(TestParty.Us, TestParty.Ru)
        .Talk(10)
        .Export(entry => entry.Body is not null && entry.Salt![0] % 2 == 0);

    [Fact] // EVIDENCE-1
    public void The_export_that_is_tampered_with_is_good_before()
    {
        var report = Verification.Of(Export);
        Assert.Equal(Verdict.Good, report.Verdict);
        Assert.Empty(report.Findings);
        Assert.Contains(Export.Paths, path => path.StartsWith(EvidenceFolder.Bodies, StringComparison.Ordinal));
    }

    [Fact] // EVIDENCE-1, EVIDENCE-13
    public void A_flipped_byte_anywhere_is_found_and_named_with_its_feed_and_entry()
    {
        var flips = Export
            .Paths.SelectMany(path => Enumerable.Range(0, Export[path].Length).Select(at => (path, at)))
            .Where((_, i) => i % Rounds.Of(4, 1) == 0)
            .ToArray();
        Assert.True(flips.Length > Rounds.Of(2_500, 10_000));
        Parallel.ForEach(
            flips,
            flip =>
            {
                var (path, at) = flip;
                var bytes = Export[path].ToArray();
                bytes[at] ^= (byte)(1 << at % 8);
                var report = Verification.Of(Export.With(path, bytes));
                Assert.Equal(Verdict.Bad, report.Verdict);
                var (feed, entry) = Place(path, at);
                Assert.True(
                    report
                        .Faults()
                        .Any(fault =>
                            fault.Feed?.Value == feed
                            && fault.Entry?.ToString() == entry
                            && (feed is not null || fault.Path == path)
                        ),
                    $"{path} byte {at}: {feed} {entry} not named in: {string.Join("; ", report.Findings)}"
                );
            }
        );
    }

    [Fact] // EVIDENCE-11, EVIDENCE-13
    public void Where_an_entry_is_damaged_its_body_is_not_accused_of_belonging_to_nobody()
    {
        foreach (var path in Export.Paths.Where(path => path.Contains("/tile/entries/", StringComparison.Ordinal)))
        {
            for (var at = 0; at < Export[path].Length; at += Rounds.Of(5, 1))
            {
                var bytes = Export[path].ToArray();
                bytes[at] ^= 1;
                var faults = Verification.Of(Export.With(path, bytes)).Faults().ToList();
                Assert.NotEmpty(faults);
                Assert.DoesNotContain(
                    faults,
                    fault =>
                        fault.Path.StartsWith(EvidenceFolder.Bodies, StringComparison.Ordinal) && fault.Entry is null
                );
            }
        }
        // A body too many in an export that is sound otherwise is told as before.
        var stray = EvidenceFolder.Bodies + new string('0', 64);
        Assert.Contains(
            Verification.Of(Export.With(stray, new byte[40])).Faults(),
            fault => fault.Path == stray && fault.Reason == "no entry refers to this body"
        );
    }

    [Fact] // EVIDENCE-1, EVIDENCE-6
    public void A_file_cut_short_or_extended_is_found()
    {
        foreach (var path in Export.Paths)
        {
            var bytes = Export[path];
            byte[][] changed =
            [
                [],
                bytes[..1],
                bytes[..(bytes.Length / 2)],
                bytes[..^1],
                [.. bytes, 0],
                [.. bytes, (byte)'\n'],
                [.. bytes, .. bytes],
                [.. new byte[1], .. bytes],
            ];
            foreach (var other in changed)
            {
                var report = Verification.Of(Export.With(path, other));
                Assert.Equal(Verdict.Bad, report.Verdict);
                var (feed, _) = Place(path, 0);
                Assert.True(report.Faults().Any(fault => fault.Path == path || fault.Feed?.Value == feed), path);
            }
        }
    }

    [Fact] // EVIDENCE-1
    public void A_file_taken_away_is_found_unless_it_is_a_body()
    {
        foreach (var path in Export.Paths)
        {
            var report = Verification.Of(Export.Without(path));
            var expected =
                path == EvidenceFolder.LineFile ? Verdict.Unusable
                : path.StartsWith(EvidenceFolder.Bodies, StringComparison.Ordinal) ? Verdict.Good
                : Verdict.Bad;
            Assert.True(expected == report.Verdict, path);
        }
    }

    [Fact] // EVIDENCE-1
    public void Two_files_exchanged_are_found()
    {
        string[] paths = [.. Export.Paths.Where(path => path != EvidenceFolder.LineFile)];
        for (var i = 0; i < paths.Length; i++)
        {
            var other = paths[(i + 1) % paths.Length];
            var report = Verification.Of(Export.With(paths[i], Export[other]).With(other, Export[paths[i]]));
            Assert.Equal(Verdict.Bad, report.Verdict);
        }
    }

    /// <summary>The feed and entry in which a byte of a file lies.</summary>
    private static (string? Feed, string? Entry) Place(string path, int at)
    {
        if (path == EvidenceFolder.LineFile)
            return (null, null);
        if (path.StartsWith(EvidenceFolder.Bodies, StringComparison.Ordinal))
            return OwnerOfBody(path[EvidenceFolder.Bodies.Length..]);
        var feed = path.Split('/')[1];
        if (path.Contains("/tile/entries/", StringComparison.Ordinal))
            return (feed, $"{feed}/{EntryAt(Export[path], at)}");
        return (feed, path.Contains("/tile/0/", StringComparison.Ordinal) ? $"{feed}/{at / 32}" : null);
    }

    private static int EntryAt(ReadOnlySpan<byte> bundle, int at)
    {
        for (int entry = 0, start = 0; ; entry++)
        {
            start += sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bundle[start..]);
            if (at < start)
                return entry;
        }
    }

    private static (string? Feed, string? Entry) OwnerOfBody(string commitment)
    {
        foreach (var path in Export.Paths.Where(path => path.Contains("/tile/entries/", StringComparison.Ordinal)))
        {
            foreach (var bytes in EntryBundle.Read(Export[path], 10).Required())
            {
                var header = EntryHeader.Parse(bytes.Span).Required();
                if (header.Body?.ToHex() == commitment)
                    return (header.From.Value, header.Id.ToString());
            }
        }
        throw new InvalidOperationException(commitment);
    }
}
