using Parley.Station.Telemetry;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>Looks now and then how the links of all lines stand, and keeps it: see
/// <see cref="Lines.LinkHistory"/>.</summary>
internal sealed class LinkDiary(Premises premises, LineTable lines) : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);
    private const int LooksPerSave = 4;

    private readonly SemaphoreSlim saving = new(1, 1);
    private ITimer? timer;
    private int looks;

    /// <summary>Begins to look; until then nothing is kept.</summary>
    internal void Begin() => timer = premises.Clock.CreateTimer(_ => Make(), null, Look, Look);

    private void Make()
    {
        LookAtAll();
        if (Interlocked.Increment(ref looks) % LooksPerSave == 0)
            _ = SaveAsync();
    }

    private void LookAtAll()
    {
        var now = premises.Now;
        foreach (var open in lines.All)
            open.Links.Look(open.Host.Status().Peers, now);
    }

    private async Task SaveAsync()
    {
        await saving.WaitAsync();
        try
        {
            var now = premises.Now;
            foreach (var open in lines.All)
            {
                var changes = open.Links.TakeUnsaved(now);
                if (changes.Count == 0)
                    continue;
                try
                {
                    await premises.Store.CommitAsync([.. changes]);
                }
                catch (StoreFaultException e)
                {
                    // The next time is soon; what is lost is a minute of how a link stood.
                    open.Links.GiveBack(now);
                    StationLog.NotKept(premises.Log, "how the links stood", e.Fault.Message);
                }
            }
        }
        finally
        {
            saving.Release();
        }
    }

    /// <summary>Keeps what is known by now.</summary>
    public async ValueTask DisposeAsync()
    {
        if (timer is null)
            return;
        await timer.DisposeAsync();
        LookAtAll();
        await SaveAsync();
        saving.Dispose();
    }
}
