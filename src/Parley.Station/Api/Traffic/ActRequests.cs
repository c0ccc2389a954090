using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Station.Api;

/// <summary>What every typed act says beside its body: who, how urgent, for whom. In the request both stand in one object.</summary>
/// <param name="By">Who writes it; wanted where no officer is signed in.</param>
/// <param name="ReleasedBy">The second officer of an act that takes two.</param>
/// <param name="Precedence">ROUTINE where it is left out, or as urgent as what the act replaces.</param>
/// <param name="Re">Further entries that it is about.</param>
/// <param name="Wait"><c>"sealed"</c>, or so many seconds: answer when it is sealed, or the time has passed.</param>
internal sealed record ActEnvelope(
    Officer? By = null, Officer? ReleasedBy = null, Precedence? Precedence = null, Mark? Mark = null, string? Lang = null, IReadOnlyList<PartyId>? To = null,
    IReadOnlyList<EntryId>? Re = null, JsonElement? Wait = null)
{
    /// <summary>Members of a request that are the envelope's; the others are the body's.</summary>
    internal static readonly IReadOnlySet<string> Members = new HashSet<string>(StringComparer.Ordinal) { "by", "releasedBy", "precedence", "mark", "lang", "to", "re", "wait" };
}

/// <summary>A typed act as it was read.</summary>
internal sealed record ActDraft(EntryDraft Draft, TimeSpan? Wait);

/// <summary>Reads requests of typed acts: one object that holds the envelope and the body, each read strictly.</summary>
internal static class ActRequests
{
    /// <summary>As the bodies are read everywhere, only that a misspelt member is refused here: its author can still mend it.</summary>
    private static readonly TrafficJson Strict = new(new JsonSerializerOptions(TrafficJson.Default.Options)
    {
        TypeInfoResolver = null, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="http">The request.</param>
    /// <param name="kind">Kind of the entry.</param>
    /// <param name="about">The entry in the request's path, which comes first among those that the act answers.</param>
    /// <param name="mark">What the entry is marked where the request does not say.</param>
    /// <param name="complete">Adds what the station knows better than the officer.</param>
    /// <param name="ct">Gives up.</param>
    internal static async Task<Outcome<ActDraft>> ReadAsync<T>(HttpRequest http, string kind, EntryId? about, Mark mark, Func<T, T>? complete, CancellationToken ct) where T : class, ITrafficBody
    {
        if (!(await Answers.ReadJsonAsync(http, TrafficApiJson.Default.JsonElement, ct)).TryGet(out var json, out var why)) return why;
        if (json.ValueKind != JsonValueKind.Object) return Refusal.Invalid("an object is wanted");
        if (!Answers.Parse(Part(json, ofEnvelope: true), TrafficApiJson.Default.ActEnvelope).TryGet(out var envelope, out why)) return why;
        var (query, timeout) = (http.Query["wait"].ToString(), http.Query["timeout"].ToString());
        if (!WaitOf(envelope.Wait, query, timeout).TryGet(out var wait, out why)) return why;

        var body = Part(json, ofEnvelope: false);
        if (!Answers.Parse(body, (JsonTypeInfo<T>)Strict.GetTypeInfo(typeof(T))!).TryGet(out var read, out why)) return why;
        if (complete is not null && complete(read) is var completed && !ReferenceEquals(completed, read))
        {
            read = completed;
            body = JsonSerializer.SerializeToUtf8Bytes(read, (JsonTypeInfo<T>)Strict.GetTypeInfo(typeof(T))!);
        }
        if (read.Problem() is { } problem) return Refusal.Invalid(problem);
        if (body.Length > Body.MaxInline) return Refusal.TooLarge($"a body is at most {Body.MaxInline} bytes");
        if (!Speaker.Of(http.HttpContext).Officer(envelope.By, envelope.ReleasedBy).TryGet(out var by, out why)) return why;
        EntryId[] re = about is { } first ? [first, .. (envelope.Re ?? []).Where(e => e != first)] : [.. envelope.Re ?? []];
        return new ActDraft(new EntryDraft(kind, body.AsSpan().SequenceEqual("{}"u8) ? null : body, by, envelope.Precedence ?? Precedence.Routine, envelope.Mark ?? mark, re, envelope.To, envelope.Lang)
        {
            IsPrecedenceGiven = envelope.Precedence is not null, IsMarkGiven = envelope.Mark is not null,
        }, wait.Time);
    }

    private static byte[] Part(JsonElement json, bool ofEnvelope)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Written))
        {
            writer.WriteStartObject();
            foreach (var member in json.EnumerateObject().Where(m => ActEnvelope.Members.Contains(m.Name) == ofEnvelope)) member.WriteTo(writer);
            writer.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static Outcome<SendEndpoints.Until> WaitOf(JsonElement? wait, string query, string timeout)
    {
        if (wait is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } asked)
        {
            int? seconds = int.TryParse(timeout, out var given) ? given : null;
            return timeout.Length > 0 && seconds is null ? Refusal.Invalid("timeout is a number of seconds") : SendEndpoints.Wait(query.Length == 0 ? null : query, seconds);
        }
        return asked.ValueKind switch
        {
            JsonValueKind.String => SendEndpoints.Wait(asked.GetString(), null),
            JsonValueKind.Number when asked.TryGetInt32(out var seconds) => SendEndpoints.Wait("sealed", seconds),
            _ => Refusal.Invalid("wait is \"sealed\", or a number of seconds"),
        };
    }
}
