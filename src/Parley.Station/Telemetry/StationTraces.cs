using System.Diagnostics;

namespace Parley.Station.Telemetry;

/// <summary>
/// Spans for OpenTelemetry: what the station is asked, what it asks, what it commits, and how long each takes. They
/// name kinds of requests, lines and
/// statuses; no entry, no text, no officer. While nobody listens they cost nothing. A span has no parent outside this
/// station: what a peer sends
/// chooses no trace of ours, and a peer is told of none.
/// </summary>
internal static class StationTraces
{
    /// <summary>The source's name, for collectors.</summary>
    internal const string Name = "Parley.Station";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>A peer's request on the link.</summary>
    internal static Activity? Served() => Root("link request", ActivityKind.Server);

    /// <summary>A request of ours to a peer.</summary>
    internal static Activity? Asked(string verb, string line) =>
        Root("link ask", ActivityKind.Client)?.SetTag("parley.verb", verb).SetTag("parley.line", line);

    /// <summary>One commit of a line: entries, cosignatures, pieces of attachments.</summary>
    internal static Activity? Commit(string line, int changes) =>
        Root("commit", ActivityKind.Internal)?.SetTag("parley.line", line).SetTag("parley.changes", changes);

    /// <summary>An officer's request; named after its route, since a path names entries and a query may name an
    /// officer.</summary>
    internal static Activity? Api(string method, string route) =>
        Root($"{method} {route}", ActivityKind.Server)
            ?.SetTag("http.request.method", method)
            .SetTag("http.route", route);

    internal static void Answered(this Activity? span, int status)
    {
        if (span is null)
            return;
        span.SetTag("http.response.status_code", status);
        if (status >= 500)
            span.SetStatus(ActivityStatusCode.Error);
    }

    internal static void Failed(this Activity? span, string reason) =>
        span?.SetStatus(ActivityStatusCode.Error, reason);

    private static Activity? Root(string name, ActivityKind kind)
    {
        if (!Source.HasListeners())
            return null;
        Activity.Current = null; // of the async method that calls; its own caller keeps what it had
        return Source.StartActivity(name, kind);
    }
}
