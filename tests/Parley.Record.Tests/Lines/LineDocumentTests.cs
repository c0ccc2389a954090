using System.Text;
using Parley.Crypto;
using Xunit;

namespace Parley.Record.Tests.Lines;

public sealed class LineDocumentTests
{
    private static readonly LineDocument Document = TestLines.Of(TestParty.Us, TestParty.Ru);

    [Fact] // LINE-7
    public void A_line_id_ends_in_the_hash_of_its_document()
    {
        Assert.StartsWith("north-", Document.Id.Value, StringComparison.Ordinal);
        Assert.Equal(Sha256.Of(Document.Bytes), Document.Hash);
        Assert.Equal(Base32(Document.Hash.ToArray())[..LineId.HashDigits], Document.Id.Value[^LineId.HashDigits..]);
        Assert.Equal(Document.Hash, Document.Fingerprint.Hash);
    }

    [Fact] // LINE-6
    public void A_document_reads_back_to_the_same_bytes_and_line()
    {
        var read = LineDocument.Parse(Document.Bytes).Required();
        Assert.Equal(Document.Bytes, read.Bytes);
        Assert.Equal(Document.Id, read.Id);
        Assert.Equal(("Northern line", TestLines.Created, LinePolicy.Default), (read.Title, read.Created, read.Policy));
        Assert.Equal(["ru", "us"], read.Parties.Select(party => party.Value));
        Assert.Equal(TestParty.Us.Card.Encode(), read.CardOf(TestParty.Us.Id)!.Encode());
        Assert.Null(read.CardOf(TestParty.Icrc.Id));
    }

    [Fact] // LINE-7
    public void Two_documents_that_differ_in_anything_are_two_lines()
    {
        Card[] cards = [TestParty.Us.Card, TestParty.Ru.Card];
        LineDocument[] documents =
        [
            Document,
            TestLines.Of(TestParty.Us, TestParty.Ru, TestParty.Icrc),
            LineDocument.Create(
                "north",
                "Northern Line",
                TestLines.Created,
                TestLines.Nonce,
                cards,
                LinePolicy.Default
            ),
            LineDocument.Create(
                "north",
                "Northern line",
                TestLines.Created.AddMilliseconds(1),
                TestLines.Nonce,
                cards,
                LinePolicy.Default
            ),
            LineDocument.Create(
                "north",
                "Northern line",
                TestLines.Created,
                new byte[LineDocument.NonceLength],
                cards,
                LinePolicy.Default
            ),
            LineDocument.Create(
                "north",
                "Northern line",
                TestLines.Created,
                TestLines.Nonce,
                cards,
                LinePolicy.Default with
                {
                    Deputy = 60,
                }
            ),
        ];
        Assert.Equal(documents.Length, documents.Select(document => document.Id).Distinct().Count());
    }

    [Fact] // LINE-9
    public void The_order_in_which_cards_are_given_makes_no_difference() =>
        Assert.Equal(Document.Id, TestLines.Of(TestParty.Ru, TestParty.Us).Id);

    [Fact] // LINE-9
    public void A_document_with_one_card_is_that_partys_journal()
    {
        var journal = TestLines.Of(TestParty.Us);
        Assert.True(LineDocument.Parse(journal.Bytes).Required().IsJournal);
        Assert.False(Document.IsJournal);
    }

    [Fact] // LINE-6, LINE-12
    public void A_line_that_continues_another_names_it_and_keeps_every_party_of_it()
    {
        Card[] cards = [TestParty.Us.Card, TestParty.Ru.Card, TestParty.Icrc.Card];
        var next = LineDocument.Create(
            "north",
            "Northern line",
            TestLines.Created,
            TestLines.Nonce,
            cards,
            LinePolicy.Default,
            Document.Id
        );
        Assert.Equal(Document.Id, LineDocument.Parse(next.Bytes).Required().Continues);
        Assert.Null(next.FaultAsSuccessorOf(Document));
        Assert.Contains(
            "missing",
            TestLines.Of(TestParty.Us, TestParty.Icrc).FaultAsSuccessorOf(Document),
            StringComparison.Ordinal
        );
        Assert.Contains("journal", Document.FaultAsSuccessorOf(TestLines.Of(TestParty.Us)), StringComparison.Ordinal);
        Assert.False(
            LineDocument
                .Parse(
                    Encoding.UTF8.GetBytes(
                        Encoding
                            .UTF8.GetString(next.Bytes)
                            .Replace(Document.Id.Value, "north", StringComparison.Ordinal)
                    )
                )
                .TryGet(out _, out var why)
        );
        Assert.Contains("continues", why, StringComparison.Ordinal);
    }

    [Fact] // LINE-8
    public void A_policy_names_known_acts_only_and_each_once()
    {
        Assert.Equal(["joint-readout", "public-release", "suspension"], Document.Policy.TwoPeople);
        foreach (
            string[] acts in (string[][])
                [
                    ["launch"],
                    ["suspension", "flash"],
                    ["flash", "flash"],
                ]
        )
            Assert.Throws<ArgumentException>(() =>
                LineDocument.Create(
                    "north",
                    "Northern line",
                    TestLines.Created,
                    TestLines.Nonce,
                    [TestParty.Us.Card],
                    LinePolicy.Default with
                    {
                        TwoPeople = acts,
                    }
                )
            );
    }

    [Fact] // LINE-10
    public void Feed_keys_are_derived_from_line_and_card()
    {
        Assert.Equal(
            VerifierKey.ForLog(new Origin(Document.Id, TestParty.Us.Id), TestParty.Us.Log.PublicKey),
            Document.LogKey(TestParty.Us.Id)
        );
        Assert.Equal(
            VerifierKey.ForCosigner(TestParty.Ru.Id, TestParty.Ru.Cosign.PublicKey),
            Document.CosignKey(TestParty.Ru.Id)
        );
    }

    [Fact]
    public void A_changed_byte_gives_a_refusal_or_another_line()
    {
        var bytes = Document.Bytes.ToArray();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            if (LineDocument.Parse(bytes).TryGet(out var other, out var reason))
                Assert.NotEqual(Document.Id, other.Id);
            else
                Assert.NotEmpty(reason);
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void A_document_cut_short_or_extended_is_refused()
    {
        for (var length = 0; length < Document.Bytes.Length; length++)
            Assert.False(LineDocument.Parse(Document.Bytes.AsSpan(0, length)).TryGet(out _, out _));
        Assert.False(LineDocument.Parse([.. Document.Bytes, (byte)'\n']).TryGet(out _, out _));
        Assert.False(LineDocument.Parse([.. Document.Bytes, .. new byte[LineDocument.MaxLength]]).TryGet(out _, out _));
    }

    [Theory] // LINE-6, LINE-8
    [
        InlineData("\"parley\":1", "\"parley\":2"),
        InlineData("\"parley\":1", " \"parley\":1"),
        InlineData("\"slug\":\"north\",", ""),
        InlineData("\"north\"", "\"North\"")
    ]
    [
        InlineData("\"north\"", "\"n\\u006frth\""),
        InlineData("Northern line", ""),
        InlineData("Northern line", "Northern\\nline"),
        InlineData("\"nonce\":\"00", "\"nonce\":\"")
    ]
    [
        InlineData("\"nonce\":\"00", "\"nonce\":\"0A"),
        InlineData("\"flash\":300", "\"flash\":1801"),
        InlineData("\"flash\":300", "\"flash\":0"),
        InlineData("\"flash\":300", "\"flash\":3e2")
    ]
    [
        InlineData(",\"flash\":300", ""),
        InlineData("\"flash\":300", "\"flash\":300,\"flash\":300"),
        InlineData("\"deputy\":120,", ""),
        InlineData("\"deputy\":120", "\"deputy\":120,\"x\":1")
    ]
    [
        InlineData("\"deputy\":120", "\"deputy\":2678401"),
        InlineData("\"clockWarn\":2", "\"clockWarn\":11"),
        InlineData("\"09:00\",\"17:00\"", "\"17:00\",\"09:00\"")
    ]
    [
        InlineData("\"09:00\"", "\"9:00\""),
        InlineData("\"09:00\"", "\"24:00\""),
        InlineData("\"policy\":{", "\"policy\":[{"),
        InlineData("\"cards\":[", "\"cards\":[\"\",")
    ]
    public void A_document_that_bends_the_rules_is_refused(string found, string put)
    {
        var text = Encoding.UTF8.GetString(Document.Bytes);
        var bent = text.Replace(found, put, StringComparison.Ordinal);
        Assert.NotEqual(text, bent);
        Assert.False(LineDocument.Parse(Encoding.UTF8.GetBytes(bent)).TryGet(out _, out var reason));
        Assert.StartsWith("the line document ", reason, StringComparison.Ordinal);
    }

    [Fact] // LINE-9
    public void A_party_or_a_key_cannot_stand_on_a_line_twice()
    {
        Assert.Throws<ArgumentException>(() => TestLines.Of(TestParty.Us, TestParty.Us));
        var ru = TestParty.Ru;
        var thief = Card.Sign(ru.Contents with { Log = TestParty.Us.Log.PublicKey }, ru.Identity);
        Assert.Throws<ArgumentException>(() =>
            LineDocument.Create(
                "north",
                "x",
                TestLines.Created,
                TestLines.Nonce,
                [TestParty.Us.Card, thief],
                LinePolicy.Default
            )
        );
    }

    [Fact] // LINE-9
    public void A_line_holds_32_parties_and_not_one_more()
    {
        var parties = Enumerable
            .Range(0, LineDocument.MaxParties + 1)
            .Select(i => TestParty.Named($"party-{i}").Card)
            .ToArray();
        var full = LineDocument.Create(
            "many",
            "x",
            TestLines.Created,
            TestLines.Nonce,
            parties[1..],
            LinePolicy.Default
        );
        Assert.Equal(LineDocument.MaxParties, LineDocument.Parse(full.Bytes).Required().Cards.Count);
        Assert.Throws<ArgumentException>(() =>
            LineDocument.Create("many", "x", TestLines.Created, TestLines.Nonce, parties, LinePolicy.Default)
        );
    }

    [Fact]
    public void The_longest_slug_fits_into_a_line_id()
    {
        Card[] cards = [TestParty.Us.Card, TestParty.Ru.Card];
        Assert.Equal(
            LineId.MaxLength,
            LineDocument
                .Create(
                    new string('a', LineDocument.MaxSlugLength),
                    "x",
                    TestLines.Created,
                    TestLines.Nonce,
                    cards,
                    LinePolicy.Default
                )
                .Id.Value.Length
        );
        Assert.Throws<ArgumentException>(() =>
            LineDocument.Create(
                new string('a', LineDocument.MaxSlugLength + 1),
                "x",
                TestLines.Created,
                TestLines.Nonce,
                cards,
                LinePolicy.Default
            )
        );
    }

    [Fact] // LINE-8
    public void A_document_from_before_a_member_of_the_policy_is_read_and_kept_as_it_is_and_what_continues_it_has_them_all()
    {
        const string separation = ",\"separation\":{\"metres\":0,\"height\":0,\"seconds\":0}",
            twoPeople = ",\"twoPeople\":[\"joint-readout\",\"public-release\",\"suspension\"]";
        var now = Encoding.UTF8.GetString(Document.Bytes).Replace(Fold, "", StringComparison.Ordinal);
        var withoutSeparation = now.Replace(separation, "", StringComparison.Ordinal);
        var withoutBoth = withoutSeparation.Replace(twoPeople, "", StringComparison.Ordinal);
        Assert.True(withoutBoth.Length < withoutSeparation.Length && withoutSeparation.Length < now.Length);
        foreach (var text in new[] { withoutSeparation, withoutBoth })
        {
            var read = LineDocument.Parse(Encoding.UTF8.GetBytes(text)).Required();
            Assert.Equal(text, Encoding.UTF8.GetString(read.Bytes));
            Assert.Equal(new LineSeparation(0, 0, 0), read.Policy.Separation);
            Assert.Equal(text == withoutBoth ? [] : LinePolicy.Default.TwoPeople, read.Policy.TwoPeople);
            var next = LineDocument.Create(
                "north",
                "Northern line",
                TestLines.Created,
                TestLines.Nonce,
                read.Cards,
                read.Policy with
                {
                    TwoPeople = [LinePolicy.Flash],
                },
                read.Id
            );
            Assert.Contains(
                "\"twoPeople\":[\"flash\"],\"separation\":",
                Encoding.UTF8.GetString(next.Bytes),
                StringComparison.Ordinal
            );
        }
        // No version wrote the later one without the earlier.
        Assert.False(
            LineDocument
                .Parse(Encoding.UTF8.GetBytes(now.Replace(twoPeople, "", StringComparison.Ordinal)))
                .TryGet(out _, out _)
        );
    }

    private const string Fold = ",\"fold\":3";

    [Fact] // LINE-13
    public void A_document_says_by_which_fold_its_line_is_judged_and_one_that_says_nothing_is_judged_by_the_first()
    {
        var now = Encoding.UTF8.GetString(Document.Bytes);
        Assert.Equal(3, Document.Policy.Fold);
        Assert.Contains($"{Fold}}},\"cards\":", now, StringComparison.Ordinal);
        var older = LineDocument.Create(
            "north",
            "Northern line",
            TestLines.Created,
            TestLines.Nonce,
            Document.Cards,
            LinePolicy.Default with
            {
                Fold = 1,
            }
        );
        Assert.Equal(now.Replace(Fold, "", StringComparison.Ordinal), Encoding.UTF8.GetString(older.Bytes));
        Assert.Equal(1, LineDocument.Parse(older.Bytes).Required().Policy.Fold);
        Assert.NotEqual(older.Id, Document.Id);
        Assert.NotEqual(older.Policy, Document.Policy);
    }

    [Theory] // LINE-13
    [
        InlineData(",\"fold\":0"),
        InlineData(",\"fold\":1"),
        InlineData(",\"fold\":4"),
        InlineData(",\"fold\":9007199254740991"),
        InlineData(",\"fold\":3.0"),
        InlineData(",\"fold\":\"2\""),
        InlineData(",\"fold\":null"),
        InlineData(",\"fold\":3,\"fold\":3")
    ]
    public void A_fold_that_is_not_known_or_not_written_in_the_one_form_is_refused(string stated)
    {
        var text = Encoding.UTF8.GetString(Document.Bytes).Replace(Fold, stated, StringComparison.Ordinal);
        Assert.False(LineDocument.Parse(Encoding.UTF8.GetBytes(text)).TryGet(out _, out var why));
        if (stated.EndsWith('4'))
            Assert.Contains("a newer one is needed", why, StringComparison.Ordinal);
    }

    [Fact] // LINE-13
    public void No_document_has_a_fold_without_the_members_that_came_before_it()
    {
        var without = Encoding
            .UTF8.GetString(Document.Bytes)
            .Replace(",\"separation\":{\"metres\":0,\"height\":0,\"seconds\":0}", "", StringComparison.Ordinal);
        Assert.False(LineDocument.Parse(Encoding.UTF8.GetBytes(without)).TryGet(out _, out _));
    }

    [Fact] // LINE-14
    public void A_line_that_continues_one_of_an_older_fold_may_have_the_newest()
    {
        var older = LineDocument.Create(
            "north",
            "Northern line",
            TestLines.Created,
            TestLines.Nonce,
            Document.Cards,
            LinePolicy.Default with
            {
                Fold = 1,
            }
        );
        var next = LineDocument.Create(
            "north",
            "Northern line",
            TestLines.Created,
            TestLines.Nonce,
            older.Cards,
            older.Policy with
            {
                Fold = LinePolicy.NewestFold,
            },
            older.Id
        );
        Assert.Equal((3, null), (next.Policy.Fold, next.FaultAsSuccessorOf(older)));
    }

    [Fact] // LINE-8
    public void The_default_policy_is_the_one_of_the_requirements()
    {
        var policy = LinePolicy.Default;
        Assert.Null(policy.Problem());
        Assert.Equal(
            [TimeSpan.FromDays(1), TimeSpan.FromHours(3), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(5)],
            Enum.GetValues<Precedence>().Select(policy.AcknowledgeWithin)
        );
        Assert.Equal(
            (120, 10, 2, 10, 3600),
            (policy.Deputy, policy.Heartbeat, policy.ClockWarn, policy.ClockFlag, policy.LineTest)
        );
        Assert.Equal(["09:00", "17:00"], policy.StaffedTests);
        Assert.NotEqual(policy, policy with { StaffedTests = ["09:00"] });
        Assert.Equal(policy, policy with { StaffedTests = ["09:00", "17:00"] });
    }

    [Fact] // LINE-11
    public void The_opening_entry_holds_the_documents_hash() =>
        Assert.Equal(
            $"{{\"document\":\"sha256:{Document.Hash.ToHex()}\"}}",
            Encoding.UTF8.GetString(LineOpened.BodyFor(Document.Hash))
        );

    private static string Base32(byte[] bytes)
    {
        var bits = string.Concat(bytes.Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
        return string.Concat(
            bits.Chunk(5)
                .Where(c => c.Length == 5)
                .Select(c => "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(new string(c), 2)])
        );
    }
}
