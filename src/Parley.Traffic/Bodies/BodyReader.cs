using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Record;
using Parley.Record.Text;

namespace Parley.Traffic.Bodies;

/// <summary>Reads the bodies of one type: anybody's, alike at every station, and an own officer's, who can still mend
/// what he wrote.</summary>
/// <param name="type">What the platform knows of the type, with the options that anybody's bodies are read by.</param>
internal sealed class BodyReader(JsonTypeInfo type)
{
    /// <summary>By the options for anybody's bodies, those for an own officer's: there is one of each for every JSON
    /// context.</summary>
    private static readonly ConcurrentDictionary<JsonSerializerOptions, JsonSerializerOptions> OwnOf = [];

    private readonly BodyRules rules = new(type);
    private readonly Lazy<JsonTypeInfo> own = new(() =>
        OwnOf.GetOrAdd(type.Options, OwnOptions).GetTypeInfo(type.Type)
    );

    /// <summary>The names of the members that a body of the type has, at any depth.</summary>
    private readonly Lazy<FrozenSet<string>> names = new(() =>
        BodySchema.Names(BodySchema.Of(type)).ToFrozenSet(StringComparer.Ordinal)
    );

    internal Type Type => type.Type;

    /// <summary>What an own officer may write, as a JSON schema.</summary>
    internal JsonObject Schema() => BodySchema.Of(own.Value);

    /// <summary>Why a body that was read makes no sense; null when it does.</summary>
    internal string? Problem(ITrafficBody body) => rules.Problem(body);

    /// <summary>Reads anybody's body; an absent one counts as an empty object.</summary>
    internal Parsed<ITrafficBody> Any(ReadOnlyMemory<byte> body) =>
        Try(NullMembers.LeftOut(OrEmpty(body)), type, _ => "the body is not of its kind's shape");

    /// <summary>
    /// Reads the body of an own officer: a time says its zone, a text shows something, no member is misspelt, and the
    /// reason names the member. TRAFFIC-105.
    /// </summary>
    internal Parsed<ITrafficBody> Own(ReadOnlyMemory<byte> body)
    {
        if (
            !Try(
                    NullMembers.LeftOut(OrEmpty(body), names.Value),
                    own.Value,
                    e => $"the body is not of its kind's shape{(TrafficBodies.At(e) is { } at ? $", {at}" : "")}"
                )
                .TryGet(out var read, out var why)
        )
            return new Rejected(why);
        return Unseen(body.Span) is { } unseen ? new Rejected(unseen) : Parsed<ITrafficBody>.Of(read);
    }

    /// <summary>The options that an own officer's bodies are read by, made from those for anybody's.</summary>
    internal static JsonSerializerOptions OwnOptions(JsonSerializerOptions any)
    {
        var options = new JsonSerializerOptions(any) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
        var times = options.Converters.OfType<BodyTimeJson>().ToList();
        times.ForEach(t => options.Converters.Remove(t));
        options.Converters.Add(new OwnTimeJson());
        return options;
    }

    private static ReadOnlyMemory<byte> OrEmpty(ReadOnlyMemory<byte> body) =>
        body.Length == 0 ? "{}"u8.ToArray() : body;

    private Parsed<ITrafficBody> Try(ReadOnlyMemory<byte> body, JsonTypeInfo how, Func<JsonException, string> why)
    {
        try
        {
            if (JsonSerializer.Deserialize(body.Span, how) is not ITrafficBody read)
                return new Rejected("the body is not an object");
            return Problem(read) is { } problem ? new Rejected(problem) : Parsed<ITrafficBody>.Of(read);
        }
        catch (JsonException e)
        {
            return new Rejected(why(e));
        }
    }

    /// <summary>A text of which nobody sees anything, by the name of its member; null where there is none. One that is
    /// empty, or spaces, is for its kind to judge. TRAFFIC-104.</summary>
    private static string? Unseen(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = TrafficBodies.MaxDepth });
        var member = "a text";
        try
        {
            while (body.Length > 0 && reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                    member = reader.GetString()!;
                else if (
                    reader.TokenType == JsonTokenType.String
                    && (reader.ValueIsEscaped || !reader.ValueSpan.ContainsAnyInRange((byte)'!', (byte)'~'))
                    && reader.GetString() is { Length: > 0 } text
                    && !string.IsNullOrWhiteSpace(text)
                    && Shown.IsBlank(text)
                )
                    return $"{(Shown.IsBlank(member) ? "a text" : member)} shows nothing";
            }
            return null;
        }
        catch (InvalidOperationException)
        {
            return $"{member} holds half of a character";
        }
    }
}
