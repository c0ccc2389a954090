using System.Text;
using Parley.Crypto;
using Parley.Record.Tests.Lines;

namespace Parley.Record.Tests.Public;

/// <summary>A proof file, the fingerprint that its reader typed, and the three answers that every verifier gives.</summary>
/// <param name="Foreign">False where it turns on what Go's packages do not look at (small keys).</param>
internal sealed record ProofVector(
    string Name,
    byte[] File,
    string? Typed,
    PublicAnswer WellFormed,
    PublicAnswer Signed,
    PublicAnswer Trusted,
    bool Foreign = true
)
{
    /// <summary>What it shows.</summary>
    internal string Clauses { get; init; } = "";
}

/// <summary>The table of good and bad proof files. What each verifier has to answer stands here by hand.</summary>
internal static class ProofVectors
{
    private const PublicAnswer Yes = PublicAnswer.Yes,
        No = PublicAnswer.No,
        Unasked = PublicAnswer.NotAsked;

    internal static IReadOnlyList<ProofVector> All { get; } =
    [
        .. Showing("PUBLIC-6 PUBLIC-7 PUBLIC-8", Good()),
        .. Showing("PUBLIC-5", Typed()),
        .. Showing("PUBLIC-1", BadForm()),
        .. Showing("PUBLIC-2 PUBLIC-3", BadHeader()),
        .. Showing("PUBLIC-6", BadSigns()),
        .. Showing("PUBLIC-4 PUBLIC-5", Others()),
    ];

    private static IEnumerable<ProofVector> Showing(string clauses, IEnumerable<ProofVector> vectors) =>
        vectors.Select(v => v with { Clauses = clauses });

    private static ProofSamples Three => ProofSamples.Three;
    private static string Text => Three.Text();
    private static string Print => Three.Fingerprint;

    private static ProofVector Row(
        string name,
        string text,
        string? typed,
        PublicAnswer form,
        PublicAnswer signed,
        PublicAnswer trusted
    ) => new(name, Encoding.UTF8.GetBytes(text), typed, form, signed, trusted);

    private static ProofVector Malformed(string name, string text) => Row(name, text, Print, No, Unasked, Unasked);

    private static ProofVector Unsigned(string name, string text) => Row(name, text, Print, Yes, No, Yes);

    private static IEnumerable<ProofVector> Good() =>
        [
            Row("good", Text, Print, Yes, Yes, Yes),
            Row("good, the first entry", Three.Text(0), Print, Yes, Yes, Yes),
            Row("good, the last entry", Three.Text(10), Print, Yes, Yes, Yes),
            Row("good, nobody compared the keys", Text, null, Yes, Yes, Unasked),
        ];

    private static IEnumerable<ProofVector> Typed() =>
        [
            Row(
                "typed in upper case and groups",
                Text,
                string.Join(' ', Print.ToUpperInvariant().Chunk(4).Select(g => new string(g))),
                Yes,
                Yes,
                Yes
            ),
            Row(
                "typed in half, with colons",
                Text,
                string.Join(':', Print[..32].Chunk(2).Select(g => new string(g))),
                Yes,
                Yes,
                Yes
            ),
            Row("typed less than half", Text, Print[..30], Yes, Yes, No),
            Row("typed with an odd digit", Text, Print[..33], Yes, Yes, No),
            Row("typed with a digit too many", Text, Print + "0", Yes, Yes, No),
            Row("typed the second half", Text, Print[32..], Yes, Yes, No),
            Row("typed another", Text, Sha256.Of("another"u8).ToHex(), Yes, Yes, No),
            Row("typed nothing", Text, "", Yes, Yes, No),
            Row("typed a letter O", Text, "O" + Print[1..], Yes, Yes, No),
        ];

    private static IEnumerable<ProofVector> BadForm()
    {
        var lines = Text.Split('\n');
        string Without(int line) => string.Join('\n', lines.Where((_, i) => i != line));
        string With(int line, string text) => string.Join('\n', lines.Select((was, i) => i == line ? text : was));
        yield return Malformed("empty", "");
        yield return Malformed("only its first line", "parley/proof/v1\n");
        yield return Malformed("a later version", Text.Replace("proof/v1\n", "proof/v2\n", StringComparison.Ordinal));
        yield return Malformed("a byte order mark", "\uFEFF" + Text);
        yield return Malformed("lines of Windows", Text.Replace("\n", "\r\n", StringComparison.Ordinal));
        yield return Malformed("without its last newline", Text[..^1]);
        yield return Malformed("something after it", Text + "\n");
        yield return Malformed("cut in the middle", Text[..(Text.Length / 2)]);
        for (var i = 1; i <= 3; i++)
            yield return Malformed($"without line {i}", Without(i));
        yield return Row("without keys of one party", Without(5), Print, Yes, No, No);
        yield return Malformed(
            "keys out of order",
            string.Join('\n', (string[])[.. lines[..4], lines[5], lines[4], .. lines[6..]])
        );
        yield return Malformed(
            "keys of one party twice",
            string.Join('\n', (string[])[.. lines[..5], lines[4], .. lines[5..]])
        );
        yield return Malformed(
            "keys in each other's place",
            With(4, $"keys {lines[4].Split(' ')[2]} {lines[4].Split(' ')[1]}")
        );
        yield return Malformed(
            "a key id that is not the key's",
            With(4, lines[4].Replace("+", "+0", StringComparison.Ordinal))
        );
        yield return Malformed(
            "one key in two roles",
            With(
                5,
                lines[5].Split(' ') is [var word, var log, _]
                    ? $"{word} {log} {VerifierKey.ForCosigner(TestParty.Ru.Id, TestParty.Ru.Log.PublicKey)}"
                    : ""
            )
        );
        yield return Malformed("Base64 with a stray bit", With(2, Stray(lines[2])));
        yield return Malformed("another salt", With(2, $"salt {Convert.ToBase64String(new byte[32])}"));
        yield return Malformed(
            "another body",
            With(
                3,
                $"body {Convert.ToBase64String(Encoding.UTF8.GetBytes(ProofSamples.Said.Replace("daily", "yearly", StringComparison.Ordinal)))}"
            )
        );
        yield return Malformed(
            "a longer body",
            With(3, $"body {Convert.ToBase64String(Encoding.UTF8.GetBytes(ProofSamples.Said + " "))}")
        );
        yield return Malformed("another index", Text.Replace("\nindex 5\n", "\nindex 6\n", StringComparison.Ordinal));
        yield return Malformed(
            "an index with a zero before",
            Text.Replace("\nindex 5\n", "\nindex 05\n", StringComparison.Ordinal)
        );
        yield return Malformed(
            "extra data",
            Text.Replace("\nindex 5\n", "\nextra AAAA\nindex 5\n", StringComparison.Ordinal)
        );
        yield return Malformed(
            "a checkpoint with a further line",
            Text.Replace("\n\n— ", "\nfurther\n\n— ", StringComparison.Ordinal)
        );
        yield return Malformed(
            "a checkpoint of another feed",
            Text.Replace($"\n{Three.Keys.Line}/us\n", $"\n{Three.Keys.Line}/ru\n", StringComparison.Ordinal)
        );
        yield return new ProofVector(
            "not UTF-8",
            [.. Encoding.UTF8.GetBytes(Text[..^1]), 0xFF, (byte)'\n'],
            Print,
            No,
            Unasked,
            Unasked
        );
        yield return new ProofVector(
            "a zero byte",
            [.. Encoding.UTF8.GetBytes(Text[..^1]), 0, (byte)'\n'],
            Print,
            No,
            Unasked,
            Unasked
        );
    }

    // Each of them signed by its author and cosigned by all: only the reader's strictness refuses it.
    private static IEnumerable<ProofVector> BadHeader()
    {
        (string Name, string Old, string New)[] changes =
        [
            ("a header with white space", "{\"parley\":1,", "{\"parley\": 1,"),
            ("a header with a member twice", "\"kind\":", "\"kind\":\"message.sent\",\"kind\":"),
            ("a header with a member unknown", "\"body\":", "\"title\":\"x\",\"body\":"),
            (
                "a header with its members in another order",
                "\"mark\":\"actual\",\"precedence\":\"routine\"",
                "\"precedence\":\"routine\",\"mark\":\"actual\""
            ),
            ("a header with a text spelled otherwise", "\"us\",\"seq\"", "\"\\u0075s\",\"seq\""),
            ("a header with a number spelled otherwise", "\"seq\":5,", "\"seq\":5.0,"),
            ("a header with another place", "\"seq\":5,", "\"seq\":4,"),
            ("a header by another party", "\"from\":\"us\"", "\"from\":\"ru\""),
            ("a header with a time that is none", "\"at\":\"2022-03-01", "\"at\":\"2022-02-31"),
            ("a header with a name that turns the line about", "Anna B", "Anna \u202EB"),
            ("a header with half a character", "Anna B", "Anna \\ud800B"),
            ("a header of a later version", "{\"parley\":1,", "{\"parley\":2,"),
            ("a header that answers what comes later", "\"us/2\"", "\"us/5\""),
            ("a header with a kind of one word", "\"statement.released\"", "\"statement\""),
            ("a header with an unknown mark", "\"actual\"", "\"real\""),
        ];
        foreach (var (name, old, replaced) in changes)
            yield return Malformed(
                name,
                Three.WithHeader(header =>
                    header.Contains(old, StringComparison.Ordinal)
                        ? header.Replace(old, replaced, StringComparison.Ordinal)
                        : throw new InvalidOperationException($"{name}: {header}")
                )
            );
        yield return Row(
            "another header, signed anew",
            Three.WithHeader(h => h.Replace("Anna", "Anne", StringComparison.Ordinal)),
            Print,
            Yes,
            Yes,
            Yes
        );
    }

    private static IEnumerable<ProofVector> BadSigns()
    {
        var checkpoint = Three.Checkpoint;
        var whole = checkpoint.Checkpoint;
        string Of(params NoteSignature[] lines) =>
            Text.Split("\n— ")[0] + "\n" + string.Concat(lines.Select(line => line.ToLine()));
        var (author, ru, icrc) = (
            checkpoint.Note.Signatures[0],
            checkpoint.Note.Signatures[1],
            checkpoint.Note.Signatures[2]
        );
        yield return Row("signatures in another order", Of(icrc, ru, author), Print, Yes, Yes, Yes);
        yield return Unsigned("without a cosignature", Of(author, ru));
        yield return Unsigned("without the author's signature", Of(ru, icrc));
        yield return Unsigned("a signature with a flipped bit", Of(Flipped(author, 0), ru, icrc));
        yield return Unsigned("a signature with a flipped bit in its scalar", Of(Flipped(author, 40), ru, icrc));
        yield return Unsigned("a cosignature with a flipped bit", Of(author, Flipped(ru, 20), icrc));
        yield return Unsigned("a cosignature of another time", Of(author, Flipped(ru, 7), icrc));
        yield return Unsigned(
            "a cosignature that is cut",
            Of(author, ru with { Signature = ru.Signature[..^1] }, icrc)
        );
        yield return Unsigned("a scalar above the order", Of(Above(author), ru, icrc));
        yield return Unsigned("a signature line twice", Of(author, author, ru, icrc));
        yield return Unsigned(
            "a signature line of a stranger",
            Of(author, ru, icrc, NoteSignature.Sign(whole.Text, "stranger", TestParty.Named("ua").Log))
        );
        yield return Unsigned(
            "the author's own cosignature",
            Of(author, ru, icrc, Three.Cosign(checkpoint, TestParty.Us))
        );
        yield return Unsigned(
            "the others' names, with keys of somebody else",
            Of(author, ru, icrc with { KeyId = icrc.KeyId ^ 1 })
        );
        yield return Unsigned(
            "a checkpoint of a greater size",
            Text.Replace("\n11\n", "\n12\n", StringComparison.Ordinal)
        );
        yield return Unsigned(
            "a checkpoint with another root",
            Text.Replace(whole.Root.ToBase64(), Sha256.Of("root"u8).ToBase64(), StringComparison.Ordinal)
        );
        var hashes = Three.Proof().Proof.Hashes;
        yield return Unsigned(
            "a hash flipped",
            Text.Replace(hashes[1].ToBase64(), Sha256.Of("hash"u8).ToBase64(), StringComparison.Ordinal)
        );
        yield return Unsigned(
            "a hash missing",
            Text.Replace(hashes[1].ToBase64() + "\n", "", StringComparison.Ordinal)
        );
        yield return Unsigned(
            "a hash too many",
            Text.Replace(
                hashes[^1].ToBase64(),
                hashes[^1].ToBase64() + "\n" + hashes[0].ToBase64(),
                StringComparison.Ordinal
            )
        );
        yield return Unsigned(
            "hashes in another order",
            Text.Replace(
                hashes[0].ToBase64() + "\n" + hashes[1].ToBase64(),
                hashes[1].ToBase64() + "\n" + hashes[0].ToBase64(),
                StringComparison.Ordinal
            )
        );
    }

    private static IEnumerable<ProofVector> Others()
    {
        // Everything by keys that an impostor made for the same names: nothing but the fingerprint tells it.
        var impostor = new ProofSamples(TestParty.Impostor("us"), TestParty.Impostor("ru"), TestParty.Impostor("icrc"));
        yield return Row("an impostor's, with the fingerprint of the parties", impostor.Text(), Print, Yes, Yes, No);
        yield return Row("an impostor's, nobody compared the keys", impostor.Text(), null, Yes, Yes, Unasked);
        yield return Row(
            "the impostor's keys on the parties' proof",
            impostor.Text().Split("\n\n")[0] + Text[Text.IndexOf("\n\n", StringComparison.Ordinal)..],
            Print,
            No,
            Unasked,
            Unasked
        );
        var two = new ProofSamples(TestParty.Us, TestParty.Ru);
        yield return Row("good, of two parties", two.Text(), two.Fingerprint, Yes, Yes, Yes);
        var one = new ProofSamples(TestParty.Us);
        yield return Row("of a party alone", one.Text(), one.Fingerprint, Yes, No, Yes);
        (string Name, string Key)[] small =
        [
            ("of order one", $"01{new string('0', 62)}"),
            ("of order four", new string('0', 64)),
            ("that is not reduced", $"ed{new string('f', 60)}7f"),
        ];
        foreach (var (name, key) in small)
            yield return Malformed($"a key {name}", WithKey(Convert.FromHexString(key))) with
            {
                Foreign = false,
            };
    }

    private static string WithKey(byte[] key)
    {
        byte[] material = [4, .. key];
        var id = Sha256.Of([.. "icrc\n"u8, .. material]).ToHex()[..8];
        var old = Three.Keys.Parties[0].Cosign.ToString();
        return Text.Replace(old, $"icrc+{id}+{Convert.ToBase64String(material)}", StringComparison.Ordinal);
    }

    private static NoteSignature Flipped(NoteSignature line, int at)
    {
        byte[] bytes = [.. line.Signature];
        bytes[at] ^= 4;
        return line with { Signature = bytes };
    }

    // S + L names the same signature again: strict readers refuse it.
    private static NoteSignature Above(NoteSignature line)
    {
        var order =
            System.Numerics.BigInteger.Pow(2, 252)
            + System.Numerics.BigInteger.Parse(
                "27742317777372353535851937790883648493",
                System.Globalization.CultureInfo.InvariantCulture
            );
        var s = new System.Numerics.BigInteger(line.Signature.AsSpan(32), isUnsigned: true) + order;
        byte[] bytes = [.. line.Signature];
        s.TryWriteBytes(bytes.AsSpan(32), out _, isUnsigned: true);
        return line with { Signature = bytes };
    }

    private static string Stray(string line)
    {
        // 32 bytes end in one character of four bits, one equals sign: its lowest bits are free.
        var at = line.Length - 2;
        return line[..at] + (char)(line[at] + 1) + "=";
    }
}
