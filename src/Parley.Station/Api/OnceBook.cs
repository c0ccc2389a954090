using System.Security.Cryptography;
using System.Text;
using Parley.Station.Desks;
using Parley.Storage;

namespace Parley.Station.Api;

/// <summary>
/// Lets a request that names itself (<c>Idempotency-Key</c>) be done once, however often it is sent: whoever lost the
/// answer sends it again and gets that
/// answer. Only what was done is kept (2xx): a refusal did nothing, and the same key tries anew. What goes on the record
/// is kept in the store too (<see cref="OnRecord"/>), so that it is done once over a restart; the rest in memory, and a
/// client that names the run of the station in which it asked first (<c>Parley-Run</c>) is told where that is over. Why
/// so: docs/decisions/0034 and 0052. Safe from any thread.
/// </summary>
internal sealed class OnceBook
{
    internal const string KeyHeader = ApiWords.OnceKey;
    internal const string RunHeader = "Parley-Run";
    internal const int MinKey = 8;
    internal const int MaxKey = 80;

    /// <summary>Answers that are kept for one who asks, and for all together; the oldest make room.</summary>
    internal const int MaxOfOne = 256;

    /// <summary>As many for the station's own programs, which are the station.</summary>
    internal const int MaxOfStation = 2048;
    private const string Station = "station";
    internal const int Max = 4096;

    /// <summary>Largest answer that is kept, in bytes: those of acts are small.</summary>
    internal const int MaxAnswer = 64 * 1024;
    internal static readonly TimeSpan Keeps = TimeSpan.FromHours(24);

    /// <summary>How long what was begun goes on after its client is gone.</summary>
    internal static readonly TimeSpan AfterClient = TimeSpan.FromSeconds(20);

    private readonly TimeProvider clock;
    private readonly string run;
    private readonly Lock gate = new();

    // Under gate. In order of their beginning, so that the oldest is first.
    private readonly LinkedList<Doing> order = new();
    private readonly Dictionary<string, Doing> doings = new(StringComparer.Ordinal);

    private readonly OnceNotes? notes;

    /// <param name="clock">The station's.</param>
    /// <param name="run">What tells this run of the station from others: when it was started, as GET /station
    /// says.</param>
    /// <param name="notes">What is kept over restarts; null where nothing is.</param>
    internal OnceBook(TimeProvider clock, string run, OnceNotes? notes)
    {
        this.clock = clock;
        this.run = run;
        this.notes = notes;
        foreach (var note in notes?.TakeBefore() ?? [])
        {
            var doing = new Doing(note.Name, note.Who, note.What, note.At) { IsKept = true };
            doing.Done.SetResult(
                note.Status is { } status
                    ? new Outcome(new Answer(status, note.ContentType, note.Location, note.Body ?? []))
                    : Outcome.Unknown
            );
            order.AddLast(doing);
            doings[note.Name] = doing;
        }
    }

    private sealed record Answer(int Status, string? ContentType, string? Location, byte[] Body);

    private sealed class Doing(string name, string who, byte[] what, DateTimeOffset at)
    {
        internal string Name => name;
        internal string Who => who;
        internal byte[] What => what;
        internal DateTimeOffset At => at;

        /// <summary>True where the store has a note of it.</summary>
        internal bool IsKept { get; init; }

        internal TaskCompletionSource<Outcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What came of it: an answer, or one of the two that have none.</summary>
    private sealed class Outcome(Answer? answer)
    {
        internal static readonly Outcome NotDone = new(null);

        /// <summary>An earlier run of the station began it, and ended before it was known to be done.</summary>
        internal static readonly Outcome Unknown = new(null);

        internal Answer? Answer => answer;
    }

    private static readonly Refusal OtherRun = new(
        "other-run",
        "the station was started anew since this was sent first, and does not know whether it was done: look for it before it is sent as new",
        409
    );

    internal async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (!HttpMethods.IsPost(request.Method) || !request.Headers.TryGetValue(KeyHeader, out var given))
        {
            await next(http);
            return;
        }
        var key = given.ToString();
        if (key.Length is < MinKey or > MaxKey || !key.All(char.IsAsciiLetterOrDigit))
        {
            await Answers
                .Problem(Refusal.Invalid($"{KeyHeader} is {MinKey} to {MaxKey} letters and digits"))
                .ExecuteAsync(http);
            return;
        }
        var who = Speaker.Of(http).Session is { } session ? $"officer {session.User.Name}" : Station;
        var isKept = notes is not null && http.GetEndpoint()?.Metadata.GetMetadata<OnRecord>() is not null;
        if (await WhatAsync(http) is not { } what)
            return;
        while (true)
        {
            var (doing, mine) = Begin(OnceNotes.Hashed($"{who} {key}"), OnceNotes.Hashed(who), what, isKept);
            if (doing is null)
            {
                await Answers
                    .Problem(new Refusal("key-reused", "this key was given to another request", 422))
                    .ExecuteAsync(http);
                return;
            }
            if (mine && request.Headers.TryGetValue(RunHeader, out var first) && first.ToString() != run)
            {
                End(doing, Outcome.NotDone);
                await Answers.Problem(OtherRun).ExecuteAsync(http);
                return;
            }
            if (mine)
            {
                if (await NoteAsync(doing) is { } faulted)
                    await Answers.Problem(faulted).ExecuteAsync(http);
                else
                    await DoAsync(http, next, doing);
                return;
            }
            var outcome = await doing.Done.Task.WaitAsync(http.RequestAborted);
            if (outcome == Outcome.Unknown)
            {
                await Answers.Problem(OtherRun).ExecuteAsync(http);
                return;
            }
            if (outcome.Answer is not { } answer)
                continue; // it was not done: this one tries
            http.Response.StatusCode = answer.Status;
            http.Response.ContentType = answer.ContentType;
            if (answer.Location is { } location)
                http.Response.Headers.Location = location;
            await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
            return;
        }
    }

    /// <summary>Carries it out, whether or not its client waits for the answer.</summary>
    private async Task DoAsync(HttpContext http, RequestDelegate next, Doing doing)
    {
        using var limit = new CancellationTokenSource();
        var client = http.RequestAborted;
        using var gone = client.Register(() => limit.CancelAfter(AfterClient));
        http.RequestAborted = limit.Token;
        var wire = http.Response.Body;
        using var held = new MemoryStream();
        http.Response.Body = held;
        Answer? answer = null;
        try
        {
            await next(http);
            if (http.Response.StatusCode is >= 200 and < 300 && held.Length <= MaxAnswer)
                answer = new Answer(
                    http.Response.StatusCode,
                    http.Response.ContentType,
                    http.Response.Headers.Location,
                    held.ToArray()
                );
        }
        finally
        {
            End(doing, answer is null ? Outcome.NotDone : new Outcome(answer));
            http.Response.Body = wire;
            http.RequestAborted = client;
        }
        if (client.IsCancellationRequested)
            return;
        held.Position = 0;
        await held.CopyToAsync(wire, client);
    }

    /// <summary>Keeps that it is begun, before anything is done. The reason where that cannot be: then it is not
    /// done.</summary>
    private async Task<Refusal?> NoteAsync(Doing doing)
    {
        if (!doing.IsKept)
            return null;
        try
        {
            await notes!.PutAsync(new OnceNote(doing.Name, doing.Who, doing.What, doing.At));
            return null;
        }
        catch (StoreFaultException e)
        {
            End(doing, Outcome.NotDone);
            return Refusal.Faulted(e.Fault.Message);
        }
    }

    /// <summary>Keeps what came of it, while its answer is on its way: without this note a later run of the station
    /// would not know, and say so.</summary>
    private async Task KeepAsync(Doing doing, Answer? answer)
    {
        try
        {
            if (answer is null)
                await notes!.RemoveAsync(doing.Name);
            else
                await notes!.PutAsync(
                    new OnceNote(
                        doing.Name,
                        doing.Who,
                        doing.What,
                        doing.At,
                        answer.Status,
                        answer.ContentType,
                        answer.Location,
                        answer.Body
                    )
                );
        }
        catch (Exception e) when (e is StoreFaultException or ObjectDisposedException or OperationCanceledException)
        {
            // the note that it was begun stays, which promises less
        }
    }

    /// <summary>What is asked, as a hash, with the body put back for whoever reads it; null where it was answered
    /// already. An upload's bytes are not read here.</summary>
    private static async Task<byte[]?> WhatAsync(HttpContext http)
    {
        var request = http.Request;
        var line = Encoding.UTF8.GetBytes($"{request.Path}{request.QueryString} {request.ContentType} ");
        if (!request.HasJsonContentType())
            return SHA256.HashData([.. line, .. BitConverter.GetBytes(request.ContentLength ?? -1)]);
        if (!(await Answers.ReadBytesAsync(request, http.RequestAborted)).TryGet(out var body, out var why))
        {
            await Answers.Problem(why).ExecuteAsync(http);
            return null;
        }
        request.Body = new MemoryStream(body.WrittenSpan.ToArray(), writable: false);
        return SHA256.HashData([.. line, .. body.WrittenSpan]);
    }

    /// <summary>The doing of that name, and whether it begins here; null where the name stands for something
    /// else.</summary>
    private (Doing? Doing, bool Mine) Begin(string name, string who, byte[] what, bool isKept)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            while (order.First is { Value: var oldest } && now - oldest.At > Keeps)
                Drop(oldest);
            if (doings.TryGetValue(name, out var known))
                return CryptographicOperations.FixedTimeEquals(known.What, what) ? (known, false) : (null, false);
            if (order.Count(d => d.Who == who) >= (who == StationHash ? MaxOfStation : MaxOfOne))
                Drop(order.First(d => d.Who == who));
            else if (order.Count >= Max)
                Drop(order.First!.Value);
            var doing = new Doing(name, who, what, now) { IsKept = isKept };
            order.AddLast(doing);
            doings.Add(name, doing);
            return (doing, true);
        }
    }

    private static readonly string StationHash = OnceNotes.Hashed(Station);

    private void End(Doing doing, Outcome outcome)
    {
        lock (gate)
        {
            if (outcome.Answer is null && doings.GetValueOrDefault(doing.Name) == doing)
                Drop(doing);
            else if (doing.IsKept)
                _ = KeepAsync(doing, outcome.Answer);
        }
        doing.Done.TrySetResult(outcome);
    }

    private void Drop(Doing doing)
    {
        order.Remove(doing);
        doings.Remove(doing.Name);
        if (doing.IsKept)
            _ = KeepAsync(doing, null);
    }
}

/// <summary>Marks an endpoint whose acts go on the record: a name that one was given is kept over restarts. What leaves
/// no trace on purpose is not marked.</summary>
internal sealed record OnRecord;
