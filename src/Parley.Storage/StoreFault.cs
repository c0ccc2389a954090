namespace Parley.Storage;

/// <summary>What kind of trouble the store is in, as far as an operator's remedy differs.</summary>
public enum StoreFaultKind
{
    /// <summary>No space left on the disk, or the database reached its own limit.</summary>
    Full,

    /// <summary>The file, the file system or the server refuses writes.</summary>
    ReadOnly,

    /// <summary>Somebody else holds the database: a second station, or a tool.</summary>
    Locked,

    /// <summary>The file is not a database, or its content is damaged. Nothing is written any more until the store is
    /// opened anew.</summary>
    Corrupt,

    /// <summary>The server cannot be reached or ended the connection.</summary>
    Unreachable,

    /// <summary>More commits wait than <see cref="StoreLimits.MaxWaitingCommits"/>; the store itself is
    /// sound.</summary>
    Busy,

    /// <summary>The database was written by a newer program, or is set up in a way that durability cannot be promised
    /// on.</summary>
    Unsuitable,

    /// <summary>Any other failure; the message says which.</summary>
    Other,
}

/// <summary>One fault of the store, in words for the operator. Holds no content of an entry and no password.</summary>
public sealed record StoreFault(StoreFaultKind Kind, string Message, DateTimeOffset At);

/// <summary>
/// The store could not do what was asked. After a failed commit nothing of it is stored, except when
/// <see cref="UncertainOutcome"/>
/// is set: then only <see cref="IStationStore.LoadAsync"/> can tell.
/// </summary>
public sealed class StoreFaultException(StoreFault fault, bool uncertainOutcome = false, Exception? inner = null)
    : Exception(fault?.Message, inner)
{
    public StoreFault Fault { get; } = fault ?? throw new ArgumentNullException(nameof(fault));

    /// <summary>True when the fault struck during COMMIT: the changes may be stored.
    /// <see cref="IStationStore.LoadAsync"/> settles it.</summary>
    public bool UncertainOutcome { get; } = uncertainOutcome;
}

/// <summary>
/// The changes do not fit what is stored (another size, an unknown feed or line, a chunk at the wrong offset). Nothing
/// of this
/// caller's changes was written; other callers are not affected.
/// </summary>
public sealed class StoreConflictException(string message, ulong? storedSize = null) : Exception(message)
{
    /// <summary>The size that the feed has in the store, where the conflict is about that.</summary>
    public ulong? StoredSize { get; } = storedSize;
}
