using Parley.Storage;

namespace Parley.Station.Data;

/// <summary>
/// Asks the store now and then whether it still takes writes, so that an idle station notices a full disk or a lost
/// server before an officer does,
/// and says that it is ready again once it is. A line that met the fault itself asks on its own.
/// </summary>
internal sealed class StoreWatch : IAsyncDisposable
{
    private static readonly TimeSpan WhileSound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WhileFaulted = TimeSpan.FromSeconds(1);

    private readonly IStationStore store;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task loop;

    internal StoreWatch(IStationStore store, TimeProvider clock)
    {
        this.store = store;
        this.clock = clock;
        loop = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        try
        {
            var sound = clock.GetTimestamp();
            while (true)
            {
                // A reader can meet a fault at any time, so it is looked for more often than a probe is sent.
                await Task.Delay(WhileFaulted, clock, stopping.Token);
                if (store.Fault is null && clock.GetElapsedTime(sound) < WhileSound)
                    continue;
                sound = clock.GetTimestamp();
                await ProbeAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // the station stops
        }
    }

    private async Task ProbeAsync()
    {
        try
        {
            await store.ProbeAsync(stopping.Token);
        }
        catch (StoreFaultException)
        {
            // the store remembers its fault, and the station shows it
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }
}
