using System.Text;
using Parley.Crypto;
using Parley.Record;
using Parley.Testing.Lines;

namespace Parley.Traffic.Tests;

/// <summary>A record written by hand: each entry has seen everything written before it, unless a test says
/// otherwise.</summary>
internal sealed class TestRecord
{
    internal static readonly DateTimeOffset Noon = new(2022, 3, 23, 12, 0, 0, TimeSpan.Zero);
    internal static readonly PartyId Us = PartyId.Parse("us"),
        Ru = PartyId.Parse("ru"),
        Ua = PartyId.Parse("ua");

    private readonly Dictionary<PartyId, ulong> sizes = [];
    private readonly List<(EntryHeader Header, byte[]? Body)> entries = [];

    internal TestRecord(params string[] parties)
        : this(LinePolicy.Default, parties) { }

    internal TestRecord(int fold, params string[] parties)
        : this(LinePolicy.Default with { Fold = fold }, parties) { }

    internal TestRecord(LinePolicy policy, params string[] parties)
    {
        if (parties.Length == 0)
            parties = ["us", "ru"];
        Document = LineDocument.Create(
            "north",
            "Northern line",
            Noon,
            new byte[LineDocument.NonceLength],
            [.. parties.Select(p => LineParty.Named(p).Card(dialable: true))],
            policy
        );
        Now = Noon;
        foreach (var party in Document.Parties)
            Write(party.Value, LineOpened.Kind, null);
    }

    internal LineDocument Document { get; }
    internal DateTimeOffset Now { get; set; }

    /// <summary>The language that entries say they are in.</summary>
    internal string? Lang { get; set; }

    /// <summary>What entries are marked.</summary>
    internal Mark Mark { get; set; } = Mark.Exercise;
    internal IReadOnlyList<(EntryHeader Header, byte[]? Body)> Entries => entries;

    internal LineView View()
    {
        var view = new LineView(Document);
        foreach (var (header, body) in entries)
            view.Fold(header, body is null ? (ReadOnlyMemory<byte>?)null : body);
        return view;
    }

    internal EntryId Write(string from, string kind, string? json, params EntryId[] re) =>
        Write(from, kind, json, re, null);

    /// <param name="seen">What the author had of the others; null for everything.</param>
    internal EntryId Write(
        string from,
        string kind,
        string? json,
        IReadOnlyList<EntryId> re,
        IReadOnlyDictionary<PartyId, ulong>? seen,
        Officer? by = null,
        Precedence precedence = Precedence.Routine
    )
    {
        var (header, body) = Draft(from, kind, json, re, seen, by, precedence);
        entries.Add((header, body));
        sizes[header.From] = header.Seq + 1;
        return header.Id;
    }

    /// <summary>An entry's body does not come to whoever folds.</summary>
    internal EntryId Withhold(EntryId entry)
    {
        var at = entries.FindIndex(e => e.Header.Id == entry);
        entries[at] = (entries[at].Header, null);
        return entry;
    }

    internal (EntryHeader Header, byte[]? Body) Draft(
        string from,
        string kind,
        string? json,
        IReadOnlyList<EntryId> re,
        IReadOnlyDictionary<PartyId, ulong>? seen = null,
        Officer? by = null,
        Precedence precedence = Precedence.Routine
    )
    {
        var author = PartyId.Parse(from);
        var body = json is null ? null : Encoding.UTF8.GetBytes(json);
        return (
            new EntryHeader
            {
                Line = Document.Id,
                From = author,
                Seq = sizes.GetValueOrDefault(author),
                At = Now,
                Kind = kind,
                Mark = Mark,
                Lang = Lang,
                Precedence = precedence,
                By = by ?? new Officer("watch", $"Officer of {from}"),
                Re = re,
                Seen = seen ?? sizes.Where(s => s.Key != author).ToDictionary(),
                Body = body is null ? null : Sha256.Of(body),
                Size = body?.Length ?? 0,
            },
            body
        );
    }

    internal IReadOnlyDictionary<PartyId, ulong> SeenBy(string author) =>
        sizes.Where(s => s.Key.Value != author).ToDictionary();

    /// <summary>The same entries in another order of arrival: each feed in its order, feeds interleaved by
    /// chance.</summary>
    internal LineView Shuffled(Random chance)
    {
        var feeds = entries
            .GroupBy(e => e.Header.From)
            .Select(g => new Queue<(EntryHeader Header, byte[]? Body)>(g))
            .ToList();
        var view = new LineView(Document);
        while (feeds.Count > 0)
        {
            var feed = feeds[chance.Next(feeds.Count)];
            var (header, body) = feed.Dequeue();
            view.Fold(header, body);
            if (feed.Count == 0)
                feeds.Remove(feed);
        }
        return view;
    }
}
