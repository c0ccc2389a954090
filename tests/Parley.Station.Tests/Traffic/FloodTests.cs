using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;
using Parley.Station.Traffic;
using Parley.Testing;
using Parley.Traffic;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>What one party may legally write, much of it or far off, against what a station must go on doing: ring,
/// answer, stop and start.</summary>
public sealed class FloodTests
{
    private static readonly DateTimeOffset End = new(9999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero);

    /// <summary>A record of an older version may hold all of these already: on lines of both folds it opens, rings and
    /// stops.</summary>
    [Theory] // TRAFFIC-81, TRAFFIC-82, TRAFFIC-83
    [InlineData(1), InlineData(2)]
    public async Task A_record_that_holds_the_worst_that_a_party_may_write_opens_rings_and_stops_cleanly(int fold)
    {
        await using var line = LiveLine.Make("us", "(ru)").OfFold(fold);
        await line.OpenAsync("us");
        var us = line["us"];
        var (status, movement) = await us.PostAsync(
            $"lines/{line.Id}/entries",
            new
            {
                kind = "movement.submitted",
                body = new
                {
                    purpose = "food",
                    liveContact = "radio 5",
                    armedEscort = false,
                },
                by = new { seat = "watch", name = "Ada" },
            }
        );
        Assert.True(status == 201, movement.ToString());
        var ours = EntryId.TryParse(movement.GetProperty("id").GetString()!, out var id) ? id : default;
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        feed.At = End;
        foreach (
            var kind in new[]
            {
                "message.sent",
                "call.requested",
                "clarification.requested",
                "test.sent",
                "watch.taken",
                "notice.given",
                "accident.reported",
                "area.declared",
                "movement.submitted",
                "blind.proposed",
                "condition.raised",
            }
        )
            feed.WriteEntry(kind, "{}");
        feed.At = null;
        for (var i = 0; i < LineView.MaxEntriesOfItem; i++)
            feed.WriteEntry("movement.objected", """{"reason":"r"}""", ours);
        feed.Precedence = Precedence.Flash;
        feed.AnswersTheUnseen = true;
        var blind = $"ru/{feed.Size}";
        feed.WriteEntry("message.sent", """{"text":"t"}""", new EntryId(ours.Party, 900_000));
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);

        for (var run = 0; run < 2; run++)
        {
            await RingsAsync(us, blind);
            Assert.Equal(200, (await us.GetAsync($"lines/{line.Id}/traffic")).Status);
            Assert.True(await us.IsReadyAsync());
            await us.StopAsync();
            await us.StartAsync();
        }
        // Our own movement is still ours to go on with, at most as urgent as it gets.
        foreach (
            var (kind, body) in new (string, object?)[]
            {
                ("movement.departed", null),
                ("movement.under_fire", new { what = "mortar" }),
                ("movement.cancelled", null),
            }
        )
        {
            var (taken, said) = await us.PostAsync(
                $"lines/{line.Id}/entries",
                new
                {
                    kind,
                    body,
                    re = new[] { ours.ToString() },
                    precedence = "flash",
                    by = new { seat = "watch", name = "Ada" },
                }
            );
            Assert.True(taken == 201, $"{kind}: {said}");
        }
        var (answered, refused) = await us.PostAsync(
            $"lines/{line.Id}/entries",
            Act.Of("call.requested", new { by = new { seat = "watch", name = "Ada" }, topic = "flights" })
        );
        Assert.True(answered == 201, refused.ToString());
    }

    private static async Task RingsAsync(LiveStation station, string entry)
    {
        await station.UntilAsync(
            async () =>
                (await station.GetAsync("alarms"))
                    .Json.EnumerateArray()
                    .Any(a => a.TryGetProperty("entry", out var of) && of.GetString() == entry),
            $"{entry} rings"
        );
    }

    [Fact] // TRAFFIC-84
    public void A_flood_of_old_and_urgent_entries_keeps_no_other_party_s_alarm_from_ringing()
    {
        PartyId us = PartyId.Parse("us"),
            ru = PartyId.Parse("ru"),
            un = PartyId.Parse("un");
        var document = LiveLine.DocumentFor([
            .. new[] { "us", "ru", "un" }.Select(p => Testing.Lines.LineParty.Named(p).Card(dialable: true)),
        ]);
        var view = new LineView(document);
        var now = TimeProvider.System.GetUtcNow();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        var sizes = new Dictionary<PartyId, ulong>();
        EntryId Write(PartyId from, string kind, DateTimeOffset dated, Precedence precedence)
        {
            var header = new EntryHeader
            {
                Line = document.Id,
                From = from,
                Seq = sizes.GetValueOrDefault(from),
                At = dated,
                Kind = kind,
                Mark = Mark.Actual,
                Precedence = precedence,
                By = new Officer("watch", "A"),
            };
            sizes[from] = header.Seq + 1;
            view.Fold(header, null);
            return header.Id;
        }
        for (var i = 0; i < 3 * AlarmBoard.MaxPerLine; i++)
            Write(ru, Kinds.MessageSent, new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), Precedence.Flash);
        var flash = Write(un, Kinds.MessageSent, at, Precedence.Flash);
        var immediate = Write(un, Kinds.MessageSent, at, Precedence.Immediate);
        var own = Write(us, Kinds.MessageSent, at - TimeSpan.FromDays(2), Precedence.Routine);
        var mistakes = new List<Exception>();
        var causes = AlarmCauses.Of(document, us, Picture(document, view), now, null, mistakes.Add);
        foreach (var entry in new[] { flash, immediate, own })
            Assert.Contains(causes, c => c.Entry == entry);
        Assert.Empty(mistakes);
        Assert.True(causes.Count <= AlarmBoard.MaxPerLine);
        // Of the flood the first stand, in the order of the feed, which no clock of its author's decides.
        Assert.Equal(
            Enumerable.Range(0, AlarmBoard.ShareOf(3)).Select(i => (ulong)i),
            causes.Where(c => c.Author == ru).Select(c => c.Order).Order()
        );
    }

    /// <summary>A view of which nothing is folded into the books beside it.</summary>
    private static LinePicture Picture(LineDocument document, LineView view) =>
        new(
            view,
            new TestBook(document.Parties),
            new WatchBook(),
            new ConflictBook(document.Policy, document.Parties.Count())
        )
        {
            Usage = new UsageBook(document.Policy),
        };

    [Fact] // TRAFFIC-87, TRAFFIC-88
    public void A_flood_dated_to_the_past_alarms_no_deputy_on_arrival_one_dated_to_the_end_of_time_does_in_its_turn_and_none_goes_before_what_rang_earlier()
    {
        PartyId us = PartyId.Parse("us"),
            ru = PartyId.Parse("ru");
        var document = LiveLine.DocumentFor([
            .. new[] { "us", "ru", "un" }.Select(p => Testing.Lines.LineParty.Named(p).Card(dialable: true)),
        ]);
        var view = new LineView(document);
        var now = new DateTimeOffset(2022, 3, 23, 12, 0, 0, TimeSpan.Zero);
        EntryId Write(PartyId from, ulong seq, DateTimeOffset dated)
        {
            var header = new EntryHeader
            {
                Line = document.Id,
                From = from,
                Seq = seq,
                At = dated,
                Kind = Kinds.MessageSent,
                Mark = Mark.Actual,
                Precedence = Precedence.Flash,
                By = new Officer("watch", "A"),
            };
            view.Fold(header, null, now);
            return header.Id;
        }
        var honest = Write(PartyId.Parse("un"), 0, now);
        var old = Write(ru, 0, new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var far = Write(ru, 1, End);
        Assert.Equal(AlarmLevel.Arrived, LevelOf(old, now));
        Assert.Equal(AlarmLevel.Arrived, LevelOf(far, now));
        var late = now.AddSeconds(document.Policy.ClockFlag).Plus(document.Policy.AcknowledgeWithin(Precedence.Flash));
        foreach (var entry in new[] { honest, old, far })
            Assert.Equal(AlarmLevel.Due, LevelOf(entry, late));
        foreach (var entry in new[] { honest, old, far })
            Assert.Equal(AlarmLevel.Deputy, LevelOf(entry, late.AddSeconds(document.Policy.Deputy)));

        // Nothing is acknowledged here, so nothing is stored.
        var board = new AlarmBoard(null!, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        board.Put(document.Id, [.. Causes(now).Where(c => c.Entry == honest)], now, null);
        board.Put(document.Id, Causes(now), now.AddSeconds(1), null);
        Assert.Equal([honest, old, far], board.Standing(document.Id, quiet: false).Select(a => a.Entry!.Value));

        IReadOnlyList<AlarmCause> Causes(DateTimeOffset at) =>
            AlarmCauses.Of(document, us, Picture(document, view), at, null, e => Assert.Fail(e.ToString()));
        AlarmLevel LevelOf(EntryId entry, DateTimeOffset at) => Assert.Single(Causes(at), c => c.Entry == entry).Level;
    }

    [Fact] // TRAFFIC-85
    public async Task What_is_open_comes_in_pages_that_are_bounded_and_each_item_whole_at_its_own_address()
    {
        const int items = 60,
            text = 39_000;
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        var body = JsonSerializer.Serialize(new { concern = new string('x', text), type = "other" });
        for (var i = 0; i < items; i++)
            feed.WriteEntry("clarification.requested", body);
        for (var from = 0; from < (int)feed.Size; from += 20)
            Assert.Equal(
                200,
                (await ru.PostAsync(feed.Path, feed.Push(from, Math.Min((int)feed.Size, from + 20)))).Status
            );
        await us.UntilAsync(
            async () =>
                (await us.GetAsync($"lines/{line.Id}/traffic?limit=1")).Json.GetProperty("openCount").GetInt32()
                == items,
            "all are open"
        );

        var seen = new List<string>();
        string? after = null;
        do
        {
            var (status, page) = await us.GetAsync(
                $"lines/{line.Id}/traffic?limit=7{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}"
            );
            Assert.Equal(200, status);
            Assert.True(Encoding.UTF8.GetByteCount(page.GetProperty("open").ToString()) < 7 * (text / 4));
            foreach (var item in page.GetProperty("open").EnumerateArray())
            {
                Assert.True(item.GetProperty("cut").GetBoolean());
                seen.Add(item.GetProperty("entry").GetString()!);
            }
            after = page.GetProperty("next").GetString();
        } while (after is not null);
        Assert.Equal(
            Enumerable.Range(1, items).Select(i => $"ru/{i}").Order(StringComparer.Ordinal),
            seen.Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            text,
            (await us.GetAsync($"lines/{line.Id}/items/ru/1")).Json.GetProperty("concern").GetString()!.Length
        );
        foreach (var wrong in new[] { "limit=0", "limit=1001", "after=x", "after=1", $"after={new string('9', 500)}" })
            Assert.Equal(400, (await us.GetAsync($"lines/{line.Id}/traffic?{wrong}")).Status);
    }
}
