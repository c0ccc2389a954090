using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>From what the store holds of a line to what its machine starts with; and the keys of the small values kept beside it.</summary>
internal static class LineLoader
{
    /// <summary>Set by a restore from a backup; cleared when every line's own feed has been compared with the peers.</summary>
    internal const string RestoredKey = "restored";

    internal static string SuspendedKey(LineId line) => $"suspended/{line}";

    internal static string AttachmentKey(LineId line, EntryId entry) => $"{AttachmentPrefix(line)}{entry}";

    private static string AttachmentPrefix(LineId line) => $"attachment/{line}/";

    /// <exception cref="InvalidDataException">The stored entries do not hash to the stored root: the store is damaged.</exception>
    internal static LoadedLine Load(IStationStore store, StationSnapshot snapshot, LineIdentity identity, LineStanding standing, bool attended, Mark mark)
    {
        var feeds = new Dictionary<PartyId, LoadedFeed>();
        var ownCosignatures = new Dictionary<PartyId, NoteSignature>();
        foreach (var party in identity.Document.Parties)
        {
            var origin = new Origin(identity.Line, party);
            var head = snapshot.Feeds.FirstOrDefault(f => f.Feed == origin);
            if (head is null || head.Size == 0)
            {
                feeds[party] = new LoadedFeed(new TreeFrontier(), null, new Dictionary<PartyId, ulong>());
                continue;
            }
            var frontier = new FeedTiles(store, origin).Frontier(head.Size);
            if (frontier.Root() != head.Root) throw new InvalidDataException($"{origin}: the stored entries do not hash to the stored root");
            if (!SignedCheckpoint.Parse(head.Checkpoint).TryGet(out var checkpoint, out var why)) throw new InvalidDataException($"{origin}: the stored checkpoint cannot be read: {why}");
            if (checkpoint.Checkpoint.Size != head.Size || checkpoint.Checkpoint.Root != head.Root) throw new InvalidDataException($"{origin}: the stored checkpoint is not that of the stored entries");
            var cosigned = new Dictionary<PartyId, ulong>();
            foreach (var cosignature in store.ReadCosignatures(origin))
            {
                if (cosignature.Size > cosigned.GetValueOrDefault(cosignature.Cosigner)) cosigned[cosignature.Cosigner] = cosignature.Size;
                if (party == identity.Self && cosignature.Size == head.Size && NoteSignature.ParseLine(cosignature.NoteLine).TryGet(out var line, out _)) ownCosignatures[cosignature.Cosigner] = line;
            }
            feeds[party] = new LoadedFeed(frontier, checkpoint, cosigned);
        }
        return new LoadedLine
        {
            Feeds = feeds,
            OwnCosignatures = ownCosignatures,
            Opening = feeds[identity.Self].Frontier.Size > 0 ? null : new Draft
            {
                Kind = LineOpened.Kind, Mark = mark, By = new Officer("administrator", identity.Document.CardOf(identity.Self)!.Name),
                Salt = Randomness.Bytes(Body.SaltLength), Body = LineOpened.BodyFor(identity.Document.Hash),
            },
            Stopped = standing == LineStanding.Stopped,
            Restored = snapshot.Meta.ContainsKey(RestoredKey),
            SuspendedBy = snapshot.Meta.TryGetValue(SuspendedKey(identity.Line), out var by) ? Parties(by) : [],
            OpenAttachments = [.. OpenAttachments(snapshot, identity.Line)],
            Attended = attended,
        };
    }

    internal static byte[] EncodeParties(IReadOnlyList<PartyId> parties) => Encoding.ASCII.GetBytes(string.Join(',', parties));

    private static List<PartyId> Parties(byte[] text) =>
        [.. Encoding.ASCII.GetString(text).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(PartyId.Parse)];

    internal static IEnumerable<EntryId> OpenAttachments(StationSnapshot snapshot, LineId line)
    {
        var prefix = AttachmentPrefix(line);
        foreach (var key in snapshot.Meta.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (EntryId.TryParse(key[prefix.Length..], out var entry)) yield return entry;
        }
    }
}
