using System.Text.Json;

namespace Parley.Traffic.Bodies;

/// <summary>
/// Body of <c>activity.notified</c> and <c>activity.changed</c>. Whether the volumes are sound is for the station to ask of Parley.Deconfliction; here
/// only their number and kind are looked at, so that the state machines do not hang on geometry.
/// </summary>
public sealed record PlannedActivity : ITrafficBody
{
    /// <summary>What a volume is for.</summary>
    public const string Planned = "activity", KeepOut = "keep_out", Protected = "protected";
    /// <summary>The highest priority; it never hides a conflict.</summary>
    public const int MaxPriority = 100;
    /// <summary>Most volumes of one activity (DECONFLICTION-9).</summary>
    public const int MaxVolumes = 256;

    public string? Title { get; init; }
    public string? Purpose { get; init; }
    /// <summary>One of <see cref="Planned"/> (where it is absent), <see cref="KeepOut"/>, <see cref="Protected"/>.</summary>
    public string? Role { get; init; }
    public int? Priority { get; init; }
    /// <summary>Volume4D objects as ASTM F3548 writes them.</summary>
    public IReadOnlyList<JsonElement> Volumes { get => field ?? []; init; }

    public string? Problem() =>
        Check.Required("title", Title, Check.ShortText) ?? Check.Text("purpose", Purpose)
        ?? (Role is not (null or Planned or KeepOut or Protected) ? $"role is none of {Planned}, {KeepOut}, {Protected}" : null)
        ?? (Priority is < 0 or > MaxPriority ? $"priority is 0 to {MaxPriority}" : null)
        ?? (Volumes.Count is 0 or > MaxVolumes ? $"1 to {MaxVolumes} volumes are needed" : null)
        ?? (Volumes.Any(v => v.ValueKind != JsonValueKind.Object) ? "a volume is not an object" : null);

    /// <summary>The latest <c>time_end</c>; null where a volume has none that can be read.</summary>
    public DateTimeOffset? LastEnd()
    {
        DateTimeOffset? last = null;
        foreach (var volume in Volumes)
        {
            if (!volume.TryGetProperty("time_end", out var end) || end.ValueKind != JsonValueKind.Object || !end.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.String) return null;
            // A time needs no escapes, and an escape can stand for what is no text at all.
            if (value.GetRawText().Contains('\\', StringComparison.Ordinal) || !value.TryGetDateTimeOffset(out var at)) return null;
            if (last is null || at > last) last = at;
        }
        return last;
    }
}
