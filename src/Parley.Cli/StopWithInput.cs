using System.CommandLine;

namespace Parley.Cli;

/// <summary>For programs that start a station: it stops when its standard input ends, and so with whoever started it,
/// however that ended.</summary>
internal static class StopWithInput
{
    internal const string Name = "--stop-with-stdin";

    internal static Option<bool> Option() => new(Name) { Description = "Stop when standard input ends", Hidden = true };

    internal static async Task WatchAsync(CancellationTokenSource stop)
    {
        try
        {
            await using var input = Console.OpenStandardInput();
            var buffer = new byte[64];
            while (await input.ReadAsync(buffer, stop.Token) > 0) { }
            await stop.CancelAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // it stops already
        }
    }
}
