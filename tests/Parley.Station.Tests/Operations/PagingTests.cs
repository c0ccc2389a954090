using System.Text.Json;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Operations;
using Xunit;

namespace Parley.Station.Tests.Operations;

/// <summary>Somebody is told of what is wrong though nobody looks at a console: by receivers as an operator runs
/// them.</summary>
public sealed class PagingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flash_is_posted_signed_until_it_is_taken_without_its_words_and_again_when_it_is_over()
    {
        using var desk = new WebReceiver { Refuses = 2 };
        await using var line = await PagedLine.StartAsync(new AlertSettings([PagedLine.Web("desk", desk)]));
        var flash = await line.FlashAsync("do not cross the river");
        var raised = await desk.UntilAsync("raised", "urgent");
        Assert.True(raised.IsSigned, "the signature is not what the receiver computes");
        Assert.True(desk.Asked >= 3, "it was refused twice before");
        Assert.DoesNotContain("river", raised.Text, StringComparison.Ordinal);
        var trouble = raised.Body.GetProperty("trouble");
        Assert.Equal(flash, trouble.GetProperty("entry").GetString());
        Assert.Equal("flash", trouble.GetProperty("precedence").GetString());
        Assert.Equal("us", raised.Body.GetProperty("party").GetString());
        Assert.Equal(1, raised.Body.GetProperty("standing").GetInt32());
        await line.AcknowledgeAsync(flash);
        var over = await desk.UntilAsync("over", "urgent");
        Assert.Equal(raised.Trouble, over.Trouble);
        Assert.Equal(1, desk.Took.Count(p => p.Event == "raised" && p.Trouble == raised.Trouble));
        var told = await line.ReceiverAsync("desk");
        Assert.Equal(JsonValueKind.Null, told.GetProperty("failingSince").ValueKind);
    }

    [Fact]
    public async Task The_words_of_an_entry_leave_only_where_the_settings_say_so()
    {
        using var desk = new WebReceiver();
        await using var line = await PagedLine.StartAsync(
            new AlertSettings([PagedLine.Web("desk", desk)], Words: true)
        );
        await line.FlashAsync("do not cross the river");
        var raised = await desk.UntilAsync("raised", "urgent");
        Assert.Equal("do not cross the river", raised.Body.GetProperty("trouble").GetProperty("text").GetString());
        Assert.DoesNotContain(
            "river",
            raised.Body.GetProperty("trouble").GetProperty("sentence").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_an_officer_takes_down_is_said_to_be_taken_and_a_link_that_stays_down_is_told_once_it_does()
    {
        using var desk = new WebReceiver();
        await using var line = await PagedLine.StartAsync(new AlertSettings([PagedLine.Web("desk", desk)]));
        await line.FlashAsync();
        var raised = await desk.UntilAsync("raised", "urgent");
        var (status, answer) = await line.Us.PostAsync(
            $"alarms/{Uri.EscapeDataString(raised.Trouble)}/acknowledge",
            new { by = new { seat = "watch", name = "Ada" } }
        );
        Assert.True(status == 200, answer.ToString());
        await desk.UntilAsync("taken", "urgent");

        await line.CutAsync();
        await desk.UntilAsync("raised", "link-down");
        await line.Line["ru"].StartAsync();
        await desk.UntilAsync("over", "link-down");
    }

    [Fact]
    public async Task Who_comes_later_hears_only_what_nobody_took_and_who_repeats_hears_it_again()
    {
        using var first = new WebReceiver();
        using var later = new WebReceiver();
        const int after = 600,
            repeat = 900;
        await using var line = await PagedLine.StartAsync(
            new AlertSettings([
                PagedLine.Web("first", first) with
                {
                    Repeat = repeat,
                },
                PagedLine.Web("later", later) with
                {
                    After = after,
                },
            ])
        );
        var taken = await line.FlashAsync();
        await first.UntilAsync("raised", "urgent");
        await line.AcknowledgeAsync(taken);
        await first.UntilAsync("over", "urgent");
        var stands = await line.FlashAsync();
        await first.UntilAsync(p => p.Event == "raised" && EntryOf(p) == stands, "the second");
        Assert.Empty(later.Took);

        line.Line.Clock.Pass(TimeSpan.FromSeconds(after));
        var escalated = await later.UntilAsync(p => p.Event is "raised", "what stood for ten minutes");
        Assert.Equal(stands, EntryOf(escalated));
        Assert.DoesNotContain(later.Took, p => EntryOf(p) == taken);
        line.Line.Clock.Pass(TimeSpan.FromSeconds(repeat));
        await first.UntilAsync(p => p.Event == "repeated" && EntryOf(p) == stands, "it again");
    }

    private static string? EntryOf(Posted posted) =>
        posted.Body.GetProperty("trouble").GetProperty("entry").GetString();

    [Fact]
    public async Task In_quiet_hours_only_what_is_urgent_enough_is_told_and_the_rest_when_they_are_over()
    {
        using var desk = new WebReceiver();
        var now = TimeProvider.System.GetUtcNow();
        var quiet = new QuietHours(Hour(now.AddHours(-1)), Hour(now.AddHours(2)));
        await using var line = await PagedLine.StartAsync(
            new AlertSettings([PagedLine.Web("desk", desk) with { Quiet = [quiet] }])
        );
        await line.CutAsync();
        await line.Line["ru"].StartAsync();
        await line.FlashAsync();
        await desk.UntilAsync("raised", "urgent");
        await line.CutAsync();
        Assert.DoesNotContain(desk.Took, p => p.Class == "link-down");

        line.Line.Clock.Pass(TimeSpan.FromHours(3));
        await desk.UntilAsync("raised", "link-down");
    }

    private static string Hour(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm", null);

    [Fact]
    public async Task A_receiver_that_cannot_be_reached_delays_no_other_and_is_told_of_to_the_others()
    {
        using var dead = new WebReceiver { IsUp = false };
        using var desk = new WebReceiver();
        await using var line = await PagedLine.StartAsync(
            new AlertSettings([PagedLine.Web("dead", dead), PagedLine.Web("desk", desk)])
        );
        await line.FlashAsync();
        await desk.UntilAsync("raised", "urgent");
        await line.Us.UntilAsync(
            async () =>
                (await line.ReceiverAsync("dead")).GetProperty("failingSince").ValueKind == JsonValueKind.String,
            "it is known to fail"
        );
        Assert.Equal("it answered 503", (await line.ReceiverAsync("dead")).GetProperty("lastError").GetString());
        line.Line.Clock.Pass(TimeSpan.FromMinutes(2));
        var paging = await desk.UntilAsync("raised", "paging");
        Assert.Equal(Pager.TroubleOf("dead"), paging.Trouble);
        Assert.Contains(line.Us.Log.Warnings, w => w.Contains("dead cannot be told", StringComparison.Ordinal));

        dead.IsUp = true;
        await dead.UntilAsync("raised", "urgent");
        await desk.UntilAsync("over", "paging");
        Assert.DoesNotContain(dead.Took, p => p.Class == "paging"); // nobody tells it that it could not be told
    }

    [Fact]
    public async Task A_command_reads_the_alert_and_nothing_of_the_stations_secrets_and_its_failure_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("parley-a-").FullName;
        var took = Path.Combine(folder, "took");
        var secret = Environment.GetEnvironmentVariable("PARLEY_PASSPHRASE");
        Environment.SetEnvironmentVariable("PARLEY_PASSPHRASE", "not for children");
        try
        {
            await using var line = await PagedLine.StartAsync(
                new AlertSettings([
                    new AlertReceiver("script", Command: ["/bin/sh", "-c", "cat >> \"$0\"; env >> \"$0\"", took]),
                    new AlertReceiver("bad", Command: ["/bin/sh", "-c", "echo no modem >&2; exit 7"]),
                    new AlertReceiver("none", Command: ["/no/such/program"]),
                ])
            );
            await line.FlashAsync();
            await line.Us.UntilAsync(
                async () =>
                    (await line.ReceiverAsync("script")).GetProperty("delivered").GetInt64() > 0
                    && (await line.ReceiverAsync("none")).GetProperty("lastError").ValueKind == JsonValueKind.String
                    && (await line.ReceiverAsync("bad")).GetProperty("lastError").ValueKind == JsonValueKind.String,
                "all three were tried"
            );
            var lines = await File.ReadAllLinesAsync(took, Stop);
            Assert.Equal("raised", JsonDocument.Parse(lines[0]).RootElement.GetProperty("event").GetString());
            Assert.DoesNotContain(lines, l => l.Contains("not for children", StringComparison.Ordinal));
            Assert.Contains(lines, l => l.StartsWith("PATH=", StringComparison.Ordinal));
            Assert.Equal(
                "it ended with 7: no modem",
                (await line.ReceiverAsync("bad")).GetProperty("lastError").GetString()
            );
            Assert.StartsWith(
                "/no/such/program cannot be started",
                (await line.ReceiverAsync("none")).GetProperty("lastError").GetString(),
                StringComparison.Ordinal
            );
        }
        finally
        {
            Environment.SetEnvironmentVariable("PARLEY_PASSPHRASE", secret);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_mail_says_what_is_wrong_as_one_thread_and_answers_to_nobody()
    {
        using var server = new MailServer();
        await using var line = await PagedLine.StartAsync(
            new AlertSettings([
                new AlertReceiver(
                    "duty",
                    Mail: new MailSettings(server.Address, "parley@mod.example", ["duty@mod.example"], Tls: "none")
                ),
            ])
        );
        var flash = await line.FlashAsync("do not cross the river");
        await line.Us.UntilAsync(() => Task.FromResult(!server.Mails.IsEmpty), "a mail came");
        await line.AcknowledgeAsync(flash);
        await line.Us.UntilAsync(() => Task.FromResult(server.Mails.Count == 2), "and that it is over");
        var (raised, over) = (server.Mails.First(), server.Mails.Last());
        Assert.Contains("Subject: [Parley us] FLASH: ", raised, StringComparison.Ordinal);
        Assert.Contains(flash, raised, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", raised, StringComparison.Ordinal);
        Assert.DoesNotContain("river", raised, StringComparison.Ordinal);
        Assert.Contains("Subject: [Parley us] over: ", over, StringComparison.Ordinal);
        Assert.Equal(Header(raised, "References:"), Header(over, "References:"));
        Assert.NotEqual(Header(raised, "Message-Id:"), Header(over, "Message-Id:"));
        Assert.All(server.Receivers, r => Assert.Contains("<duty@mod.example>", r, StringComparison.Ordinal));
    }

    private static string Header(string mail, string name) =>
        mail.Split('\n').Single(l => l.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    [Fact]
    public async Task No_password_and_no_mail_goes_to_a_server_whose_certificate_nobody_vouches_for()
    {
        using var other = new MailServer(tls: true) { Wants = ("us", "the password") };
        using var plain = new MailServer { Wants = ("us", "the password") };
        var us = new MailSettings(
            plain.Address,
            "parley@mod.example",
            ["duty@mod.example"],
            Tls: "none",
            User: "us",
            PasswordFile: PagedLine.SecretFile
        );
        await using var line = await PagedLine.StartAsync(
            new AlertSettings([
                new AlertReceiver("other", Mail: us with { Server = other.Address, Tls = "tls" }),
                new AlertReceiver("starttls", Mail: us with { Tls = "starttls" }),
                new AlertReceiver("wrong", Mail: us),
            ])
        );
        foreach (var name in (string[])["other", "starttls", "wrong"])
        {
            var (status, told) = await line.Us.PostAsync($"alerts/{name}/test", new { });
            Assert.Equal(200, status);
            Assert.True(told.GetProperty("failingSince").ValueKind == JsonValueKind.String, told.ToString());
        }
        Assert.Empty(other.Mails);
        Assert.Empty(plain.Mails);
        PagedLine.Secret(line.Us.Folder.Directory, PagedLine.SecretFile, "the password");
        await line.Us.StopAsync();
        await line.Us.StartAsync();
        var (_, now) = await line.Us.PostAsync("alerts/wrong/test", new { });
        Assert.Equal(1, now.GetProperty("delivered").GetInt64());
        Assert.Contains("test of this receiver", Assert.Single(plain.Mails), StringComparison.Ordinal);
        var (unknown, _) = await line.Us.PostAsync("alerts/nobody/test", new { });
        Assert.Equal(404, unknown);
    }

    [Fact]
    public async Task A_flood_pages_so_often_a_minute_and_no_more()
    {
        using var desk = new WebReceiver();
        await using var line = await PagedLine.StartAsync(new AlertSettings([PagedLine.Web("desk", desk)]));
        var texts = Enumerable.Range(0, Receiver.MaxPerMinute + 10).Select(i => $"flood {i}");
        var body = string.Join(
            '\n',
            texts.Select(text =>
                JsonSerializer.Serialize(
                    new
                    {
                        text,
                        precedence = "flash",
                        by = new { seat = "watch", name = "Ada" },
                    }
                )
            )
        );
        using var batch = new StringContent(body, System.Text.Encoding.UTF8, "application/x-ndjson");
        using var answer = await line.Line["ru"].Http.PostAsync($"lines/{line.Line.Id}/entries/batch", batch, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        await line.Us.UntilAsync(() => Task.FromResult(desk.Took.Count >= Receiver.MaxPerMinute), "it is told");
        var standing = desk.Took.Last().Body.GetProperty("standing").GetInt32();
        Assert.True(standing > 1, "each says how much stands");
        line.Line.Clock.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(Receiver.MaxPerMinute, desk.Took.Count);
        line.Line.Clock.Pass(TimeSpan.FromSeconds(31));
        await line.Us.UntilAsync(() => Task.FromResult(desk.Took.Count > Receiver.MaxPerMinute), "the next minute");
    }
}
