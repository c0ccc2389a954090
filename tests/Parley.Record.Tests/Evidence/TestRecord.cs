using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Parley.Record.Tests.Lines;

namespace Parley.Record.Tests.Evidence;

/// <summary>A line with feeds that grow as a station's would, and its export. Everything follows from the names, so
/// runs repeat.</summary>
internal sealed class TestRecord
{
    private readonly TestParty[] parties;
    private readonly Dictionary<PartyId, List<Entry>> feeds;

    internal TestRecord(params TestParty[] parties)
    {
        this.parties = parties;
        Document = TestLines.Of(parties);
        feeds = parties.ToDictionary(party => party.Id, _ => new List<Entry>());
    }

    internal LineDocument Document { get; }

    internal IReadOnlyList<Entry> FeedOf(TestParty party) => feeds[party.Id];

    /// <summary>Entry 0 of each feed, then so many more in each, every third of them without a body.</summary>
    internal TestRecord Talk(int entriesEach)
    {
        foreach (var party in parties)
            Add(party, Next(party) with { Kind = LineOpened.Kind }, LineOpened.BodyFor(Document.Hash));
        for (var i = 1; i < entriesEach; i++)
        {
            foreach (var party in parties)
                Add(party, Next(party), i % 3 == 0 ? null : Encoding.UTF8.GetBytes($"{{\"text\":\"{i}\"}}"));
        }
        return this;
    }

    /// <summary>Many short entries more in one feed, up to a size.</summary>
    internal TestRecord Extend(TestParty party, int size)
    {
        while (feeds[party.Id].Count < size)
            AddRaw(party, Next(party).Encode());
        return this;
    }

    /// <summary>A header for the party's next place: it has seen everything so far.</summary>
    internal EntryHeader Next(TestParty party) =>
        new()
        {
            Line = Document.Id,
            From = party.Id,
            Seq = (ulong)feeds[party.Id].Count,
            At = TestLines.Created.AddSeconds(feeds[party.Id].Count),
            Kind = "text.sent",
            Mark = Mark.Test,
            Precedence = Precedence.Routine,
            By = new Officer("watch", $"Officer of {party.Id}"),
            Seen = feeds
                .Where(feed => feed.Key != party.Id && feed.Value.Count > 0)
                .ToDictionary(feed => feed.Key, feed => (ulong)feed.Value.Count),
        };

    internal void Add(TestParty party, EntryHeader header, byte[]? body)
    {
        if (body is null)
        {
            AddRaw(party, header.Encode());
            return;
        }
        var salt = SHA256.HashData(Encoding.UTF8.GetBytes(header.Id.ToString()));
        feeds[party.Id]
            .Add(new Entry((header with { Body = Body.Commit(salt, body), Size = body.Length }).Encode(), salt, body));
    }

    /// <summary>Lets an author sign anything: the verifier must not rely on authors being honest.</summary>
    internal void AddRaw(TestParty party, byte[] header, byte[]? salt = null, byte[]? body = null) =>
        feeds[party.Id].Add(new Entry(header, salt, body));

    internal SignedCheckpoint Checkpoint(TestParty party, params TestParty[] cosigners)
    {
        var tree = new TreeFrontier();
        foreach (var entry in feeds[party.Id])
            tree.Append(MerkleHash.Leaf(entry.Header));
        var origin = new Origin(Document.Id, party.Id);
        var signed = SignedCheckpoint.Sign(new Checkpoint(origin, tree.Size, tree.Root()), origin, party.Log);
        return cosigners.Aggregate(
            signed,
            (note, other) =>
                note.With(Cosignature.Sign(note.Checkpoint, other.Id, other.Cosign, TestLines.Created.AddDays(1)))
        );
    }

    /// <summary>The whole record, sealed, with the bodies that are disclosed.</summary>
    internal MemoryFolder Export(Func<Entry, bool>? disclose = null)
    {
        var folder = new MemoryFolder();
        var writer = new EvidenceWriter(Document, folder);
        foreach (var party in parties)
        {
            writer.WriteFeed(
                party.Id,
                Checkpoint(party, [.. parties.Where(other => other != party)]),
                feeds[party.Id]
                    .Select(entry =>
                        disclose is null || disclose(entry) ? entry : entry with { Salt = null, Body = null }
                    )
            );
        }
        return folder;
    }
}

internal static class Verification
{
    internal static EvidenceReport Of(MemoryFolder folder) =>
        EvidenceVerifier.Verify(folder, new EvidenceOptions { Parallelism = 1 });

    internal static IEnumerable<EvidenceFinding> Faults(this EvidenceReport report) =>
        report.Findings.Where(finding => finding.IsFault);
}
