using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Parley.Station.Api;

/// <summary>
/// Who may use the API. On the Unix socket: whoever may open it (mode 0600 within a 0700 directory). On TCP: the bearer of
/// <c>api.token</c>, or a browser session that began with a one-time sign-in link. Tokens and sessions are compared by hash, so
/// that neither timing nor a memory dump of the table gives one away; sessions end with the process.
/// </summary>
internal sealed class ApiAccess(string party, string token, TimeProvider clock)
{
    /// <summary>How long a sign-in link that nobody used stays good.</summary>
    internal static readonly TimeSpan SignInLifetime = TimeSpan.FromHours(12);
    /// <summary>How long a browser stays signed in.</summary>
    internal static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(24);
    /// <summary>Sign-in links, and sessions, kept at a time; the oldest go first.</summary>
    internal const int MaxKept = 256;
    private const int SecretLength = 32;

    private readonly byte[] tokenHash = HashOf(token);
    private readonly Limited links = new(SignInLifetime, clock);
    private readonly Limited sessions = new(SessionLifetime, clock);
    // Stations of one machine share a host, and so a browser's cookies: the party keeps them apart.
    private readonly string cookie = $"parley-{party}";

    /// <summary>A new one-time token for <c>/sign-in?token=</c>.</summary>
    internal string NewSignIn() => links.Add();

    /// <summary>Lets through what may pass, and answers 401 or 403 to the rest.</summary>
    internal async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        if (IsLocal(http) || IsOpen(http.Request.Path) || IsBearer(http.Request))
        {
            await next(http);
        }
        else if (!http.Request.Cookies.TryGetValue(cookie, out var session) || !sessions.Holds(session))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"parley\"";
            await Answers.Problem(new Refusal("sign-in-wanted", "sign in, or send the bearer token of this station", 401)).ExecuteAsync(http);
        }
        else if (!IsSafe(http.Request.Method) && !IsSameOrigin(http.Request))
        {
            await Answers.Problem(new Refusal("foreign-origin", "a page of another origin may not act for the officer", 403)).ExecuteAsync(http);
        }
        else
        {
            await next(http);
        }
    }

    internal void MapSignIn(IEndpointRouteBuilder app, Func<Uri?> address)
    {
        app.MapGet("/sign-in", (HttpContext http, string? token) =>
        {
            if (token is null || !links.Take(token)) return Answers.Problem(new Refusal("sign-in-spent", "this sign-in link was used or is too old; ask the station for another", 401));
            http.Response.Cookies.Append(cookie, sessions.Add(), new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = http.Request.IsHttps,
                MaxAge = SessionLifetime,
                Path = "/",
                IsEssential = true,
            });
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Redirect("/");
        }).ExcludeFromDescription();

        app.MapPost("/api/v1/sign-in-links", (HttpContext http) => IsLocal(http)
            ? TypedResults.Ok(new SignInLink($"{address()?.GetLeftPart(UriPartial.Authority)}/sign-in?token={NewSignIn()}"))
            : Answers.Problem(new Refusal("local-only", "sign-in links are made on the station's own socket", 403)))
            .Produces<SignInLink>().WithName("sign-in-link").WithSummary("A one-time sign-in link for a browser (local socket only)");
    }

    /// <summary>Marks the connections of the listener it is put on (the Unix socket's) as those of the station's owner.</summary>
    internal static ConnectionDelegate MarkLocal(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(LocalCaller.Instance);
        return next(connection);
    };

    private static bool IsLocal(HttpContext http) => http.Features.Get<LocalCaller>() is not null;

    private sealed class LocalCaller
    {
        internal static readonly LocalCaller Instance = new();
    }

    private static bool IsOpen(PathString path) => path.StartsWithSegments("/health") || path == "/sign-in" || path == "/";

    private bool IsBearer(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(HashOf(header[scheme.Length..].Trim()), tokenHash);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>Fetch metadata where the browser sends it, else the Origin header; a browser sends one of the two on every unsafe request.</summary>
    private static bool IsSameOrigin(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" => true,
        "" => request.Headers.Origin.ToString() == $"{request.Scheme}://{request.Host}",
        _ => false,
    };

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Secrets with an end: at most <see cref="MaxKept"/>, held by hash.</summary>
    private sealed class Limited(TimeSpan lifetime, TimeProvider clock)
    {
        private readonly ConcurrentDictionary<string, DateTimeOffset> ends = new(StringComparer.Ordinal);

        internal string Add()
        {
            foreach (var old in ends.Where(e => e.Value <= clock.GetUtcNow())) ends.TryRemove(old.Key, out _);
            while (ends.Count >= MaxKept) ends.TryRemove(ends.MinBy(e => e.Value).Key, out _);
            var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretLength));
            ends[Key(secret)] = clock.GetUtcNow() + lifetime;
            return secret;
        }

        internal bool Holds(string secret) => ends.TryGetValue(Key(secret), out var end) && end > clock.GetUtcNow();

        internal bool Take(string secret) => ends.TryRemove(Key(secret), out var end) && end > clock.GetUtcNow();

        private static string Key(string secret) => Convert.ToHexString(HashOf(secret));
    }
}
