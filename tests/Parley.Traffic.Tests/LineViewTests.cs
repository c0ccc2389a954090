using Parley.Record;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

public sealed class LineViewTests
{
    private readonly TestRecord record = new();

    [Fact] // TRAFFIC-1
    public void Whatever_order_entries_arrive_in_everybody_comes_to_the_same_view()
    {
        var kinds = AllFamilies.All.SelectMany(f => f.Table.Transitions.Select(t => t.Kind)).Distinct().ToList();
        for (var seed = 0; seed < 60; seed++)
        {
            var chance = new Random(seed);
            var three = new TestRecord("us", "ru", "ua");
            string[] parties = ["us", "ru", "ua"];
            var known = new List<EntryId>();
            for (var i = 0; i < 80; i++)
            {
                var from = parties[chance.Next(3)];
                // Not everybody has seen everything: what is left out is concurrent.
                var seen = three
                    .SeenBy(from)
                    .ToDictionary(s => s.Key, s => (ulong)Math.Max(1, (long)s.Value - chance.Next(4)));
                var candidates = known
                    .Where(id => id.Party.Value == from || seen.GetValueOrDefault(id.Party) > id.Seq)
                    .ToList();
                EntryId[] re =
                    candidates.Count == 0 || chance.Next(4) == 0 ? [] : [candidates[chance.Next(candidates.Count)]];
                three.Now += TimeSpan.FromMinutes(chance.Next(-30, 600));
                known.Add(three.Write(from, kinds[chance.Next(kinds.Count)], BodyOf(chance), re, seen));
            }
            var expected = Describe(three.View(), three.Now);
            for (var other = 0; other < 5; other++)
                Assert.Equal(expected, Describe(three.Shuffled(new Random(other)), three.Now));
        }
    }

    private static string BodyOf(Random chance) =>
        chance.Next(3) == 0
            ? "{}"
            : """{"concern":"c","what":"w","text":"t","scope":"line","level":"crisis","reason":"r","style":"automatic","communicator":"A","subject":"s","windows":[{"from":"2022-03-24T09:00:00Z","until":"2022-03-24T10:00:00Z"}],"place":{"name":"p"}}""";

    private static string Describe(LineView view, DateTimeOffset now) =>
        string.Join(
            '\n',
            view.Open(now)
                .Concat(view.RecentlySettled(now))
                .OrderBy(i => i.Id.ToString(), StringComparer.Ordinal)
                .Select(i =>
                    $"{i.Id} {i.Family.Name} {i.State} {i.Since:O} {string.Join(',', i.Applied.Select(a => a.Id))} / {string.Join(',', i.Flags.Select(f => $"{f.Entry} {f.Reason}"))} / {i.Ended?.Id} {string.Join(',', i.Replaced().Select(r => $"{r.Key}:{r.Value}").Order(StringComparer.Ordinal))}"
                )
                .Concat(
                    view.Waiting.Select(w =>
                            $"{w.Id} waits for {string.Join(',', w.WaitingFor.Select(p => p.Value).Order(StringComparer.Ordinal))}"
                        )
                        .Order(StringComparer.Ordinal)
                )
        );

    [Fact] // TRAFFIC-3
    public void An_illegal_step_from_a_peer_is_kept_flagged_and_of_no_effect()
    {
        var asked = record.Write("us", Kinds.ClarificationRequested, """{"concern":"build-up"}""");
        var illegal = record.Write("ru", Kinds.ClarificationClosed, null, asked);
        var view = record.View();
        Assert.Equal(ClarificationFamily.Open, view.ItemOf(asked, record.Now)!.State);
        Assert.Equal(illegal, Assert.Single(view.Flags).Entry);
    }

    [Fact] // TRAFFIC-4, TRAFFIC-14
    public void Kinds_that_are_not_known_wait_for_an_acknowledgement_like_any_other_and_change_nothing()
    {
        var unknown = record.Write("ru", "satellite.repositioned", "not json at all");
        var view = record.View();
        Assert.Empty(view.Flags);
        Assert.Contains(view.Waiting, w => w.Id == unknown);
    }

    [Theory] // TRAFFIC-4
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"concern":5}""")]
    [InlineData("""{"concern":null}""")]
    [InlineData("""{"concern":"   "}""")]
    [InlineData("""{"concern":"c","place":{"position":[1]}}""")]
    [InlineData("""{"concern":"c","place":{"position":[181,0]}}""")]
    public void A_body_of_another_shape_is_flagged_and_opens_nothing(string body)
    {
        record.Write("ru", Kinds.ClarificationRequested, body);
        Assert.Empty(record.View().Open(record.Now));
        Assert.Single(record.View().Flags);
    }

    [Fact] // TRAFFIC-7
    public void An_answer_that_arrives_before_what_it_answers_waits_for_it()
    {
        var three = new TestRecord("us", "ru", "ua");
        var call = three.Write("us", Kinds.CallRequested, "{}");
        three.Write("ru", Kinds.CallDeclined, null, call);
        var view = new LineView(three.Document);
        foreach (
            var (header, body) in three
                .Entries.OrderBy(e => e.Header.From == TestRecord.Us ? 1 : 0)
                .ThenBy(e => e.Header.Seq)
        )
            view.Fold(header, body);
        Assert.Equal(CallFamily.Declined, view.ItemOf(call, three.Now)!.State);
    }

    [Fact] // TRAFFIC-10, TRAFFIC-11
    public void The_five_facts_of_a_message_are_kept_apart()
    {
        var message = record.Write("us", Kinds.MessageSent, """{"text":"Incident at 14:05Z"}""");
        var view = record.View();
        Assert.Equal([TestRecord.Ru], view.ReceiptsOf(message)!.WaitingFor);
        foreach (
            var (kind, body) in new[]
            {
                (Kinds.MessageTranslated, """{"text":"Происшествие","status":"draft","machine":true}"""),
                (Kinds.MessagePassedOn, """{"echelon":"general staff"}"""),
            }
        )
        {
            record.Write("ru", kind, body, message);
            view.Fold(record.Entries[^1].Header, record.Entries[^1].Body);
        }
        var receipts = view.ReceiptsOf(message)!;
        Assert.Equal(
            (0, 1, 1, 0),
            (receipts.Read.Count, receipts.Translated.Count, receipts.PassedOn.Count, receipts.Answered.Count)
        );
        Assert.NotEmpty(receipts.WaitingFor); // neither of the two says that it was read
        record.Write("ru", Kinds.MessageAcknowledged, """{"note":"received is not agreed"}""", message);
        view.Fold(record.Entries[^1].Header, record.Entries[^1].Body);
        Assert.Equal("Officer of ru", Assert.Single(receipts.Read).By.Name);
        Assert.Empty(receipts.WaitingFor);
        Assert.DoesNotContain(view.Waiting, w => w.Id == message);
    }

    [Fact] // TRAFFIC-11
    public void Of_thousands_that_wait_each_is_found_and_leaves_as_it_is_acknowledged_in_any_order()
    {
        var sent = Enumerable
            .Range(0, 1000)
            .Select(i => record.Write("us", Kinds.MessageSent, $$"""{"text":"{{i}}"}"""))
            .ToList();
        sent.Add(record.Write("us", "weather.reported", "{}"));
        var view = record.View();
        Assert.Equal(sent.ToHashSet(), view.Waiting.Select(w => w.Id).ToHashSet());
        var order = sent.ToArray();
        new Random(7).Shuffle(order);
        var left = sent.ToHashSet();
        foreach (var message in order)
        {
            record.Write("ru", Kinds.MessageAcknowledged, null, message);
            view.Fold(record.Entries[^1].Header, record.Entries[^1].Body);
            left.Remove(message);
            Assert.Empty(view.ReceiptsOf(message)!.WaitingFor);
            Assert.Equal(left.Count, view.Waiting.Count);
        }
        Assert.Empty(view.Waiting);
    }

    [Fact] // TRAFFIC-12
    public void Precedence_says_when_an_acknowledgement_is_due_and_when_the_deputy_is_called()
    {
        var flash = record.Write("us", Kinds.MessageSent, """{"text":"now"}""", [], null, precedence: Precedence.Flash);
        var waiting = record.View().ReceiptsOf(flash)!;
        Assert.Equal(TestRecord.Noon.AddMinutes(5), Attention.Due(waiting, record.Document.Policy));
        Assert.Equal(TestRecord.Noon.AddMinutes(7), Attention.DeputyDue(waiting, record.Document.Policy));
        Assert.Equal(TestRecord.Noon.AddMinutes(5), record.View().NextDue(TestRecord.Noon));
    }

    [Theory] // TRAFFIC-5
    [InlineData("Ada", "ada", true)]
    [InlineData("Ada", "A\u200bda", true)]
    [InlineData("Ada", "\u202eAda ", true)]
    [InlineData("Ada", "\uff21da", true)]
    [InlineData("Ada Lovelace", "Ada\u00a0Lovelace", true)]
    [InlineData("Andr\u00e9", "Andre\u0301", true)]
    [InlineData("Андрей", "андре\u0438\u0306", true)]
    [InlineData("मनु", "मन", false)]
    [InlineData("Ada", "Ida", false)]
    public void A_second_officer_has_another_name_and_not_the_same_in_another_dress(
        string first,
        string second,
        bool same
    ) =>
        Assert.Equal(
            same,
            new Officer("watch", first, new Officer("watch", second)).LacksSecond("flash", LinePolicy.FirstFold)
                is not null
        );

    [Fact] // TRAFFIC-18
    public void What_an_author_wrote_on_a_line_that_it_knew_to_be_suspended_is_flagged_and_counts()
    {
        var two = new Officer("principal", "First", new Officer("principal", "Second"));
        var seenBefore = record.SeenBy("ru");
        record.Write("us", Kinds.LineSuspended, "{}", [], null, two);
        var unaware = record.Write("ru", Kinds.CallRequested, "{}", [], seenBefore);
        var aware = record.Write("ru", Kinds.CallRequested, "{}");
        record.Write("ru", Kinds.TestSent, """{"style":"automatic"}""");
        record.Write("us", Kinds.LineResumed, "{}", [], null, two);
        record.Write("ru", Kinds.CallRequested, "{}");
        var view = record.View();
        Assert.Equal(aware, Assert.Single(view.Flags).Entry);
        Assert.Equal(3, view.Open(record.Now).Count(i => i.Family is CallFamily));
        Assert.NotNull(view.ItemOf(unaware, record.Now));
    }

    [Fact] // TRAFFIC-18, TRAFFIC-1
    public void Who_wrote_in_spite_of_a_suspension_is_told_alike_whatever_arrived_first_however_often_the_line_was_suspended()
    {
        var two = new Officer("principal", "First", new Officer("principal", "Second"));
        var chance = new Random(1);
        var three = new TestRecord("us", "ru", "ua");
        for (var i = 0; i < 200; i++)
        {
            if (chance.Next(2) == 0)
                three.Write("us", chance.Next(2) == 0 ? Kinds.LineSuspended : Kinds.LineResumed, "{}", [], null, two);
            var author = chance.Next(2) == 0 ? "ru" : "ua";
            three.Write(
                author,
                Kinds.MessageSent,
                "{}",
                [],
                three
                    .SeenBy(author)
                    .ToDictionary(s => s.Key, s => (ulong)Math.Max(1, (long)s.Value - chance.Next(5) + chance.Next(2)))
            );
        }
        string Flagged(LineView view) =>
            string.Join(' ', view.Flags.Select(f => $"{f.Entry} {f.Reason}").Order(StringComparer.Ordinal));
        var expected = Flagged(three.View());
        Assert.Contains("its author knew", expected, StringComparison.Ordinal);
        for (var other = 0; other < 20; other++)
            Assert.Equal(expected, Flagged(three.Shuffled(new Random(other))));
    }

    [Fact] // TRAFFIC-13 (P8)
    public void An_edit_supersedes_and_only_by_its_author()
    {
        var message = record.Write("us", Kinds.MessageSent, """{"text":"14:05Z"}""");
        var (header, body) = record.Draft("ru", Kinds.MessageSuperseded, """{"text":"15:05Z"}""", [message]);
        Assert.Contains("only its author", record.View().Refuse(header, body), StringComparison.Ordinal);
        var edit = record.Write("us", Kinds.MessageSuperseded, """{"text":"14:15Z"}""", message);
        var view = record.View();
        Assert.Equal((edit, false), view.ReceiptsOf(message)!.Replaced);
        Assert.Equal([edit], view.Waiting.Where(w => w.From == TestRecord.Us).Select(w => w.Id)); // the earlier text waits for nobody
    }

    [Theory] // TRAFFIC-13
    [InlineData(Kinds.MessageSuperseded, """{"text":"all is well"}""", Precedence.Routine, true)]
    [InlineData(Kinds.MessageSuperseded, """{"text":"all is well"}""", Precedence.Flash, false)]
    [InlineData(Kinds.MessageCancelled, null, Precedence.Routine, true)]
    [InlineData(Kinds.MessageCancelled, null, Precedence.Flash, false)]
    [InlineData(Kinds.MessageCancelled, "not json", Precedence.Flash, true)]
    public void What_two_officers_sent_as_flash_is_not_taken_back_by_one_or_by_less(
        string kind,
        string? body,
        Precedence precedence,
        bool byTwo
    )
    {
        var (one, two) = (
            new Officer("planner", "First"),
            new Officer("watch", "First", new Officer("watch", "Second"))
        );
        var flash = record.Write("us", Kinds.MessageSent, """{"text":"under fire"}""", [], null, two, Precedence.Flash);
        record.Write("us", kind, body, [flash], null, byTwo ? two : one, precedence);
        var view = record.View();
        Assert.Equal(flash.Seq + 1, Assert.Single(view.Flags).Entry.Seq);
        Assert.Null(view.ReceiptsOf(flash)!.Replaced);
        Assert.Contains(view.Waiting, w => w.Id == flash); // its alarm stands
        var good = record.Write("us", Kinds.MessageCancelled, null, [flash], null, two, Precedence.Flash);
        Assert.Equal((good, true), record.View().ReceiptsOf(flash)!.Replaced);
    }

    [Fact] // TRAFFIC-13
    public void A_notice_is_cancelled_by_as_many_and_as_urgently_as_its_newest_text_whatever_the_cancellation_names()
    {
        var two = new Officer("watch", "First", new Officer("watch", "Second"));
        var notice = record.Write("us", Kinds.NoticeActivity, """{"what":"drill"}""");
        record.Write("us", Kinds.NoticeUpdated, """{"what":"live fire"}""", [notice], null, two, Precedence.Flash);
        var read = record.Write("ru", Kinds.NoticeReadBack, """{"place":{"name":"Novosilky"}}""", notice);
        record.Write("us", Kinds.NoticeCancelled, null, read);
        record.Write("us", Kinds.NoticeCancelled, null, notice);
        Assert.Equal(2, record.View().Flags.Count);
        Assert.Equal(NoticeFamily.InForce, record.View().ItemOf(notice, record.Now)!.State);
        record.Write("us", Kinds.NoticeCancelled, null, [notice], null, two, Precedence.Flash);
        Assert.Equal(NoticeFamily.Cancelled, record.View().ItemOf(notice, record.Now)!.State);
    }

    [Fact] // TRAFFIC-13, TRAFFIC-3
    public void An_update_that_is_flagged_takes_no_entry_s_place_and_a_receipt_that_cannot_be_read_is_none()
    {
        var notice = record.Write("us", Kinds.NoticeActivity, """{"what":"drill"}""");
        record.Write("us", Kinds.NoticeUpdated, """{"what":7}""", notice);
        record.Write("ru", Kinds.MessageAcknowledged, "[]", notice);
        Assert.Null(record.View().ReceiptsOf(notice)!.Replaced);
        Assert.Contains(record.View().Waiting, w => w.Id == notice);
    }

    [Fact] // TRAFFIC-6
    public void Memory_follows_from_what_is_open_and_not_from_what_is_past()
    {
        for (var i = 0; i < LineView.MaxSettled + 500; i++)
        {
            var call = record.Write("us", Kinds.CallRequested, "{}");
            record.Write("ru", Kinds.CallDeclined, null, call);
        }
        var view = record.View();
        Assert.Equal(LineView.MaxSettled, view.RecentlySettled(record.Now).Count);
        Assert.Empty(view.Open(record.Now));
        Assert.Null(view.ItemOf(new EntryId(TestRecord.Us, 1), record.Now));
    }

    [Theory] // R1
    [InlineData(30, LineTestFamily.Answered)]
    [InlineData(90, LineTestFamily.Late)]
    [InlineData(4000, LineTestFamily.Late)]
    public void A_line_test_is_answered_or_late(int seconds, string outcome)
    {
        var test = record.Write("us", Kinds.TestSent, """{"style":"automatic"}""");
        record.Now += TimeSpan.FromSeconds(seconds);
        record.Write("ru", Kinds.TestAnswered, null, test);
        Assert.Equal(outcome, record.View().ItemOf(test, record.Now)!.State);
    }

    [Theory] // TRAFFIC-19, R2
    [InlineData(null, "Seven grey herons", null, true)]
    [InlineData(null, " seven  grey\u200b Herons ", null, true)]
    [InlineData(null, "Seven grey geese", null, false)]
    [InlineData(null, "Sieben graue Reiher", "de", false)] // it did not ask for another language
    [InlineData("en", "Sieben graue Reiher", "de", true)]
    [InlineData("en", "Seven grey geese", "en-GB", false)]
    [InlineData("en", "Seven grey geese", null, false)]
    [InlineData("en", "  ", "de", false)]
    [InlineData("en", null, "de", false)]
    public void A_staffed_test_is_answered_by_the_words_sent_or_in_the_other_language_where_it_asks_for_that(
        string? asked,
        string? echo,
        string? lang,
        bool answered
    )
    {
        record.Lang = asked;
        var test = record.Write("us", Kinds.TestSent, """{"style":"staffed","text":"Seven grey herons"}""");
        record.Lang = lang;
        var answer = record.Write("ru", Kinds.TestAnswered, echo is null ? null : $$"""{"text":"{{echo}}"}""", test);
        var item = record.View().ItemOf(test, record.Now)!;
        Assert.Equal(answered ? LineTestFamily.Answered : LineTestFamily.Sent, item.State);
        Assert.Equal(answered ? null : answer, LineTestFamily.Misheard(item, TestRecord.Us));
    }

    [Fact] // TRAFFIC-42, R12
    public void A_notice_that_is_changed_late_is_late_and_one_that_is_only_worded_anew_is_not()
    {
        var notice = record.Write(
            "us",
            Kinds.NoticeGiven,
            """{"template":"launch","what":"launch","from":"2022-03-26T00:00:00Z","until":"2022-03-26T06:00:00Z"}"""
        );
        TimeSpan? Late() => NoticeFamily.Lateness(record.View().ItemOf(notice, record.Now)!);
        Assert.Null(Late());
        record.Now = new DateTimeOffset(2022, 3, 25, 12, 0, 0, TimeSpan.Zero);
        record.Write(
            "us",
            Kinds.NoticeUpdated,
            """{"what":"a launch","from":"2022-03-26T00:00:00Z","until":"2022-03-26T06:00:00Z"}""",
            notice
        );
        Assert.Null(Late());
        record.Write(
            "us",
            Kinds.NoticeUpdated,
            """{"what":"a launch","from":"2022-03-25T18:00:00Z","until":"2022-03-26T06:00:00Z"}""",
            notice
        );
        Assert.Equal(TimeSpan.FromHours(18), Late());
    }

    [Fact] // TRAFFIC-42, TRAFFIC-13
    public void A_read_back_of_an_earlier_text_is_none_of_the_newer()
    {
        var notice = record.Write("us", Kinds.NoticeActivity, """{"what":"drill","place":{"position":[30.0,50.0]}}""");
        double? Distance() => NoticeFamily.ReadBackDistance(record.View().ItemOf(notice, record.Now)!);
        record.Write("ru", Kinds.NoticeReadBack, """{"place":{"position":[30.0,50.0]}}""", notice);
        Assert.Equal(0, Distance());
        var seen = record.SeenBy("ru");
        record.Write("us", Kinds.NoticeUpdated, """{"what":"drill","place":{"position":[31.0,50.0]}}""", notice);
        record.Write("ru", Kinds.NoticeReadBack, """{"place":{"position":[30.0,50.0]}}""", [notice], seen); // it crossed the update
        Assert.Null(Distance());
        record.Write("ru", Kinds.NoticeReadBack, """{"place":{"position":[31.0,50.0]}}""", notice);
        Assert.Equal(0, Distance());
    }

    [Fact]
    public void What_was_written_later_is_passed_over_and_hides_nothing_after_it()
    {
        var three = new TestRecord("us", "ru", "ua");
        var first = three.Write("us", Kinds.CallRequested, "{}");
        var later = three.Write("us", Kinds.CallRequested, "{}");
        three.Write("ru", Kinds.CallDeclined, null, first, later);
        var view = new LineView(three.Document);
        foreach (
            var (header, body) in three
                .Entries.OrderBy(e => e.Header.From == TestRecord.Us ? 1 : 0)
                .ThenBy(e => e.Header.Seq)
        ) // the answer waits for both
        {
            if (header.Id == later)
                view.Skip(header);
            else
                view.Fold(header, body);
        }
        Assert.Equal(CallFamily.Declined, view.ItemOf(first, three.Now)!.State);
        Assert.Null(view.ItemOf(later, three.Now));
    }

    [Fact] // R13
    public void A_place_read_back_more_than_a_kilometre_off_shows()
    {
        var notice = record.Write(
            "us",
            Kinds.NoticeActivity,
            """{"what":"drill","place":{"name":"Novosilky","position":[30.0,50.0]}}"""
        );
        record.Write("ru", Kinds.NoticeReadBack, """{"place":{"name":"Novosilky","position":[30.02,50.0]}}""", notice);
        Assert.InRange(NoticeFamily.ReadBackDistance(record.View().ItemOf(notice, record.Now)!)!.Value, 1_400, 1_450);
    }

    [Fact] // R12
    public void A_notice_that_comes_too_late_for_its_template_says_by_how_much()
    {
        var notice = record.Write(
            "us",
            Kinds.NoticeGiven,
            """{"template":"launch","what":"launch","from":"2022-03-24T00:00:00Z","until":"2022-03-24T06:00:00Z"}"""
        );
        Assert.Equal(TimeSpan.FromHours(12), NoticeFamily.Lateness(record.View().ItemOf(notice, record.Now)!));
        record.Now = new DateTimeOffset(2022, 3, 24, 6, 0, 0, TimeSpan.Zero);
        Assert.Equal(NoticeFamily.Ended, record.View().ItemOf(notice, record.Now)!.State);
    }

    [Fact] // TRAFFIC-19, TRAFFIC-102
    public void An_echo_in_another_form_of_the_same_letters_is_the_echo_where_the_line_s_rules_say_so()
    {
        foreach (var (fold, state) in ((int, string)[])[(1, LineTestFamily.Sent), (2, LineTestFamily.Answered)])
        {
            var line = new TestRecord(LinePolicy.Default with { Fold = fold });
            var test = line.Write("us", Kinds.TestSent, """{"style":"staffed","text":"Köln an der Ruhr"}""");
            line.Write("ru", Kinds.TestAnswered, """{"text":"ko\u0308ln an der ruhr"}""", test);
            Assert.Equal(state, line.View().ItemOf(test, line.Now)!.State);
        }
    }

    [Fact] // TRAFFIC-103
    public void One_officer_in_two_spellings_of_any_script_is_no_second_of_our_own_on_any_line_and_of_a_peer_s_by_the_line_s_rules()
    {
        var one = new Officer("principal", "Nguyễn Văn A", new Officer("principal", "Nguye\u0302\u0303n Va\u0306n A"));
        foreach (var (fold, flags) in ((int, int)[])[(1, 0), (2, 1)])
        {
            var line = new TestRecord(LinePolicy.Default with { Fold = fold });
            line.Write("ru", Kinds.LineSuspended, null, [], null, one);
            Assert.Equal(flags, line.View().FlagCount);
            var (draft, body) = line.Draft("us", Kinds.LineSuspended, null, [], by: one);
            Assert.Contains("two officers", line.View().Refuse(draft, body), StringComparison.Ordinal);
            line.Write(
                "us",
                Kinds.WatchOffered,
                """{"communicator":"B"}""",
                [],
                null,
                new Officer("watch", "Nguyễn Văn A")
            );
        }
    }
}
