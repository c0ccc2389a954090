using System.Text;
using System.Text.Json;
using Parley.Contract;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Cli.Public;

/// <summary>A point of a readout.</summary>
internal sealed record PublicPoint(string Text, string Tag);

/// <summary>A text as a page shows it: everything that is said of it was read from proof files, and from nothing
/// else.</summary>
internal sealed record PublicItem
{
    /// <summary>The leaf hash of the entry that holds the text; permalinks are by it.</summary>
    internal required string Hash { get; init; }
    internal required LineId Line { get; init; }
    internal required PartyId By { get; init; }
    internal required DateTimeOffset At { get; init; }
    internal required Mark Mark { get; init; }

    /// <summary>The entry with the text; null where it was withdrawn.</summary>
    internal PublicProof? Said { get; init; }

    /// <summary>The entry that released it, where that is another.</summary>
    internal PublicProof? Release { get; init; }

    /// <summary>The entries by which the others agreed to the text.</summary>
    internal IReadOnlyList<PublicProof> Agreements { get; init; } = [];

    /// <summary>The entry that took it back.</summary>
    internal PublicProof? Withdrawal { get; init; }
    internal string? CorrectedBy { get; init; }
    internal string? Corrects { get; init; }

    /// <summary>What others released of the same call.</summary>
    internal IReadOnlyList<PublicItem> Beside { get; init; } = [];

    /// <summary>Other texts that all signed about the same call: a reader is to know that there is more than one.
    /// PUBLIC-11.</summary>
    internal IReadOnlyList<PublicItem> OtherJoint { get; init; } = [];
    internal EntryId? Call { get; init; }
    internal string? Text { get; init; }
    internal IReadOnlyList<PublicPoint> Points { get; init; } = [];
    internal string? Reason { get; init; }

    /// <summary>When what was agreed takes effect, as the text states it.</summary>
    internal string? Effective { get; init; }

    /// <summary>Before when it was not to be published, as the text states it.</summary>
    internal string? Embargo { get; init; }

    /// <summary>Where a claim has it from, as it says itself.</summary>
    internal string? Source { get; init; }

    /// <summary>When the parties had last spoken before, in a text that all of them signed. PUBLIC-21.</summary>
    internal string? FirstSince { get; init; }
    internal bool IsJoint => Agreements.Count > 0;
    internal bool IsClaim => Said?.Header.Kind is Kinds.ClaimMade or Kinds.ClaimDisputed;
    internal bool IsStatement => Said?.Header.Kind.StartsWith("statement.", StringComparison.Ordinal) ?? Call is null;
    internal string? Lang => Said?.Header.Lang;
    internal string Page => $"e/{Hash}.html";

    /// <summary>All proofs, the text's first.</summary>
    internal IEnumerable<PublicProof> Proofs =>
        new[] { Said, Release, Withdrawal }
            .OfType<PublicProof>()
            .Concat(Agreements)
            .DistinctBy(proof => proof.Header.Id);

    /// <param name="by">The releasing party as readers know it.</param>
    internal string Title(string by) =>
        Withdrawal is not null ? $"Withdrawn by {by}"
        : Said?.Header.Kind == Kinds.ClaimMade ? $"Claim by {by}"
        : Said?.Header.Kind == Kinds.ClaimDisputed ? $"Dissent by {by} from a claim"
        : IsStatement ? $"Statement by {by}"
        : IsJoint ? $"Joint readout, released by {by}"
        : $"Readout by {by} alone";

    internal static string FileOf(PublicProof proof) => $"e/{HashOf(proof)}.proof";

    internal static string HashOf(PublicProof proof) => MerkleHash.Leaf(proof.HeaderBytes).ToHex();

    /// <summary>The items of a line; those for which a proof is still lacking are left out, and why is said.</summary>
    internal static IReadOnlyList<PublicItem> Of(PublicWordView word, bool exercises, List<string> waiting)
    {
        var proofs = new Dictionary<EntryId, PublicProof>();
        foreach (var given in word.Proofs)
        {
            if (
                given.File is not { } file
                || !PublicProof.Parse(Encoding.UTF8.GetBytes(file)).TryGet(out var proof, out _)
                || !proof.Judge(word.Keys).HasNoFault
            )
                waiting.Add($"{given.Entry} is not published yet: {given.Waits ?? "its proof does not hold"}");
            else
                proofs[given.Entry] = proof;
        }
        var hashes = word.Texts.GroupBy(text => text.Entry).ToDictionary(g => g.Key, g => g.First().Hash);
        var corrects = word
            .Texts.Where(text => text.CorrectedBy is not null)
            .GroupBy(text => text.CorrectedBy!.Value)
            .ToDictionary(g => g.Key, g => g.First().Hash);
        var items = word
            .Texts.Where(text => exercises || text.Mark == Mark.Actual)
            .Where(text => Needed(text).All(proofs.ContainsKey))
            .Select(text => Make(text, word.Line, proofs, hashes, corrects))
            // Released by both, it is one text with one page: the first release is the one that counts for the reader.
            .OrderBy(item => item.At)
            .DistinctBy(item => (item.Hash, item.Withdrawal is null ? "" : item.By.Value))
            .ToList();
        // A page has one hash: what one party took back and another still gives stands.
        items =
        [
            .. items
                .GroupBy(item => item.Hash)
                .Select(same => same.FirstOrDefault(i => i.Withdrawal is null) ?? same.First()),
        ];
        return
        [
            .. items
                .Select(item =>
                    item with
                    {
                        OtherJoint =
                        [
                            .. items.Where(other =>
                                item.IsJoint
                                && other.IsJoint
                                && other.Hash != item.Hash
                                && item.Call is not null
                                && other.Call == item.Call
                            ),
                        ],
                        Beside =
                        [
                            .. items.Where(other =>
                                other.Hash != item.Hash
                                && item.Call is not null
                                && other.Call == item.Call
                                && other.By != item.By
                            ),
                        ],
                    }
                )
                .OrderByDescending(item => item.At)
                .ThenBy(item => item.Hash, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<EntryId> Needed(PublicTextView text) =>
        text.Withdrawal is { } withdrawal ? [withdrawal] : [text.Entry, text.Release, .. text.Agreements];

    private static PublicItem Make(
        PublicTextView text,
        LineId line,
        Dictionary<EntryId, PublicProof> proofs,
        Dictionary<EntryId, string> hashes,
        Dictionary<EntryId, string> corrects
    )
    {
        var item = new PublicItem
        {
            Hash = text.Hash,
            Line = line,
            By = text.By,
            At = text.At,
            Mark = text.Mark,
            Call = text.Call,
            CorrectedBy = text.CorrectedBy is { } later ? hashes.GetValueOrDefault(later) : null,
            Corrects = corrects.GetValueOrDefault(text.Entry),
        };
        if (text.Withdrawal is { } withdrawal)
            return item with { Withdrawal = proofs[withdrawal], Reason = Body(proofs[withdrawal]).Text("reason") };
        var said = proofs[text.Entry];
        var body = Body(said);
        return item with
        {
            Said = said,
            Release = text.Release == text.Entry ? null : proofs[text.Release],
            Agreements = [.. text.Agreements.Select(entry => proofs[entry])],
            Text = body.Text("text"),
            Points = body.Points(),
            Effective = body.Text("effective"),
            Embargo = body.Text("embargo"),
            Source = body.Text("source"),
            FirstSince = text.Agreements.Count > 0 ? body.Text("firstSince") : null,
        };
    }

    private static JsonElement Body(PublicProof proof)
    {
        using var json = JsonDocument.Parse(proof.Body);
        return json.RootElement.Clone();
    }
}

internal static class PublicJson
{
    internal static string? Text(this JsonElement body, string member) =>
        body.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    internal static IReadOnlyList<PublicPoint> Points(this JsonElement body) =>
        body.TryGetProperty("points", out var points) && points.ValueKind == JsonValueKind.Array
            ? [.. points.EnumerateArray().Select(p => new PublicPoint(p.Text("text") ?? "", p.Text("tag") ?? ""))]
            : [];
}
