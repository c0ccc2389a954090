using System.Globalization;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Wire;

/// <summary>A silence procedure between stations whose wires are really cut: whoever was not in reach has consented to
/// nothing, whether or not the cut has been noticed yet, and had until the hour to object.</summary>
public sealed class SilenceWireTests
{
    /// <summary>As long as it takes to sign for delivery on a busy machine, and no longer.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(25);
    private static readonly string[] Two = ["--by", "Anna Bell", "--seat", "principal", "--released-by", "Col Ruiz"];

    private static Task<WiredLine> LineAsync() =>
        WiredLine.OfAsync(11, null, ["--two-people", "silence"], "un", "us", "ru");

    private static async Task<(string Procedure, DateTimeOffset Expires)> BeginAsync(WiredLine line)
    {
        var expires = TimeProvider.System.GetUtcNow() + Silence;
        var began = (
            await line["un"]
                .RunAsync([
                    "silence",
                    "begin",
                    "The corridor stays open until Friday",
                    "--title",
                    "Corridor",
                    "--expires",
                    expires.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                    "--wait",
                    "sealed",
                    "--json",
                    .. Two,
                ])
        )
            .Ended(0)
            .Json;
        foreach (var party in (string[])["us", "ru"])
            (await line[party].RunAsync("silence", "receive", began.Id(), "--wait", "sealed", "--json")).Ended(0);
        return (began.Id(), expires);
    }

    private static Task IsOverAsync(DateTimeOffset expires) =>
        Until.HoldsAsync(
            "the silence is over",
            () => Task.FromResult(TimeProvider.System.GetUtcNow()),
            now => now > expires
        );

    private static Task<Said> CloseAsync(WiredLine line, string procedure, params string[] away) =>
        line["un"]
            .RunAsync([
                "silence",
                "close",
                procedure,
                .. away.SelectMany(p => new[] { "--away", p }),
                "--json",
                .. Two,
            ]);

    private static async Task<string> StandingAsync(TestStation at)
    {
        var silence = Assert.Single((await at.Api.GetAsync("silences")).AsArray())!;
        return string.Join(
            "; ",
            silence["parties"]!.AsArray().Select(p => $"{p!["party"]}: {p["state"]}").Prepend(silence.State())
        );
    }

    private static Task StandsAsync(WiredLine line, string party, string standing) =>
        Until.HoldsAsync($"{party} shows: {standing}", () => StandingAsync(line[party]), shown => shown == standing);

    [Fact] // MEDIATION-15
    public async Task Who_was_cut_off_before_the_hour_consents_to_nothing_even_where_nobody_has_noticed_yet()
    {
        await using var line = await LineAsync();
        var (procedure, expires) = await BeginAsync(line);
        line.Wire("un", "ru").BothWays = WireCondition.Cut;
        await IsOverAsync(expires);

        // un takes the link for up still, or has just missed it: either way it may not call this consent.
        (await CloseAsync(line, procedure)).Refused(1, "not in reach");
        // us was in reach, and shows it by being heard once more.
        await Until.HoldsAsync(
            "it is closed with ru named",
            () => CloseAsync(line, procedure, "ru"),
            said => said.Code == 0
        );
        Assert.Equal(
            ["ru"],
            (await line["un"].RunAsync("record", "list", "--json"))
                .Ended(0)
                .JsonLines.Last(entry => entry.Kind() == "silence.closed")["body"]!["outOfReach"]!
                .AsArray()
                .Select(party => party!.GetValue<string>())
        );
        const string standing = "closed; ru: not in reach; us: consented by silence";
        await StandsAsync(line, "un", standing);
        line.Wire("un", "ru").BothWays = WireCondition.Sound;
        foreach (var party in (string[])["us", "ru"])
            await StandsAsync(line, party, standing);
    }

    [Fact] // MEDIATION-14 MEDIATION-15
    public async Task Who_was_cut_off_and_came_back_is_named_and_what_it_wrote_before_the_hour_breaks_the_silence()
    {
        await using var line = await LineAsync();
        var (procedure, expires) = await BeginAsync(line);
        foreach (var other in (string[])["un", "us"])
            line.Wire(other, "ru").BothWays = WireCondition.Cut;
        (await line["ru"].RunAsync("silence", "break", procedure, "--objection", "Not on Friday", "--json")).Ended(0);
        await IsOverAsync(expires);
        await Until.HoldsAsync(
            "it is closed with ru named",
            () => CloseAsync(line, procedure, "ru"),
            said => said.Code == 0
        );
        await StandsAsync(line, "us", "closed; ru: not in reach; us: consented by silence");

        foreach (var other in (string[])["un", "us"])
            line.Wire(other, "ru").BothWays = WireCondition.Sound;
        foreach (var party in (string[])["un", "us", "ru"])
            await StandsAsync(line, party, "broken; ru: objected; us: silent so far");
    }
}
