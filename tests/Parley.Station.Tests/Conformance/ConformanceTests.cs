using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Xml.Linq;
using Parley.Conformance;
using Parley.Record;
using Parley.Station.Tests.Api;
using Parley.Station.Tests.Faults;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Conformance;

/// <summary>The suite of <c>parley conform</c>: our own station keeps to every clause that it tries, and a station with
/// a defect is found out.</summary>
public sealed class ConformanceTests : IAsyncLifetime
{
    private readonly string root = Directory.CreateTempSubdirectory("parley-c-").FullName;
    private StationFolder folder = null!;
    private LiveStation station = null!;

    public async ValueTask InitializeAsync()
    {
        folder = StationFolder.Make(Path.Combine(root, "us"), "us");
        station = new LiveStation(folder) { LineTests = true };
        await station.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await station.StopAsync();
        folder.Dispose();
        Directory.Delete(root, recursive: true);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<ConformanceRun> BeginAsync(
        string? only = null,
        Func<OfficerTask, CancellationToken, Task<bool>>? officer = null
    ) =>
        ConformanceRun.BeginAsync(
            new ConformanceOptions(folder.Card, null, new IPEndPoint(IPAddress.Loopback, 0))
            {
                Only = only,
                Officer = officer,
                Folder = root,
                Watch = TimeSpan.FromSeconds(2),
                Acceptance = TimeSpan.FromMinutes(1),
            },
            TimeProvider.System,
            Stop
        );

    [Fact]
    public async Task Our_own_station_keeps_to_every_clause_that_is_tried()
    {
        await using var run = await BeginAsync(officer: DoAsync);
        await LiveLine.AcceptAsync(station, run.Line);
        Assert.True(await run.AcceptedAsync(Stop));
        var report = await run.RunAsync(told: null, Stop);
        Assert.True(report.Passed, $"{report.Text()}{await station.StatusAsync(run.Line.Id)}");
        Assert.All(
            report.Results.Where(r => r.Outcome == CheckOutcome.NotTried),
            r => Assert.Contains("--long", r.Detail, StringComparison.Ordinal)
        );
        Assert.True(report.Results.Count > 120, report.Text());

        // The same in each of its forms.
        Assert.Equal(report.Results.Count, report.Json()["checks"]!.AsArray().Count);
        var xml = XDocument.Parse(report.JUnit());
        Assert.Equal(report.Results.Count, xml.Descendants("testcase").Count());
        Assert.Empty(xml.Descendants("failure"));
    }

    [Theory]
    [Trait(Rounds.Name, Rounds.Long)]
    [InlineData("takes extension lines", "LINK-80")]
    [InlineData("cosigns what does not hash to the root", "LINK-12")]
    [InlineData("cosigns without a proof", "LINK-11")]
    [InlineData("says another size than it holds", "LINK-11")]
    [InlineData("cosigns by another key", "LINK-10")]
    [InlineData("takes any heartbeat", "LINK-19")]
    [InlineData("says more in heartbeats than there is to say", "MESSAGES-6")]
    [InlineData("names no feed", "LINK-100")]
    [InlineData("gives nothing back", "LINK-61")]
    [InlineData("takes chunks at any offset", "LINK-71")]
    [InlineData("goes on after a fork", "LINK-51")]
    public async Task A_station_with_a_defect_is_found_out(string defect, string clause)
    {
        await using var run = await BeginAsync(only: clause);
        await LiveLine.AcceptAsync(station, run.Line);
        using var certificate = run.Party.Certificate(TimeProvider.System.GetUtcNow());
        await using var bent = await BentStation.StartAsync(
            station,
            certificate,
            exchanged => Bend(defect, exchanged, run)
        );
        run.DialAt(bent.Address);
        Assert.True(await run.AcceptedAsync(Stop));
        var report = await run.RunAsync(told: null, Stop);
        Assert.False(report.Passed);
        Assert.Contains(report.Results, r => r.Clause == clause && r.Outcome == CheckOutcome.Failed);
    }

    [Theory]
    [Trait(Rounds.Name, Rounds.Long)]
    [InlineData(OfficerAct.SendMessage, "LINK-32")]
    [InlineData(OfficerAct.TakeCarried, "CARRY-5")]
    [InlineData(OfficerAct.MakeCarried, "CARRY-1")]
    [InlineData(OfficerAct.Restore, "LINK-60")]
    public async Task A_station_that_does_not_do_what_its_officers_want_is_found_out(OfficerAct act, string clause)
    {
        await using var run = await BeginAsync(
            clause,
            (task, ct) => task.Act == act ? InsteadAsync(task, ct) : DoAsync(task, ct)
        );
        await LiveLine.AcceptAsync(station, run.Line);
        Assert.True(await run.AcceptedAsync(Stop));
        var report = await run.RunAsync(told: null, Stop);
        Assert.Contains(report.Results, r => r.Clause == clause && r.Outcome == CheckOutcome.Failed);
    }

    /// <summary>What a station with a defect does: nothing, says that it did, or signs on after a restore.</summary>
    private async Task<bool> InsteadAsync(OfficerTask task, CancellationToken ct)
    {
        if (task.Act == OfficerAct.MakeCarried)
            await File.WriteAllBytesAsync(task.File!, new byte[4096], ct);
        return task.Act != OfficerAct.Restore;
    }

    private string Backup => Path.Combine(root, "backup");

    private async Task<bool> DoAsync(OfficerTask task, CancellationToken ct)
    {
        var line = $"lines/{task.Line.Id}";
        switch (task.Act)
        {
            case OfficerAct.AcceptLine:
                await LiveLine.AcceptAsync(station, task.Line);
                return true;
            case OfficerAct.SendMessage:
                var precedence = task.Precedence.ToString().ToLowerInvariant();
                var by = new { seat = "watch", name = "Ada" };
                return (
                        await station.PostAsync(
                            $"{line}/entries",
                            new
                            {
                                text = task.Text,
                                precedence,
                                by,
                            }
                        )
                    ).Status == 201;
            case OfficerAct.KeepSecret:
                using (var secret = new ByteArrayContent(await File.ReadAllBytesAsync(task.File!, ct)))
                using (var kept = await station.Http.PutAsync($"{line}/secret", secret, ct))
                    return kept.IsSuccessStatusCode;
            case OfficerAct.TakeCarried:
                using (var carried = new ByteArrayContent(await File.ReadAllBytesAsync(task.File!, ct)))
                {
                    var (status, json) = await ApiFixture.ReadAsync(station.Http.PostAsync("carried", carried, ct));
                    return status == 200 && json.GetProperty("complete").GetBoolean();
                }
            case OfficerAct.MakeCarried:
                var file = await station.Http.GetByteArrayAsync($"{line}/carry/conform", ct);
                await File.WriteAllBytesAsync(task.File!, file, ct);
                return true;
            case OfficerAct.BackUp:
                await station.StopAsync();
                folder.CopyTo(Backup);
                await station.StartAsync();
                return true;
            default:
                await station.StopAsync();
                folder.PutBack(Backup);
                await station.StartAsync(restored: true);
                return true;
        }
    }

    private bool forked;

    private Exchanged Bend(string defect, Exchanged said, ConformanceRun run)
    {
        switch (defect)
        {
            case "takes extension lines" when said is { IsPush: true, Status: 422 }:
                return said.Answered(200, "text/plain", Cosigned(said, run.Line, folder.Cosign));
            case "cosigns what does not hash to the root" when said is { IsPush: true, Status: 422 }:
                return said.Answered(200, "text/plain", Cosigned(said, run.Line, folder.Cosign));
            case "cosigns without a proof" when said is { IsPush: true, Status: 422 }:
                return said.Answered(200, "text/plain", Cosigned(said, run.Line, folder.Cosign));
            case "says another size than it holds" when said is { IsPush: true, Status: 409 }:
                return said.Answered(409, "text/x.tlog.size", "7\n");
            case "cosigns by another key" when said is { IsPush: true, Status: 200 }:
                return said.Answered(200, "text/plain", Cosigned(said, run.Line, folder.Log));
            case "takes any heartbeat" when said is { IsHeartbeat: true, Status: 400 }:
                return said.Answered(200, "application/json", "{}");
            case "says more in heartbeats than there is to say" when said is { IsHeartbeat: true, Status: 200 }:
                return said.Answered(200, "application/json", said.Text[..^1] + ",\"version\":\"1.0\"}");
            case "names no feed" when said is { IsHeartbeat: true, Status: 200 }:
                return said.Answered(
                    200,
                    "application/json",
                    $$$"""{"parley":1,"at":"{{{UtcText.Of(TimeProvider.System.GetUtcNow())}}}","attended":false,"checkpoints":{}}"""
                );
            case "gives nothing back" when said.Path.EndsWith("/recover", StringComparison.Ordinal):
                return said.Answered(204, "text/plain", "");
            case "takes chunks at any offset" when said is { Method: "PUT", Status: 409 }:
                return said with { Status = 200 };
            case "goes on after a fork" when said.IsPush:
                forked |= said.Status == 422;
                return forked && said.Status == 503
                    ? said.Answered(200, "text/plain", Cosigned(said, run.Line, folder.Cosign))
                    : said;
            default:
                return said;
        }
    }

    /// <summary>A cosignature on whatever checkpoint was offered.</summary>
    private string Cosigned(Exchanged push, LineDocument line, Crypto.SigningKey by)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(push.Request);
        var offer = Encoding.UTF8.GetString(push.Request, 4, length);
        var note = offer[(offer.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
        var checkpoint = SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(note)).Required().Checkpoint;
        Assert.NotNull(line);
        return Cosignature.Sign(checkpoint, folder.Party, by, TimeProvider.System.GetUtcNow()).ToLine();
    }
}
