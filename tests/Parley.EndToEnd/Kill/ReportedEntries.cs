using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;

namespace Parley.EndToEnd.Kill;

/// <summary>From where to where a batch stands in its feed; what others sent at the same time may stand in
/// between.</summary>
internal readonly record struct Places(ulong First, ulong Last);

/// <summary>
/// An officer of a party who goes on sending whatever happens to the station: batches of messages, FLASH among them,
/// and now and then a file. Writes down what
/// the station answered: what is on the record at which place, and what of it is sealed. What broke off half-way is
/// neither repeated nor counted.
/// </summary>
internal sealed class ReportedEntries(
    TestStation station,
    string line,
    int seed,
    int officer = 0,
    int sealedWithin = 2,
    TimeSpan pace = default
)
{
    private const int MaxBatch = 40,
        FilesOneIn = 12,
        FlashOneIn = 10;

    /// <summary>Above what an entry carries itself, so that it travels apart from it.</summary>
    private const int LeastFile = 50_000,
        MostFile = 250_000;

    /// <summary>Between one try and the next while the station is away; nothing is waited for by it.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);
    private readonly Random random = new(seed);
    private int batches;

    internal string Party => station.Party;

    /// <summary>Which of the party's officers.</summary>
    internal int Number => officer;

    /// <summary>Texts (of a file: its hash) that the station reported as sealed, and where.</summary>
    internal ConcurrentDictionary<string, Places> Sealed { get; } = new(StringComparer.Ordinal);

    /// <summary>Texts (of a file: its hash) that the station reported as recorded, sealed or not, and where.</summary>
    internal ConcurrentDictionary<string, Places> Recorded { get; } = new(StringComparer.Ordinal);

    /// <summary>The places of the files among them.</summary>
    internal ConcurrentDictionary<ulong, string> Files { get; } = new();

    /// <summary>Every text and hash that was handed over, answered or not.</summary>
    internal ConcurrentDictionary<string, bool> Sent { get; } = new(StringComparer.Ordinal);

    /// <summary>Requests whose answer never came.</summary>
    internal int BrokenOff { get; private set; }

    /// <summary>Requests that a station refused which was not ready to sign.</summary>
    internal int Refused { get; private set; }

    /// <summary>Sends until told to stop; only the answers of the station count, and only its absence is
    /// forgiven.</summary>
    internal async Task SendAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var batch = batches++;
            try
            {
                if (random.Next(FilesOneIn) == 0 ? await FileAsync(batch) : await BatchAsync(batch))
                {
                    if (pace > TimeSpan.Zero)
                        await Task.Delay(pace, TimeProvider.System, CancellationToken.None);
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

    private async Task<bool> BatchAsync(int batch)
    {
        string[] texts =
        [
            .. Enumerable
                .Range(0, 1 + random.Next(MaxBatch))
                .Select(i => $"{Party} officer {officer} batch {batch} text {i}"),
        ];
        foreach (var text in texts)
            Sent[text] = true;
        var waits = random.Next(3) > 0;
        using var content = new StringContent(
            string.Join('\n', texts.Select(t => Message(t).ToJsonString())),
            Encoding.UTF8,
            "application/x-ndjson"
        );
        using var answer = await station.Api.SendAsync(
            HttpMethod.Post,
            $"lines/{line}/entries/batch{(waits ? $"?wait=sealed&timeout={sealedWithin}" : "")}",
            content
        );
        if (!answer.IsSuccessStatusCode)
            return false;
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None))!;
        if (said["count"]!.GetValue<int>() != texts.Length)
            throw new InvalidDataException($"of {texts.Length} texts the station took {said["count"]}");
        var places = new Places(PlaceOf(said["first"]!), PlaceOf(said["last"]!));
        foreach (var text in texts)
            Note(places, text, said);
        return true;
    }

    private async Task<bool> FileAsync(int batch)
    {
        var bytes = new byte[random.Next(LeastFile, MostFile)];
        random.NextBytes(bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Sent[hash] = true;
        using var content = new ByteArrayContent(bytes);
        using var answer = await station.Api.SendAsync(
            HttpMethod.Post,
            $"lines/{line}/attachments?name={Party}-{officer}-{batch}.bin&seat=watch&by=A.%20Tester",
            content
        );
        if (!answer.IsSuccessStatusCode)
            return false;
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None))!;
        var place = PlaceOf(said["id"]!);
        Files[place] = hash;
        Note(new Places(place, place), hash, said);
        return true;
    }

    private JsonObject Message(string text)
    {
        var message = StationApi.Message(text);
        if (random.Next(FlashOneIn) == 0)
            message["precedence"] = "flash";
        return message;
    }

    private void Note(Places places, string text, JsonNode answer)
    {
        Recorded[text] = places;
        if (answer["sealed"]?.GetValue<bool>() ?? false)
            Sealed[text] = places;
    }

    private static ulong PlaceOf(JsonNode id) => ulong.Parse(id.GetValue<string>().Split('/')[1]);
}
