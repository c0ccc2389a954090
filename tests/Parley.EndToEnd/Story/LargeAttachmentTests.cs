using System.Security.Cryptography;
using Parley.EndToEnd.Stations;
using Parley.Storage;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>A file that takes a while, and a station that is killed while it is on its way.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class LargeAttachmentTests
{
    private const int Size = (96 << 20) + 12_345;

    /// <summary>Bytes at the receiver after which the kill comes.</summary>
    private const long Begun = 8 << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory] // LINK-70 LINK-71 LINK-73
    [InlineData("ru")]
    [InlineData("us", Traits = [Rounds.Name, Rounds.Long])]
    public async Task Killed_in_the_middle_of_a_large_file_either_station_goes_on_from_there_and_the_file_arrives_once(
        string victim
    )
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        var (us, ru) = (line["us"], line["ru"]);
        var file = line.Folder["survey.bin"];
        var hash = await WriteAsync(file);
        var sending = us.RunAsync("send", "--attach", file, "--json", "The survey, as promised.");
        await Until.HoldsAsync("some of the file is at ru", () => Task.FromResult(SizeOf(ru)), size => size > Begun);
        await line[victim].KillAsync();
        if (victim == "ru")
        {
            await using var store = await StationStore.OpenAsync(
                $"sqlite:{Path.Combine(ru.Data, "parley.db")}",
                TimeProvider.System,
                Stop
            );
            var half = Assert.Single((await store.LoadAsync(Stop)).IncompleteAttachments);
            Assert.InRange(half.Held, 1, half.Length - 1); // the kill came in the middle
        }
        await sending; // where us was killed, it may have ended without an answer; the entry of the file was there before its bytes left
        await line[victim].StartAsync();

        var entry = (await ru.RunAsync("record", "list", "--json"))
            .Ended(0)
            .JsonLines.Single(e => e["kind"]!.GetValue<string>() == "message.attachment")["id"]!.GetValue<string>();
        foreach (var station in new[] { us, ru })
        {
            await Until.HoldsAsync(
                $"the file is whole at {station.Party}",
                () => HashAtAsync(station, line.Line, entry),
                at => at == hash
            );
        }
        await Until.HoldsAsync(
            "ru's receipt is sealed",
            async () =>
                (await us.RunAsync("record", "list", "--json"))
                    .Ended(0)
                    .JsonLines.Count(e =>
                        e["kind"]!.GetValue<string>() == "attachment.received" && e["sealed"]!.GetValue<bool>()
                    ),
            receipts => receipts == 1
        );
        await line.SealedAsync();
        foreach (var station in new[] { us, ru })
        {
            var record = (await station.RunAsync("record", "list", "--json")).Ended(0).JsonLines;
            Assert.Single(record, e => e["kind"]!.GetValue<string>() == "message.attachment");
            Assert.Single(record, e => e["kind"]!.GetValue<string>() == "attachment.received");
            var export = line.Folder[$"export-{station.Party}"];
            (await station.RunAsync("record", "export", "--out", export)).Ended(0);
            (await ParleyCommand.RunAsync("verify", export)).Ended(0);
            Assert.Single(Directory.GetFiles(Path.Combine(export, "bodies")), f => new FileInfo(f).Length == 32 + Size);
        }
    }

    private static async Task<string> WriteAsync(string path)
    {
        var content = new byte[Size];
        new Random(20261122).NextBytes(content);
        await File.WriteAllBytesAsync(path, content, Stop);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private static async Task<string> HashAtAsync(TestStation station, string line, string entry)
    {
        using var body = await station.Api.SendAsync(HttpMethod.Get, $"lines/{line}/entries/{entry}/body");
        return body.IsSuccessStatusCode
            ? Convert.ToHexStringLower(await SHA256.HashDataAsync(await body.Content.ReadAsStreamAsync(Stop), Stop))
            : $"{body.StatusCode}";
    }

    /// <summary>What a station's database takes on the disk: grows as the pieces come.</summary>
    private static long SizeOf(TestStation station) =>
        Directory.GetFiles(station.Data, "parley.db*").Sum(f => new FileInfo(f).Length);
}
