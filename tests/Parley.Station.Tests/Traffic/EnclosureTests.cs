using Parley.Contract;
using Parley.Record;
using Parley.Station.Desks;
using Parley.Station.Tests.Api;
using Parley.Station.Tests.Faults;
using Parley.Storage;
using Parley.Traffic.Bodies;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Maps and annexes of a text against their bytes.</summary>
public sealed class EnclosureTests
{
    private const int Size = 300_000;

    [Fact] // CEASEFIRE-17
    public async Task Files_beyond_what_one_answer_reads_are_said_not_to_be_read_yet_and_the_next_answer_tells_of_them()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var text = new AgreementText
        {
            Title = "Three maps",
            Maps =
            [
                new Enclosure
                {
                    Id = "first",
                    Entry = await AttachAsync(line["us"], line.Id),
                    Hash = $"sha256:{new string('0', 64)}",
                },
                new Enclosure
                {
                    Id = "second",
                    Entry = await AttachAsync(line["us"], line.Id),
                    Hash = $"sha256:{new string('0', 64)}",
                },
                new Enclosure
                {
                    Id = "gone",
                    Entry = "us/999",
                    Hash = $"sha256:{new string('0', 64)}",
                },
            ],
        };
        await line["us"].StopAsync();
        await using var store = await StationStore.OpenAsync(
            $"sqlite:{Path.Combine(line["us"].Folder.Directory.Path, "parley.db")}",
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        var check = new EnclosureCheck(store, maxRead: Size + Size / 2);
        Assert.Equal(
            [EnclosureView.OtherBytes, EnclosureView.NotRead, EnclosureView.NotHere],
            check.Of(line.Id, text).Enclosures.Select(e => e.State)
        );
        var (again, warnings) = check.Of(line.Id, text);
        Assert.Equal(
            [EnclosureView.OtherBytes, EnclosureView.OtherBytes, EnclosureView.NotHere],
            again.Select(e => e.State)
        );
        Assert.Equal(2, warnings.Count);
    }

    private static async Task<string> AttachAsync(LiveStation station, LineId line)
    {
        var (status, json) = await ApiFixture.ReadAsync(
            station.Http.PostAsync(
                $"lines/{line}/attachments?name=map.png&seat=watch&by=Ada",
                new ByteArrayContent(new byte[Size]),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(201, status);
        return json.GetProperty("id").GetString()!;
    }
}
