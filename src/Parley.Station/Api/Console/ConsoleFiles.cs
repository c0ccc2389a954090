using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;
using Parley.Station.Telemetry;

namespace Parley.Station.Api;

/// <summary>
/// The console as it was built: read into memory when the station starts, so that a path in a request is a key of a
/// table and never one of the
/// file system, and a build under a running station changes nothing half. Paths that are no file are the page itself
/// for a browser, which knows what to show, and nothing for anybody else.
/// </summary>
internal sealed partial class ConsoleFiles
{
    /// <summary>Most files, and most bytes, that are taken for a console.</summary>
    internal const int MaxFiles = 4_096;
    internal const long MaxBytes = 64L << 20;
    private const string Index = "/index.html",
        Assets = "/assets/",
        Nonce = "{{nonce}}";
    private const string Forever = "public, max-age=31536000, immutable";
    private const int NonceBytes = 16;

    /// <summary>What a folder with a built console holds, and where it lies beside the program and in the source
    /// tree.</summary>
    private static readonly string Built = Path.Combine("console", "dist");

    /// <summary>Paths of the console's page that say something where there is no console, too.</summary>
    internal static readonly string[] Pages = ["/", "/sign-in"];

    /// <summary>Paths that are not the console's.</summary>
    private static readonly PathString[] Others = ["/api", "/openapi", "/health"];

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
        [".wav"] = "audio/wav",
        [".mp3"] = "audio/mpeg",
        [".ogg"] = "audio/ogg",
        [".wasm"] = "application/wasm",
    };

    private sealed record ConsoleFile(string Type, string Cache, byte[] Content, byte[]? Brotli, byte[]? Gzip);

    private readonly Dictionary<string, ConsoleFile> files;
    private readonly string? template;

    private ConsoleFiles(Dictionary<string, ConsoleFile> files)
    {
        this.files = files;
        var page = Encoding.UTF8.GetString(files[Index].Content);
        template = page.Contains(Nonce, StringComparison.Ordinal) ? page : null;
    }

    /// <summary>The folder of the console: as given (empty for none), as <c>PARLEY_CONSOLE</c> says, beside the
    /// program, or in the source tree that the program was built in.</summary>
    internal static string? Find(string? given)
    {
        if ((given ?? Environment.GetEnvironmentVariable("PARLEY_CONSOLE")) is { } said)
            return said.Length > 0 ? said : null;
        var beside = Path.Combine(AppContext.BaseDirectory, Built);
        if (Directory.Exists(beside))
            return beside;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Parley.slnx")))
                return Path.Combine(at.FullName, Built);
        }
        return null;
    }

    /// <summary>Reads a console; null where the folder holds none.</summary>
    internal static ConsoleFiles? Load(string? folder, ILogger log)
    {
        if (folder is null || !File.Exists(Path.Combine(folder, Index[1..])))
            return null;
        try
        {
            // Links are left alone: they may lead out of the folder.
            var names = Directory
                .EnumerateFiles(
                    folder,
                    "*",
                    new EnumerationOptions
                    {
                        RecurseSubdirectories = true,
                        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden,
                    }
                )
                .Take(MaxFiles + 1)
                .ToList();
            if (names.Count > MaxFiles || names.Sum(n => new FileInfo(n).Length) > MaxBytes)
            {
                StationLog.NotKept(
                    log,
                    $"the console in {folder}",
                    $"it has more than {MaxFiles} files or {MaxBytes} bytes"
                );
                return null;
            }
            var found = names.ToDictionary(
                n => $"/{Path.GetRelativePath(folder, n).Replace(Path.DirectorySeparatorChar, '/')}",
                File.ReadAllBytes,
                StringComparer.Ordinal
            );
            var served = new Dictionary<string, ConsoleFile>(StringComparer.Ordinal);
            foreach (var (path, content) in found)
            {
                if (Path.GetExtension(path) is ".br" or ".gz" && found.ContainsKey(path[..^3]))
                    continue;
                var cache =
                    path.StartsWith(Assets, StringComparison.Ordinal) && Hashed().IsMatch(path) ? Forever : "no-store";
                served[path] = new ConsoleFile(
                    Types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream"),
                    cache,
                    content,
                    found.GetValueOrDefault(path + ".br"),
                    found.GetValueOrDefault(path + ".gz")
                );
            }
            return new ConsoleFiles(served);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StationLog.NotKept(log, $"the console in {folder}", e.Message);
            return null;
        }
    }

    /// <summary>Answers with a file of the console, or with its page; leaves what is not the console's to the
    /// endpoints.</summary>
    internal Task ServeAsync(HttpContext http, RequestDelegate next)
    {
        var path = http.Request.Path;
        if (
            !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            || Others.Any(o => path.StartsWithSegments(o))
            || (http.GetEndpoint() is RouteEndpoint && !Pages.Contains(path.Value))
        )
            return next(http);
        if (path.Value is { } name && name != Index && files.TryGetValue(name, out var file))
            return AnswerAsync(http, file);
        if (path.StartsWithSegments("/assets"))
            return Answers.Problem(new Refusal("unknown-path", "the console has no such file", 404)).ExecuteAsync(http);
        // A path of a screen is the page's own matter. Only a browser asks for a page: a probe that asks for a path which
        // there is not must not be told that all is well.
        return path.Value == Index || Pages.Contains(path.Value) || WantsPage(http.Request)
            ? PageAsync(http)
            : Answers.Problem(new Refusal("unknown-path", "there is nothing at this path", 404)).ExecuteAsync(http);
    }

    private static bool WantsPage(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var wanted)
        && wanted.Any(w =>
            w.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase) && w.Quality is null or > 0
        );

    private Task PageAsync(HttpContext http)
    {
        if (template is null)
            return AnswerAsync(http, files[Index]);
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
        return AnswerAsync(
            http,
            files[Index] with
            {
                Content = Encoding.UTF8.GetBytes(template.Replace(Nonce, nonce, StringComparison.Ordinal)),
                Brotli = null,
                Gzip = null,
            },
            $" 'nonce-{nonce}'"
        );
    }

    private static Task AnswerAsync(HttpContext http, ConsoleFile file, string styles = "")
    {
        var response = http.Response;
        response.Headers.ContentSecurityPolicy =
            $"default-src 'self'; style-src 'self'{styles}; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers.CacheControl = file.Cache;
        response.ContentType = file.Type;
        var content = file.Content;
        if (file.Brotli is not null || file.Gzip is not null)
        {
            response.Headers.Vary = HeaderNames.AcceptEncoding;
            var (packed, coding) =
                file.Brotli is not null && Takes(http.Request, "br") ? (file.Brotli, "br")
                : file.Gzip is not null && Takes(http.Request, "gzip") ? (file.Gzip, "gzip")
                : (null, null);
            if (packed is not null)
                (content, response.Headers.ContentEncoding) = (packed, coding);
        }
        response.ContentLength = content.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(content, http.RequestAborted).AsTask();
    }

    private static bool Takes(HttpRequest request, string coding) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var taken)
        && taken.Any(t => t.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && t.Quality is null or > 0);

    /// <summary>A name with the hash of its content in it, as the build gives: <c>index-DkT7Zb3q.js</c>.</summary>
    [GeneratedRegex(
        @"-[A-Za-z0-9_-]{8}\.[a-z0-9.]+$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 100
    )]
    private static partial Regex Hashed();
}
