using System.Text.Json;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Traffic;
using Xunit;

namespace Parley.Station.Tests.Operations;

/// <summary>A line of us and ru, on which the station of us tells whom its settings name.</summary>
internal sealed class PagedLine : IAsyncDisposable
{
    /// <summary>A name in the data directory.</summary>
    internal const string SecretFile = "webhook.secret";

    /// <summary>Longer than a silence that is nobody's trouble.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(70);

    private readonly DutyLine line;

    private readonly string us;

    private PagedLine(DutyLine line, string us) => (this.line, this.us) = (line, us);

    internal DutyLine Line => line;
    internal LiveStation Us => line[us];

    /// <param name="alerts">Whom us tells.</param>
    /// <param name="metrics">Where us gives its numbers.</param>
    /// <param name="self">The party that tells.</param>
    internal static async Task<PagedLine> StartAsync(AlertSettings alerts, string? metrics = null, string self = "us")
    {
        var duty = await DutyLine.StartAsync(self, "ru");
        var station = duty[self];
        await station.StopAsync();
        var directory = station.Folder.Directory;
        Secret(directory, SecretFile, WebReceiver.Secret);
        var settings = new StationSettings(self, station.Folder.Card.Name) { Alerts = alerts, Metrics = metrics };
        await File.WriteAllBytesAsync(directory.Settings, settings.Encode(), TestContext.Current.CancellationToken);
        await station.StartAsync();
        var ru = PartyId.Parse("ru");
        await station.UntilAsync(
            async () => (await station.PeerAsync(duty.Id, ru)).GetProperty("state").GetString() != "down",
            "ru is heard again"
        );
        return new PagedLine(duty, self);
    }

    internal static void Secret(DataDirectory directory, string name, string secret)
    {
        var path = Path.Combine(directory.Path, name);
        File.WriteAllText(path, secret + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    internal static AlertReceiver Web(string name, WebReceiver receiver) =>
        new(name, Webhook: receiver.Address, SecretFile: SecretFile);

    /// <summary>ru writes something that rings at us.</summary>
    internal Task<string> FlashAsync(string text = "do not cross the river") =>
        line.WriteAsync("ru", "message.sent", new { text }, precedence: "flash");

    internal Task AcknowledgeAsync(string entry) => line.WriteAsync(us, "message.acknowledged", new { }, entry);

    /// <summary>ru stops, and is not heard for so long that it is told.</summary>
    internal async Task CutAsync()
    {
        await line["ru"].StopAsync();
        var ru = PartyId.Parse("ru");
        await Us.UntilAsync(
            async () => (await Us.PeerAsync(line.Id, ru)).GetProperty("state").GetString() == "down",
            "ru is not heard"
        );
        // It counts from when the station's own pass, once a second, has seen it.
        using var pass = new PeriodicTimer(TimeSpan.FromSeconds(2));
        do
        {
            line.Clock.Pass(LongEnough);
            await pass.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        } while (!(await TroublesAsync()).Exists(t => t.GetProperty("class").GetString() == "link-down"));
    }

    internal async Task<List<JsonElement>> TroublesAsync()
    {
        var (status, json) = await Us.GetAsync("troubles");
        Assert.Equal(200, status);
        return [.. json.EnumerateArray()];
    }

    /// <summary>What us says of one of those whom it tells.</summary>
    internal async Task<JsonElement> ReceiverAsync(string name)
    {
        var (status, json) = await Us.GetAsync("alerts");
        Assert.Equal(200, status);
        return json.EnumerateArray().Single(r => r.GetProperty("name").GetString() == name);
    }

    public ValueTask DisposeAsync() => line.DisposeAsync();
}
