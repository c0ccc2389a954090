using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Parley.Record;
using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>
/// Server-sent events (WHATWG HTML §9.2). Only <c>entry</c> carries an id, its arrival; a client that reconnects with
/// <c>Last-Event-ID</c> gets every entry after it. The others are states: all that hold are told at the start, and of
/// each the latest thereafter.
/// A comment goes out in quiet times, so that both ends notice a dead connection.
/// </summary>
internal static class EventStream
{
    /// <summary>Quiet time after which a comment is sent.</summary>
    internal static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private const string LastEventId = "Last-Event-ID";

    internal static void MapEvents(
        this IEndpointRouteBuilder api,
        IEventDesk events,
        ILineDesk lines,
        TimeProvider clock
    ) =>
        api.MapGet(
                "/events",
                (HttpRequest http, string? line, long? after, string? console, bool? armed) =>
                {
                    LineId? id = null;
                    if (line is not null)
                    {
                        if (
                            !Answers.TryLine(line, out var one, out var why)
                            || !lines.LineStatus(one).TryGet(out _, out why)
                        )
                            return Answers.Problem(why);
                        id = one;
                    }
                    var from = after;
                    if (http.Headers[LastEventId].ToString() is { Length: > 0 } last)
                    {
                        if (!long.TryParse(last, System.Globalization.NumberStyles.None, null, out var arrival))
                            return Answers.Problem(Refusal.Invalid("Last-Event-ID is an arrival"));
                        from = arrival;
                    }
                    return from < 0
                        ? Answers.Problem(Refusal.Invalid("after is an arrival"))
                        : new Stream(events, clock, id, from, console, armed == true);
                }
            )
            .Produces<string>(200, "text/event-stream")
            .WithName("events")
            .WithSummary(
                "Entries as they arrive, and how links, seals and feeds stand; resumes by Last-Event-ID, or from the query's after"
            )
            .WithDescription(Description);

    private const string Description = """
        A page in a browser names itself with `console` (letters and digits) and says with `armed=true` that it can ring; while no
        page can, peers are told that the watch is unattended. `POST /session/armed` says so later.

        `entry` carries an id, its arrival: with `Last-Event-ID`, every later entry comes, in order and once.

        All other events are states. Those that hold are told first; then each change. A follower that is slow is told the latest
        of each (line, party, kind), never nothing:

        - `link` {line, party, state}: alive, unattended, suspended, unopened, down
        - `sealed` {line, feed, size}: entries 0 to size-1 of the feed are sealed
        - `fork` {line, party, heldSize, offeredSize}: two contradicting checkpoints are kept; the line is stopped
        - `own-feed` {line, catchingUp, held, peer, proven}: while catchingUp, nothing is signed: `peer` proved that we signed `proven` entries
        - `peer-lost-entries` {line, party, cosigned, held}: a peer lost entries that it had cosigned; it has them again when held ≥ cosigned
        - `refused` {line, peer, status, reason, count, first, last}: requests of a peer refused since this follower was last told;
          those from before it connected are in /refusals
        - `traffic` {line, entry, kind, item, family, before, state, reason}: an item changed its state, or an entry was flagged (`reason`)
        - `alarm` {…}: an alarm as /alarms lists it: a new one, or one that reached its next level; that it ended is seen in /alarms
        - `blind` {line, entry, phase, done, total, reason}: how far a blind check under way at this station is, in chunks of 256 points
        - `reset` {}: more states changed than are kept for one follower: forget them all. Those that hold follow at once; refusals are in /refusals
        """;

    private sealed class Stream(
        IEventDesk desk,
        TimeProvider clock,
        LineId? line,
        long? after,
        string? console,
        bool armed
    ) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
            var session = Speaker.Of(httpContext).Session?.Session;
            using var place = session?.Streams.Begin(ended);
            using var bell = session?.Bells.Hang(console, armed);
            var events = desk.Subscribe(line, after, bell?.Bell, ended.Token).GetAsyncEnumerator(ended.Token);
            Task<bool>? next = null;
            try
            {
                await response.WriteAsync(":\n\n", ended.Token); // headers leave at once
                while (true)
                {
                    next ??= events.MoveNextAsync().AsTask();
                    if (!next.IsCompleted && !await CompletesAsync(next, ended.Token))
                    {
                        await response.WriteAsync(":\n\n", ended.Token);
                        continue;
                    }
                    if (!await next)
                        return;
                    next = null;
                    Write(response.BodyWriter, events.Current);
                    await response.BodyWriter.FlushAsync(ended.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // the reader went away, or the station stops: neither is an error
            }
            finally
            {
                await ended.CancelAsync();
                if (next is not null)
                    await Task.WhenAny(next);
                await events.DisposeAsync();
            }
        }

        private async Task<bool> CompletesAsync(Task next, CancellationToken ct)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var quiet = Task.Delay(KeepAlive, clock, stop.Token);
            var first = await Task.WhenAny(next, quiet);
            await stop.CancelAsync();
            ct.ThrowIfCancellationRequested();
            return first == next;
        }
    }

    private static void Write(IBufferWriter<byte> to, StationEvent what)
    {
        switch (what)
        {
            case StationEvent.Entry e:
                to.Write(Encoding.ASCII.GetBytes($"id: {e.View.Arrival}\n"));
                Write(to, "entry", e.View, ApiJson.Readable.EntryView);
                break;
            case StationEvent.Sealed s:
                Write(to, "sealed", new SealedData(s.Line, s.Feed, s.Size), ApiJson.Readable.SealedData);
                break;
            case StationEvent.Link l:
                Write(to, "link", new LinkData(l.Line, l.Party, l.State), ApiJson.Readable.LinkData);
                break;
            case StationEvent.Refused r:
                Write(to, "refused", r.Refusal, ApiJson.Readable.RefusalView);
                break;
            case StationEvent.Forked f:
                Write(to, "fork", new ForkData(f.Line, f.Party, f.HeldSize, f.OfferedSize), ApiJson.Readable.ForkData);
                break;
            case StationEvent.OwnFeed o:
                Write(
                    to,
                    "own-feed",
                    new OwnFeedData(o.Line, o.CatchingUp, o.Held, o.Peer, o.Proven),
                    ApiJson.Readable.OwnFeedData
                );
                break;
            case StationEvent.PeerLost p:
                Write(
                    to,
                    "peer-lost-entries",
                    new PeerLostData(p.Line, p.Party, p.Cosigned, p.Held),
                    ApiJson.Readable.PeerLostData
                );
                break;
            case StationEvent.Traffic t:
                Write(to, "traffic", t.Data, TrafficApiJson.Readable.TrafficData);
                break;
            case StationEvent.Alarm a:
                Write(to, "alarm", a.View, TrafficApiJson.Readable.AlarmView);
                break;
            case StationEvent.Blind b:
                Write(to, "blind", b.Data, TrafficApiJson.Readable.BlindData);
                break;
            case StationEvent.Call c:
                Write(to, "call", c.Data, TrafficApiJson.Readable.CallData);
                break;
            case StationEvent.Reset:
                to.Write("event: reset\ndata: {}\n\n"u8);
                break;
        }
    }

    private static void Write<T>(IBufferWriter<byte> to, string name, T data, JsonTypeInfo<T> type)
    {
        to.Write(Encoding.ASCII.GetBytes($"event: {name}\ndata: "));
        to.Write(JsonSerializer.SerializeToUtf8Bytes(data, type)); // compact: JSON without line breaks
        to.Write("\n\n"u8);
    }
}
