using System.Text;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>What heartbeats cost who hears them: a few a second, and of what was shown before nothing.</summary>
public sealed class HeartbeatCostTests
{
    private readonly LineNetwork net = Lines.Opened("us", "ru");
    private PartyId Us => net["us"].Id;

    private string NoteOf(string party, int copies = 1)
    {
        var note = net[party].Store.Feeds[net[party].Id].Newest!.Note;
        return Encoding.UTF8.GetString(
            new SignedNote(note.Text, [.. Enumerable.Repeat(note.Signatures[0], copies)]).Encode()
        );
    }

    // LINK-82, LOG-25
    [Fact]
    public void A_note_that_is_shown_again_is_not_verified_again_and_sixty_copies_of_one_line_are_one_verification()
    {
        var shown = new ShownNotes(net.Document);
        var notes = new Dictionary<string, string>
        {
            ["us"] = NoteOf("us", copies: 60),
            ["ru"] = NoteOf("ru"),
            ["nobody"] = NoteOf("us"),
            ["icrc"] = "no note",
        };
        var first = shown.Take(notes);
        Assert.Equal(["ru", "us"], first.Select(s => s.Author.Value).Order(StringComparer.Ordinal));
        Assert.Equal(0, shown.Verified); // not before it matters
        Assert.All(first, s => Assert.True(s.IsSigned));
        Assert.Single(first.Single(s => s.Author == Us).Checkpoint!.Note.LinesOf(net.Document.LogKey(Us))!);
        for (var i = 0; i < 100; i++)
            Assert.All(shown.Take(notes), s => Assert.True(s.IsSigned));
        Assert.Equal(2, shown.Verified);
        notes["us"] = NoteOf("us");
        Assert.All(shown.Take(notes), s => Assert.True(s.IsSigned));
        Assert.Equal(3, shown.Verified);
    }

    // LINK-82
    [Fact]
    public void A_note_under_another_feeds_name_shows_nothing()
    {
        var shown = new ShownNotes(net.Document);
        Assert.Empty(shown.Take(new Dictionary<string, string> { ["us"] = NoteOf("ru"), ["ru"] = NoteOf("us") }));
    }

    // LINK-82
    [Fact]
    public void More_heartbeats_than_a_few_a_second_are_answered_429_and_the_line_goes_on()
    {
        net.Run(TimeSpan.FromSeconds(20));
        var (ru, sent) = (new Author(net, "ru"), 0);
        net.Cut("us", "ru");
        var answers = new List<int>();
        for (var i = 0; i < 200; i++, sent++)
            answers.Add(net.Answer("ru", "us", ru.Heartbeat(), TimeSpan.FromMilliseconds(5)).Status);
        Assert.InRange(
            answers.Count(a => a == 200),
            LinkLimits.MaxHeartbeatsAtOnce,
            LinkLimits.MaxHeartbeatsAtOnce + 2 * LinkLimits.MaxHeartbeatsPerSecond
        );
        Assert.Equal(sent, answers.Count(a => a is 200 or 429));
        net.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(200, net.Answer("ru", "us", ru.Heartbeat(), TimeSpan.FromMilliseconds(5)).Status);
        net.Heal();
        net["ru"].Append(net.Message("and entries pass"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
    }
}
