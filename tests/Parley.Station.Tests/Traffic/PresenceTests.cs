using System.Net.Http.Json;
using System.Text.Json;
using Parley.Station.Desks;
using Parley.Station.Tests.Api;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Two officers of one station do not answer twice: each sees who is at what (F12).</summary>
public sealed class PresenceTests
{
    [Fact]
    public async Task Who_writes_is_seen_for_seconds_who_took_it_until_it_is_given_back_and_no_other_party_learns_of_it()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var path = $"lines/{line.Id}/entries/ru/0/presence";
        await SayAsync(line["us"], path, "writing", "Ada");
        Assert.Equal(["Ada writing"], await SeenAsync(line["us"]));
        Assert.Empty(await SeenAsync(line["ru"]));

        line.Clock.Pass(PresenceDesk.WritingLasts + TimeSpan.FromSeconds(1));
        Assert.Empty(await SeenAsync(line["us"]));

        await SayAsync(line["us"], path, "taken", "Grace");
        await SayAsync(line["us"], path, "writing", "Grace"); // who writes about what they took has it still
        await SayAsync(line["us"], path, "writing", "Ada");
        line.Clock.Pass(PresenceDesk.WritingLasts + TimeSpan.FromSeconds(1));
        Assert.Equal(["Grace taken"], await SeenAsync(line["us"]));
        await SayAsync(line["us"], path, null, "Grace");
        Assert.Empty(await SeenAsync(line["us"]));
    }

    [Fact]
    public async Task An_officer_is_at_so_many_entries_at_most_and_a_wrong_word_is_refused()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        for (var i = 0; i < PresenceDesk.MaxOfOfficer + 3; i++)
        {
            await SayAsync(line["us"], $"lines/{line.Id}/entries/ru/{i}/presence", "taken", "Ada");
            line.Clock.Pass(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(PresenceDesk.MaxOfOfficer, (await SeenAsync(line["us"])).Count);
        var by = new { seat = "watch", name = "Ada" };
        foreach (
            var body in (object[])
                [
                    new { doing = "sleeping", by },
                    new { doing = 1, by },
                    new
                    {
                        doing = "writing",
                        by,
                        more = 1,
                    },
                ]
        )
            Assert.Equal(400, (await PutAsync(line["us"], $"lines/{line.Id}/entries/ru/0/presence", body)).Status);
    }

    private static async Task SayAsync(LiveStation station, string path, string? doing, string name) =>
        Assert.Equal(200, (await PutAsync(station, path, new { doing, by = new { seat = "watch", name } })).Status);

    private static Task<(int Status, JsonElement Json)> PutAsync(LiveStation station, string path, object body) =>
        ApiFixture.ReadAsync(station.Http.PutAsJsonAsync(path, body, TestContext.Current.CancellationToken));

    private static async Task<List<string>> SeenAsync(LiveStation station) =>
        [
            .. (await station.GetAsync("presence"))
                .Json.EnumerateArray()
                .Select(p =>
                    $"{p.GetProperty("by").GetProperty("name").GetString()} {p.GetProperty("doing").GetString()}"
                ),
        ];
}
