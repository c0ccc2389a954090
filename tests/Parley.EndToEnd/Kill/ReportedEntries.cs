using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;

namespace Parley.EndToEnd.Kill;

/// <summary>
/// A party's officers, who go on sending batches whatever happens to their station, and write down what the station told them: which
/// texts are on the record at which place, and which of them are sealed. What broke off half-way they neither repeat nor count.
/// </summary>
internal sealed class ReportedEntries(TestStation station, string line, int seed)
{
    private const int MaxBatch = 40;
    /// <summary>Between one try and the next while the station is away; nothing is waited for by it.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);
    private readonly Random random = new(seed);
    private int batches;

    internal string Party => station.Party;

    /// <summary>Texts that the station reported as sealed, by place in the feed.</summary>
    internal ConcurrentDictionary<ulong, string> Sealed { get; } = new();
    /// <summary>Texts that the station reported as recorded, sealed or not, by place in the feed.</summary>
    internal ConcurrentDictionary<ulong, string> Recorded { get; } = new();
    /// <summary>Every text that was handed over, answered or not.</summary>
    internal ConcurrentDictionary<string, bool> Sent { get; } = new(StringComparer.Ordinal);
    /// <summary>Batches whose answer never came.</summary>
    internal int BrokenOff { get; private set; }
    /// <summary>Batches that a station refused which was not ready to sign.</summary>
    internal int Refused { get; private set; }

    /// <summary>Sends until told to stop; only the answers of the station count, and only its absence is forgiven.</summary>
    internal async Task SendAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var batch = batches++;
            string[] texts = [.. Enumerable.Range(0, 1 + random.Next(MaxBatch)).Select(i => $"{Party} batch {batch} text {i}")];
            foreach (var text in texts) Sent[text] = true;
            var waits = random.Next(3) > 0;
            try
            {
                using var content = new StringContent(string.Join('\n', texts.Select(t => StationApi.Message(t).ToJsonString())), Encoding.UTF8, "application/x-ndjson");
                using var answer = await station.Api.SendAsync(HttpMethod.Post, $"lines/{line}/entries/batch{(waits ? "?wait=sealed&timeout=2" : "")}", content);
                if (answer.IsSuccessStatusCode)
                {
                    Note(texts, JsonNode.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None))!);
                    continue;
                }
                Refused++;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                BrokenOff++; // its station is dead: the next try finds the next one
            }
            await Task.Delay(Breath, TimeProvider.System, CancellationToken.None);
        }
    }

    private void Note(string[] texts, JsonNode answer)
    {
        if (answer["count"]!.GetValue<int>() != texts.Length) throw new InvalidDataException($"of {texts.Length} texts the station took {answer["count"]}");
        var first = ulong.Parse(answer["first"]!.GetValue<string>().Split('/')[1]);
        for (var i = 0; i < texts.Length; i++)
        {
            Recorded[first + (ulong)i] = texts[i];
            if (answer["sealed"]!.GetValue<bool>()) Sealed[first + (ulong)i] = texts[i];
        }
    }
}
