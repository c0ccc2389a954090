using System.Text;
using System.Text.Json;
using Parley.Bench.SideBySide;
using Xunit;

namespace Parley.Cli.Tests.Bench;

/// <summary>A server that is killed in the middle of an event has not told it.</summary>
public sealed class EventReaderTests
{
    [Fact]
    public async Task An_event_that_is_cut_off_anywhere_is_asked_for_again_and_told_once()
    {
        const string first = ":\n\nid: 4\nevent: entry\ndata: 4\n\n",
            second = "id: 5\nevent: entry\ndata: 5\n\n",
            state = "event: link\ndata: 0\n\n";
        for (var cut = 0; cut <= second.Length; cut++)
        {
            var asked = new List<string?>();
            string[] served = [first + second[..cut], state + "id: 5\nevent: entry\ndata: 5\n\n", ""];
            var reader = new EventReader(
                (last, _) =>
                {
                    asked.Add(last);
                    var text = asked.Count == 2 && last == "5" ? state : served[asked.Count - 1];
                    return Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(text)));
                }
            );
            var told = new List<(string, int)>();
            for (var i = 0; i < served.Length; i++)
                await reader.FollowAsync(
                    (name, data) => told.Add((name, data.GetInt32())),
                    null,
                    TestContext.Current.CancellationToken
                );
            Assert.Equal([null, cut == second.Length ? "5" : "4", "5"], asked);
            Assert.Equal([("entry", 4), ("entry", 5)], told.Where(t => t.Item1 == "entry"));
        }
    }
}
