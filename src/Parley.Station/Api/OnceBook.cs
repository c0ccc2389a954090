using System.Security.Cryptography;
using System.Text;

namespace Parley.Station.Api;

/// <summary>
/// Lets a request that names itself (<c>Idempotency-Key</c>) be done once, however often it is sent: whoever lost the
/// answer sends it again and gets that
/// answer. Only what was done is kept (2xx): a refusal did nothing, and the same key tries anew. In memory; a client
/// that names the run of the station in
/// which it asked first (<c>Parley-Run</c>) is told where that is over. Why so: docs/decisions/0034. Safe from any
/// thread.
/// </summary>
internal sealed class OnceBook
{
    internal const string KeyHeader = "Idempotency-Key";
    internal const string RunHeader = "Parley-Run";
    internal const int MinKey = 8;
    internal const int MaxKey = 80;

    /// <summary>Answers that are kept for one who asks, and for all together; the oldest make room.</summary>
    internal const int MaxOfOne = 256;
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

    /// <param name="clock">The station's.</param>
    /// <param name="run">What tells this run of the station from others: when it was started, as GET /station
    /// says.</param>
    internal OnceBook(TimeProvider clock, string run)
    {
        this.clock = clock;
        this.run = run;
    }

    private sealed record Answer(int Status, string? ContentType, string? Location, byte[] Body);

    private sealed class Doing(string name, string who, byte[] what, DateTimeOffset at)
    {
        internal string Name => name;
        internal string Who => who;
        internal byte[] What => what;
        internal DateTimeOffset At => at;

        /// <summary>Null where it was not done.</summary>
        internal TaskCompletionSource<Answer?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

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
        var who = Speaker.Of(http).Session is { } session ? $"officer {session.User.Name}" : "station";
        if (await WhatAsync(http) is not { } what)
            return;
        while (true)
        {
            var (doing, mine) = Begin($"{who} {key}", who, what);
            if (doing is null)
            {
                await Answers
                    .Problem(new Refusal("key-reused", "this key was given to another request", 422))
                    .ExecuteAsync(http);
                return;
            }
            if (mine && request.Headers.TryGetValue(RunHeader, out var first) && first.ToString() != run)
            {
                End(doing, null);
                await Answers
                    .Problem(
                        new Refusal(
                            "other-run",
                            "the station was started anew since this was sent first, and does not know whether it was done: look for it before it is sent as new",
                            409
                        )
                    )
                    .ExecuteAsync(http);
                return;
            }
            if (mine)
            {
                await DoAsync(http, next, doing);
                return;
            }
            if (await doing.Done.Task.WaitAsync(http.RequestAborted) is not { } answer)
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
            End(doing, answer);
            http.Response.Body = wire;
            http.RequestAborted = client;
        }
        if (client.IsCancellationRequested)
            return;
        held.Position = 0;
        await held.CopyToAsync(wire, client);
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
    private (Doing? Doing, bool Mine) Begin(string name, string who, byte[] what)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            while (order.First is { Value: var oldest } && now - oldest.At > Keeps)
                Drop(oldest);
            if (doings.TryGetValue(name, out var known))
                return CryptographicOperations.FixedTimeEquals(known.What, what) ? (known, false) : (null, false);
            if (order.Count(d => d.Who == who) >= MaxOfOne)
                Drop(order.First(d => d.Who == who));
            else if (order.Count >= Max)
                Drop(order.First!.Value);
            var doing = new Doing(name, who, what, now);
            order.AddLast(doing);
            doings.Add(name, doing);
            return (doing, true);
        }
    }

    private void End(Doing doing, Answer? answer)
    {
        lock (gate)
        {
            if (answer is null && doings.GetValueOrDefault(doing.Name) == doing)
                Drop(doing);
        }
        doing.Done.TrySetResult(answer);
    }

    private void Drop(Doing doing)
    {
        order.Remove(doing);
        doings.Remove(doing.Name);
    }
}
