using Parley.Deconfliction;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Blind;

/// <summary>What a run needs of its station.</summary>
internal interface IBlindDesk
{
    /// <summary>What our officers chose, as cells.</summary>
    Parsed<BlindOwn> Own();

    /// <summary>Writes one of the run's entries by itself.</summary>
    Task<Outcome<EntryId>> RecordAsync(string kind, byte[] body);

    /// <summary>How the check stands in the record.</summary>
    Item? Item();

    /// <summary>True when the peer has cosigned an entry of ours.</summary>
    bool IsHeld(EntryId own);

    /// <summary>Charges the budget, durably; the reason where it may not be, or cannot.</summary>
    Task<(BlindAbort Abort, string Reason)?> ChargeAsync(int bucket);

    /// <summary>Keeps what was found for our officers alone; why it could not be kept.</summary>
    Task<string?> KeepAsync(BlindResult found, BlindOwn own);
    bool CanDial { get; }
    Task<LinkAnswer> AskAsync(ReadOnlyMemory<byte> exchange, CancellationToken ct);
    void Refused(string reason);

    /// <summary>Progress, or the end.</summary>
    void Changed();

    /// <summary>One slice of work at a time on all but one of the processors: the record goes first.</summary>
    SemaphoreSlim Slices { get; }
}
