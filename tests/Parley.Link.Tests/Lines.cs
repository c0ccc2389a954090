using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Lines as tests start from them: opened by all, entry 0 of each feed sealed.</summary>
internal static class Lines
{
    internal static LineNetwork Opened(params IReadOnlyList<string> parties)
    {
        var net = new LineNetwork(seed: 1, parties);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(60)), "the line did not open");
        net.Run(TimeSpan.FromMilliseconds(100));
        return net;
    }
}
