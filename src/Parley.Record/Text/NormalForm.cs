using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Parley.Record.Text;

/// <summary>
/// The normal forms of Unicode (UAX #15), of version 15.0 at every station. The platform's own are off in this program,
/// and would be of whatever version the machine has: what counts as
/// one name decides what an entry counts for, and that is the same everywhere (TRAFFIC-1). Decision 0026.
/// </summary>
public static class NormalForm
{
    private const int FirstSyllable = 0xAC00,
        FirstLead = 0x1100,
        FirstVowel = 0x1161,
        FirstTail = 0x11A7,
        Vowels = 21,
        Tails = 28,
        Leads = 19,
        Syllables = Leads * Vowels * Tails;

    /// <summary>Below this, every character is as it is in form C.</summary>
    private const char FirstToLookAt = '\u0300';

    /// <summary>Form C: texts that a reader cannot tell apart are equal.</summary>
    public static string Composed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (
            text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(FirstToLookAt - 1)) < 0
            || NormalForms.Own.IsComposed(text)
        )
            return text;
        return Joined(Compose(Decompose(text, compatibly: false)));
    }

    /// <summary>Form KD: letters apart from their marks, and wide, narrow, circled and joined forms as what they stand
    /// for.</summary>
    public static string Apart(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ascii.IsValid(text) ? text : Joined(Decompose(text, compatibly: true));
    }

    private static List<int> Decompose(string text, bool compatibly)
    {
        var forms = NormalForms.Own;
        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value - FirstSyllable is >= 0 and < Syllables and var syllable)
            {
                codes.Add(FirstLead + syllable / (Vowels * Tails));
                codes.Add(FirstVowel + syllable % (Vowels * Tails) / Tails);
                if (syllable % Tails > 0)
                    codes.Add(FirstTail + syllable % Tails);
            }
            else if (forms.Of(rune.Value, compatibly) is { } apart)
                codes.AddRange(apart);
            else
                codes.Add(rune.Value);
        }
        Order(codes, forms);
        return codes;
    }

    /// <summary>Marks of one letter stand in order of their classes; those of one class as they were. In time of their
    /// number and its logarithm, however many there are.</summary>
    private static void Order(List<int> codes, NormalForms forms)
    {
        for (var from = 0; from < codes.Count; from++)
        {
            if (forms.ClassOf(codes[from]) == 0)
                continue;
            var to = from + 1;
            while (to < codes.Count && forms.ClassOf(codes[to]) > 0)
                to++;
            if (to - from > 1)
            {
                var sorted = codes.GetRange(from, to - from).OrderBy(c => forms.ClassOf(c)).ToList();
                for (var i = 0; i < sorted.Count; i++)
                    codes[from + i] = sorted[i];
            }
            from = to;
        }
    }

    private static List<int> Compose(List<int> codes)
    {
        var forms = NormalForms.Own;
        var composed = new List<int>(codes.Count);
        var (starter, before) = (-1, 0); // place of the last letter, and the class of what was put behind it last
        foreach (var code in codes)
        {
            var own = forms.ClassOf(code);
            if (
                starter >= 0
                && (composed.Count - 1 == starter || before < own)
                && Pair(composed[starter], code, forms) is { } one
            )
            {
                composed[starter] = one;
                continue;
            }
            if (own == 0)
                starter = composed.Count;
            before = own;
            composed.Add(code);
        }
        return composed;
    }

    private static int? Pair(int first, int second, NormalForms forms)
    {
        if (
            first - FirstLead is >= 0 and < Leads and var lead
            && second - FirstVowel is >= 0 and < Vowels and var vowel
        )
            return FirstSyllable + (lead * Vowels + vowel) * Tails;
        if (
            first - FirstSyllable is >= 0 and < Syllables and var syllable
            && syllable % Tails == 0
            && second - FirstTail is > 0 and < Tails and var tail
        )
            return first + tail;
        return forms.Pair(first, second);
    }

    private static string Joined(List<int> codes)
    {
        var text = new StringBuilder(codes.Count);
        Span<char> units = stackalloc char[2];
        foreach (var code in codes)
            text.Append(units[..new Rune(code).EncodeToUtf16(units)]);
        return text.ToString();
    }
}

/// <summary>What the forms are made of, read from the program itself when it is first asked for.</summary>
internal sealed class NormalForms
{
    private const string Resource = "normal-forms.tsv.br";
    private static readonly Lazy<NormalForms> Lazily = new(() => new NormalForms());

    private readonly Dictionary<int, int[]> canonical = [],
        compatible = [];
    private readonly Dictionary<int, byte> classes = [];
    private readonly Dictionary<(int, int), int> pairs = [];

    /// <summary>Characters that may not stay as they are in form C.</summary>
    private readonly HashSet<int> unsettled = [];

    private NormalForms()
    {
        using var packed =
            typeof(NormalForms).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is missing in the program");
        using var lines = new StreamReader(new BrotliStream(packed, CompressionMode.Decompress), Encoding.UTF8);
        while (lines.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            var code = Number(fields[0]);
            if (fields[1].Length > 0)
                classes[code] = (byte)Number(fields[1]);
            if (fields[2].Length > 0)
                canonical[code] = Numbers(fields[2]);
            if (fields[3].Length > 0)
                compatible[code] = Numbers(fields[3]);
            if (fields[4].Length > 0)
            {
                var pair = Numbers(fields[4]);
                pairs[(pair[0], pair[1])] = code;
                unsettled.Add(pair[1]); // it may join what stands before it
            }
            if (fields[1].Length > 0 || (fields[2].Length > 0 && fields[4].Length == 0))
                unsettled.Add(code);
        }
    }

    internal static NormalForms Own => Lazily.Value;

    internal int[]? Of(int code, bool compatibly) =>
        compatibly && compatible.TryGetValue(code, out var apart) ? apart : canonical.GetValueOrDefault(code);

    internal byte ClassOf(int code) => classes.GetValueOrDefault(code);

    internal int? Pair(int first, int second) => pairs.TryGetValue((first, second), out var one) ? one : null;

    /// <summary>True where nothing in it can change; false where it must be looked at.</summary>
    internal bool IsComposed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // The parts of a Hangul syllable join what stands before them.
            if (
                rune.Value >= 0x300
                && (
                    rune.Value is >= 0x1160 and <= 0x11FF
                    || rune == Rune.ReplacementChar
                    || unsettled.Contains(rune.Value)
                )
            )
                return false;
        }
        return true;
    }

    private static int[] Numbers(string field) => [.. field.Split(' ').Select(Number)];

    private static int Number(string field) =>
        int.Parse(field, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
