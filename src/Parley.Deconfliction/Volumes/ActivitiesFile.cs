using System.Text.Json;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>Named lists of volumes, as <c>{"activities":{"name":[Volume4D,…],…}}</c>; other members beside
/// <c>activities</c> are passed over.</summary>
public sealed record ActivitiesFile(IReadOnlyList<(string Name, IReadOnlyList<Volume4D> Volumes)> Activities)
{
    /// <summary>Most bytes of a file.</summary>
    public const int MaxLength = 256 << 20;

    /// <summary>Most activities in a file.</summary>
    public const int MaxActivities = 1_000_000;

    /// <summary>Reads a file. A refusal names what is wrong and where.</summary>
    public static Parsed<ActivitiesFile> Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxLength)
            return new Rejected($"is larger than {MaxLength >> 20} MiB");
        if (utf8.Span.StartsWith("\ufeff"u8))
            utf8 = utf8["\ufeff"u8.Length..]; // a mark that some editors write and RFC 8259 lets a reader pass over
        try
        {
            using var document = JsonDocument.Parse(
                utf8,
                new JsonDocumentOptions { MaxDepth = VolumeReader.MaxDepth, AllowDuplicateProperties = false }
            );
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("activities", out var named)
                || named.ValueKind != JsonValueKind.Object
            )
                return new Rejected("has no object 'activities'");
            if (named.GetPropertyCount() > MaxActivities)
                return new Rejected($"has more than {MaxActivities} activities");
            var activities = new List<(string, IReadOnlyList<Volume4D>)>();
            foreach (var member in named.EnumerateObject())
            {
                if (
                    !VolumeReader
                        .ReadVolumes(member.Value, $"activities.{member.Name}")
                        .TryGet(out var volumes, out var reason)
                )
                    return new Rejected(reason);
                activities.Add((member.Name, volumes));
            }
            return new ActivitiesFile(activities);
        }
        catch (JsonException e)
        {
            return new Rejected($"is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            return new Rejected("has a string that is not Unicode");
        }
    }
}
