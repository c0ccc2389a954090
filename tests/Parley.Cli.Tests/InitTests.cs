using Parley.Record;
using Parley.Station.Data;
using Xunit;

namespace Parley.Cli.Tests;

public sealed class InitTests
{
    [Fact]
    public async Task A_new_station_has_private_files_and_a_card_that_names_its_keys()
    {
        using var transcript = new Transcript();
        await transcript.RunAsync(
            "init --party us --name \"United States\" --data DIR/us --address 192.0.2.1:7100 --language en"
        );
        var directory = new DataDirectory(Path.Combine(transcript.Folder, "us"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(directory.Path));
            Assert.All(
                Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories),
                f => Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(f))
            );
        }
        var card = Card.Parse(await File.ReadAllBytesAsync(directory.Card, TestContext.Current.CancellationToken))
            .Required();
        Assert.Equal(("us", "United States"), (card.Party.Value, card.Name));
        Assert.Equal(["192.0.2.1:7100"], card.Addresses);
        Assert.True(StationSettings.Read(directory).TryGet(out var settings, out _));
        Assert.Equal("us", settings.Party);
    }

    [Fact]
    public async Task An_existing_station_is_never_replaced()
    {
        using var transcript = new Transcript();
        await transcript.PlayAsync(
            """
            $ parley init --party us --name "United States" --data DIR/us
            Station us is made in DIR/us.
            Fingerprint of us, to be read out over another channel:
              …
              …
            Next: start it with  parley run  and hand out its card with  parley card --out FILE
            $ parley init --party ru --name "Russian Federation" --data DIR/us
            ! parley: DIR/us holds a station already; its keys are not replaced
            ? 1
            $ parley init --party ru --name "Russian Federation" --data DIR
            ! parley: DIR is not empty
            ? 1
            """
        );
    }

    [Theory]
    [InlineData(
        "init --party US --name x --data DIR/new",
        "'US' is not a party id: 1 to 32 of a-z, 0-9, inner hyphens"
    )]
    [InlineData(
        "init --party us --name x --data DIR/new --address http://hotline.example.org",
        "--address http://hotline.example.org: it is HOST:PORT, and no URL, such as hotline.example.org:7474"
    )]
    [InlineData(
        "init --party us --name x --data DIR/new --address hotline.example.org:99999",
        "--address hotline.example.org:99999: '99999' is no port from 1 to 65535, such as hotline.example.org:7474"
    )]
    [InlineData(
        "init --party us --name x --data DIR/new --address hot_line:7474",
        "--address hot_line:7474: '_' does not stand in a host's name: letters, digits, full stops and hyphens do, such as hotline.example.org:7474"
    )]
    [InlineData("init --party us --name x --data DIR/new --address [fe80::1%eth0]:7474", "…")]
    public async Task What_no_card_may_hold_is_refused_and_leaves_nothing_behind(string command, string reason)
    {
        using var transcript = new Transcript();
        var lines = await transcript.RunAsync(command);
        Assert.Equal(2, lines.Count);
        if (reason != "…")
            Assert.Equal($"! parley: {reason}", lines[0]);
        Assert.Equal("? 2", lines[1]);
        Assert.False(Directory.Exists(Path.Combine(transcript.Folder, "new")));
    }

    [Fact]
    public async Task A_host_alone_gets_the_usual_port_and_a_new_volume_is_taken_as_it_is()
    {
        using var transcript = new Transcript();
        Directory.CreateDirectory(Path.Combine(transcript.Folder, "us", "lost+found"));
        var made = await transcript.RunAsync(
            "init --json --party us --name \"United States\" --data DIR/us --address hotline.example.org --address 2001:db8::7 --address [2001:db8::8]"
        );
        using var json = System.Text.Json.JsonDocument.Parse(Assert.Single(made));
        Assert.Equal(
            ["hotline.example.org:7474", "[2001:db8::7]:7474", "[2001:db8::8]:7474"],
            json.RootElement.GetProperty("addresses").EnumerateArray().Select(a => a.GetString())
        );
        Assert.False(json.RootElement.GetProperty("protected").GetBoolean());
        Assert.True(Directory.Exists(Path.Combine(transcript.Folder, "us", "lost+found")));
    }

    [Fact]
    public async Task A_card_that_was_received_is_looked_at_before_anything_is_made_of_it()
    {
        using var transcript = new Transcript();
        await transcript.RunAsync(
            "init --party ru --name \"Russian Federation\" --data DIR/ru --address 192.0.2.2:7100"
        );
        await transcript.RunAsync("card --data DIR/ru --out DIR/ru.card");
        var ru = Card.Parse(
                await File.ReadAllBytesAsync(
                    Path.Combine(transcript.Folder, "ru.card"),
                    TestContext.Current.CancellationToken
                )
            )
            .Required();
        await transcript.PlayAsync(
            $"""
            $ parley card show DIR/ru.card
            ru  Russian Federation
              reached at 192.0.2.2:7100
              signed …
            Its fingerprint, which an officer of ru reads out to you over another channel:
              {ru.Fingerprint.Words}
              {ru.Fingerprint.Hex}
            $ parley card show DIR/ru/api.token
            ! parley: DIR/ru/api.token: …
            ? 1
            """
        );
    }

    [Fact]
    public async Task A_card_is_printed_written_and_signed_anew_by_the_same_identity()
    {
        using var transcript = new Transcript();
        await transcript.RunAsync("init --party us --name \"United States\" --data DIR/us");
        var before = Card.Parse(
                await File.ReadAllBytesAsync(
                    Path.Combine(transcript.Folder, "us", "card"),
                    TestContext.Current.CancellationToken
                )
            )
            .Required();
        var printed = await transcript.RunAsync("card --data DIR/us");
        Assert.Equal("parley/card/v1", printed[0]);
        await transcript.PlayAsync(
            """
            $ parley card --data DIR/us --address 192.0.2.7:7100 --out DIR/us.card
            The card of us is in DIR/us.card.
            Fingerprint of us, to be read out over another channel:
              …
              …
            ! The card is signed anew. A running station shows it after its next start; lines that are open keep the card they were opened with.
            """
        );
        var after = Card.Parse(
                await File.ReadAllBytesAsync(
                    Path.Combine(transcript.Folder, "us.card"),
                    TestContext.Current.CancellationToken
                )
            )
            .Required();
        Assert.Equal(before.Identity, after.Identity);
        Assert.Equal(before.Log, after.Log);
        Assert.Equal(["192.0.2.7:7100"], after.Addresses);
    }

    [Fact]
    public async Task Opening_a_line_shows_what_to_compare_and_accepts_nothing_until_it_is_compared()
    {
        using var transcript = new Transcript();
        await transcript.RunAsync("init --party us --name \"United States\" --data DIR/us");
        await transcript.RunAsync("init --party ru --name \"Russian Federation\" --data DIR/ru");
        await transcript.RunAsync("card --data DIR/ru --out DIR/ru.card");
        var ru = Card.Parse(
                await File.ReadAllBytesAsync(
                    Path.Combine(transcript.Folder, "ru.card"),
                    TestContext.Current.CancellationToken
                )
            )
            .Required();
        await transcript.PlayAsync(
            $"""
            $ parley line open --data DIR/us --with DIR/ru.card
            Compare with an officer of each party, over a channel that you trust (voice, in person):

            ru  Russian Federation
              has the fingerprint
              {ru.Fingerprint.Words}
              {ru.Fingerprint.Hex}

            Then run this again with --fingerprint "ru=…", giving what the other officer said.
            ! parley: nothing is accepted until every fingerprint is compared
            ? 1
            $ parley line open --data DIR/us --with DIR/ru.card --fingerprint ru=00112233445566778899aabbccddeeff
            ! parley: the fingerprint given for ru: it is another's: this may not be the party's own card. Nothing was accepted.
            ? 1
            $ parley line open --data DIR/us --with DIR/ru.card --fingerprint ru=0011223344556677
            ! parley: the fingerprint given for ru: it has 16 hexadecimal digits, and at least 32 are needed, two for each byte. Nothing was accepted.
            ? 1
            $ parley line open --data DIR/us --with DIR/ru.card --fingerprint "ru=valey velvet"
            ! parley: the fingerprint given for ru: 'valey' is none of the words; valley?. Nothing was accepted.
            ? 1
            $ parley line open --data DIR/us --with DIR/ru.card --fingerprint "ru={ru.Fingerprint.Words}"
            ! parley: no station is running on DIR/us (start it: parley run --data DIR/us)
            ? 1
            $ parley line open --data DIR/us --with DIR/us/station.json
            ! parley: DIR/us/station.json: the card is not a signed note: …
            ? 1
            """
        );
    }
}
