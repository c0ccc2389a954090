using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Parley.Fuzz;

/// <summary>
/// A server without connections: a request is a call. What stands behind it is the station's whole HTTP pipeline: who
/// may pass, routing, endpoints, and how exceptions
/// become answers.
/// </summary>
internal sealed class MemoryServer : IServer
{
    /// <summary>What waits longer than this is given up, as by a client that goes away: waiting is what some requests
    /// ask for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(60);

    /// <summary>And what does not end even then hangs.</summary>
    private static readonly TimeSpan Hangs = TimeSpan.FromSeconds(20);

    private const int MaxShown = 64 * 1024;

    private Func<IFeatureCollection, Task>? process;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        process = async features =>
        {
            var context = application.CreateContext(features);
            Exception? thrown = null;
            try
            {
                await application.ProcessRequestAsync(context);
            }
            catch (Exception e)
            {
                thrown = e;
                throw;
            }
            finally
            {
                application.DisposeContext(context, thrown);
            }
        };
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Status and body of the answer.</summary>
    /// <exception cref="TimeoutException">It did not end, though its client went away.</exception>
    internal (int Status, string Body) Ask(
        string method,
        string path,
        string query,
        IEnumerable<KeyValuePair<string, string>> headers,
        byte[] body,
        bool patiently
    )
    {
        var (status, said) = AskWhole(method, path, query, headers, body, patiently);
        return (status, Encoding.UTF8.GetString(said, 0, Math.Min(said.Length, MaxShown)));
    }

    /// <inheritdoc cref="Ask"/>
    internal (int Status, byte[] Body) AskWhole(
        string method,
        string path,
        string query,
        IEnumerable<KeyValuePair<string, string>> headers,
        byte[] body,
        bool patiently
    )
    {
        using var leaving = new CancellationTokenSource();
        var request = new HttpRequestFeature
        {
            Method = method,
            Protocol = "HTTP/1.1",
            Scheme = "http",
            Path = path,
            PathBase = "",
            QueryString = query,
            RawTarget = path + query,
            Body = new MemoryStream(body, writable: false),
        };
        foreach (var (name, value) in headers)
            request.Headers[name] = value;
        var answered = new HttpResponseFeature();
        var content = new MemoryStream();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(answered);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(content));
        features.Set<IHttpRequestLifetimeFeature>(new Lifetime(leaving));
        features.Set<IHttpBodyControlFeature>(new BodyControl());
        var running = process!(features);
        if (!running.IsCompleted && !running.Wait(patiently ? Hangs : Patience))
        {
            leaving.Cancel();
            if (!running.Wait(Hangs))
                throw new TimeoutException($"{method} {path}{query} does not end");
        }
        running.GetAwaiter().GetResult();
        return (answered.StatusCode, content.ToArray()); // also of a stream that was closed, as an export does
    }

    public void Dispose() { }

    private sealed class Lifetime(CancellationTokenSource leaving) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = leaving.Token;

        public void Abort() => leaving.Cancel();
    }

    private sealed class BodyControl : IHttpBodyControlFeature
    {
        public bool AllowSynchronousIO { get; set; }
    }
}
