using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Parley.Station.Operations;

/// <summary>
/// Posts JSON to an address, signed with a shared secret: the header <c>Parley-Signature</c> is <c>t=</c> the Unix time
/// in seconds and <c>v1=</c> the HMAC-SHA-256 in hex of that time, a full stop and the body. Redirects are not followed.
/// </summary>
internal sealed class WebhookWay : IAlertWay
{
    /// <summary>How long a receiver may take.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    internal const string SignatureHeader = "Parley-Signature";
    private const string EventHeader = "Parley-Event";

    private readonly HttpClient http;
    private readonly Uri address;
    private readonly byte[]? secret;
    private readonly TimeProvider clock;

    internal WebhookWay(Uri address, byte[]? secret, TimeProvider clock)
    {
        this.address = address;
        this.secret = secret;
        this.clock = clock;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = true,
                UseCookies = false,
            }
        )
        {
            Timeout = Patience,
            MaxResponseContentBufferSize = 16 * 1024,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("parley", null));
    }

    public string Name => "webhook";

    public Task<string?> SendAsync(AlertView alert, CancellationToken ct) =>
        PostAsync(alert.Event, alert, ApiJson.Default.AlertView, ct);

    internal async Task<string?> PostAsync<T>(string what, T body, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(EventHeader, what);
        if (secret is not null)
            request.Headers.Add(SignatureHeader, Signature(secret, clock.GetUtcNow(), bytes));
        try
        {
            using var answer = await http.SendAsync(request, ct);
            return answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return (e.InnerException?.Message ?? e.Message).ReplaceLineEndings(" ");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds:0} s";
        }
    }

    /// <summary>What a receiver computes again from the time, the body as it came and the secret.</summary>
    internal static string Signature(byte[] secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(secret, (byte[])[.. Encoding.ASCII.GetBytes($"{time}."), .. body]);
        return $"t={time},v1={Convert.ToHexStringLower(mac)}";
    }

    public void Dispose() => http.Dispose();
}
