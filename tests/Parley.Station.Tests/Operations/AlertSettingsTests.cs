using System.Text;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Operations;

/// <summary>What a station that could page nobody is told before it starts.</summary>
public sealed class AlertSettingsTests
{
    [Theory]
    [InlineData("""{"name":"a"}""", "has one of webhook, command and mail")]
    [InlineData("""{"name":"a","webhook":"https://a.example","command":["x"]}""", "has one of webhook")]
    [InlineData("""{"name":"a","webhook":"http://pager.example/x"}""", "http only to this machine")]
    [InlineData("""{"name":"a","webhook":"https://me:pw@pager.example/x"}""", "is an address")]
    [InlineData("""{"name":"","webhook":"https://a.example"}""", "has 1 to 64 characters")]
    [InlineData("""{"name":"a","command":[]}""", "names a program")]
    [InlineData("""{"name":"a","command":["x"],"secretFile":"f"}""", "goes with a webhook")]
    [InlineData("""{"name":"a","command":["x"],"repeat":5}""", "repeat 60 to")]
    [InlineData("""{"name":"a","command":["x"],"after":-1}""", "after of a is 0 to")]
    [InlineData("""{"name":"a","command":["x"],"quiet":[{"begin":"25:00","end":"06:00"}]}""", "such as 22:00")]
    [InlineData(
        """{"name":"a","command":["x"],"quiet":[{"begin":"22:00","end":"06:00","zone":"Mars/Base"}]}""",
        "is no time zone"
    )]
    [InlineData("""{"name":"a","mail":{"server":"mail","sender":"a@b","to":["c@d"]}}""", "HOST:PORT")]
    [InlineData("""{"name":"a","mail":{"server":"mail:25","sender":"a","to":["c@d"]}}""", "has a sender")]
    [InlineData("""{"name":"a","mail":{"server":"mail:25","sender":"a@b","to":[]}}""", "1 to 32 addresses")]
    [InlineData(
        """{"name":"a","mail":{"server":"mail.example:25","sender":"a@b","to":["c@d"],"tls":"none"}}""",
        "only for a server on this machine"
    )]
    [InlineData("""{"name":"a","mail":{"server":"mail:25","sender":"a@b","to":["c@d"],"user":"x"}}""", "go together")]
    public void A_receiver_that_cannot_be_told_is_refused_with_the_reason(string receiver, string reason)
    {
        var text = "{\"party\":\"us\",\"name\":\"US\",\"alerts\":{\"receivers\":[" + receiver + "]}}";
        Assert.False(StationSettings.Parse(Encoding.UTF8.GetBytes(text)).TryGet(out _, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_document_shows_is_taken()
    {
        const string text = """
            {"party":"us","name":"US","metrics":"127.0.0.1:9464","alerts":{
              "receivers":[
                {"name":"duty","webhook":"https://pager.mod.example/parley","secretFile":"keys/pager.secret","from":"immediate","repeat":300},
                {"name":"deputy","mail":{"server":"mail.mod.example:587","sender":"parley@mod.example","to":["deputy@mod.example"]},"after":600,
                 "quiet":[{"begin":"22:00","end":"06:00","zone":"Europe/Berlin","but":"immediate"}]}],
              "heartbeat":{"webhook":"https://alive.mod.example/us","seconds":60}}}
            """;
        Assert.True(StationSettings.Parse(Encoding.UTF8.GetBytes(text)).TryGet(out var settings, out var why), why);
        Assert.Equal(Precedence.Immediate, settings.Alerts!.Receivers[0].From);
        Assert.True(StationSettings.Parse(settings.Encode()).TryGet(out _, out why), why);
    }

    [Fact]
    public void Quiet_hours_end_on_the_next_day_and_follow_their_zone()
    {
        var quiet = new QuietHours("22:00", "06:00", "Europe/Berlin");
        Assert.True(quiet.Covers(At("2026-07-01T21:00Z"))); // 23:00 there
        Assert.True(quiet.Covers(At("2026-01-01T04:59Z")));
        Assert.False(quiet.Covers(At("2026-01-01T05:00Z")));
        Assert.False(quiet.Covers(At("2026-07-01T19:59Z")));
        Assert.False(quiet.Silences(Precedence.Flash, At("2026-07-01T21:00Z")));
        Assert.True(quiet.Silences(Precedence.Immediate, At("2026-07-01T21:00Z")));
    }

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_secret_that_others_can_read_or_that_is_missing_keeps_the_station_from_starting()
    {
        await using var line = LiveLine.Make("us", "ru");
        var directory = line["us"].Folder.Directory;
        var settings = new StationSettings("us", line["us"].Folder.Card.Name)
        {
            Alerts = new AlertSettings([
                new AlertReceiver("a", Webhook: "https://pager.example/x", SecretFile: "pager.secret"),
            ]),
        };
        await File.WriteAllBytesAsync(directory.Settings, settings.Encode(), TestContext.Current.CancellationToken);
        Assert.False((await line["us"].TryStartAsync()).TryGet(out _, out var missing));
        Assert.Contains("pager.secret", missing, StringComparison.Ordinal);
        PagedLine.Secret(directory, "pager.secret", "x");
        File.SetUnixFileMode(
            Path.Combine(directory.Path, "pager.secret"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead
        );
        Assert.False((await line["us"].TryStartAsync()).TryGet(out _, out var open));
        Assert.Contains("can be read by others", open, StringComparison.Ordinal);
        PagedLine.Secret(directory, "pager.secret", "x");
        await line["us"].StartAsync();
    }
}
