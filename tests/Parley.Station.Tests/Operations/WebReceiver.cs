using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Operations;

/// <summary>One thing that was posted, and whether whoever posted it knows the secret.</summary>
internal sealed record Posted(string Event, JsonElement Body, bool IsSigned)
{
    internal string Text => Body.GetRawText();
    internal string Trouble => Body.GetProperty("trouble").GetProperty("trouble").GetString()!;
    internal string Class => Body.GetProperty("trouble").GetProperty("class").GetString()!;
}

/// <summary>An HTTP server that takes alerts, as an operator's own would: it computes each signature again from the
/// secret, the time and the bytes as they came.</summary>
internal sealed class WebReceiver : IDisposable
{
    internal const string Secret = "a secret that both of us know";

    private readonly HttpListener listener;

    internal WebReceiver()
    {
        var address = $"http://127.0.0.1:{StationFolder.FreePort()}/";
        listener = new HttpListener { Prefixes = { address } };
        listener.Start();
        Address = address + "alerts";
        Serving = ServeAsync();
    }

    internal string Address { get; }
    internal Task Serving { get; }

    /// <summary>What it took, the first first.</summary>
    internal ConcurrentQueue<Posted> Took { get; } = new();

    /// <summary>Requests that it answered with 503 before it takes any.</summary>
    internal int Refuses { get; set; }

    /// <summary>Requests that came, those too that it did not take.</summary>
    internal int Asked { get; private set; }

    /// <summary>While it is false it takes nothing.</summary>
    internal bool IsUp { get; set; } = true;

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext http;
            try
            {
                http = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var bytes = new MemoryStream();
            await http.Request.InputStream.CopyToAsync(bytes);
            Asked++;
            if (!IsUp || Asked <= Refuses)
                http.Response.StatusCode = 503;
            else
                Took.Enqueue(
                    new Posted(
                        http.Request.Headers["Parley-Event"] ?? "",
                        JsonDocument.Parse(bytes.ToArray()).RootElement.Clone(),
                        IsSigned(http.Request.Headers["Parley-Signature"], bytes.ToArray())
                    )
                );
            http.Response.Close();
        }
    }

    private static bool IsSigned(string? signature, byte[] body)
    {
        if (signature?.Split(',') is not [['t', '=', .. var time], ['v', '1', '=', .. var given]])
            return false;
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{time}."), .. body];
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)) == given
            && Math.Abs(long.Parse(time, CultureInfo.InvariantCulture) - now) < TimeSpan.SecondsPerDay;
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits for the first that fits.</summary>
    internal async Task<Posted> UntilAsync(Func<Posted, bool> fits, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (Took.FirstOrDefault(fits) is { } found)
                return found;
            try
            {
                await poll.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"never posted: {what}. Posted was {string.Join('\n', Took.Select(t => t.Text))}");
            }
        }
    }

    internal Task<Posted> UntilAsync(string @event, string @class) =>
        UntilAsync(p => p.Event == @event && p.Class == @class, $"{@event} {@class}");

    public void Dispose() => listener.Close();
}
