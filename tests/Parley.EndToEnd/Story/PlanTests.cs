using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>What is planned in space and time, by commands alone, between two real stations.</summary>
public sealed class PlanTests
{
    [Fact]
    public async Task A_conflict_is_found_before_the_notice_goes_out_a_site_takes_two_officers_and_a_movement_under_fire_is_heard()
    {
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        string[] at =
        [
            "--from",
            "2030-05-18T06:00Z",
            "--until",
            "2030-05-18T12:00Z",
            "--lower",
            "0",
            "--upper",
            "3000",
        ];
        var firing = Id(
            await ActAsync(open, "ru", ["activity", "notify", "Live firing", "--circle", "19.42,57.31,5000", .. at])
        );

        // Asked first, in a file as GeoJSON; then refused, then sent in knowledge of it.
        var file = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.geojson");
        await File.WriteAllTextAsync(
            file,
            """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[19.4,57.2],[19.6,57.2],[19.6,57.4],[19.4,57.4],[19.4,57.2]]]},"properties":{"lowerMetres":1000,"upperMetres":2000,"from":"2030-05-18T10:00:00Z","until":"2030-05-18T14:00:00Z"}}""",
            TestContext.Current.CancellationToken
        );
        try
        {
            var found = (await SayAsync(open, "us", "activity", "check", "--volumes", file, "--json")).Ended(1).Json;
            Assert.Equal(firing, Assert.Single(found["conflicts"]!.AsArray())!["entry"]!.GetValue<string>());
            (await SayAsync(open, "us", "activity", "notify", "Flight", "--volumes", file)).Refused(
                1,
                $"it conflicts with {firing}"
            );
            var flight = Id(
                await ActAsync(open, "us", "activity", "notify", "Flight", "--volumes", file, "--knowing", firing)
            );
            Assert.Contains(
                flight,
                (await SayAsync(open, "ru", "activity", "conflicts")).Ended(0).Output,
                StringComparison.Ordinal
            );
            await ActAsync(open, "ru", "activity", "object", flight, "--reason", "we fire there");
            Assert.Equal(
                "objected",
                (await SayAsync(open, "us", "activity", "list", "--json"))
                    .Ended(0)
                    .JsonLines.Single(p => p["entry"]!.GetValue<string>() == flight)["state"]!.GetValue<string>()
            );
            await ActAsync(open, "us", "activity", "cancel", flight);
            Assert.Equal(
                "Nothing that was notified on this line conflicts.",
                Assert.Single((await SayAsync(open, "us", "activity", "conflicts")).Ended(0).Lines)
            );
        }
        finally
        {
            File.Delete(file);
        }
        (await SayAsync(open, "us", "activity", "check", "--circle", "nowhere")).Ended(2);
        (await SayAsync(open, "us", "activity", "notify", "x", "--circle", "19,57,-5")).Ended(2);

        string[] site =
        [
            "area",
            "declare",
            "Hospital No. 2",
            "--type",
            "protected",
            "--function",
            "hospital",
            "--circle",
            "36.23,49.99,150",
            "--verified-by",
            "OCHA",
            "--verified-how",
            "on site",
            "--verified-at",
            "2030-01-02",
            "--consent",
            "true",
            "--by",
            "A. First",
        ];
        (await SayAsync(open, "us", site)).Refused(1, "two officers");
        await ActAsync(open, "us", [.. site, "--released-by", "B. Second"]);

        var movement = Id(
            await ActAsync(
                open,
                "us",
                "movement",
                "submit",
                "Food to Alder",
                "--contact",
                "radio 5",
                "--route",
                "Alder=34.1,44.9@2030-05-01T08:00Z",
                "--headcount",
                "12"
            )
        );
        await ActAsync(open, "ru", "movement", "inform", movement, "Brigade 14", "--at", "2030-04-30T18:00Z");
        await ActAsync(open, "us", "movement", "depart", movement);
        await ActAsync(
            open,
            "us",
            "movement",
            "under-fire",
            movement,
            "mortar",
            "--precedence",
            "flash",
            "--position",
            "34.2,44.8"
        );
        Assert.Contains(
            "UNDER FIRE",
            (await SayAsync(open, "ru", "activity", "list")).Ended(0).Output,
            StringComparison.Ordinal
        );
        await Until.HoldsAsync(
            "the alarm under fire",
            async () => (await SayAsync(open, "ru", "alarms", "--json")).Ended(0).JsonLines,
            alarms => alarms.Any(a => a["about"]!.GetValue<string>() == "under fire")
        );
        await ActAsync(open, "ru", "movement", "answer-fire", movement, "--answer", "stopped");
        await ActAsync(open, "us", "movement", "resume", movement);
        await ActAsync(open, "us", "movement", "complete", movement);
        Assert.DoesNotContain(
            (await SayAsync(open, "ru", "activity", "list", "--json")).Ended(0).JsonLines,
            p => p["entry"]!.GetValue<string>() == movement
        );
    }

    private static Task<Said> SayAsync(OpenLine open, string party, params string[] words) =>
        ParleyCommand.HereAsync([.. words, "--data", open[party].Data]);

    private static async Task<System.Text.Json.Nodes.JsonNode> ActAsync(
        OpenLine open,
        string party,
        params string[] words
    ) => (await SayAsync(open, party, [.. words, "--wait", "sealed", "--json"])).Ended(0).Json;

    private static string Id(System.Text.Json.Nodes.JsonNode appended) => appended.Id();
}
