using System.Text;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>Two officers talk: what one says stands in both records, as it was said.</summary>
[Collection(SharedPair.Name)]
public sealed class ConversationTests(SharedPair pair)
{
    [Fact]
    public async Task What_was_waited_for_stands_sealed_in_both_records()
    {
        var sent = (
            await pair.Us.RunAloneAsync(
                "send",
                "--line",
                pair.Line,
                "--precedence",
                "immediate",
                "--mark",
                "exercise",
                "--lang",
                "en",
                "--seat",
                "principal",
                "--by",
                "J. Doe",
                "--wait",
                "sealed",
                "--json",
                "Five by five — пять баллов"
            )
        )
            .Ended(0)
            .Json;
        Assert.True(sent.IsSealed());
        Assert.Equal(["ru"], sent.CosignedBy());

        foreach (var station in pair.Open.Stations)
        {
            var entry = Assert.Single(
                (await station.RunAloneAsync("record", "list", "--json")).Ended(0).JsonLines,
                e => e.Id() == sent.Id()
            );
            Assert.Equal("message.sent", entry.Kind());
            Assert.Equal("exercise", entry["mark"]!.GetValue<string>());
            Assert.Equal("immediate", entry["precedence"]!.GetValue<string>());
            Assert.Equal("en", entry["lang"]!.GetValue<string>());
            Assert.Equal("J. Doe", entry["by"]!["name"]!.GetValue<string>());
            Assert.Equal("principal", entry["by"]!["seat"]!.GetValue<string>());
            Assert.Equal("Five by five — пять баллов", entry.Text());
            Assert.Equal(sent["at"]!.GetValue<string>(), entry["at"]!.GetValue<string>());
            Assert.True(entry.IsSealed());
            Assert.Equal(["ru"], entry.CosignedBy());
        }
    }

    [Fact]
    public async Task An_acknowledgement_names_the_entry_that_it_answers()
    {
        var sent = (await pair.Ru.RunAloneAsync("send", "--wait", "sealed", "--json", "Please confirm."))
            .Ended(0)
            .Json.Id();
        var ack = (await pair.Us.RunAloneAsync("ack", sent, "--note", "Confirmed.", "--wait", "sealed", "--json"))
            .Ended(0)
            .Json;
        Assert.True(ack.IsSealed());

        var entry = (await pair.Ru.RunAloneAsync("record", "show", ack.Id(), "--json")).Ended(0).Json;
        Assert.Equal("message.acknowledged", entry.Kind());
        Assert.Equal([sent], entry["re"]!.AsArray().Select(e => e!.GetValue<string>()));
        Assert.Equal("Confirmed.", entry["body"]!["note"]!.GetValue<string>());
        (await pair.Us.RunAloneAsync("ack", "ru/99999")).Refused(1, "ru/99999");
    }

    [Fact]
    public async Task A_text_from_standard_input_arrives_whole()
    {
        var text = $"first line\n{new string('x', 30_000)}\nlast line — «конец»";
        var sent = (
            await ParleyCommand.RunAsync(["send", "-", "--wait", "sealed", "--json", "--data", pair.Us.Data], text)
        )
            .Ended(0)
            .Json;
        var entry = (await pair.Ru.RunAloneAsync("record", "show", sent.Id(), "--json")).Ended(0).Json;
        Assert.Equal(text, entry.Text());
        var body = (await pair.Ru.RunAloneAsync("record", "show", sent.Id(), "--body")).Ended(0).Output;
        Assert.Equal(Encoding.UTF8.GetByteCount(body), entry["size"]!.GetValue<long>());
    }

    [Fact]
    public async Task What_is_said_off_the_record_arrives_and_stands_in_no_record_and_no_export()
    {
        const string secret = "between the two of us 7f3a9c";
        var sizeBefore = (await pair.Us.StatusAsync())["ownSize"]!.GetValue<ulong>();
        var said = (await pair.Us.RunAloneAsync("send", "--off-record", "--json", secret)).Ended(0).Json;
        Assert.True(said["delivered"]!["ru"]!.GetValue<bool>());

        var heard = (await pair.Ru.Api.GetAsync($"lines/{pair.Line}/off-record")).AsArray();
        Assert.Equal(
            "us",
            Assert.Single(heard, m => m!["text"]!.GetValue<string>() == secret)!["from"]!.GetValue<string>()
        );
        foreach (var station in pair.Open.Stations)
        {
            Assert.DoesNotContain(
                secret,
                (await station.RunAloneAsync("record", "list", "--json")).Ended(0).Output,
                StringComparison.Ordinal
            );
            var export = pair.Open.Folder[$"off-{station.Party}.zip"];
            (await station.RunAloneAsync("record", "export", "--out", export)).Ended(0);
            Assert.False(Holds(await File.ReadAllBytesAsync(export, TestContext.Current.CancellationToken), secret)); // the zip is stored, not compressed
            Assert.All(
                Directory
                    .GetFiles(station.Data, "parley.db*")
                    .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)),
                file => Assert.False(Holds(ReadShared(file), secret))
            );
        }
        Assert.Equal(sizeBefore, (await pair.Us.StatusAsync())["ownSize"]!.GetValue<ulong>());
        (await pair.Us.RunAloneAsync("send", "--off-record", "--wait", "sealed", secret)).Refused(2, "off the record");
    }

    [Fact]
    public async Task Following_shows_what_is_said_while_it_is_followed_and_what_was_said_since_an_arrival()
    {
        var before = (await pair.Ru.RunAloneAsync("send", "--wait", "sealed", "--json", "before the follower"))
            .Ended(0)
            .Json.Id();
        await using var following = ParleyProcess.Start(
            pair.Open.Folder["follow.log"],
            ["record", "follow", "--from", "0", "--json", "--data", pair.Us.Data]
        );
        await following.LineWithAsync($"\"id\":\"{before}\"");
        var ours = (await pair.Us.RunAloneAsync("send", "--json", "while it is followed, ours")).Ended(0).Json.Id();
        var theirs = (await pair.Ru.RunAloneAsync("send", "--json", "while it is followed, theirs")).Ended(0).Json.Id();
        await following.LineWithAsync($"\"id\":\"{ours}\"");
        await following.LineWithAsync($"\"id\":\"{theirs}\"");
        await following.StopAsync(ParleyProcess.SigInt);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Wrong_usage_is_2_and_a_refusal_is_1_with_the_reason_on_standard_error()
    {
        (await ParleyCommand.RunAsync("send", "--precedence", "urgent", "x")).Ended(2);
        (await ParleyCommand.RunAsync("no-such-command")).Ended(2);
        (await pair.Us.RunAloneAsync("send")).Refused(2, "nothing to send");
        (await pair.Us.RunAloneAsync("send", "--wait", "delivered", "x")).Refused(2, "--wait takes");
        (await pair.Us.RunAloneAsync("ack", "17")).Refused(2, "is not an entry");
        (await pair.Us.RunAloneAsync("record", "export")).Ended(2);
        (await pair.Us.RunAloneAsync("send", "--line", "no-such-line", "x")).Refused(1, "no line 'no-such-line'");
        (await pair.Us.RunAloneAsync("send", "--to", "fr", "x")).Refused(1, "not another party of this line");
        (await pair.Us.RunAloneAsync("send", new string('x', 50_000))).Ended(1);
        (await ParleyCommand.RunAsync("send", "x", "--data", pair.Open.Folder["nowhere"])).Refused(1, "no station in");
        (await ParleyCommand.RunAsync("init", "--party", "us", "--name", "Us", "--data", pair.Us.Data)).Refused(
            1,
            "holds a station already"
        );
        (await ParleyCommand.RunAsync("run", "--data", pair.Us.Data)).Ended(1);
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
