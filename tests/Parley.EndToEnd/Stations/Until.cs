using Xunit;

namespace Parley.EndToEnd.Stations;

/// <summary>The only place where a test waits: it looks again and again until what is promised holds, and fails with
/// what it saw last.</summary>
internal static class Until
{
    /// <summary>How long anything may take on a machine that does ten other things.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Gives what <paramref name="look"/> finds as soon as <paramref name="holds"/> is true of it.</summary>
    internal static async Task<T> HoldsAsync<T>(string promise, Func<Task<T>> look, Func<T, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (holds(seen))
                return seen;
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                Assert.Fail($"not within {Limit.TotalSeconds} s: {promise}; last seen: {seen}");
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
