using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Record.Tests.Lines;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Public;

public sealed class PublicProofTests
{
    private const string Write = "PARLEY_WRITE_TABLES";
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact] // PUBLIC-1 PUBLIC-2 PUBLIC-3 PUBLIC-4 PUBLIC-5 PUBLIC-6 PUBLIC-7
    public void Every_vector_gets_the_three_answers_that_stand_beside_it()
    {
        foreach (var vector in ProofVectors.All)
        {
            var verdict = PublicVerdict.Of(vector.File, vector.Typed);
            Assert.Equal(
                (vector.Name, vector.WellFormed, vector.Signed, vector.Trusted),
                (vector.Name, verdict.WellFormed.Answer, verdict.Signed.Answer, verdict.Trusted.Answer)
            );
            if (verdict.Proof is { } proof)
                Assert.Equal(vector.File, proof.Encode());
        }
    }

    [Fact] // PUBLIC-8
    public void The_table_that_all_verifiers_are_held_against_is_these_vectors()
    {
        var path = Path.Combine(VectorFolder.ProjectRoot(), "docs/protocol/vectors/public.json");
        var table =
            JsonSerializer
                .Serialize(
                    new
                    {
                        about = "Proof files, good and bad: docs/protocol/public.md, PUBLIC-8",
                        cases = ProofVectors.All.Select(Row),
                        letters = Letters.ToDictionary(
                            one => one.Value,
                            one => (string[])[Word(one.Key.Item1), Word(one.Key.Item2), Word(one.Key.Item3)]
                        ),
                        flips = Masks.Select(mask => new
                        {
                            @case = "good",
                            mask,
                            answers = Answers(mask),
                        }),
                    },
                    Layout
                )
                .ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable(Write) is not null)
            File.WriteAllText(path, table);
        Assert.True(File.ReadAllText(path) == table, $"{path} is not what the vectors are: {Write}=1 writes it anew");
    }

    /// <summary>The bits of each byte that are tried: one that leaves most of Base64 what it is, one of a digit, one that
    /// turns small letters into large ones, and one that leaves no ASCII.</summary>
    private static readonly byte[] Masks = [1, 2, 32, 128];

    /// <summary>What a file with a byte flipped can be found to be. That all is well is not among it.</summary>
    private static readonly Dictionary<(PublicAnswer, PublicAnswer, PublicAnswer), string> Letters = new()
    {
        [(PublicAnswer.No, PublicAnswer.NotAsked, PublicAnswer.NotAsked)] = "m",
        [(PublicAnswer.Yes, PublicAnswer.No, PublicAnswer.Yes)] = "s",
        [(PublicAnswer.Yes, PublicAnswer.No, PublicAnswer.No)] = "k",
    };

    /// <summary>Every byte of the file in turn with this bit the other way, and a letter for what it then is.</summary>
    private static string Answers(byte mask)
    {
        var file = ProofSamples.Three.Proof().Encode();
        var letters = new StringBuilder(file.Length);
        for (var i = 0; i < file.Length; i++)
        {
            file[i] ^= mask;
            var verdict = PublicVerdict.Of(file, ProofSamples.Three.Fingerprint);
            file[i] ^= mask;
            Assert.True(
                Letters.TryGetValue(
                    (verdict.WellFormed.Answer, verdict.Signed.Answer, verdict.Trusted.Answer),
                    out var letter
                ),
                $"byte {i}, bit {mask}: {verdict}"
            );
            letters.Append(letter);
        }
        return letters.ToString();
    }

    [Fact] // PUBLIC-2 PUBLIC-3 PUBLIC-6
    public void No_flipped_byte_of_a_proof_file_goes_through()
    {
        foreach (var mask in Masks)
            Assert.Equal(ProofSamples.Three.Proof().Encode().Length, Answers(mask).Length);
    }

    [Fact] // PUBLIC-5
    public void All_parties_of_a_line_state_one_fingerprint_and_its_sheet_names_keys_alone()
    {
        var document = TestLines.Of(TestParty.Us, TestParty.Ru);
        var sheet = PublicKeySheet.Of(document);
        Assert.Equal(
            $"parley/keys/v1\n{document.LogKey(TestParty.Ru.Id)} {document.CosignKey(TestParty.Ru.Id)}\n{document.LogKey(TestParty.Us.Id)} {document.CosignKey(TestParty.Us.Id)}\n",
            sheet.Text
        );
        Assert.DoesNotContain("example:4433", sheet.Text, StringComparison.Ordinal);
        Assert.NotEqual(document.Fingerprint.Hex, sheet.Fingerprint.Hex);
        Assert.True(sheet.Fingerprint.Matches(sheet.Fingerprint.Words));
    }

    [Fact] // PUBLIC-2
    public void No_proof_is_made_of_an_entry_without_its_body()
    {
        var proof = ProofSamples.Three.Proof();
        var entry = new Entry(proof.HeaderBytes, null, null);
        Assert.False(PublicProof.Create(entry, proof.Keys, proof.Proof).TryGet(out _, out var reason));
        Assert.Contains("no body", reason, StringComparison.Ordinal);
    }

    private static object Row(ProofVector vector)
    {
        string? text = null;
        try
        {
            text = new UTF8Encoding(false, true).GetString(vector.File);
        }
        catch (DecoderFallbackException) { }
        return new
        {
            name = vector.Name,
            file = text,
            base64 = text is null ? Convert.ToBase64String(vector.File) : null,
            typed = vector.Typed,
            wellFormed = Word(vector.WellFormed),
            signed = Word(vector.Signed),
            trusted = Word(vector.Trusted),
            foreign = vector.Foreign,
        };
    }

    private static string Word(PublicAnswer answer) =>
        answer switch
        {
            PublicAnswer.Yes => "yes",
            PublicAnswer.No => "no",
            _ => "not asked",
        };
}
