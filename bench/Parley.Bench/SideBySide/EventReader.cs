using System.Text.Json;

namespace Parley.Bench.SideBySide;

/// <summary>Follows a station's server-sent events as a console does: entries as they arrive, and what is sealed; after a break it resumes behind the last arrival it has.</summary>
internal sealed class EventReader
{
    private const string Id = "id: ", Event = "event: ", Data = "data: ";
    private string? lastArrival;

    /// <summary>Reads until the connection ends; whoever calls again goes on behind the last entry that was read.</summary>
    internal async Task FollowAsync(StationApi api, string line, Action<string, JsonElement> told, TaskCompletionSource? open, CancellationToken ct)
    {
        using var stream = new StreamReader(await api.StreamAsync($"events?line={line}", lastArrival, ct));
        string? name = null;
        while (await stream.ReadLineAsync(ct) is { } row)
        {
            open?.TrySetResult();
            if (row.StartsWith(Id, StringComparison.Ordinal)) lastArrival = row[Id.Length..];
            else if (row.StartsWith(Event, StringComparison.Ordinal)) name = row[Event.Length..];
            else if (row.StartsWith(Data, StringComparison.Ordinal) && name is not null) told(name, JsonElement.Parse(row[Data.Length..]));
        }
    }
}
