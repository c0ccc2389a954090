using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Record;

namespace Parley.EndToEnd.Story;

/// <summary>
/// By what one would know that something of a line has got somewhere: of every entry its header, the hash of that, its
/// commitment, salt and body and each text in that, the roots of every size of every feed, what was signed, and of each
/// party's card what stands on no other. Each is looked for as it is, in hexadecimal and in Base64, also when that stands
/// within Base64 again.
/// </summary>
internal sealed class LineTraces
{
    /// <summary>What is shorter is met by chance.</summary>
    private const int ShortestText = 12,
        ShortestBody = 40;

    private readonly Dictionary<string, byte[]> traces = new(StringComparer.Ordinal);

    /// <param name="export">The line as a folder, written by one of its parties.</param>
    /// <param name="cards">The card files of those of its parties that the others are not to hear of.</param>
    /// <param name="sameOnEach">Texts that officers say on purpose on each line.</param>
    internal LineTraces(string export, IEnumerable<string> cards, IReadOnlySet<string> sameOnEach)
    {
        var line = JsonNode.Parse(File.ReadAllBytes(Path.Combine(export, "line.json")))!["line"]!.GetValue<string>();
        traces[$"line {line}"] = Encoding.UTF8.GetBytes(line);
        foreach (var body in Directory.EnumerateFiles(Path.Combine(export, "bodies")))
            Body(Path.GetFileName(body), File.ReadAllBytes(body), sameOnEach);
        foreach (var feed in Directory.EnumerateDirectories(Path.Combine(export, "feeds")))
            Feed(Path.GetFileName(feed), feed);
        foreach (var card in cards)
            Card(Parley.Record.Card.Parse(File.ReadAllBytes(card)).Required());
    }

    internal int Count => traces.Count;

    /// <summary>Those that a station of the line keeps: what is computed anew from them it does not.</summary>
    internal IEnumerable<string> Kept =>
        traces.Keys.Where(name =>
            !name.StartsWith("root of ", StringComparison.Ordinal)
            && !name.StartsWith("leaf of ", StringComparison.Ordinal)
        );

    /// <summary>All but what the text shows, which was passed on: its own entry, and how it stands in its feed.</summary>
    internal LineTraces But(string passed)
    {
        var shown = Flat(Encoding.UTF8.GetBytes(passed));
        return new LineTraces(traces.Where(trace => !IsIn(trace.Value, shown)));
    }

    private LineTraces(IEnumerable<KeyValuePair<string, byte[]>> traces)
    {
        foreach (var (name, bytes) in traces)
            this.traces[name] = bytes;
    }

    /// <summary>Those that stand somewhere in these bytes, by name.</summary>
    internal IReadOnlyList<string> FoundIn(IEnumerable<byte[]> places)
    {
        string[] flat = [.. places.Select(Flat)];
        return [.. traces.Where(trace => flat.Any(place => IsIn(trace.Value, place))).Select(trace => trace.Key)];
    }

    private static string Flat(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static bool IsIn(byte[] trace, string place) =>
        Spellings(trace).Any(spelled => place.Contains(spelled, StringComparison.Ordinal));

    private static IEnumerable<string> Spellings(byte[] trace)
    {
        var digits = Convert.ToHexStringLower(trace);
        yield return Flat(trace);
        yield return digits;
        foreach (var bytes in (byte[][])[trace, Encoding.ASCII.GetBytes(digits)])
        foreach (var within in Base64Of(bytes))
            yield return within;
        foreach (
            var encoder in (JavaScriptEncoder[])[JavaScriptEncoder.Default, JavaScriptEncoder.UnsafeRelaxedJsonEscaping]
        )
            yield return Flat(Encoding.UTF8.GetBytes(encoder.Encode(Encoding.UTF8.GetString(trace))));
    }

    /// <summary>What of it is the same wherever in a longer Base64 it stands.</summary>
    private static IEnumerable<string> Base64Of(byte[] bytes)
    {
        foreach (var (before, from) in ((int, int)[])[(0, 0), (1, 2), (2, 3)])
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. bytes]);
            yield return whole[from..((before + bytes.Length) * 8 / 6)];
        }
    }

    private void Body(string commitment, byte[] file, IReadOnlySet<string> sameOnEach)
    {
        traces[$"commitment {commitment}"] = Convert.FromHexString(commitment);
        var body = file[Parley.Record.Body.SaltLength..];
        traces[$"salt of {commitment}"] = file[..Parley.Record.Body.SaltLength];
        var said = Encoding.UTF8.GetString(body);
        if (JsonNode.Parse(body) is not { } json)
            return;
        string[] texts = [.. TextsIn(json).Where(text => text.Length >= ShortestText)];
        if (body.Length >= ShortestBody && !texts.Any(sameOnEach.Contains))
            traces[$"body {said}"] = body;
        foreach (var text in texts.Where(text => !sameOnEach.Contains(text)))
            traces[$"text {text}"] = Encoding.UTF8.GetBytes(text);
    }

    private static IEnumerable<string> TextsIn(JsonNode node) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => member.Value is { } value ? TextsIn(value) : []),
            JsonArray items => items.SelectMany(item => item is { } value ? TextsIn(value) : []),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.GetValue<string>()],
            _ => [],
        };

    private void Feed(string party, string folder)
    {
        var tree = new TreeFrontier();
        foreach (
            var bundle in Directory.EnumerateFiles(
                Path.Combine(folder, "tile", "entries"),
                "*",
                SearchOption.AllDirectories
            )
        )
        {
            var bytes = File.ReadAllBytes(bundle);
            for (var at = 0; at < bytes.Length; )
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
                var header = bytes[(at + 2)..(at + 2 + length)];
                var leaf = MerkleHash.Leaf(header);
                tree.Append(leaf);
                var id = $"{party}/{tree.Size - 1}";
                traces[$"header of {id}"] = header;
                traces[$"leaf of {id}"] = leaf.ToArray();
                traces[$"root of {party} at {tree.Size}"] = tree.Root().ToArray();
                var by = JsonNode.Parse(header)!["by"]!["name"]!.GetValue<string>();
                if (by.Length >= ShortestText)
                    traces[$"officer {by}"] = Encoding.UTF8.GetBytes(by);
                at += 2 + length;
            }
        }
        foreach (var line in File.ReadLines(Path.Combine(folder, "checkpoint")).Where(l => l.StartsWith('—')))
            traces[$"signature {line}"] = Convert.FromBase64String(line.Split(' ')[2]);
    }

    private void Card(Card card)
    {
        traces[$"name of {card.Party}"] = Encoding.UTF8.GetBytes(card.Name);
        traces[$"address of {card.Party}"] = Encoding.UTF8.GetBytes(card.Addresses[0]);
        traces[$"identity of {card.Party}"] = card.Identity.ToArray();
        traces[$"link key of {card.Party}"] = card.LinkTls[^64..];
        traces[$"sealing key of {card.Party}"] = card.Hpke;
    }
}
