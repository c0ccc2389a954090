using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Parley.Record;
using Parley.Station.Desks;
using Parley.Traffic.Bodies;

namespace Parley.Station.Api;

/// <summary>The one place where refusals become problem details (RFC 9457) and request bodies become values.</summary>
internal static class Answers
{
    /// <summary>Largest JSON request: an inline body of 48 KiB with every character escaped, and room for the
    /// rest.</summary>
    internal const int MaxRequest = 512 * 1024;

    internal static IResult Problem(Refusal refusal)
    {
        var problem = new ProblemDetails
        {
            Title = refusal.Reason,
            Status = refusal.Status,
            Extensions = { ["code"] = refusal.Code },
        };
        if (refusal.Conflicts is { } conflicts)
            problem.Extensions["conflicts"] = System.Text.Json.JsonSerializer.SerializeToElement(
                conflicts,
                TrafficApiJson.Default.IReadOnlyListConflictView
            );
        return TypedResults.Problem(problem);
    }

    internal static IResult Ok<T>(Outcome<T> outcome) =>
        outcome.TryGet(out var value, out var why) ? TypedResults.Ok(value) : Problem(why);

    /// <summary>A list, with what it leaves out in a header.</summary>
    internal static IResult Ok<T>(HttpContext http, Outcome<Listed<T>> outcome)
    {
        if (!outcome.TryGet(out var listed, out var why))
            return Problem(why);
        if (listed.LeftOut.Count > 0)
            http.Response.Headers[ApiWords.LeftOut] = ApiWords.Counts(listed.LeftOut);
        return TypedResults.Ok(listed.Views);
    }

    internal static bool TryLine(string text, out LineId line, [NotNullWhen(false)] out Refusal? why)
    {
        why = LineId.TryParse(text, out line) ? null : Refusal.UnknownLine(Shown(text));
        return why is null;
    }

    internal static bool TryEntry(string party, string seq, out EntryId entry, [NotNullWhen(false)] out Refusal? why)
    {
        why = EntryId.TryParse($"{party}/{seq}", out entry) ? null : Refusal.UnknownEntry(Shown($"{party}/{seq}"));
        return why is null;
    }

    /// <summary>Reads at most <see cref="MaxRequest"/> bytes of JSON, strictly.</summary>
    internal static async Task<Outcome<T>> ReadJsonAsync<T>(
        HttpRequest request,
        JsonTypeInfo<T> type,
        CancellationToken ct
    )
    {
        if (!request.HasJsonContentType())
            return new Refusal("media-type", "the request body must be application/json", 415);
        return (await ReadBytesAsync(request, ct)).TryGet(out var bytes, out var why)
            ? Parse(bytes.WrittenSpan, type)
            : why;
    }

    /// <summary>Reads at most <see cref="MaxRequest"/> bytes of UTF-8.</summary>
    internal static async Task<Outcome<string>> ReadTextAsync(HttpRequest request, CancellationToken ct)
    {
        if (!(await ReadBytesAsync(request, ct)).TryGet(out var bytes, out var why))
            return why;
        return System.Text.Unicode.Utf8.IsValid(bytes.WrittenSpan)
            ? System.Text.Encoding.UTF8.GetString(bytes.WrittenSpan)
            : Refusal.Invalid("the request is not UTF-8");
    }

    /// <summary>Reads at most <see cref="MaxRequest"/> bytes.</summary>
    internal static async Task<Outcome<ArrayBufferWriter<byte>>> ReadBytesAsync(
        HttpRequest request,
        CancellationToken ct
    )
    {
        LimitBody(request, MaxRequest);
        var bytes = new ArrayBufferWriter<byte>();
        while (true)
        {
            int read;
            try
            {
                read = await request.Body.ReadAsync(bytes.GetMemory(8192), ct);
            }
            catch (BadHttpRequestException e)
            {
                return e.StatusCode == 413
                    ? Refusal.TooLarge($"a request is at most {MaxRequest} bytes")
                    : Refusal.Invalid("the request ended early");
            }
            if (read == 0)
                return bytes;
            bytes.Advance(read);
            if (bytes.WrittenCount > MaxRequest)
                return Refusal.TooLarge($"a request is at most {MaxRequest} bytes");
        }
    }

    internal static Outcome<T> Parse<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
    {
        try
        {
            if (!IsText(utf8))
                return Refusal.Invalid("the request is not UTF-8, or a string in it holds half of a character");
            return JsonSerializer.Deserialize(utf8, type) is { } value
                ? value
                : Refusal.Invalid("an object is required, not null");
        }
        catch (JsonException e)
        {
            // Of the message, only what names a place or a member: never a piece of the body.
            var at =
                e.InnerException is null && e.Path is { Length: > 0 and <= 80 } path
                    ? $"at {path}: {JsonReason.Of(e)}"
                    : TrafficBodies.At(e);
            return Refusal.Invalid(
                at is null
                    ? "the request is not the JSON documented for it"
                    : $"the request's JSON is not as documented, {Shown(at)}"
            );
        }
    }

    /// <summary>
    /// False where a string is none: bytes that are no UTF-8, or an escape of half a character (RFC 8259 §8.2). Whoever
    /// reads such a string later, from a part that is kept as it came,
    /// would fail over it.
    /// </summary>
    private static bool IsText(ReadOnlySpan<byte> utf8)
    {
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
            return false;
        if (utf8.IndexOf("\\u"u8) < 0)
            return true;
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    _ = reader.GetString();
            }
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    internal static void LimitBody(HttpRequest request, long? bytes)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = bytes;
    }

    /// <summary>Foreign text within a reason: short, and one line.</summary>
    internal static string Shown(string text)
    {
        const int max = 160;
        var cut = text.Length > max ? text[..max] + "…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c));
    }
}
