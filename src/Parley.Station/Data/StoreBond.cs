using System.Text;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Backup;
using Parley.Station.Lines;
using Parley.Storage;

namespace Parley.Station.Data;

/// <summary>
/// A directory knows its record, by an id that stands in <c>store.id</c> and in the store. A start on another record,
/// or on an empty one, would sign a second
/// first entry on every line that is accepted again; so it is refused unless it is asked for. Decision 0032.
/// </summary>
internal static class StoreBond
{
    /// <summary>Under this key the store says whose it is: the public identity key.</summary>
    internal const string IdentityKey = "identity";

    /// <summary>Set by a restore from a backup; cleared when every line's own feed has been compared with the
    /// peers.</summary>
    internal const string RestoredKey = "restored";

    /// <summary>Under this key the store says which one it is.</summary>
    internal const string IdKey = "store-id";

    /// <summary>
    /// Under this key a store says that it holds everything that these keys ever signed, and since when (Unix
    /// milliseconds, 8 bytes): it was the first that they were used
    /// with, and nothing has been put back since. It is taken away for good by a restore, by another store, and by
    /// entries of ours that come from elsewhere.
    /// </summary>
    internal const string WholeKey = "since-keys";

    private const int IdBytes = 16;
    private const int MaxLength = 1024;
    private const string NoneYet = "none";

    /// <summary>The file of a directory whose keys have just been drawn: they have been used with no store.</summary>
    internal static byte[] Unused() => Encoding.UTF8.GetBytes($"{NoneYet}\n");

    /// <param name="Id">The record's id; null where the keys were used with none yet.</param>
    /// <param name="Store">What the record was called at the last start.</param>
    private sealed record Kept(string? Id, string Store);

    /// <param name="directory">Of a station.</param>
    /// <param name="kept">Null where there is no file: the directory is older than these ids, or was put together by
    /// hand.</param>
    /// <param name="why">Why the file cannot be read.</param>
    private static bool TryRead(DataDirectory directory, out Kept? kept, out string why)
    {
        (kept, why) = (null, "");
        if (!File.Exists(directory.StoreId))
            return true;
        var text =
            new FileInfo(directory.StoreId).Length <= MaxLength
                ? File.ReadAllText(directory.StoreId).TrimEnd('\n')
                : "";
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var id = space < 0 ? text : text[..space];
        if (text == NoneYet)
            kept = new Kept(null, "");
        else if (id.Length == 2 * IdBytes && id.All(char.IsAsciiHexDigitLower))
            kept = new Kept(id, space < 0 ? "" : text[(space + 1)..]);
        else
            why =
                $"{directory.StoreId} does not say which record is this directory's; a start with --new-store cannot help: put the file back, or take it away and start with --restored";
        return why.Length == 0;
    }

    /// <summary>Why the store at this place is not the directory's, told before it is opened, so that none is made
    /// where the record is missing; null where nothing is amiss so far.</summary>
    internal static string? RefusalBefore(DataDirectory directory, string location, TimeProvider clock)
    {
        if (!TryRead(directory, out var kept, out var why))
            return why;
        if (kept?.Id is not { } id)
            return null;
        var isFile = location.StartsWith("sqlite:", StringComparison.Ordinal);
        if (isFile)
            return File.Exists(location["sqlite:".Length..])
                ? null
                : Refusal(directory, kept, $"there is no {location["sqlite:".Length..]}");
        try
        {
            using var reading = StoreReading.Open(location, clock);
            return IdIn(reading.Meta().FirstOrDefault(m => m.Key == IdKey)?.Value) is { } other && other != id
                ? Refusal(directory, kept, $"{reading.Description} is another record")
                : null;
        }
        catch (StoreFaultException e) when (e.Fault.Kind == StoreFaultKind.Unsuitable)
        {
            return Refusal(directory, kept, e.Fault.Message);
        }
        catch (StoreFaultException)
        {
            return null; // whatever it is, opening says it
        }
    }

    /// <summary>Why an opened store may not be read as this directory's record; null where it may. Nothing is
    /// written.</summary>
    internal static string? RefusalToRead(
        DataDirectory directory,
        string description,
        IReadOnlyDictionary<string, byte[]> meta
    )
    {
        if (!TryRead(directory, out var kept, out var why))
            return why;
        return kept?.Id is { } id && IdIn(meta.GetValueOrDefault(IdKey)) != id && !IsAnOldCopy(meta)
            ? Refusal(directory, kept, Different(description, meta))
            : null;
    }

    /// <summary>Binds a directory to its store, or says why they do not belong together. Nobody else has the directory
    /// or the store open.</summary>
    internal static async Task<string?> BindAsync(
        DataDirectory directory,
        Card card,
        IStationStore store,
        bool newStore,
        bool restored,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!TryRead(directory, out var kept, out var why))
            return why;
        var meta = (await store.LoadAsync(ct)).Meta;
        if (
            meta.TryGetValue(StoreBond.IdentityKey, out var owner)
            && !owner.AsSpan().SequenceEqual(card.Identity.ToArray())
        )
            return null; // another station's: that is said, and nothing is bound
        var id = IdIn(meta.GetValueOrDefault(IdKey));
        var changes = new List<StoreChange>();
        var put = restored || newStore || meta.ContainsKey(StoreBond.RestoredKey);
        if (kept?.Id is { } known && known != id)
        {
            if (newStore)
                changes.Add(new PutMeta(StoreBond.RestoredKey, [1]));
            else if (!(restored && IsAnOldCopy(meta)))
                return Refusal(directory, kept, Different(store.Description, meta));
        }
        if (id is null)
        {
            id = Convert.ToHexStringLower(Randomness.Bytes(IdBytes));
            changes.Add(new PutMeta(IdKey, Encoding.ASCII.GetBytes(id)));
            if (kept is { Id: null } && owner is null && !put)
                changes.Add(new PutMeta(WholeKey, BitConverter.GetBytes(clock.GetUtcNow().ToUnixTimeMilliseconds())));
        }
        if (put && meta.ContainsKey(WholeKey))
            changes.Add(new PutMeta(WholeKey, null));
        if (changes.Count > 0)
            await store.CommitAsync(changes, ct);
        // Last: a directory that names a record which does not name itself yet would be refused for ever.
        if (kept?.Id != id)
            Write(directory, id, store.Description);
        return null;
    }

    /// <summary>Since when the store holds everything that these keys have signed; null where that cannot be
    /// said.</summary>
    internal static DateTimeOffset? WholeSince(IReadOnlyDictionary<string, byte[]> meta) =>
        meta.TryGetValue(WholeKey, out var at) && at.Length == sizeof(long)
            ? DateTimeOffset.FromUnixTimeMilliseconds(BitConverter.ToInt64(at))
            : null;

    /// <summary>A store that has a station in it and no id: it was copied before there were ids, and put back
    /// since.</summary>
    private static bool IsAnOldCopy(IReadOnlyDictionary<string, byte[]> meta) =>
        meta.ContainsKey(StoreBond.IdentityKey) && !meta.ContainsKey(IdKey);

    private static string? IdIn(byte[]? value) => value is null ? null : Encoding.ASCII.GetString(value);

    private static string Different(string description, IReadOnlyDictionary<string, byte[]> meta) =>
        meta.ContainsKey(IdKey) ? $"{description} is another record"
        : IsAnOldCopy(meta) ? $"{description} is an older copy: start it with --restored"
        : $"{description} is empty";

    private static string Refusal(DataDirectory directory, Kept kept, string what) =>
        $"{directory.Path} belongs to the record {kept.Store} (id {kept.Id}), and {what}. Name the right one with --store, or put it back (docs/operations/backup.md). "
        + "To begin a new record all the same, start once with --new-store: nothing is signed on a line before its peers have shown what these keys have signed there";

    private static void Write(DataDirectory directory, string id, string description)
    {
        var unfinished = $"{directory.StoreId}.new";
        File.Delete(unfinished);
        PrivateFiles.Write(
            unfinished,
            Encoding.UTF8.GetBytes($"{id} {description[..Math.Min(description.Length, MaxLength / 4)]}\n")
        );
        File.Move(unfinished, directory.StoreId, overwrite: true);
        DurableFolder.Sync(directory.Path);
    }
}
