using System.Text;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Storage;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Operations;

/// <summary>
/// <c>parley check</c> on a stopped station's directory, whole and damaged. <c>PARLEY_FLIPS</c> sets how many bytes of
/// each page are flipped in turn (1),
/// <c>PARLEY_FLIP_SEED</c> which; every run prints both.
/// </summary>
public sealed class CheckTests(ITestOutputHelper output)
{
    private const int PageBytes = 8192;

    /// <summary>Enough for a whole subtree of 256 entries and some after it.</summary>
    private const int Messages = 300;

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_byte_flipped_in_any_page_is_found_or_changes_nothing_that_is_read()
    {
        var flips = Number("PARLEY_FLIPS") ?? 1;
        var seed = Number("PARLEY_FLIP_SEED") ?? Environment.TickCount;
        output.WriteLine($"PARLEY_FLIPS={flips} PARLEY_FLIP_SEED={seed}");
        var random = new Random(seed);
        await using var line = await StoppedLineAsync();
        var data = line["us"].Data;
        var database = Path.Combine(data, "parley.db");
        Assert.False(File.Exists(database + "-wal"));
        (await ParleyCommand.HereAsync("check", "--data", data)).Ended(0);
        var sound = Dump(database)!;
        var bytes = await File.ReadAllBytesAsync(database, TestContext.Current.CancellationToken);
        int found = 0,
            same = 0,
            unsigned = 0;
        for (var page = 0; page * PageBytes < bytes.Length; page++)
        {
            for (var flip = 0; flip < flips; flip++)
            {
                var at = page * PageBytes + random.Next(PageBytes);
                var bit = (byte)(1 << random.Next(8));
                bytes[at] ^= bit;
                await File.WriteAllBytesAsync(database, bytes, TestContext.Current.CancellationToken);
                var said = await ParleyCommand.HereAsync("check", "--data", data, "--json");
                bytes[at] ^= bit;
                var where = $"page {page + 1}, byte {at % PageBytes}, bit {bit}: {said.Output}{said.Error}";
                Assert.True(said.Code is 0 or 1 or 2, where);
                var damage = said.Json["damage"]!.AsArray();
                Assert.Equal(said.Code == 0, damage.Count == 0);
                if (said.Code != 0)
                {
                    found++;
                    Assert.All(
                        damage,
                        d =>
                            Assert.False(
                                string.IsNullOrEmpty(d!["what"]!.GetValue<string>())
                                    || string.IsNullOrEmpty(d["remedy"]!.GetValue<string>()),
                                where
                            )
                    );
                    continue;
                }
                var read = Dump(database);
                if (read == sound)
                    same++;
                else
                {
                    // A small value such as a draft is signed by nobody. Everything else that is read must be as it
                    // was.
                    unsigned++;
                    Assert.True(read is not null && WithoutMeta(read) == WithoutMeta(sound), where);
                }
            }
        }
        output.WriteLine(
            $"{bytes.Length / PageBytes} pages: {found} flips found, {same} changed nothing that is read, {unsigned} changed a value that nobody signs"
        );
        Assert.True(found > 0);
        await File.WriteAllBytesAsync(database, bytes, TestContext.Current.CancellationToken);
        (await ParleyCommand.HereAsync("check", "--data", data)).Ended(0);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Each_kind_of_damage_is_named_with_its_entry_and_with_who_can_bring_it_back()
    {
        await using var line = await StoppedLineAsync();
        var data = line["us"].Data;
        var database = Path.Combine(data, "parley.db");
        var sound = await File.ReadAllBytesAsync(database, TestContext.Current.CancellationToken);

        // How many messages were cosigned at a time depends on how fast the machine was: that is read where it stands.
        var cosigned = FirstCosignedAbove(database, 100);
        var body = await DamagedAsync("message 7 of us", "massage 7 of us");
        Assert.Equal(("entries", "us/8"), Place(body));
        Assert.Contains("ru was given it", body["remedy"]!.GetValue<string>(), StringComparison.Ordinal);

        // The header of one of the last entries, after the last whole subtree: its leaf leads to another root than the
        // one that was signed.
        var header = await DamagedAsync("\"seq\":290,", "\"seq\":291,");
        Assert.Equal("entries", header["where"]!.GetValue<string>());
        Assert.Contains("ru holds it", header["remedy"]!.GetValue<string>(), StringComparison.Ordinal);

        // A header that reads well and is not what was signed is known by its subtree, to within 256 entries; closer
        // where a checkpoint was cosigned in between.
        var name = await DamagedAsync("Ada Alder", "Ada Elder", after: "\"seq\":100,");
        Assert.Equal("entries", name["where"]!.GetValue<string>());
        Assert.Equal(
            $"a header from here to us/{Math.Min(255, cosigned - 1)} is not what the author signed",
            name["what"]!.GetValue<string>()
        );

        File.Delete(Path.Combine(data, "keys", "cosign.key"));
        File.Copy(Path.Combine(data, "keys", "log.key"), Path.Combine(data, "keys", "cosign.key"));
        var key = Assert.Single((await CheckAsync(1))["damage"]!.AsArray())!;
        Assert.Equal("keys/cosign.key", key["where"]!.GetValue<string>());

        await File.WriteAllBytesAsync(
            database,
            Encoding.ASCII.GetBytes(new string('x', 20_000)),
            TestContext.Current.CancellationToken
        );
        await CheckAsync(2);
        File.Delete(database);
        await CheckAsync(2);

        // A page that was split keeps copies of what moved, in space that is free: every copy is changed.
        async Task<JsonNode> DamagedAsync(string was, string becomes, string after = "")
        {
            var bytes = sound.ToArray();
            var (mark, old) = (Encoding.UTF8.GetBytes(after), Encoding.UTF8.GetBytes(was));
            var changed = 0;
            for (var at = 0; bytes.AsSpan(at).IndexOf(after.Length > 0 ? mark : old) is >= 0 and var skip; changed++)
            {
                at += skip + bytes.AsSpan(at + skip).IndexOf(old);
                Encoding.UTF8.GetBytes(becomes).CopyTo(bytes, at);
                at += old.Length;
            }
            Assert.True(changed > 0, was);
            await File.WriteAllBytesAsync(database, bytes, TestContext.Current.CancellationToken);
            var report = await CheckAsync(1);
            await File.WriteAllBytesAsync(database, sound, TestContext.Current.CancellationToken);
            return report["damage"]!.AsArray()[0]!;
        }

        async Task<JsonNode> CheckAsync(int code) =>
            (await ParleyCommand.HereAsync("check", "--data", data, "--json")).Ended(code).Json;
    }

    [Fact]
    public async Task Beside_a_running_station_it_reads_one_state_while_the_station_writes()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        using var stop = new CancellationTokenSource();
        var officer = new Kill.ReportedEntries(line["us"], line.Line, 1);
        var sending = Task.Run(() => officer.SendAsync(stop.Token), TestContext.Current.CancellationToken);
        for (var i = 0; i < 5; i++)
        {
            foreach (var station in line.Stations)
                (await station.RunAsync("check")).Ended(0);
        }
        await stop.CancelAsync();
        await sending;
        await line.SealedAsync();
        var report = (await line["ru"].RunAsync("check", "--json")).Ended(0).Json;
        Assert.Equal("sound", report["verdict"]!.GetValue<string>());
        Assert.True(report["entries"]!.GetValue<long>() > officer.Recorded.Count);
    }

    /// <summary>Two stations that have sealed some messages, both stopped. Each wrote while the other was away, so that
    /// it was given all of them at once, and no smaller size was cosigned.</summary>
    private static async Task<OpenLine> StoppedLineAsync()
    {
        var line = await OpenLine.OfAsync(["us", "ru"]);
        foreach (var station in line.Stations)
        {
            var other = line.Stations.Single(s => s != station);
            await other.StopAsync();
            var count = station.Party == "us" ? Messages : 20;
            using var content = new StringContent(
                string.Join('\n', Enumerable.Range(0, count).Select(i => Message(station.Party, i).ToJsonString())),
                Encoding.UTF8,
                "application/x-ndjson"
            );
            using var answer = await station.Api.SendAsync(
                HttpMethod.Post,
                $"lines/{line.Line}/entries/batch",
                content
            );
            Assert.True(answer.IsSuccessStatusCode);
            await other.StartAsync();
            await line.SealedAsync();
        }
        foreach (var station in line.Stations)
            await station.StopAsync();
        return line;
    }

    private static JsonObject Message(string party, int i)
    {
        var message = StationApi.Message($"message {i} of {party}, {new string((char)('a' + i % 26), 700)}");
        message["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "Ada Alder" };
        return message;
    }

    private static (string Where, string? Entry) Place(JsonNode damage) =>
        (damage["where"]!.GetValue<string>(), damage["entry"]?.GetValue<string>());

    /// <summary>Everything that a station reads, as text; null where the database cannot be read.</summary>
    /// <summary>The smallest size above one that is signed somewhere in the store of our feed: what was cosigned, and
    /// what was delivered, else all of it.</summary>
    private static long FirstCosignedAbove(string database, long size)
    {
        using var reading = StoreReading.Open($"sqlite:{database}", TimeProvider.System);
        var feed = reading.Feeds().Single(f => f.Party == "us" && f.Size > 256);
        return reading
            .Cosignatures(feed.Row)
            .Select(c => (long)c.Size)
            .Concat(
                reading
                    .DeliveredTo(feed.Row)
                    .SelectMany(to => reading.Deliveries(feed.Row, to, 0, 4096))
                    .Select(d => (long)d.Size)
            )
            .Append((long)feed.Size)
            .Where(s => s > size)
            .Min();
    }

    private static string? Dump(string database)
    {
        try
        {
            using var reading = StoreReading.Open($"sqlite:{database}", TimeProvider.System);
            var text = new StringBuilder();
            foreach (var value in reading.Meta())
                text.AppendLine($"meta {value.Key} {Hex(value.Value)}");
            foreach (var row in reading.Lines())
                text.AppendLine($"line {row.Row} {row.Line} {row.Standing} {Hex(row.Document)}");
            foreach (var row in reading.Forks())
                text.AppendLine($"fork {row.Line} {row.Feed} {Hex(row.First)} {Hex(row.Second)}");
            foreach (var row in reading.Attachments())
                text.AppendLine($"attachment {row}");
            foreach (var feed in reading.Feeds())
            {
                text.AppendLine(
                    $"feed {feed.Row} {feed.LineRow} {feed.Party} {feed.Size} {Hex(feed.Root)} {Hex(feed.Checkpoint)}"
                );
                for (
                    long at = 0;
                    reading.Entries(feed.Row, at, 4096) is { Count: > 0 } entries;
                    at = entries[^1].Seq + 1
                )
                    foreach (var e in entries)
                        text.AppendLine($"{e.Arrival} {e.LineRow} {e.Seq} {Hex(e.Header)} {Hex(e.Salt)} {Hex(e.Body)}");
                foreach (var s in reading.Subtrees(feed.Row, 1, 0, 4096))
                    text.AppendLine($"subtree {s.Number} {Hex(s.Hash)}");
                foreach (var c in reading.Cosignatures(feed.Row))
                    text.AppendLine($"cosigned {c.Cosigner} {c.Size} {c.NoteLine} {Hex(c.Checkpoint)}");
                foreach (var to in reading.DeliveredTo(feed.Row))
                foreach (var d in reading.Deliveries(feed.Row, to, 0, 4096))
                    text.AppendLine($"delivered {d.Cosigner} {d.Size} {d.At} {d.NoteLine} {Hex(d.Checkpoint)}");
            }
            return text.ToString();
        }
        catch (StoreFaultException)
        {
            return null;
        }
    }

    private static string WithoutMeta(string dump) =>
        string.Join('\n', dump.Split('\n').Where(line => !line.StartsWith("meta ", StringComparison.Ordinal)));

    private static string Hex(byte[]? bytes) => bytes is null ? "-" : Convert.ToHexStringLower(bytes);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
