using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Parley.Bench.SideBySide;

/// <summary>Two stations; officers send over the API of us, a client follows the events of ru.</summary>
internal sealed class ParleyContender : IContender
{
    private const int Page = 1_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly BenchPair pair;
    private readonly Sightings sightings;
    private readonly byte[] request;
    private readonly CancellationTokenSource stop = new();
    private readonly EventReader author,
        recipient;
    private readonly Lock told = new();

    /// <summary>Recorded, and not yet reported as sealed: the last place of a group, and its messages. Guarded by
    /// <see cref="told"/>, as is the size.</summary>
    private readonly List<(long Last, int[] Numbers)> unsealed = [];
    private long sealedSize;
    private Task following = Task.CompletedTask,
        seals = Task.CompletedTask;

    private ParleyContender(BenchPair pair, Sightings sightings, int bodyBytes)
    {
        this.pair = pair;
        this.sightings = sightings;
        request = LoadBody.Request(bodyBytes);
        author = new EventReader((last, ct) => pair.Us.Api.StreamAsync($"events?line={pair.Line}", last, ct));
        recipient = new EventReader((last, ct) => pair.Ru.Api.StreamAsync($"events?line={pair.Line}", last, ct));
    }

    public bool Seals => true;

    internal static async Task<IContender> StartAsync(
        BenchOptions options,
        Course course,
        Sightings sightings,
        CancellationToken ct
    )
    {
        var started = new ParleyContender(await BenchPair.StartAsync(options, ct), sightings, course.BodyBytes);
        try
        {
            var open = new TaskCompletionSource();
            started.seals = started.author.FollowAsync(started.Author, open, started.stop.Token);
            await open.Task.WaitAsync(ct);
            started.following = await started.FollowAsync(ct);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async Task SendAsync(int sender, int[] numbers, CancellationToken ct)
    {
        var row = request.Length + 1;
        var rows = new byte[numbers.Length * row];
        for (var i = 0; i < numbers.Length; i++)
        {
            request.CopyTo(rows, i * row);
            LoadBody.Number(rows.AsSpan(i * row, request.Length), numbers[i]);
            rows[i * row + request.Length] = (byte)'\n';
        }
        foreach (var number in numbers)
            sightings.Sent(number);
        var answer = await pair.Us.Api.PostAsync(
            $"lines/{pair.Line}/entries/batch",
            new ByteArrayContent(rows) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } },
            ct
        );
        if (answer.GetProperty("count").GetInt32() != numbers.Length)
            throw new BenchFailure("a station took less than it was given");
        foreach (var number in numbers)
            sightings.Accepted(number);
        var last = PlaceOf(answer.GetProperty("last"));
        lock (told)
        {
            unsealed.Add((last, numbers));
            MarkSealed();
        }
    }

    public async Task KillAsync()
    {
        await pair.Ru.KillAsync();
        await following;
    }

    public async Task ReturnAsync(CancellationToken ct)
    {
        await pair.StartRuAsync(ct);
        following = await FollowAsync(ct);
    }

    public async Task SettleAsync(CancellationToken ct)
    {
        await pair.SealedAsync(ct);
        // The record is whole at both; the client that follows it may still be reading.
        for (var n = 0; n < sightings.Count; n++)
        {
            while (sightings.WasAccepted(n) && !(sightings.WasSeen(n) && sightings.WasSealed(n)))
                await Task.Delay(Look, ct);
        }
    }

    public async Task<IReadOnlyList<int>> ShownAsync(CancellationToken ct)
    {
        var shown = new List<int>();
        for (long? after = 0; after is not null; )
        {
            var page = await pair.Ru.Api.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"lines/{pair.Line}/entries?after={after}&limit={Page}"),
                ct
            );
            foreach (var entry in page.GetProperty("entries").EnumerateArray())
            {
                if (NumberOf(entry) is { } number)
                    shown.Add(number);
            }
            after = page.GetProperty("next") is { ValueKind: JsonValueKind.Number } next ? next.GetInt64() : null;
        }
        return shown;
    }

    private async Task<Task> FollowAsync(CancellationToken ct)
    {
        var open = new TaskCompletionSource();
        var reading = UntilCutOffAsync(open);
        await open.Task.WaitAsync(ct);
        return reading;
    }

    private async Task UntilCutOffAsync(TaskCompletionSource open)
    {
        try
        {
            await recipient.FollowAsync(Recipient, open, stop.Token);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            open.TrySetException(new BenchFailure($"ru cut off its client: {e.Message}")); // of no effect once it had been open: the station was killed
        }
    }

    private void Recipient(string name, JsonElement data)
    {
        if (name == "entry" && NumberOf(data) is { } number)
            sightings.Seen(number);
    }

    private void Author(string name, JsonElement data)
    {
        if (name != "sealed" || data.GetProperty("feed").GetString() != "us")
            return;
        lock (told)
        {
            sealedSize = Math.Max(sealedSize, data.GetProperty("size").GetInt64());
            MarkSealed();
        }
    }

    private void MarkSealed() =>
        unsealed.RemoveAll(group =>
        {
            if (group.Last >= sealedSize)
                return false;
            foreach (var number in group.Numbers)
                sightings.Sealed(number);
            return true;
        });

    private static int? NumberOf(JsonElement entry) =>
        entry.GetProperty("kind").GetString() == "message.sent"
        && entry.GetProperty("body") is { ValueKind: JsonValueKind.Object } body
            ? LoadBody.NumberIn(body.GetProperty("text").GetString()!)
            : null;

    private static long PlaceOf(JsonElement id) =>
        long.Parse(id.GetString()!.Split('/')[1], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAny(Task.WhenAll(following, seals));
        await pair.DisposeAsync();
        stop.Dispose();
    }
}
