using System.Text;
using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests.Agreements;

public sealed class AgreementTests
{
    private static readonly Officer Two = new("principal", "First", new Officer("principal", "Second"));
    private static readonly DateTimeOffset Noon = TestRecord.Noon;
    private TestRecord record = new("us", "ru", "ua", "osce");

    private static JsonObject Sample(
        string clause = "No fire.",
        DateTimeOffset? start = null,
        DateTimeOffset? ends = null
    ) =>
        new()
        {
            ["title"] = "Ceasefire at the river",
            ["signatories"] = new JsonArray(
                Signatory("us", "party"),
                Signatory("ru", "party"),
                Signatory("osce", "guarantor")
            ),
            ["clauses"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = "1",
                    ["kind"] = "prohibited act",
                    ["text"] = clause,
                }
            ),
            ["maps"] = new JsonArray(new JsonObject { ["id"] = "m1", ["hash"] = $"sha256:{new string('a', 64)}" }),
            ["areas"] = new JsonArray(new JsonObject { ["name"] = "River", ["map"] = "m1" }),
            ["annexes"] = new JsonArray(new JsonObject { ["id"] = "A", ["hash"] = $"sha256:{new string('b', 64)}" }),
            ["start"] = Time(start ?? Noon.AddHours(6)),
            ["ends"] = Time(ends ?? Noon.AddDays(30)),
            ["noticeDays"] = 3,
            ["countingRule"] = new JsonObject { ["name"] = "r", ["unit"] = "discharge" },
        };

    private static JsonObject Signatory(string party, string capacity) =>
        new() { ["party"] = party, ["capacity"] = capacity };

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ssZ", null);

    private EntryId Table(JsonObject? text = null, string from = "us") =>
        record.Write(from, Kinds.AgreementTabled, (text ?? Sample()).ToJsonString());

    private EntryId Counter(string from, EntryId agreement, JsonObject text) =>
        record.Write(from, Kinds.AgreementCountered, text.ToJsonString(), agreement);

    private EntryId Open(EntryId agreement, string from = "us") =>
        record.Write(from, Kinds.AgreementOpened, $$"""{"hash":"{{HashOf(agreement)}}"}""", agreement);

    private EntryId Sign(
        string from,
        EntryId agreement,
        string capacity = "party",
        string? hash = null,
        string more = "",
        Officer? by = null
    ) =>
        record.Write(
            from,
            Kinds.AgreementSigned,
            $$"""{"hash":"{{hash ?? HashOf(agreement)}}","capacity":"{{capacity}}"{{more}}}""",
            [agreement],
            null,
            by ?? Two
        );

    private EntryId Act(string from, string kind, EntryId agreement, string json = "{}") =>
        record.Write(from, kind, json, [agreement], null, Two);

    private Item Of(EntryId entry) => record.View().ItemOf(entry, record.Now)!;

    private string HashOf(EntryId agreement) => AgreementFamily.Newest(Of(agreement))!.Hash;

    private AgreementStanding Standing(EntryId agreement, DateTimeOffset? at = null, params EntryId[] unsealed) =>
        AgreementStanding.Of(Of(agreement), at ?? record.Now, entry => !unsealed.Contains(entry.Id));

    private string? Reason() => record.View().Flags.LastOrDefault()?.Reason;

    private EntryId InForce(JsonObject? text = null)
    {
        var agreement = Table(text);
        Open(agreement);
        Sign("us", agreement);
        Sign("ru", agreement);
        return agreement;
    }

    [Fact] // CEASEFIRE-6, CEASEFIRE-7
    public void It_is_in_force_from_the_stated_instant_once_every_party_has_signed_one_hash()
    {
        var agreement = Table();
        Assert.Equal(AgreementStanding.Tabled, Standing(agreement).State);
        Open(agreement);
        Assert.Equal(AgreementStanding.Open, Standing(agreement).State);
        Sign("us", agreement);
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement).State);
        Sign("osce", agreement, "guarantor");
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement).State);
        Sign("ru", agreement);
        Assert.Equal(
            (AgreementStanding.PartlySigned, "start"),
            (Standing(agreement).State, Standing(agreement).WaitsFor)
        );
        Assert.Equal(Noon.AddHours(6), Standing(agreement).InForceFrom);
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement, Noon.AddHours(6).AddTicks(-1)).State);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement, Noon.AddHours(6)).State);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement, Noon.AddDays(30).AddTicks(-1)).State);
        Assert.Equal(AgreementStanding.Ended, Standing(agreement, Noon.AddDays(30)).State);
        Assert.Empty(record.View().Flags);
    }

    [Fact] // CEASEFIRE-7
    public void It_is_nowhere_in_force_before_the_last_signature_is_sealed()
    {
        var agreement = Table();
        Open(agreement);
        Sign("us", agreement);
        var last = Sign("ru", agreement);
        var later = Noon.AddDays(1);
        Assert.Equal(AgreementFamily.Signed, Of(agreement).State);
        Assert.Equal(
            (AgreementStanding.PartlySigned, "sealing"),
            (Standing(agreement, later, last).State, Standing(agreement, later, last).WaitsFor)
        );
        Assert.Equal(AgreementStanding.InForce, Standing(agreement, later).State);
    }

    [Fact] // CEASEFIRE-7
    public void Signed_after_its_start_it_is_in_force_from_the_last_signature()
    {
        var agreement = Table(Sample(start: Noon.AddHours(-1)));
        Open(agreement);
        Sign("us", agreement);
        record.Now = Noon.AddHours(2);
        Sign("ru", agreement);
        Assert.Equal(Noon.AddHours(2), Standing(agreement).InForceFrom);
    }

    [Fact] // CEASEFIRE-6
    public void No_guarantor_or_witness_brings_it_into_force_and_none_is_needed()
    {
        var agreement = Table(Sample(start: Noon));
        Open(agreement);
        Sign("osce", agreement, "guarantor");
        Sign("us", agreement);
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement).State);
        Sign("ru", agreement);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement).State);
    }

    [Fact] // CEASEFIRE-2, CEASEFIRE-3, CEASEFIRE-14
    public void A_changed_byte_of_a_map_is_another_text_and_no_signature_is_on_it()
    {
        var agreement = Table(Sample(start: Noon));
        Open(agreement);
        var old = HashOf(agreement);
        Sign("us", agreement);
        var text = Sample(start: Noon);
        text["maps"]![0]!["hash"] = $"sha256:{new string('a', 63)}b";
        Counter("ru", agreement, text);
        Assert.NotEqual(old, HashOf(agreement));
        Open(agreement, "ru");
        Assert.Equal(["not on this text", "waiting", "waiting"], Standing(agreement).Signatories.Select(s => s.State));
        Sign("ru", agreement, hash: old);
        Assert.Contains("not on this text", Reason(), StringComparison.Ordinal);
        Sign("ru", agreement, hash: $"sha256:{new string('0', 64)}");
        Assert.Contains("not on this text", Reason(), StringComparison.Ordinal);
        Sign("ru", agreement);
        Sign("us", agreement);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement).State);
        Assert.Equal(2, AgreementVersion.AllOf(Of(agreement)).Count);
        Assert.Contains(AgreementVersion.AllOf(Of(agreement)), v => v.Hash == old);
    }

    [Theory] // CEASEFIRE-2
    [InlineData("title", "\"Another\"")]
    [InlineData("clauses", """[{"id":"1","kind":"prohibited act","text":"No fire!"}]""")]
    [InlineData("languages", """[{"lang":"en","authoritative":true}]""")]
    [InlineData("annexes", "[]")]
    [InlineData("countingRule", """{"name":"r","unit":"discharge","exclude":["flare"]}""")]
    [InlineData("unknownToThisProgram", "1")]
    public void Whatever_is_another_makes_another_hash(string member, string json)
    {
        var text = Sample();
        var before = Hash(text);
        text[member] = JsonNode.Parse(json);
        Assert.NotEqual(before, Hash(text));

        static string Hash(JsonObject text) =>
            AgreementVersion.HashOf(Encoding.UTF8.GetBytes(text.ToJsonString())).Required();
    }

    [Fact] // CEASEFIRE-2
    public void How_the_text_was_written_down_makes_no_other_hash() =>
        Assert.Equal(
            AgreementVersion.HashOf(Encoding.UTF8.GetBytes("""{"title":"T","noticeDays":3}""")).Required(),
            AgreementVersion
                .HashOf(Encoding.UTF8.GetBytes("{ \"noticeDays\" : 3.0,\n \"title\":\"\\u0054\" }"))
                .Required()
        );

    [Fact] // CEASEFIRE-9
    public void One_officer_signs_nothing()
    {
        var agreement = Table();
        Open(agreement);
        Sign("us", agreement, by: new Officer("principal", "First"));
        Assert.Contains("two officers", Reason(), StringComparison.Ordinal);
        Sign("us", agreement, by: new Officer("principal", "First", new Officer("watch", "first")));
        Assert.Contains("two officers", Reason(), StringComparison.Ordinal);
        Assert.Equal(AgreementStanding.Open, Standing(agreement).State);
    }

    [Fact] // CEASEFIRE-3
    public void A_signature_in_a_capacity_that_the_text_does_not_give_is_flagged()
    {
        var agreement = Table();
        Open(agreement);
        Sign("osce", agreement);
        Assert.Contains("the capacity guarantor, not party", Reason(), StringComparison.Ordinal);
        Sign("ua", agreement);
        Assert.Contains("gives ua a capacity", Reason(), StringComparison.Ordinal);
        Sign("us", agreement, more: ""","scope":"B" """);
        Assert.Contains("no annex B", Reason(), StringComparison.Ordinal);
    }

    [Fact] // CEASEFIRE-6
    public void A_signature_on_an_annex_is_none_on_the_whole()
    {
        var agreement = Table(Sample(start: Noon));
        Open(agreement);
        Sign("us", agreement);
        Sign("ru", agreement, more: ""","scope":"A" """);
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement).State);
        Sign("ru", agreement);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement).State);
    }

    [Fact] // CEASEFIRE-3
    public void Nothing_is_signed_after_its_end()
    {
        var agreement = Table(Sample(ends: Noon.AddHours(7)));
        Open(agreement);
        Sign("us", agreement);
        record.Now = Noon.AddHours(7);
        Sign("ru", agreement);
        Assert.Contains("settled: ended", Reason(), StringComparison.Ordinal);
        Assert.Equal(AgreementStanding.Ended, Standing(agreement).State);
    }

    [Theory] // CEASEFIRE-4
    [InlineData("ends", "\"2022-03-20T00:00:00Z\"", "ends is before start")]
    [InlineData("maps", "[]", "areas: map m1 of River is none of its maps")]
    [InlineData("maps", """[{"id":"m1"}]""", "hash is missing")]
    [InlineData("noExpiry", "true", "noExpiry says that it has no end, and ends states one")]
    [InlineData("signatories", """[{"party":"us","capacity":"king"}]""", "capacity is")]
    [InlineData("annexes", """[{"id":"whole","hash":"sha256:H"}]""", "hash")]
    [InlineData("countingRule", """{"unit":"incident"}""", "gap")]
    public void A_text_that_contradicts_itself_is_flagged(string member, string json, string why)
    {
        var text = Sample();
        text[member] = JsonNode.Parse(json);
        var agreement = Table(text);
        Assert.Contains(why, Reason(), StringComparison.Ordinal);
        Assert.Equal("unreadable", Of(agreement).State);
    }

    [Fact] // CEASEFIRE-4
    public void What_is_missing_is_warned_about_and_forbids_nothing()
    {
        Assert.True(
            TrafficBodies.ReadOwn(Kinds.AgreementTabled, """{"title":"Stop"}"""u8.ToArray()).TryGet(out var bare, out _)
        );
        var missing = AgreementForm.Missing((AgreementText)bare);
        Assert.Contains(missing, m => m.Contains("no end", StringComparison.Ordinal));
        Assert.Contains(missing, m => m.Contains("counting rule", StringComparison.Ordinal));
        Assert.Contains(missing, m => m.Contains("guarantor", StringComparison.Ordinal));
        record.Write("us", Kinds.AgreementTabled, """{"title":"Stop"}""");
        Assert.Empty(record.View().Flags);
    }

    [Fact] // CEASEFIRE-5
    public void Two_texts_are_compared_clause_by_clause()
    {
        var agreement = Table();
        var text = Sample("No fire at all.");
        ((JsonArray)text["clauses"]!).Add(
            new JsonObject
            {
                ["id"] = "2",
                ["kind"] = "exception",
                ["text"] = "Demining.",
            }
        );
        text.Remove("noticeDays");
        Counter("ru", agreement, text);
        var versions = AgreementVersion.AllOf(Of(agreement));
        Assert.Equal(
            ["clause 1 changed", "clause 2 added", "noticeDays removed"],
            AgreementForm.Between(versions[0].Text, versions[1].Text).Select(d => $"{d.Where} {d.Change}")
        );
        Assert.Empty(AgreementForm.Between(versions[0].Text, versions[0].Text));
    }

    [Fact] // CEASEFIRE-8
    public void A_conditional_signature_counts_once_the_third_party_itself_consented()
    {
        var agreement = Table(Sample(start: Noon));
        Open(agreement);
        Sign("us", agreement);
        Sign("ru", agreement, more: ""","conditionalOn":["ua"]""");
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement).State);
        Assert.Equal("conditional", Standing(agreement).Signatories.Single(s => s.Party.Value == "ru").State);
        Act("us", Kinds.AgreementConsented, agreement, $$"""{"hash":"{{HashOf(agreement)}}","note":"ua agrees"}""");
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement).State);
        record.Now = Noon.AddHours(1);
        var consent = Act("ua", Kinds.AgreementConsented, agreement, $$"""{"hash":"{{HashOf(agreement)}}"}""");
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement, null, consent).State);
        Assert.Equal(
            (AgreementStanding.InForce, Noon.AddHours(1)),
            (Standing(agreement).State, Standing(agreement).InForceFrom!.Value)
        );
    }

    [Fact] // CEASEFIRE-10
    public void A_party_that_declines_says_why_and_a_guarantor_that_does_stops_nothing()
    {
        var agreement = Table();
        Open(agreement);
        Act("osce", Kinds.AgreementDeclined, agreement, $$"""{"hash":"{{HashOf(agreement)}}","reason":"no mandate"}""");
        Assert.Equal(AgreementStanding.Open, Standing(agreement).State);
        Act("ru", Kinds.AgreementDeclined, agreement, $$"""{"hash":"{{HashOf(agreement)}}","reason":"the line"}""");
        Assert.Equal(AgreementStanding.Declined, Standing(agreement).State);
        Assert.Equal(
            ("declined", "the line"),
            Standing(agreement).Signatories.Where(s => s.Party.Value == "ru").Select(s => (s.State, s.Note)).Single()
        );
        Counter("us", agreement, Sample("Less."));
        Assert.Equal(AgreementStanding.Tabled, Standing(agreement).State);
    }

    [Fact] // CEASEFIRE-11
    public void Suspended_by_a_party_it_is_in_force_again_when_that_party_resumes()
    {
        var agreement = InForce(Sample(start: Noon));
        record.Now = Noon.AddHours(1);
        Act("osce", Kinds.AgreementSuspended, agreement, """{"reason":"x"}""");
        Assert.Contains("no party to it", Reason(), StringComparison.Ordinal);
        Act("ru", Kinds.AgreementSuspended, agreement, """{"reason":"shelling at the bridge"}""");
        Assert.Equal(AgreementStanding.Suspended, Standing(agreement).State);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement, Noon.AddMinutes(30)).State);
        Act("us", Kinds.AgreementResumed, agreement);
        Assert.Contains("us has not suspended it", Reason(), StringComparison.Ordinal);
        Act("ru", Kinds.AgreementResumed, agreement);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement).State);
    }

    [Fact] // CEASEFIRE-11
    public void A_suspension_runs_out_and_two_stand_beside_each_other()
    {
        var agreement = InForce(Sample(start: Noon));
        Act("ru", Kinds.AgreementSuspended, agreement, $$"""{"reason":"a","until":"{{Time(Noon.AddHours(2))}}"}""");
        Act("us", Kinds.AgreementSuspended, agreement, $$"""{"reason":"b","until":"{{Time(Noon.AddHours(3))}}"}""");
        Act("ru", Kinds.AgreementResumed, agreement);
        Assert.Equal(AgreementStanding.Suspended, Standing(agreement, Noon.AddHours(2)).State);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement, Noon.AddHours(3)).State);
        Assert.Equal(AgreementFamily.Signed, Of(agreement).At(Noon.AddHours(3)).State);
    }

    [Fact] // CEASEFIRE-12
    public void Denounced_it_stands_until_the_notice_has_run_out()
    {
        var agreement = InForce(Sample(start: Noon));
        Act("ru", Kinds.AgreementDenounced, agreement, """{"reason":"broken daily"}""");
        Assert.Equal(
            (AgreementStanding.InForce, Noon.AddDays(3)),
            (Standing(agreement).State, Standing(agreement).Ends!.Value)
        );
        Assert.Equal(AgreementStanding.InForce, Standing(agreement, Noon.AddDays(3).AddTicks(-1)).State);
        Assert.Equal(AgreementStanding.Denounced, Standing(agreement, Noon.AddDays(3)).State);
        Assert.Equal(AgreementFamily.Denounced, Of(agreement).At(Noon.AddDays(3)).State);
    }

    [Fact] // CEASEFIRE-12
    public void It_is_over_once_every_party_has_said_so()
    {
        var agreement = InForce(Sample(start: Noon));
        Act("us", Kinds.AgreementEnded, agreement);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement).State);
        record.Now = Noon.AddHours(1);
        Act("ru", Kinds.AgreementEnded, agreement);
        Assert.Equal(AgreementStanding.Ended, Standing(agreement).State);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement, Noon.AddMinutes(30)).State);
    }

    [Fact] // CEASEFIRE-6
    public void What_one_party_signs_with_itself_is_in_force_between_nobody()
    {
        var text = Sample(start: Noon);
        text["signatories"] = new JsonArray(Signatory("ru", "party"), Signatory("osce", "guarantor"));
        var agreement = Table(text, "ru");
        Open(agreement, "ru");
        Sign("ru", agreement);
        Sign("osce", agreement, "guarantor");
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement, Noon.AddDays(1)).State);
        Act("ru", Kinds.AgreementEnded, agreement);
        Assert.Contains("ended", Reason(), StringComparison.Ordinal);
    }

    [Fact] // CEASEFIRE-6
    public void Who_counters_with_a_text_that_leaves_the_other_out_has_signed_with_itself()
    {
        var agreement = Table();
        Open(agreement);
        Sign("us", agreement);
        var alone = Sample("Us may not fire; ru may.", start: Noon);
        alone["signatories"] = new JsonArray(Signatory("ru", "party"), Signatory("us", "observer"));
        Counter("ru", agreement, alone);
        Open(agreement, "ru");
        Sign("ru", agreement);
        Assert.Equal(AgreementStanding.PartlySigned, Standing(agreement, Noon.AddDays(1)).State);
    }

    [Theory] // CEASEFIRE-13
    [InlineData("observer")]
    [InlineData(null)]
    public void No_amendment_takes_the_place_of_a_text_without_the_word_of_each_party_that_it_binds(string? capacity)
    {
        var agreement = InForce(Sample(start: Noon));
        var first = HashOf(agreement);
        record.Now = Noon.AddDays(1);
        var without = Sample("Us may not fire; ru and ua may.", Noon.AddDays(2));
        without["noticeDays"] = 0;
        without["signatories"] = new JsonArray(Signatory("ru", "party"), Signatory("ua", "party"));
        if (capacity is not null)
            without["signatories"]!.AsArray().Add(Signatory("us", capacity));
        record.Write("ru", Kinds.AgreementAmended, without.ToJsonString(), agreement);
        var second = HashOf(agreement);
        Sign("ru", agreement);
        Sign("ua", agreement);
        Assert.Equal(first, Standing(agreement, Noon.AddDays(3)).Version!.Hash);
        Assert.Equal([second], Standing(agreement, Noon.AddDays(3)).Pending.Select(v => v.Hash));

        // Those whom the text in force binds suspend, leave and end it as before.
        Act("ru", Kinds.AgreementEnded, agreement);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement).State);
        Act("ua", Kinds.AgreementSuspended, agreement, """{"reason":"we"}""");
        Assert.Contains("no party to it", Reason(), StringComparison.Ordinal);
        if (capacity is null)
            return;
        Sign("us", agreement, capacity); // its own word lets it go
        Assert.Equal(second, Standing(agreement, Noon.AddDays(3)).Version!.Hash);
    }

    [Fact] // CEASEFIRE-13
    public void An_amendment_counts_from_its_own_start_once_all_have_signed_it_and_each_time_has_its_text()
    {
        var agreement = InForce(Sample(start: Noon));
        var first = HashOf(agreement);
        record.Now = Noon.AddDays(1);
        record.Write(
            "ru",
            Kinds.AgreementAmended,
            Sample("No fire, no flights.", Noon.AddDays(2), Noon.AddDays(60)).ToJsonString(),
            agreement
        );
        var second = HashOf(agreement);
        Assert.Equal(first, Standing(agreement, Noon.AddDays(2)).Version!.Hash);
        Assert.Equal([second], Standing(agreement).Pending.Select(v => v.Hash));
        Sign("us", agreement);
        Assert.Equal(first, Standing(agreement, Noon.AddDays(3)).Version!.Hash);
        Sign("ru", agreement);
        Assert.Equal(first, Standing(agreement, Noon.AddDays(2).AddTicks(-1)).Version!.Hash);
        Assert.Equal(second, Standing(agreement, Noon.AddDays(2)).Version!.Hash);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement, Noon.AddDays(45)).State);
        Assert.Equal(AgreementStanding.Ended, Standing(agreement, Noon.AddDays(60)).State);
        Assert.Empty(record.View().Flags);
    }

    [Fact] // CEASEFIRE-3
    public void What_is_not_for_all_counts_for_none_and_what_is_withheld_counts_not_here()
    {
        var hidden = record.Withhold(Table());
        Assert.Contains("withheld", Reason(), StringComparison.Ordinal);
        Assert.Equal("unreadable", Of(hidden).State);
        var agreement = Table(Sample("Other."));
        Open(agreement);
        record.Withhold(Sign("us", agreement));
        Assert.Contains("withheld", Reason(), StringComparison.Ordinal);
        Assert.Equal(AgreementStanding.Open, Standing(agreement).State);
    }

    [Fact] // CEASEFIRE-7
    public void Whatever_order_the_entries_arrive_in_every_station_says_the_same_at_every_time()
    {
        var agreement = Table(Sample(start: Noon));
        Open(agreement);
        Sign("us", agreement);
        Sign("osce", agreement, "guarantor");
        Counter("ru", agreement, Sample("B", Noon));
        Open(agreement, "ru");
        Sign("us", agreement);
        record.Now += TimeSpan.FromMinutes(1);
        Sign("ru", agreement, more: ""","conditionalOn":["ua"]""");
        Act("ua", Kinds.AgreementConsented, agreement, $$"""{"hash":"{{HashOf(agreement)}}"}""");
        Act("ru", Kinds.AgreementSuspended, agreement, """{"reason":"r"}""");
        record.Now += TimeSpan.FromMinutes(1);
        Act("ru", Kinds.AgreementResumed, agreement);
        Act("us", Kinds.AgreementDenounced, agreement, """{"reason":"r"}""");
        DateTimeOffset[] times = [Noon, Noon.AddSeconds(70), Noon.AddMinutes(3), Noon.AddDays(2), Noon.AddDays(4)];
        string Told(LineView view) =>
            string.Join(
                "; ",
                times.Select(t =>
                {
                    var standing = AgreementStanding.Of(view.ItemOf(agreement, record.Now)!, t, _ => true);
                    return $"{standing.State} {standing.Version?.Hash} {standing.InForceFrom} {standing.Ends}";
                })
            );
        Assert.Contains(AgreementStanding.InForce, Told(record.View()), StringComparison.Ordinal);
        Assert.Single(
            Enumerable
                .Range(0, 60)
                .Select(seed => Told(record.Shuffled(new Random(seed))))
                .Append(Told(record.View()))
                .Distinct()
        );
    }

    /// <summary>Where it stands at a time, at a station to which the entries came in 60 orders: one word, or it
    /// fails.</summary>
    private AgreementStanding SameAtAll(EntryId agreement, DateTimeOffset at)
    {
        AgreementStanding Told(LineView view) =>
            AgreementStanding.Of(view.ItemOf(agreement, record.Now)!, at, _ => true);
        var first = Told(record.View());
        for (var seed = 0; seed < 60; seed++)
        {
            var other = Told(record.Shuffled(new Random(seed)));
            Assert.Equal(
                (
                    first.State,
                    first.Version!.Hash,
                    first.InForceFrom,
                    string.Join(' ', first.Pending.Select(v => v.Hash))
                ),
                (
                    other.State,
                    other.Version!.Hash,
                    other.InForceFrom,
                    string.Join(' ', other.Pending.Select(v => v.Hash))
                )
            );
        }
        return first;
    }

    [Theory] // CEASEFIRE-16
    [InlineData("osce", Kinds.AgreementCountered, false)]
    [InlineData("osce", Kinds.AgreementCountered, true)]
    [InlineData("ua", Kinds.AgreementCountered, true)]
    [InlineData("us", Kinds.AgreementCountered, false)]
    [InlineData("us", Kinds.AgreementDeclined, false)]
    public void What_crosses_with_the_last_signature_undoes_it_at_no_station_whatever_time_it_claims(
        string author,
        string kind,
        bool isBeforeOpening
    )
    {
        var agreement = Table(Sample(start: Noon));
        var hash = HashOf(agreement);
        var early = record.SeenBy(author);
        Open(agreement);
        Sign("us", agreement);
        var seen = isBeforeOpening ? early : record.SeenBy(author);
        record.Now = Noon.AddMinutes(1);
        Sign("ru", agreement);
        record.Now = Noon.AddMinutes(-5); // by its own clock
        var crossed = record.Write(
            author,
            kind,
            kind == Kinds.AgreementCountered
                ? Sample("Another.", start: Noon).ToJsonString()
                : $$"""{"hash":"{{hash}}","reason":"no"}""",
            [agreement],
            seen,
            Two
        );
        record.Now = Noon.AddHours(1);
        var standing = SameAtAll(agreement, Noon.AddHours(1));
        Assert.Equal(
            (AgreementStanding.InForce, hash, Noon.AddMinutes(1)),
            (standing.State, standing.Version!.Hash, standing.InForceFrom!.Value)
        );
        Assert.DoesNotContain(record.View().Flags, f => f.Entry == crossed);
        // What it put on the table waits for signatures as an amendment does.
        Assert.Equal(kind == Kinds.AgreementCountered ? 1 : 0, standing.Pending.Count);
    }

    [Theory] // CEASEFIRE-16, LINE-13
    [InlineData(2, AgreementStanding.Tabled)]
    [InlineData(3, AgreementStanding.InForce)]
    public void On_a_line_of_an_older_fold_what_crosses_is_judged_as_the_programs_of_then_judge_it(
        int fold,
        string expected
    )
    {
        record = new TestRecord(fold, "us", "ru", "ua", "osce");
        var agreement = Table(Sample(start: Noon));
        Open(agreement);
        Sign("us", agreement);
        var seen = record.SeenBy("osce");
        record.Now = Noon.AddMinutes(1);
        Sign("ru", agreement);
        record.Now = Noon.AddMinutes(-5);
        record.Write(
            "osce",
            Kinds.AgreementCountered,
            Sample("Another.", start: Noon).ToJsonString(),
            [agreement],
            seen,
            Two
        );
        record.Now = Noon.AddHours(1);
        Assert.Equal(expected, SameAtAll(agreement, Noon.AddHours(1)).State);
    }

    [Fact] // CEASEFIRE-3, CEASEFIRE-16
    public void Who_had_seen_that_a_text_was_replaced_signs_it_in_vain_and_who_had_not_signs_what_no_longer_stands()
    {
        var agreement = Table(Sample(start: Noon));
        var old = HashOf(agreement);
        Open(agreement);
        Sign("us", agreement);
        var seen = record.SeenBy("ru");
        Counter("us", agreement, Sample("Another.", start: Noon));
        var crossed = record.Write(
            "ru",
            Kinds.AgreementSigned,
            $$"""{"hash":"{{old}}","capacity":"party"}""",
            [agreement],
            seen,
            Two
        );
        // Both had signed it before they knew otherwise: it binds them.
        Assert.Equal(
            (AgreementStanding.InForce, old),
            (SameAtAll(agreement, Noon).State, Standing(agreement).Version!.Hash)
        );
        Assert.DoesNotContain(record.View().Flags, f => f.Entry == crossed);
        var late = Sign("osce", agreement, "guarantor", old);
        Assert.DoesNotContain(record.View().Flags, f => f.Entry == late);

        var other = Table(Sample("Third.", Noon));
        var third = HashOf(other);
        Open(other);
        Counter("us", other, Sample("Fourth.", start: Noon));
        var vain = Sign("ru", other, hash: third);
        Assert.Contains(record.View().Flags, f => f.Entry == vain);
        Assert.Equal(AgreementStanding.Tabled, Standing(other).State);
    }

    [Fact] // CEASEFIRE-16
    public void A_signature_counts_only_where_all_is_here_that_its_author_had_seen()
    {
        var agreement = Table(Sample(start: Noon));
        Open(agreement);
        Sign("us", agreement);
        record.Write("osce", Kinds.MessageSent, """{"text":"x"}""");
        var last = Sign("ru", agreement);
        var behind = new LineView(record.Document);
        foreach (var (header, body) in record.Entries.Where(e => e.Header.Kind != Kinds.MessageSent))
            behind.Fold(header, body);
        Assert.False(behind.HasWhatWasSeenBy(record.Entries.Single(e => e.Header.Id == last).Header));
        AgreementStanding Told(LineView view) =>
            AgreementStanding.Of(view.ItemOf(agreement, record.Now)!, Noon, view.HasWhatWasSeenBy);
        Assert.Equal((AgreementStanding.PartlySigned, "sealing"), (Told(behind).State, Told(behind).WaitsFor));
        Assert.Equal(AgreementStanding.InForce, Told(record.View()).State);
    }

    [Theory] // CEASEFIRE-12, CEASEFIRE-41, LINE-13
    [InlineData(2, 4)]
    [InlineData(3, 13)]
    public void Notice_of_a_denunciation_that_is_dated_back_begins_when_its_author_s_feed_had_come_so_far(
        int fold,
        int endsAfterDays
    )
    {
        record = new TestRecord(fold, "us", "ru", "ua", "osce");
        var agreement = InForce(Sample(start: Noon));
        record.Now = Noon.AddDays(10);
        record.Write("ru", Kinds.MessageSent, """{"text":"x"}""");
        record.Now = Noon.AddDays(1);
        Act("ru", Kinds.AgreementDenounced, agreement, """{"reason":"broken daily"}""");
        record.Now = Noon.AddDays(10);
        Assert.Equal(Noon.AddDays(endsAfterDays), Standing(agreement).Ends);
        SameAtAll(agreement, Noon.AddDays(9));
        Assert.Equal(
            fold < 3 ? AgreementStanding.Denounced : AgreementStanding.InForce,
            Standing(agreement, Noon.AddDays(9)).State
        );
    }

    [Fact] // CEASEFIRE-11, CEASEFIRE-18, CEASEFIRE-41
    public void A_suspension_that_is_dated_back_changes_nothing_of_what_stood_then()
    {
        var agreement = InForce(Sample(start: Noon));
        record.Now = Noon.AddDays(10);
        record.Write("ru", Kinds.MessageSent, """{"text":"x"}""");
        record.Now = Noon.AddDays(1);
        var suspended = Act("ru", Kinds.AgreementSuspended, agreement, """{"reason":"shelling"}""");
        record.Now = Noon.AddDays(11);
        Assert.Equal(AgreementStanding.InForce, Standing(agreement, Noon.AddDays(9)).State);
        Assert.Equal(AgreementStanding.Suspended, Standing(agreement, Noon.AddDays(10)).State);
        var entry = Of(agreement).Applied.Single(e => e.Id == suspended);
        Assert.Equal((Noon.AddDays(1), Noon.AddDays(10)), (entry.Header.At, entry.Written));
    }

    [Fact] // CEASEFIRE-41
    public void What_another_dates_far_ahead_keeps_nobody_from_leaving()
    {
        var agreement = InForce(Sample(start: Noon));
        record.Now = Noon.AddDays(900);
        record.Write("us", Kinds.MessageSent, """{"text":"x"}""");
        Act("us", Kinds.AgreementAmended, agreement, Sample("Never.", ends: Noon.AddDays(2_000)).ToJsonString());
        record.Now = Noon.AddDays(1);
        Act("ru", Kinds.AgreementDenounced, agreement, """{"reason":"broken daily"}""");
        Assert.Equal(Noon.AddDays(4), Standing(agreement).Ends);
    }

    [Fact] // CEASEFIRE-3, CEASEFIRE-41
    public void Nothing_is_signed_after_its_end_by_dating_it_back()
    {
        var agreement = Table(Sample(ends: Noon.AddHours(7)));
        Open(agreement);
        Sign("us", agreement);
        record.Now = Noon.AddHours(8);
        record.Write("ru", Kinds.MessageSent, """{"text":"x"}""");
        record.Now = Noon.AddHours(6);
        var late = Sign("ru", agreement);
        Assert.Contains(record.View().Flags, f => f.Entry == late);
        Assert.NotEqual(AgreementStanding.InForce, Standing(agreement, Noon.AddHours(6)).State);
    }

    [Fact] // CEASEFIRE-41
    public void What_is_read_again_from_the_record_takes_effect_no_earlier_than_before()
    {
        var agreement = InForce(Sample(start: Noon));
        record.Now = Noon.AddDays(10);
        record.Write("ru", Kinds.MessageSent, """{"text":"x"}""");
        record.Now = Noon.AddDays(1);
        Act("ru", Kinds.AgreementDenounced, agreement, """{"reason":"broken daily"}""");
        for (var i = 0; i < 6; i++)
            Table(Sample($"Other {i}.", start: Noon.AddDays(i)));
        var entries = record.Entries.ToDictionary(e => e.Header.Id);
        var again = new HashSet<EntryId>();
        var view = new LineView(
            record.Document,
            id =>
            {
                again.Add(id);
                return TrafficEntry.From(entries[id].Header, entries[id].Body);
            }
        )
        {
            Clock = () => Noon.AddDays(20),
            MaxSettledKept = 1,
            MaxOpenKept = 1,
        };
        foreach (var (header, body) in record.Entries)
            view.Fold(header, body);
        view.Sweep(Noon.AddDays(40));
        foreach (var other in record.Entries.Where(e => e.Header.Kind == Kinds.AgreementTabled))
            view.ItemOf(other.Header.Id, Noon.AddDays(40));
        Assert.Equal(
            Noon.AddDays(13),
            AgreementStanding.Of(view.ItemOf(agreement, record.Now)!, Noon.AddDays(9), _ => true).Ends
        );
        Assert.Contains(agreement, again);
    }

    [Fact] // CEASEFIRE-42
    public void However_many_texts_somebody_tables_beside_it_what_two_have_signed_stays_whole()
    {
        var agreement = InForce(Sample(start: Noon));
        var alone = Sample("Mine.", Noon);
        alone["signatories"] = new JsonArray(Signatory("us", "party"));
        for (var i = 0; i < 12; i++)
        {
            alone["title"] = $"Mine {i}";
            var own = Table(alone);
            Open(own);
            Sign("us", own);
        }
        var entries = record.Entries.ToDictionary(e => e.Header.Id);
        var view = new LineView(record.Document, id => TrafficEntry.From(entries[id].Header, entries[id].Body))
        {
            MaxOpenKept = 2,
        };
        foreach (var (header, body) in record.Entries)
            view.Fold(header, body);
        Assert.True(view.IsWhole(agreement));
        Assert.True(view.Open(Noon).Count <= 4);
        Assert.Equal([agreement], view.Open(Noon).Where(i => i.IsBinding).Select(i => i.Id));
    }
}
