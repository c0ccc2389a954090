using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Wire;

/// <summary>Looks again and again at what stations say of each other, and keeps each state that it saw.</summary>
internal sealed class StateWatch : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken
    );
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Task looking;

    internal StateWatch(WiredLine line, params (string Party, string Peer)[] pairs) =>
        looking = Task.Run(() => LookAsync(line, pairs), stop.Token);

    /// <summary>Ends it, and gives the states seen.</summary>
    internal async Task<IReadOnlyCollection<string>> EndAsync()
    {
        await stop.CancelAsync();
        await looking;
        return seen;
    }

    private async Task LookAsync(WiredLine line, (string Party, string Peer)[] pairs)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var (party, peer) in pairs)
                seen.Add((await line.SeesAsync(party, peer))["state"]!.GetValue<string>());
            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
        }
    }

    public void Dispose() => stop.Dispose();
}
