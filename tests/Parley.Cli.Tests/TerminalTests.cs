using System.Globalization;
using Parley.Cli.Commands;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Xunit;

namespace Parley.Cli.Tests;

public sealed class TerminalTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.Parse(
        "2022-03-23T14:05:11.204Z",
        CultureInfo.InvariantCulture
    );

    [Theory]
    [InlineData("Cease fire at 1200Z", "Cease fire at 1200Z")]
    [InlineData("Прекратить огонь: 停火 ✔ 👍", "Прекратить огонь: 停火 ✔ 👍")]
    [InlineData("a\u001b[2Jb", "a\\u{1B}[2Jb")]
    [InlineData("do not\u202Etsap\u202C", "do not\\u{202E}tsap\\u{202C}")]
    [InlineData("at\u200Btack", "at\\u{200B}tack")]
    [InlineData("\uFEFFx\u2066y\u2069", "\\u{FEFF}x\\u{2066}y\\u{2069}")]
    [InlineData("a\r\nb\tc\u0085d\u2028e", "a\\u{D}\nb\\u{9}c\\u{85}d\\u{2028}e")]
    [InlineData("\U000E0041tag", "\\u{E0041}tag")]
    public void What_others_wrote_cannot_move_the_cursor_hide_or_turn(string text, string shown) =>
        Assert.Equal(shown, SafeText.Show(text));

    [Fact]
    public void Json_on_a_terminal_says_the_same_with_escapes()
    {
        var shown = SafeText.EscapeJson("{\"text\":\"do not\u202Etsap \U000E0041\"}");
        Assert.Equal("""{"text":"do not\u202etsap \udb40\udc41"}""", shown);
    }

    [Theory]
    [InlineData(0, "now")]
    [InlineData(59, "59 s ago")]
    [InlineData(3600, "1 h ago")]
    [InlineData(-90, "1 min ahead")]
    [InlineData(400000, "4 d ago")]
    public void Ages_are_short(int seconds, string expected) =>
        Assert.Equal(expected, Times.Age(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Times_are_date_time_groups() => Assert.Equal("231405Z MAR 22", Times.Group(At));

    [Theory]
    [InlineData(40)]
    [InlineData(20)]
    public void An_entry_fits_a_narrow_terminal(int width)
    {
        using var output = new StringWriter();
        var screen = new Screen(
            output,
            TextWriter.Null,
            isTerminal: true,
            errorIsTerminal: false,
            colours: false,
            width,
            TimeProvider.System
        );
        EntryPrinter.Print(
            screen,
            Entry(
                """{"text":"Two aircraft will cross the line at 14:00Z, flight level 300, callsigns Bear 1 and Bear 2."}"""u8.ToArray()
            )
        );
        var lines = output.ToString().Split('\n');
        Assert.True(lines.Length > 4);
        Assert.All(lines.Skip(1), l => Assert.True(l.Length <= width, l));
    }

    [Fact]
    public void An_entry_is_shown_with_all_that_marks_it()
    {
        using var output = new StringWriter();
        var screen = new Screen(
            output,
            TextWriter.Null,
            isTerminal: false,
            errorIsTerminal: false,
            colours: false,
            100,
            TimeProvider.System
        );
        EntryPrinter.Print(screen, Entry("""{"text":"Stop\u202e now","corridor":{"a":1}}"""u8.ToArray()));
        Assert.Equal(
            """
            us/3  231405Z MAR 22  FLASH  EXERCISE  sealed
              message.sent, A. Smith (watch), re ru/7, to ru only
                Stop\u{202E} now
                corridor: {"a":1}

            """,
            output.ToString()
        );
    }

    private static EntryView Entry(byte[] body) =>
        new(
            EntryIdOf("us/3"),
            LineId.Parse("us-ru-abcdefghijklmnopqrstuvwxyz234567"),
            "message.sent",
            At,
            Mark.Exercise,
            Precedence.Flash,
            new Officer("watch", "A. Smith"),
            [EntryIdOf("ru/7")],
            [PartyId.Parse("ru")],
            "en",
            true,
            [PartyId.Parse("ru")],
            body,
            BodyState.Here,
            body.Length,
            4,
            At
        );

    private static EntryId EntryIdOf(string text) =>
        EntryId.TryParse(text, out var id) ? id : throw new FormatException(text);
}
