using System.IO.Compression;
using System.Text.Json;
using Parley.Crypto;
using Parley.Record;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>
/// Some parties on one line, each with a station of its own in a folder of its own. The policy has a heartbeat of one
/// second, so that what is
/// noticed by heartbeats is noticed within a test.
/// </summary>
internal sealed class LiveLine : IAsyncDisposable
{
    private readonly string root = System.IO.Directory.CreateTempSubdirectory("parley-f-").FullName;
    private readonly Dictionary<string, LiveStation> stations = [];

    private LiveLine() { }

    internal LineDocument Document { get; private set; } = null!;
    internal LineId Id => Document.Id;
    internal LiveStation this[string party]
    {
        get => stations[party];
        set => stations[party] = value;
    }

    /// <summary>Makes the stations and the line document; nothing runs yet. A name in brackets, as in <c>(eu)</c>, is a
    /// party that only dials.</summary>
    internal static LiveLine Make(params string[] parties) => Make(_ => null, _ => null, parties);

    internal static LiveLine Make(Func<string, string?> pathOf, Func<string, string?> storeOf, params string[] parties)
    {
        var line = new LiveLine();
        foreach (var name in parties)
        {
            var party = name.Trim('(', ')');
            line.stations[party] = new LiveStation(
                StationFolder.Make(pathOf(party) ?? Path.Combine(line.root, party), party, listens: name == party)
            )
            {
                Store = storeOf(party),
            };
        }
        line.Document = DocumentFor([.. line.stations.Values.Select(s => s.Folder.Card)]);
        return line;
    }

    internal static LineDocument DocumentFor(params Card[] cards) => DocumentFor(LinePolicy.NewestFold, cards);

    /// <param name="fold">By which rules it is judged what counts.</param>
    /// <param name="cards">Of the parties.</param>
    internal static LineDocument DocumentFor(int fold, params Card[] cards) =>
        LineDocument.Create(
            "north",
            "Northern line",
            TimeProvider.System.GetUtcNow(),
            Randomness.Bytes(16),
            cards,
            LinePolicy.Default with
            {
                Heartbeat = 1,
                Fold = fold,
            }
        );

    /// <summary>The same stations, on a line of another fold.</summary>
    internal LiveLine OfFold(int fold)
    {
        Document = DocumentFor(fold, [.. stations.Values.Select(s => s.Folder.Card)]);
        return this;
    }

    /// <summary>Makes the line and runs these stations on it, each entry 0 sealed by all that run when all
    /// do.</summary>
    internal static async Task<LiveLine> StartAsync(params string[] parties)
    {
        var line = Make(parties);
        await line.OpenAsync([.. line.stations.Keys]);
        return line;
    }

    /// <summary>Starts stations and has them accept the line.</summary>
    internal async Task OpenAsync(params string[] parties)
    {
        foreach (var party in parties)
            await stations[party].StartAsync();
        foreach (var party in parties)
            await AcceptAsync(stations[party], Document);
        if (parties.Length < stations.Count)
            return;
        foreach (var party in parties)
            await stations[party].UntilSealedAsync(Id, 1);
    }

    /// <summary>Starts stations that need not reach each other, and has each accept the line.</summary>
    internal async Task OpenOneByOneAsync(params string[] parties)
    {
        foreach (var party in parties)
        {
            await stations[party].StartAsync();
            await AcceptAsync(stations[party], Document);
        }
    }

    internal static async Task AcceptAsync(LiveStation station, LineDocument document)
    {
        var fingerprints = document
            .Cards.Where(c => c.Party != station.Party)
            .ToDictionary(c => c.Party.Value, c => c.Fingerprint.Hex);
        var (status, json) = await station.PostAsync("lines/accept", new { document = document.Bytes, fingerprints });
        Assert.True(status == 200, $"{status} {json}");
    }

    /// <summary>A path for a backup.</summary>
    internal string Spare(string name) => Path.Combine(root, name);

    /// <summary>Every entry that a station shows, as id and text, in the order of arrival.</summary>
    internal async Task<List<(string Id, string? Text)>> RecordAsync(string at)
    {
        var all = new List<(string, string?)>();
        long after = 0;
        while (true)
        {
            var (status, page) = await stations[at].GetAsync($"lines/{Id}/entries?after={after}&limit=1000");
            Assert.True(status == 200, $"{status} {page}");
            var entries = page.GetProperty("entries").EnumerateArray().ToList();
            foreach (var entry in entries)
            {
                var body = entry.GetProperty("body");
                all.Add(
                    (
                        entry.GetProperty("id").GetString()!,
                        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("text", out var text)
                            ? text.GetString()
                            : null
                    )
                );
            }
            if (entries.Count == 0)
                return all;
            after = entries[^1].GetProperty("arrival").GetInt64();
        }
    }

    /// <summary>Exports the record at a station and verifies it with nothing but the export.</summary>
    internal async Task<EvidenceReport> VerifyAsync(string at)
    {
        using var zip = new ZipArchive(
            new MemoryStream(
                await stations[at].Http.GetByteArrayAsync($"lines/{Id}/export", TestContext.Current.CancellationToken)
            )
        );
        var files = new ExportedFiles();
        foreach (var file in zip.Entries)
        {
            using var content = new MemoryStream();
            using (var opened = file.Open())
                opened.CopyTo(content);
            files.Content.Add(file.FullName, content.ToArray());
        }
        return EvidenceVerifier.Verify(files, new EvidenceOptions { Parallelism = 1 });
    }

    /// <summary>What was acknowledged stands at a station once, under its id, and the export verifies.</summary>
    internal async Task HoldsOnceAsync(string at, IReadOnlyCollection<(string Id, string Text)> acknowledged)
    {
        var record = await RecordAsync(at);
        Assert.Equal(record.Count, record.Select(e => e.Id).Distinct().Count());
        foreach (var (id, text) in acknowledged)
            Assert.Equal([id], record.Where(e => e.Text == text).Select(e => e.Id));
        var report = await VerifyAsync(at);
        Assert.True(report.Verdict == Record.Verdict.Good, string.Join('\n', report.Findings));
    }

    private sealed class ExportedFiles : IEvidenceSource
    {
        internal Dictionary<string, byte[]> Content { get; } = new(StringComparer.Ordinal);

        public IEnumerable<string> List() => Content.Keys;

        public Stream? Open(string path) =>
            Content.TryGetValue(path, out var bytes) ? new MemoryStream(bytes, writable: false) : null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var station in stations.Values)
            await station.DisposeAsync();
        System.IO.Directory.Delete(root, recursive: true);
    }
}
