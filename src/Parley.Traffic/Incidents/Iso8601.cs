using System.Buffers;
using System.Xml;

namespace Parley.Traffic.Incidents;

/// <summary>Durations as ISO 8601 writes them.</summary>
internal static class Iso8601
{
    private static readonly SearchValues<char> Used = SearchValues.Create("PTDHMS.0123456789");

    /// <summary>A duration of days, hours, minutes and seconds, not below zero; months and years have no one length and
    /// are refused.</summary>
    internal static bool TryDuration(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null || text.Length > 32 || text.AsSpan().ContainsAnyExcept(Used))
            return false;
        var date = text.Split('T')[0];
        if (date.Contains('M', StringComparison.Ordinal))
            return false;
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return duration >= TimeSpan.Zero;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }
}
