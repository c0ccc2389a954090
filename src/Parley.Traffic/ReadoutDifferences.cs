using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic;

/// <summary>One place where two readouts differ (R23).</summary>
/// <param name="What"><c>text</c>, <c>point</c>, <c>tag</c>, <c>effective</c>, <c>embargo</c> or <c>firstSince</c>.</param>
/// <param name="Point">The point's text, where it is about one.</param>
/// <param name="First">What the one says; null where it says nothing of it.</param>
/// <param name="Second">What the other says; null where it says nothing of it.</param>
public sealed record ReadoutDifference(string What, string? Point, string? First, string? Second);

/// <summary>Lays two readouts side by side, point by point: points are the same when their words are.</summary>
public static class ReadoutDifferences
{
    /// <summary>Where they differ, in the order in which they are read.</summary>
    public static IReadOnlyList<ReadoutDifference> Between(Readout first, Readout second)
    {
        var found = new List<ReadoutDifference>();
        if (Words(first.Text) != Words(second.Text))
            found.Add(new ReadoutDifference("text", null, first.Text, second.Text));
        var others = new Dictionary<string, ReadoutPoint>(StringComparer.OrdinalIgnoreCase);
        foreach (var point in second.Points)
            others.TryAdd(Words(point.Text), point);
        foreach (var point in first.Points)
        {
            if (!others.Remove(Words(point.Text), out var other))
                found.Add(new ReadoutDifference("point", point.Text, point.Tag, null));
            else if (other.Tag != point.Tag)
                found.Add(new ReadoutDifference("tag", point.Text, point.Tag, other.Tag));
        }
        found.AddRange(
            second
                .Points.Where(p => others.Remove(Words(p.Text)))
                .Select(p => new ReadoutDifference("point", p.Text, null, p.Tag))
        );
        if (first.Effective != second.Effective)
            found.Add(new ReadoutDifference("effective", null, Time(first.Effective), Time(second.Effective)));
        if (first.Embargo != second.Embargo)
            found.Add(new ReadoutDifference("embargo", null, Time(first.Embargo), Time(second.Embargo)));
        if (first.FirstSince != second.FirstSince)
            found.Add(new ReadoutDifference("firstSince", null, Time(first.FirstSince), Time(second.FirstSince)));
        return found;
    }

    private static string Words(string? text) =>
        string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string? Time(DateTimeOffset? at) => at is { } time ? UtcText.Of(time) : null;
}
