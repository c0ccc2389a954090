using Parley.Station.Telemetry;
using Parley.Storage;

namespace Parley.Station.Officers;

/// <summary>Where everything about who may sign in is written down before it counts: one change at a time.</summary>
/// <param name="store">Where it is kept.</param>
/// <param name="clock">The clock that watches end by.</param>
/// <param name="log">For what cannot be written down.</param>
internal sealed class DoorBook(IStationStore store, TimeProvider clock, ILogger log) : IDisposable
{
    private readonly SemaphoreSlim door = new(1, 1);

    internal DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Nobody else changes anything until <see cref="Leave"/>.</summary>
    internal Task EnterAsync() => door.WaitAsync();

    internal void Leave() => door.Release();

    internal IReadOnlyList<SignInRow> Audit(int max) => store.ReadSignIns(max);

    /// <summary>Writes down what happened at the door. Where the store cannot, the log has it, without a
    /// name.</summary>
    internal async Task NoteAsync(SignInRow row)
    {
        if (await CommitAsync([new NoteSignIn(row)]) is { } why)
            StationLog.NotKept(log, $"{row.What}, in the book of the door", why.Reason);
    }

    /// <summary>Null once it is kept.</summary>
    internal async Task<Refusal?> CommitAsync(IReadOnlyList<StoreChange> changes)
    {
        try
        {
            await store.CommitAsync(changes);
            return null;
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
    }

    public void Dispose() => door.Dispose();
}
