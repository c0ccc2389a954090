using System.Collections.Concurrent;
using Parley.Link;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Telemetry;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>Whether what is stored can be relied on, and why not: damage that was met, lines that wait for the store,
/// records that cannot be folded.</summary>
internal sealed class Integrity(Premises premises, LineTable lines)
{
    /// <summary>By line: why it waits for the store.</summary>
    private readonly ConcurrentDictionary<LineId, string> storeFaults = new();

    /// <summary>By line: why what stands on it cannot be told.</summary>
    private readonly ConcurrentDictionary<LineId, string> foldFaults = new();

    /// <summary>Set by <see cref="Halt"/>, for good.</summary>
    private string? damage;

    /// <summary>What is wrong now, the gravest of it; null where nothing is.</summary>
    internal string? Fault =>
        Volatile.Read(ref damage)
        ?? storeFaults.Values.FirstOrDefault()
        ?? foldFaults.Values.FirstOrDefault()
        ?? premises.Store.Fault?.Message;

    internal void SetStoreFault(LineId line, string? reason) => Set(storeFaults, line, reason);

    internal void SetFoldFault(LineId line, string? reason) => Set(foldFaults, line, reason);

    private static void Set(ConcurrentDictionary<LineId, string> faults, LineId line, string? reason)
    {
        if (reason is null)
            faults.TryRemove(line, out _);
        else
            faults[line] = reason;
    }

    /// <summary>A read that meets a fault of the store is a refusal with its reason, not a crash. Damage that only we
    /// can see ends the signing too.</summary>
    internal Outcome<T> Guarded<T>(Func<Outcome<T>> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            Halt(e.Message);
            return Refusal.Faulted(e.Message);
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Message);
        }
    }

    /// <summary>
    /// What is stored is not what was signed, and the database does not know it. An integrity failure is fatal: every
    /// line stops where it is, until the station is started on a sound store.
    /// </summary>
    internal void Halt(string reason)
    {
        if (Interlocked.CompareExchange(ref damage, reason, null) is not null)
            return;
        StationLog.Damaged(premises.Log, reason);
        foreach (var open in lines.All)
            _ = open.Host.HaltAsync();
    }

    /// <summary>What an officer is told whose entry a line's machine refused. Damage is told before anything else, but
    /// not in the place of a doubt: what is in doubt may be on the record.</summary>
    internal Refusal Refused(AppendOutcome.Refused refused) =>
        Volatile.Read(ref damage) is { } reason && refused.Code != AppendOutcome.InDoubt.Code
            ? Refusal.Faulted(reason)
            : new(
                refused.Code,
                refused.Reason,
                refused.Code switch
                {
                    "bad-draft" or "empty" => 400,
                    "unknown-entry" => 404,
                    "busy" => 429,
                    "store-fault" or "in-doubt" or "stopping" or "catching-up" or "own-feed-foreign" => 503,
                    _ => 409,
                }
            );
}
