using System.Globalization;
using System.Text;
using Parley.Station.Link;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>docs/protocol/messages.md prints what a peer may count on of a link port.</summary>
public sealed class PortTableTests
{
    [Fact] // MESSAGES-16, MESSAGES-3, LINK-8
    public void The_protocol_prints_the_shares_that_the_port_gives()
    {
        var limits = new LinkPortLimits();
        var table = new StringBuilder("\n| share | figure |\n|---|---|\n");
        foreach (
            var (says, figure) in new (string, int)[]
            {
                ("connections of one identity that is on a line", limits.MaxOfPeer),
                ("requests of one identity under way at a time", limits.MaxUnderWay),
                ("requests of one identity a second, and as many again at once", limits.RequestsPerSecond),
                ("connections of all identities together that are on no line", limits.MaxOfStrangers),
                (
                    "requests a second of all those together, and as many again at once",
                    limits.StrangersRequestsPerSecond
                ),
                ("streams of one connection at once", LinkListener.MaxStreams),
                ("bytes of the headers of a request", LinkListener.MaxHeaderBytes),
            }
        )
            table.Append(CultureInfo.InvariantCulture, $"| {says} | {figure:N0} |\n");
        DocumentTable.Holds("messages.md", "port", table.ToString());
        Assert.True(LinkListener.MaxStreams >= limits.MaxUnderWay);
    }
}
