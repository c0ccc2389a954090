using System.Text;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Cli.Evidence;

/// <summary>What <c>parley verify</c> says of the proof file of one entry: three answers that are kept apart, and what none
/// of them says. PUBLIC-7.</summary>
internal static class ProofReport
{
    /// <summary>What no proof shows, in the words that the pages have too.</summary>
    internal const string NotShown =
        "Not shown: that what it says is true, that nothing else was said, or who spoke first.";

    /// <summary>As pages name them.</summary>
    private const string Extension = ".proof";

    /// <summary>The file's bytes, where it says that it is a proof file, by its name or in its first line, or is said to be
    /// one: a first line with a byte changed is a fault of a proof file, and does not make another file of it. Null for
    /// anything else.</summary>
    internal static byte[]? TryRead(string path, bool isSaidToBe)
    {
        if (!File.Exists(path) || !PlainFile.IsAt(path, followLink: true))
            return null;
        try
        {
            using var file = File.OpenRead(path);
            // One byte more than is read: what is too long is then seen to be.
            var bytes = new byte[Math.Min(file.Length, PublicProof.MaxLength + 1L)];
            file.ReadExactly(bytes);
            return isSaidToBe || path.EndsWith(Extension, StringComparison.Ordinal) || PublicProof.IsOne(bytes)
                ? bytes
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // whoever reads it as an export says why
        }
    }

    internal static int Tell(Screen screen, string path, byte[] file, string? typed, bool json)
    {
        var verdict = PublicVerdict.Of(file, typed);
        if (json)
            screen.Json(ToJson(verdict));
        else
            Print(screen, path, verdict);
        return verdict.HasNoFault ? Program.Done : Program.Failed;
    }

    private static void Print(Screen screen, string path, PublicVerdict verdict)
    {
        screen.Line(screen.Bold(path));
        Line(screen, "well-formed", verdict.WellFormed);
        Line(screen, "signed and cosigned", verdict.Signed);
        Line(screen, "by the key that you trust", verdict.Trusted);
        if (verdict.Proof is not { } proof)
            return;
        var header = proof.Header;
        screen.Line();
        screen.Line(
            $"  {header.Id} of {header.Line}: {header.Kind}, {Times.Group(header.At)} by its author's clock{(header.Mark == Mark.Actual ? "" : $", {header.Mark.ToString().ToUpperInvariant()}")}"
        );
        screen.Line(
            $"  written by {SafeText.ShowLine(header.By.Name)} ({header.By.Seat}){(header.By.ReleasedBy is { } second ? $", released by {SafeText.ShowLine(second.Name)} ({second.Seat})" : "")}"
        );
        foreach (var cosignature in verdict.Cosignatures)
            screen.Line($"  cosigned by {cosignature.Party}, {Times.Group(cosignature.At!.Value)}");
        foreach (var line in screen.Quote(Encoding.UTF8.GetString(proof.Body), 2))
            screen.Line(line);
        if (verdict.Trusted.Answer != PublicAnswer.Yes)
            PrintKeys(screen, proof);
        foreach (var line in screen.Wrap(NotShown, 2))
            screen.Line(line);
    }

    private static void PrintKeys(Screen screen, PublicProof proof)
    {
        var keys = proof.Keys.Fingerprint;
        screen.Line(
            "  The keys in this file have this fingerprint; compare it with what a party of the line states elsewhere:"
        );
        foreach (var line in screen.Wrap(keys.Words, 4).Concat(screen.Wrap(keys.Hex, 4)))
            screen.Line(line);
    }

    private static void Line(Screen screen, string what, PublicResult result)
    {
        var text = result.Answer switch
        {
            PublicAnswer.Yes => $"  {screen.Good("YES")}  {what}",
            PublicAnswer.No => $"  {screen.Act("NO")}   {what}: {SafeText.ShowLine(result.Reason)}",
            _ => $"  {screen.Warn("?")}    {what}: {result.Reason}",
        };
        screen.Line(text);
    }

    private static string ToJson(PublicVerdict verdict)
    {
        using var bytes = new MemoryStream();
        using (var w = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = ApiJson.Readable.Options.Encoder }))
        {
            w.WriteStartObject();
            Write(w, "wellFormed", verdict.WellFormed);
            Write(w, "signed", verdict.Signed);
            Write(w, "trusted", verdict.Trusted);
            w.WriteString("entry", verdict.Proof?.Header.Id.ToString());
            w.WriteString("line", verdict.Proof?.Header.Line.Value);
            w.WriteString("keys", verdict.Proof?.Keys.Fingerprint.Hash.ToHex());
            w.WriteStartArray("cosignatures");
            foreach (var cosignature in verdict.Cosignatures)
            {
                w.WriteStartObject();
                w.WriteString("party", cosignature.Party.Value);
                w.WriteString("at", UtcText.Of(cosignature.At!.Value));
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter w, string name, PublicResult result)
    {
        w.WriteStartObject(name);
        w.WriteString(
            "answer",
            result.Answer switch
            {
                PublicAnswer.Yes => "yes",
                PublicAnswer.No => "no",
                _ => "not asked",
            }
        );
        w.WriteString("reason", result.Reason.Length == 0 ? null : result.Reason);
        w.WriteEndObject();
    }
}
