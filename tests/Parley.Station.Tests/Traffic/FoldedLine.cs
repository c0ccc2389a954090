using System.Text;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Traffic;
using Parley.Testing.Lines;
using Parley.Traffic;

namespace Parley.Station.Tests.Traffic;

/// <summary>A line's view and what a station folds beside it, out of entries that a test writes: each has seen
/// everything before it.</summary>
internal sealed class FoldedLine
{
    private readonly Dictionary<PartyId, ulong> sizes = [];

    internal FoldedLine(LinePolicy policy, params string[] parties)
    {
        Document = LineDocument.Create(
            "north",
            "Northern line",
            Noon,
            new byte[LineDocument.NonceLength],
            [.. parties.Select(p => LineParty.Named(p).Card(dialable: true))],
            policy
        );
        var view = new LineView(Document);
        Picture = new LinePicture(
            view,
            new TestBook(Document.Parties),
            new WatchBook(),
            new ConflictBook(policy, parties.Length, whole: id => view.ItemOf(id, Noon))
        )
        {
            Usage = new UsageBook(policy),
        };
        foreach (var party in Document.Parties)
            Write(party.Value, LineOpened.Kind, null);
    }

    internal static DateTimeOffset Noon { get; } = new(2026, 12, 10, 12, 0, 0, TimeSpan.Zero);

    internal LineDocument Document { get; }
    internal LinePicture Picture { get; }
    internal LineView View => Picture.View;
    internal ConflictBook Plans => Picture.Conflicts;
    internal TestBook Tests => Picture.Tests;
    internal WatchBook Watches => Picture.Watches;
    internal List<TrafficEntry> Entries { get; } = [];

    internal static PartyId Party(string name) => PartyId.Parse(name);

    internal EntryId Write(string from, string kind, string? json, params EntryId[] re)
    {
        var author = PartyId.Parse(from);
        var body = json is null ? null : Encoding.UTF8.GetBytes(json);
        var header = new EntryHeader
        {
            Line = Document.Id,
            From = author,
            Seq = sizes.GetValueOrDefault(author),
            At = Noon,
            Kind = kind,
            Mark = Mark.Actual,
            Precedence = kind == Kinds.MovementUnderFire ? Precedence.Flash : Precedence.Routine,
            By = new Officer("watch", "A. First", new Officer("watch", "B. Second")),
            Re = re,
            Seen = sizes.Where(s => s.Key != author).ToDictionary(),
            Body = body is null ? null : Sha256.Of(body),
            Size = body?.Length ?? 0,
        };
        sizes[author] = header.Seq + 1;
        // Book by book, so that a mistake in one of them fails the test.
        var folded = View.Fold(header, body is null ? (ReadOnlyMemory<byte>?)null : body);
        foreach (var item in folded.Changed)
            Plans.Fold(item);
        Tests.Fold(header, folded.Item, View);
        Watches.Fold(header, folded.Item);
        Entries.Add(TrafficEntry.From(header, body is null ? (ReadOnlyMemory<byte>?)null : body));
        return header.Id;
    }

    /// <summary>Volumes of circles at one place, with everything in common.</summary>
    internal static string Circles(int count, double longitude = 20)
    {
        var circle =
            $"{{\"volume\":{{\"outline_circle\":{{\"center\":{{\"lng\":{longitude.ToString(System.Globalization.CultureInfo.InvariantCulture)},\"lat\":55}},\"radius\":{{\"value\":1000,\"units\":\"M\"}}}}}}}}";
        return $"[{string.Join(',', Enumerable.Repeat(circle, count))}]";
    }

    /// <summary>Everything that stands as it is shown, page by page.</summary>
    internal List<Parley.Contract.PlanView> Planned()
    {
        var all = new List<Parley.Contract.PlanView>();
        for (
            var page = PlanShapes.Of(Document.Id, Plans, Party("us"), null, Noon);
            ;
            page = PlanShapes.Of(Document.Id, Plans, Party("us"), page.Next, Noon)
        )
        {
            all.AddRange(page.Shown);
            if (page.Next is null)
                return all;
        }
    }

    internal EntryId Notify(string from, int circles, double longitude = 20) =>
        Write(from, Kinds.ActivityNotified, $$"""{"name":"x","volumes":{{Circles(circles, longitude)}}}""");

    internal EntryId Declare(string from, double longitude = 20, bool isSite = false) =>
        Write(
            from,
            Kinds.AreaDeclared,
            isSite
                ? $$"""{"type":"protected","name":"h","function":"hospital","verifiedBy":"OCHA","verifiedHow":"on site","verifiedAt":"2026-12-01T00:00:00Z","consent":true,"volumes":{{Circles(1, longitude)}}}"""
                : $$"""{"type":"keep-out","name":"x","volumes":{{Circles(1, longitude)}}}"""
        );
}
