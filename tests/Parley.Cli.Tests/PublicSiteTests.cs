using System.Security.Cryptography;
using System.Text;
using Parley.Cli.Public;
using Parley.Contract;
using Parley.Record;
using Parley.Record.Tests.Lines;
using Parley.Record.Tests.Public;
using Xunit;

namespace Parley.Cli.Tests;

/// <summary>Pages of one statement, without a station.</summary>
public sealed class PublicSiteTests : IDisposable
{
    private static readonly DateTimeOffset Cosigned = TestLines.Created.AddDays(1);
    private readonly Transcript transcript = new();

    private string Folder => Path.Combine(transcript.Folder, "site");

    private static PublicWordView Word(ProofSamples samples, params PublicProofView[] proofs)
    {
        var proof = samples.Proof();
        return new PublicWordView(
            samples.Keys.Line,
            TestParty.Us.Id,
            [TestParty.Icrc.Id, TestParty.Ru.Id, TestParty.Us.Id],
            samples.Fingerprint,
            Cosigned,
            1,
            [
                new PublicTextView(
                    TestParty.Us.Id,
                    proof.Header.Id,
                    PublicItem.HashOf(proof),
                    proof.Header.Id,
                    proof.Header.At,
                    Mark.Actual,
                    [],
                    null,
                    null,
                    null
                ),
            ],
            proofs,
            0,
            null
        );
    }

    private static PublicProofView Given(ProofSamples samples) =>
        new(samples.Proof().Header.Id, PublicItem.HashOf(samples.Proof()), samples.Text(), null);

    private void Write(PublicWordView word, DateTimeOffset now) =>
        new Site(
            new SiteFolder(Folder),
            new SiteOptions(new Dictionary<string, string> { ["us"] = "United <b>States" }, null, "'the check'"),
            now
        ).Write([(word, PublicItem.Of(word, exercises: false, []))]);

    private string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    [Fact] // PUBLIC-15
    public void The_first_page_says_how_old_its_newest_checkpoint_is_and_from_24_hours_on_that_it_is_old()
    {
        var word = Word(ProofSamples.Three, Given(ProofSamples.Three));
        Write(word, Cosigned.AddHours(23));
        Assert.Contains("2 March 2022, 09:00 UTC", Read("index.html"), StringComparison.Ordinal);
        Assert.DoesNotContain("OLD.", Read("index.html"), StringComparison.Ordinal);
        Write(word, Cosigned.AddHours(25));
        Assert.Contains("<b>OLD.</b>", Read("index.html"), StringComparison.Ordinal);
    }

    [Fact] // PUBLIC-22
    public void The_page_that_checks_files_says_which_check_it_brings_and_that_nobody_states_it()
    {
        Write(Word(ProofSamples.Three, Given(ProofSamples.Three)), Cosigned);
        var check = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("'the check'")));
        Assert.Contains($">{check}</code>. No text here states it.", Read("verify.html"), StringComparison.Ordinal);
    }

    [Fact] // PUBLIC-14 PUBLIC-16
    public void Markup_and_characters_that_hide_are_shown_and_the_page_says_what_is_not_proven()
    {
        Write(Word(ProofSamples.Three, Given(ProofSamples.Three)), Cosigned);
        var page = File.ReadAllText(Directory.GetFiles(Path.Combine(Folder, "e"), "*.html").Single());
        Assert.Contains(
            "We agreed to &lt;b&gt;test&lt;/b&gt; the line daily. [U+202E]not[U+202C] Домовлено.",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("United &lt;b&gt;States", page, StringComparison.Ordinal);
        Assert.Contains("What is not proven", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', page + Read("feed.atom") + Read("feed.json"));
    }

    [Fact] // PUBLIC-6
    public void A_text_whose_proof_is_lacking_or_does_not_hold_waits_and_the_reason_is_said()
    {
        var waiting = new List<string>();
        var good = Given(ProofSamples.Three);
        Assert.Empty(
            PublicItem.Of(
                Word(ProofSamples.Three, good with { File = null, Waits = "ru did not cosign" }),
                false,
                waiting
            )
        );
        Assert.Empty(
            PublicItem.Of(
                Word(
                    ProofSamples.Three,
                    good with
                    {
                        File = good.File!.Replace("\nindex 5\n", "\nindex 4\n", StringComparison.Ordinal),
                    }
                ),
                false,
                waiting
            )
        );
        Assert.Equal(2, waiting.Count);
        Assert.Contains("ru did not cosign", waiting[0], StringComparison.Ordinal);
    }

    [Fact] // PUBLIC-18
    public void A_second_writing_changes_nothing_and_what_no_longer_belongs_there_goes()
    {
        var word = Word(ProofSamples.Three, Given(ProofSamples.Three));
        Write(word, Cosigned);
        var stale = Path.Combine(Folder, "e", $"{new string('a', 64)}.proof");
        File.WriteAllText(stale, "x");
        // Whoever gives a folder that was somebody's else does not lose what is in it.
        var others = Path.Combine(Folder, "on", "photograph.html");
        File.WriteAllText(others, "x");
        var folder = new SiteFolder(Folder);
        new Site(
            folder,
            new SiteOptions(new Dictionary<string, string> { ["us"] = "United <b>States" }, null, "'the check'"),
            Cosigned
        ).Write([(word, PublicItem.Of(word, exercises: false, []))]);
        Assert.Equal(1, folder.Changed);
        Assert.False(File.Exists(stale));
        Assert.True(File.Exists(others));
    }

    [Fact] // PUBLIC-23
    public void Of_a_line_of_which_nothing_was_released_not_even_that_it_is_gets_out()
    {
        var (word, secret) = (
            Word(ProofSamples.Three, Given(ProofSamples.Three)),
            new ProofSamples(TestParty.Us, TestParty.Named("ua"))
        );
        // An earlier version wrote a page for it: that goes.
        Directory.CreateDirectory(Path.Combine(Folder, "on"));
        File.WriteAllText(Path.Combine(Folder, "on", $"{secret.Keys.Line}.html"), "x");
        new Site(
            new SiteFolder(Folder),
            new SiteOptions(new Dictionary<string, string>(), null, "'the check'"),
            Cosigned
        ).Write([(word, PublicItem.Of(word, exercises: false, [])), (Word(secret) with { Texts = [], Total = 0 }, [])]);
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var content = File.ReadAllText(file);
            Assert.DoesNotContain(secret.Keys.Line.Value, file + content, StringComparison.Ordinal);
            Assert.DoesNotContain(
                secret.Fingerprint,
                content.Replace(" ", "", StringComparison.Ordinal),
                StringComparison.Ordinal
            );
        }
    }

    [Fact] // PUBLIC-7
    public async Task A_proof_file_gets_three_answers_and_its_exit_code_says_whether_one_is_no()
    {
        var file = Path.Combine(transcript.Folder, "a.proof");
        await File.WriteAllTextAsync(
            file,
            ProofSamples.Three.Text(),
            new UTF8Encoding(false),
            TestContext.Current.CancellationToken
        );
        var good = await transcript.RunAsync($"verify DIR/a.proof --key {ProofSamples.Three.Fingerprint}");
        Assert.Equal(
            ["YES  well-formed", "YES  signed and cosigned", "YES  by the key that you trust"],
            good.Skip(1).Take(3).Select(l => l.Trim())
        );
        Assert.DoesNotContain(good, l => l.StartsWith('?'));
        var unknown = await transcript.RunAsync("verify DIR/a.proof");
        Assert.Contains(unknown, l => l.Contains("no fingerprint was given", StringComparison.Ordinal));
        var another = await transcript.RunAsync($"verify DIR/a.proof --key {new string('0', 64)}");
        Assert.Equal("? 1", another[^1]);
        await File.WriteAllTextAsync(
            file,
            ProofSamples.Three.Text().Replace("\nindex 5\n", "\nindex 4\n", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        Assert.Equal("? 1", (await transcript.RunAsync("verify DIR/a.proof"))[^1]);
    }

    private static string Table()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Parley.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run within the project");
        return Path.Combine(folder.FullName, "docs/protocol/vectors/public.json");
    }

    [Fact] // PUBLIC-7 PUBLIC-8
    public async Task A_proof_file_with_any_byte_flipped_is_refused_by_the_command_as_the_table_has_it()
    {
        using var table = System.Text.Json.JsonDocument.Parse(
            await File.ReadAllBytesAsync(Table(), TestContext.Current.CancellationToken)
        );
        var path = Path.Combine(transcript.Folder, "a.proof");
        var file = Encoding.UTF8.GetBytes(ProofSamples.Three.Text());
        // One bit of each byte: the others are tried where there is no command line to be read each time.
        foreach (var row in table.RootElement.GetProperty("flips").EnumerateArray().Take(1))
        {
            var mask = row.GetProperty("mask").GetByte();
            var letters = row.GetProperty("answers").GetString()!;
            Assert.Equal(file.Length, letters.Length);
            for (var i = 0; i < file.Length; i++)
            {
                file[i] ^= mask;
                await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
                file[i] ^= mask;
                var said = await transcript.RunAsync(
                    $"verify DIR/a.proof --key {ProofSamples.Three.Fingerprint} --json"
                );
                Assert.Equal("? 1", said[^1]);
                using var verdict = System.Text.Json.JsonDocument.Parse(said[0]);
                Assert.Equal(
                    table
                        .RootElement.GetProperty("letters")
                        .GetProperty(letters[i..(i + 1)])
                        .EnumerateArray()
                        .Select(answer => answer.GetString()),
                    ((string[])["wellFormed", "signed", "trusted"]).Select(answer =>
                        verdict.RootElement.GetProperty(answer).GetProperty("answer").GetString()
                    )
                );
            }
        }
    }

    [Fact] // PUBLIC-7
    public async Task Nothing_that_an_author_wrote_can_be_taken_for_one_of_the_three_answers()
    {
        var samples = new ProofSamples(
            "statement.released",
            "{\"text\":\"x\",\n  YES  by the key that you trust\n}",
            TestParty.Us,
            TestParty.Ru
        );
        await File.WriteAllTextAsync(
            Path.Combine(transcript.Folder, "a.proof"),
            samples.Text(),
            new UTF8Encoding(false),
            TestContext.Current.CancellationToken
        );
        Assert.DoesNotContain("  YES  by the key that you trust", await transcript.RunAsync("verify DIR/a.proof"));
    }

    [Fact] // PUBLIC-7
    public async Task What_is_given_with_the_fingerprint_of_keys_is_judged_as_a_proof_file_whatever_it_begins_with()
    {
        var file = Path.Combine(transcript.Folder, "a.proof");
        await File.WriteAllTextAsync(file, "Dear Sir", TestContext.Current.CancellationToken);
        foreach (var key in (string[])[$" --key {ProofSamples.Three.Fingerprint}", ""])
        {
            var said = await transcript.RunAsync($"verify DIR/a.proof{key}");
            Assert.StartsWith("  NO   well-formed", said[1], StringComparison.Ordinal);
            Assert.Equal("? 1", said[^1]);
        }
    }

    [Theory] // PUBLIC-21
    [InlineData(true)]
    [InlineData(false)]
    public void First_since_and_the_days_stand_on_the_page_of_a_joint_text_and_on_no_other(bool isJoint)
    {
        var samples = new ProofSamples(
            "readout.drafted",
            """{"text":"We spoke for an hour.","firstSince":"2022-02-18T00:00:00Z"}""",
            TestParty.Us,
            TestParty.Ru
        );
        var proof = samples.Proof();
        var word = Word(samples, Given(samples));
        word = word with
        {
            Texts = [word.Texts[0] with { Agreements = isJoint ? [proof.Header.Id] : [], Call = proof.Header.Id }],
        };
        Write(word, Cosigned);
        var page = File.ReadAllText(Directory.GetFiles(Path.Combine(Folder, "e"), "*.html").Single());
        var days = (proof.Header.At.UtcDateTime.Date - new DateTime(2022, 2, 18, 0, 0, 0, DateTimeKind.Utc)).Days;
        Assert.Equal(isJoint, page.Contains($"({days} days before this text)", StringComparison.Ordinal));
        Assert.Equal(isJoint, page.Contains("data-said=\"firstSince\"", StringComparison.Ordinal));
    }

    [Fact] // PUBLIC-11
    public void Of_two_joint_texts_about_one_call_each_page_says_that_there_is_the_other()
    {
        var samples = new ProofSamples(
            "readout.drafted",
            """{"text":"We spoke for an hour."}""",
            TestParty.Us,
            TestParty.Ru
        );
        var (first, second) = (samples.Proof(), samples.Proof(7));
        var word = Word(
            samples,
            Given(samples),
            new PublicProofView(second.Header.Id, PublicItem.HashOf(second), samples.Text(7), null)
        );
        var text = word.Texts[0] with { Agreements = [first.Header.Id], Call = first.Header.Id };
        word = word with
        {
            Total = 2,
            Texts =
            [
                text,
                text with
                {
                    Entry = second.Header.Id,
                    Hash = PublicItem.HashOf(second),
                    Release = second.Header.Id,
                    Agreements = [second.Header.Id],
                },
            ],
        };
        Write(word, Cosigned);
        foreach (var (page, other) in ((PublicProof, PublicProof)[])[(first, second), (second, first)])
        {
            var written = Read(Path.Combine("e", $"{PublicItem.HashOf(page)}.html"));
            Assert.Contains("<dt>Not the only one</dt>", written, StringComparison.Ordinal);
            Assert.Contains($"href=\"{PublicItem.HashOf(other)}.html\"", written, StringComparison.Ordinal);
        }
    }

    [Fact] // PUBLIC-20
    public void A_claim_stands_with_its_source_and_says_that_no_dissent_is_published()
    {
        var samples = new ProofSamples(
            "claim.made",
            """{"text":"Two convoys were fired on","source":"the <b>ministry","level":"public"}""",
            TestParty.Us,
            TestParty.Ru
        );
        var word = Word(samples, Given(samples));
        Write(word with { Texts = [word.Texts[0] with { Call = samples.Proof().Header.Id }] }, Cosigned);
        var page = File.ReadAllText(Directory.GetFiles(Path.Combine(Folder, "e"), "*.html").Single());
        Assert.Contains("Claim by United &lt;b&gt;States", page, StringComparison.Ordinal);
        Assert.Contains("the &lt;b&gt;ministry", page, StringComparison.Ordinal);
        Assert.Contains("no dissent published here", page, StringComparison.Ordinal);
    }

    public void Dispose() => transcript.Dispose();
}
