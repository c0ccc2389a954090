using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>That somebody named a request and what came of it.</summary>
/// <param name="Name">Of who asked and of the name that they gave, as a hash.</param>
/// <param name="Who">Of who asked, as a hash.</param>
/// <param name="What">What was asked, as a hash.</param>
/// <param name="Status">The answer's; null while there is none.</param>
internal sealed record OnceNote(
    string Name,
    string Who,
    byte[] What,
    DateTimeOffset At,
    int? Status = null,
    string? ContentType = null,
    string? Location = null,
    byte[]? Body = null
);

/// <summary>
/// Requests for the record that named themselves, kept in the store so that a station that was killed before it
/// answered does not do them again (docs/decisions/0052). A note is there before anything is done: where it has no
/// answer, only the record tells.
/// </summary>
internal sealed class OnceNotes(IStationStore store)
{
    private const string Prefix = "once/";

    /// <summary>Largest answer that is kept, in bytes: of one that is larger only that it was begun.</summary>
    private const int MaxBody = 8 * 1024;

    private IReadOnlyList<OnceNote> before = [];

    /// <summary>What earlier runs of the station kept, the oldest first; once, for whoever goes on with it.</summary>
    internal IReadOnlyList<OnceNote> TakeBefore() => Interlocked.Exchange(ref before, []);

    /// <summary>Takes over what earlier runs kept, and names what cannot be read.</summary>
    internal IReadOnlyList<string> Load(IReadOnlyDictionary<string, byte[]> meta)
    {
        var (notes, unread) = (new List<OnceNote>(), new List<string>());
        foreach (var (key, value) in meta.Where(m => m.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            try
            {
                notes.Add(JsonSerializer.Deserialize(value, OnceJson.Default.OnceNote)!);
            }
            catch (JsonException)
            {
                unread.Add(key);
            }
        }
        before = [.. notes.OrderBy(n => n.At)];
        return unread;
    }

    /// <summary>A name or a person, as it is kept: neither is told by the store.</summary>
    internal static string Hashed(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Keeps one.</summary>
    /// <exception cref="StoreFaultException">The store does not take it.</exception>
    internal async Task PutAsync(OnceNote note)
    {
        var kept = note.Body is { Length: > MaxBody } ? note with { Status = null, Body = null } : note;
        await store.CommitAsync([
            new PutMeta(Prefix + note.Name, JsonSerializer.SerializeToUtf8Bytes(kept, OnceJson.Default.OnceNote)),
        ]);
    }

    /// <summary>Forgets one that was not done, or that makes room.</summary>
    /// <exception cref="StoreFaultException">The store does not take it.</exception>
    internal async Task RemoveAsync(string name) => await store.CommitAsync([new PutMeta(Prefix + name, null)]);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(OnceNote))]
internal sealed partial class OnceJson : JsonSerializerContext;
