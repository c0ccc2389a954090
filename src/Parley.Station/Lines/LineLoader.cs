using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Data;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>From what the store holds of a line to what its machine starts with; and the keys of the small values kept
/// beside it.</summary>
internal static class LineLoader
{
    /// <summary>By line: entries that were signed with our key and not written here, until two officers
    /// decide.</summary>
    internal static string ForeignKey(LineId line) => $"foreign/{line}";

    /// <summary>By line: the last decision of two officers that this station may sign on.</summary>
    internal static string SignOnKey(LineId line) => $"signed-on/{line}";

    internal static string SuspendedKey(LineId line) => $"suspended/{line}";

    internal static string AttachmentKey(LineId line, EntryId entry) => $"{AttachmentPrefix(line)}{entry}";

    private static string AttachmentPrefix(LineId line) => $"attachment/{line}/";

    /// <exception cref="InvalidDataException">The stored entries do not hash to the stored root: the store is
    /// damaged.</exception>
    internal static LoadedLine Load(
        IStationStore store,
        StationSnapshot snapshot,
        LineIdentity identity,
        LineStanding standing,
        bool attended,
        Mark mark,
        OpeningDoubt doubt = OpeningDoubt.AskEverybody
    )
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
            if (frontier.Root() != head.Root)
                throw new InvalidDataException($"{origin}: the stored entries do not hash to the stored root");
            if (!SignedCheckpoint.Parse(head.Checkpoint).TryGet(out var checkpoint, out var why))
                throw new InvalidDataException($"{origin}: the stored checkpoint cannot be read: {why}");
            if (checkpoint.Checkpoint.Size != head.Size || checkpoint.Checkpoint.Root != head.Root)
                throw new InvalidDataException($"{origin}: the stored checkpoint is not that of the stored entries");
            var cosigned = new Dictionary<PartyId, ulong>();
            foreach (var cosignature in store.ReadCosignatures(origin))
            {
                // One of no time was taken once and proves nothing (LOG-26): without it the entries count as not
                // delivered, and it is asked for anew.
                if (
                    !NoteSignature.ParseLine(cosignature.NoteLine).TryGet(out var line, out _)
                    || !Cosignature.TryGetTimestamp(line, out _)
                )
                    continue;
                if (cosignature.Size > cosigned.GetValueOrDefault(cosignature.Cosigner))
                    cosigned[cosignature.Cosigner] = cosignature.Size;
                if (party == identity.Self && cosignature.Size == head.Size)
                    ownCosignatures[cosignature.Cosigner] = line;
            }
            feeds[party] = new LoadedFeed(frontier, checkpoint, cosigned);
        }
        return new LoadedLine
        {
            Feeds = feeds,
            OwnCosignatures = ownCosignatures,
            Opening =
                feeds[identity.Self].Frontier.Size > 0
                    ? null
                    : new NewEntry
                    {
                        Kind = LineOpened.Kind,
                        Mark = mark,
                        By = new Officer("administrator", identity.Document.CardOf(identity.Self)!.Name),
                        Salt = Randomness.Bytes(Body.SaltLength),
                        Body = LineOpened.BodyFor(identity.Document.Hash),
                    },
            Stopped = standing == LineStanding.Stopped,
            Restored = snapshot.Meta.ContainsKey(StoreBond.RestoredKey),
            Foreign = snapshot.Meta.TryGetValue(ForeignKey(identity.Line), out var met) ? ReadForeign(met) : null,
            Doubt = doubt,
            SuspendedBy = snapshot.Meta.TryGetValue(SuspendedKey(identity.Line), out var by) ? Parties(by) : [],
            OpenAttachments = [.. OpenAttachments(snapshot, identity.Line)],
            AttachmentBytes = snapshot
                .AttachmentBytes.Where(f => f.Key.Line == identity.Line)
                .ToDictionary(f => f.Key.Party, f => f.Value),
            Attended = attended,
        };
    }

    private static readonly JsonTypeInfo<ForeignFeed> ForeignJson = LineMarksJson.Default.ForeignFeed;

    internal static byte[] Encode(ForeignFeed met) => JsonSerializer.SerializeToUtf8Bytes(met, ForeignJson);

    /// <exception cref="InvalidDataException">It cannot be read: to sign on all the same would be to forget
    /// it.</exception>
    private static ForeignFeed ReadForeign(byte[] kept)
    {
        try
        {
            return JsonSerializer.Deserialize(kept, ForeignJson)
                ?? throw new InvalidDataException("the mark of foreign entries is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the mark of foreign entries cannot be read: {e.Message}", e);
        }
    }

    internal static byte[] EncodeParties(IReadOnlyList<PartyId> parties) =>
        Encoding.ASCII.GetBytes(string.Join(',', parties));

    private static List<PartyId> Parties(byte[] text) =>
        [.. Encoding.ASCII.GetString(text).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(PartyId.Parse)];

    internal static IEnumerable<EntryId> OpenAttachments(StationSnapshot snapshot, LineId line)
    {
        var prefix = AttachmentPrefix(line);
        foreach (
            var key in snapshot
                .Meta.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            if (EntryId.TryParse(key[prefix.Length..], out var entry))
                yield return entry;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(Parley.Contract.PartyIdJson)]
)]
[JsonSerializable(typeof(ForeignFeed))]
internal sealed partial class LineMarksJson : JsonSerializerContext;
