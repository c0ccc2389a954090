namespace Parley.Storage;

/// <summary>
/// A store as it lies there, seen in one consistent state and only read: no lock is taken, nothing is migrated, a
/// station may run and write beside it.
/// Rows come as they are stored, whatever they hold, so that a damaged one can be named. For one caller at a time.
/// Every member throws
/// <see cref="StoreFaultException"/> where the database cannot read what was asked for.
/// </summary>
public interface IStoreReading : IDisposable
{
    /// <summary>As <see cref="IStationStore.Description"/>.</summary>
    string Description { get; }

    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    string Kind { get; }

    /// <summary>Number of the last migration that the database has had.</summary>
    int Migration { get; }

    /// <summary>What the database itself says of its soundness.</summary>
    IReadOnlyList<DatabaseFinding> CheckDatabase(CancellationToken ct);

    IReadOnlyList<RawMeta> Meta();
    IReadOnlyList<RawLine> Lines();
    IReadOnlyList<RawFeed> Feeds();
    IReadOnlyList<RawFork> Forks();
    IReadOnlyList<RawAttachment> Attachments();

    /// <summary>How many entries there are in all, and their first and last arrival numbers; 0 where there is
    /// none.</summary>
    RawSpan Arrivals();

    /// <summary>How many entries stand under a feed's row.</summary>
    long CountEntries(long feed);

    /// <summary>How many subtree hashes stand under a feed's row.</summary>
    long CountSubtrees(long feed);

    /// <summary>Entries of a feed's row from <paramref name="from"/> on, in order; gaps show as gaps. Fewer than asked
    /// only at the end or where their bodies are many bytes.</summary>
    IReadOnlyList<RawEntry> Entries(long feed, long from, int max);

    /// <summary>Subtree hashes of one level from number <paramref name="from"/> on.</summary>
    IReadOnlyList<RawSubtree> Subtrees(long feed, int level, long from, int max);

    /// <summary>The cosignatures kept of a feed.</summary>
    IReadOnlyList<RawSignature> Cosignatures(long feed);

    /// <summary>Who is on a feed's deliveries.</summary>
    IReadOnlyList<string> DeliveredTo(long feed);

    /// <summary>Deliveries of sizes above <paramref name="above"/>, smallest first.</summary>
    IReadOnlyList<RawSignature> Deliveries(long feed, string cosigner, long above, int max);

    /// <summary>Pieces of an attachment from offset <paramref name="from"/> on.</summary>
    IReadOnlyList<RawChunk> Chunks(long attachment, long from, int max);

    /// <summary>
    /// Copies this state, whole, into files of mode 0600 in a folder that the caller owns, each synced. Returns the
    /// names of the files.
    /// Throws <see cref="IOException"/> too, where the folder cannot take them.
    /// </summary>
    /// <param name="folder">Where to.</param>
    /// <param name="progress">Told bytes or pages: done, and of how many (0 where not known).</param>
    /// <param name="ct">Gives up; what was written stays.</param>
    IReadOnlyList<string> CopyTo(string folder, Action<long, long> progress, CancellationToken ct);
}

/// <summary>What a database found of itself.</summary>
/// <param name="What">In its words, without content of an entry.</param>
/// <param name="IsFault">False where it only says what it did not look at.</param>
public sealed record DatabaseFinding(string What, bool IsFault);

/// <summary>Opens stores for reading.</summary>
public static class StoreReading
{
    /// <summary>The newest migration that this program knows.</summary>
    public static int KnownMigration(string kind) => Migrations.Of(kind).Count;

    /// <summary>Opens what a location names (see <see cref="StationStore.OpenAsync"/>).</summary>
    /// <exception cref="FormatException">The location is malformed.</exception>
    /// <exception cref="StoreFaultException">There is no store, it cannot be read, or a newer program wrote
    /// it.</exception>
    public static IStoreReading Open(string location, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(clock);
        if (StationStore.SqlitePath(location) is { } path)
            return Sqlite.SqliteReading.Open(path, clock);
        return Postgres.PostgresReading.Open(Postgres.PostgresLocation.Parse(location), clock);
    }
}

/// <summary>A small value.</summary>
public sealed record RawMeta(string Key, byte[] Value);

/// <summary>A line's row, as stored.</summary>
public sealed record RawLine(long Row, string Line, byte[] Document, long Standing);

/// <summary>A feed's row, as stored.</summary>
public sealed record RawFeed(long Row, long LineRow, string Party, long Size, byte[] Root, byte[] Checkpoint);

/// <summary>An entry's row, as stored.</summary>
public sealed record RawEntry(long Arrival, long LineRow, long Seq, byte[] Header, byte[]? Salt, byte[]? Body);

/// <summary>A subtree hash, as stored.</summary>
public sealed record RawSubtree(long Number, byte[] Hash);

/// <summary>A cosignature or delivery, as stored; <paramref name="At"/> in Unix milliseconds, for deliveries
/// alone.</summary>
public sealed record RawSignature(string Cosigner, long Size, long? At, string NoteLine, byte[] Checkpoint);

/// <summary>A fork's row, as stored.</summary>
public sealed record RawFork(string Line, string Feed, byte[] First, byte[] Second);

/// <summary>An attachment's row, as stored.</summary>
public sealed record RawAttachment(long Row, string Feed, byte[] Commitment, long Length, long Held, bool Complete);

/// <summary>A piece of an attachment, as stored.</summary>
public sealed record RawChunk(long Offset, byte[] Bytes);

/// <summary>A count of rows, and the smallest and largest of their numbers.</summary>
public readonly record struct RawSpan(long Count, long First, long Last);
