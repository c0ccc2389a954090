using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.EndToEnd.Wire;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>Four stations, of which only the mediator has a line with each other one: what of the one side's line gets to
/// the other side and to a bystander is what was passed on, and not a byte beyond it.</summary>
public sealed class RoomSecrecyTests(ITestOutputHelper output)
{
    private const string Proposal = "Wir hören um sechs auf, wenn sie es auch tun",
        Secret = "Unser letztes Angebot, nur für den Vermittler allein",
        Answer = "We shall stop at six as well, on our word",
        Aside = "Ask them once more before the week is over";

    /// <summary>The charter of the room, the same on each of its lines; and the one officer of these stations.</summary>
    private static readonly HashSet<string> SameOnEach = new(StringComparer.Ordinal)
    {
        "Talks on the corridor",
        "good offices between ru, us and ua",
        "2999-01-01T00:00:00Z",
        "2999-01-01T00:00:00.000Z",
    };

    [Fact] // MEDIATION-3 MEDIATION-4
    public async Task Not_a_byte_of_a_line_gets_to_who_is_not_on_it_but_what_was_passed_to_them()
    {
        await using var tap = new LinkTap();
        var (stations, lines) = await OpenLine.SeveralAsync(
            ["tr", "ru", "us", "ua"],
            new Dictionary<string, string[]>
            {
                ["tr-ru"] = ["tr", "ru"],
                ["tr-us"] = ["tr", "us"],
                ["tr-ua"] = ["tr", "ua"],
            },
            setUp: tap.Before
        );
        await using var ended = stations;
        var (a, b) = (lines["tr-ru"], lines["tr-us"]);
        var (tr, ru, us) = (stations["tr"], stations["ru"], stations["us"]);
        var onA = await MediationTests.OpenAsync(stations, a, "ru");
        var onB = await MediationTests.OpenAsync(stations, b, "us");
        await MediationTests.OpenAsync(stations, lines["tr-ua"], "ua");

        // On A's line more is said than crosses, before and after what does, by officers of their own; a draft and a comment too.
        async Task<string> SayAsync(TestStation at, params string[] words) =>
            (await at.RunAsync([.. words, "--wait", "sealed", "--json"])).Ended(0).Json.Id();
        await SayAsync(ru, "room", "say", onA, Secret, "--line", a, "--by", "Wera Orlowa-Nemirowskaja");
        var said = await SayAsync(
            ru,
            "room",
            "say",
            onA,
            Proposal,
            "--line",
            a,
            "--pass-to",
            "us",
            "--by",
            "Gennadi Podpisalow"
        );
        await SayAsync(tr, "room", "say", onA, Aside, "--line", a, "--by", "Ayşe Arabulucu-Kaya");
        await SayAsync(tr, "send", "--line", a, "Beside the room, on the same line: good night to you.");
        var proof = await tr.Api.GetTextAsync($"lines/{a}/entries/{said}/proof-file");
        await SayAsync(tr, "pass", said, "--line", a, "--to", b);
        var answered = await SayAsync(us, "room", "say", onB, Answer, "--line", b, "--pass-to", "ru");
        var back = await tr.Api.GetTextAsync($"lines/{b}/entries/{answered}/proof-file");
        await SayAsync(tr, "pass", answered, "--line", b, "--to", a);
        await SayAsync(ru, "room", "say", onA, "So this is settled between us and you", "--line", a);
        // Off the record, too, and what the mediator's own officers look at.
        (await tr.RunAsync("room", "sounding", "Would seven do, between us two?", "--line", a)).Ended(0);
        (await tr.RunAsync("room", "show", "geneva")).Ended(0);

        var traces = new Dictionary<string, LineTraces>(StringComparer.Ordinal);
        foreach (var (slug, other) in ((string, string)[])[("tr-ru", "ru"), ("tr-us", "us"), ("tr-ua", "ua")])
        {
            var export = stations.Folder[$"{slug}-export"];
            (await tr.RunAsync("record", "export", "--line", lines[slug], "--out", export)).Ended(0);
            traces[slug] = new LineTraces(export, [stations[other].Card], SameOnEach);
        }
        foreach (var station in stations.Stations)
        {
            (await station.RunAsync("backup", "--out", stations.Folder[$"{station.Party}-backup"])).Ended(0);
            await station.StopAsync();
        }

        async Task<IReadOnlyList<byte[]>> HeldAsync(string party)
        {
            var held = tap.Received(party).ToList();
            foreach (
                var file in Directory
                    .EnumerateFiles(stations[party].Data, "*", SearchOption.AllDirectories)
                    .Concat(
                        Directory
                            .EnumerateFiles(stations.Folder.Path, "*", SearchOption.AllDirectories)
                            .Where(f => f.StartsWith(stations.Folder[$"{party}-backup"], StringComparison.Ordinal))
                    )
                    .Append(stations.Folder[$"{party}.log"])
                    .Where(file => !file.EndsWith(".sock", StringComparison.Ordinal))
            )
                held.Add(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            output.WriteLine($"{party}: {held.Count} files and streams of {held.Sum(h => h.Length)} bytes");
            return held;
        }

        // Who looks so finds everything of a line at who is on it, in what came over the link as well as in what is kept.
        var mediator = await HeldAsync("tr");
        foreach (var (slug, trace) in traces)
        {
            output.WriteLine($"{slug}: {trace.Count} traces");
            Assert.Empty(trace.Kept.Except(trace.FoundIn(mediator)));
            Assert.InRange(trace.Count, 25, 1000);
        }
        var atB = await HeldAsync("us");
        Assert.NotEmpty(traces["tr-us"].FoundIn(tap.Received("us")));

        // What was passed is there, in the record and on the link; nothing else of A's line is.
        Assert.Contains($"text {Proposal}", traces["tr-ru"].FoundIn(tap.Received("us")));
        Assert.Contains($"text {Proposal}", traces["tr-ru"].FoundIn(atB));
        Assert.Empty(traces["tr-ru"].But(proof).FoundIn(atB));
        Assert.Empty(traces["tr-ua"].FoundIn(atB));

        // Nor does A learn more of B's line, nor who stands by anything of either.
        var atA = await HeldAsync("ru");
        Assert.Contains($"text {Answer}", traces["tr-us"].FoundIn(atA));
        Assert.Empty(traces["tr-us"].But(back).FoundIn(atA));
        Assert.Empty(traces["tr-ua"].FoundIn(atA));
        var beside = await HeldAsync("ua");
        Assert.NotEmpty(traces["tr-ua"].FoundIn(beside));
        Assert.Empty(traces["tr-ru"].FoundIn(beside));
        Assert.Empty(traces["tr-us"].FoundIn(beside));
    }
}
