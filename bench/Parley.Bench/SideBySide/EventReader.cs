using System.Text.Json;

namespace Parley.Bench.SideBySide;

/// <summary>
/// Follows a station's server-sent events as a console does (WHATWG HTML §9.2): entries as they arrive, and what is
/// sealed; after a break it resumes behind the last entry that it was
/// told. An event is told, and its id counts, only at the empty line that ends it: a connection that is cut between an
/// id and its data has told nothing.
/// </summary>
/// <param name="open">Opens the stream behind an event of that id; null for the first time.</param>
internal sealed class EventReader(Func<string?, CancellationToken, Task<Stream>> open)
{
    private const string Id = "id: ",
        Event = "event: ",
        Data = "data: ";
    private string? last;

    /// <summary>Reads until the connection ends; whoever calls again goes on behind the last entry that was
    /// told.</summary>
    internal async Task FollowAsync(
        Action<string, JsonElement> told,
        TaskCompletionSource? opened,
        CancellationToken ct
    )
    {
        using var stream = new StreamReader(await open(last, ct));
        string? id = null,
            name = null,
            data = null;
        while (await stream.ReadLineAsync(ct) is { } row)
        {
            opened?.TrySetResult();
            if (row.StartsWith(Id, StringComparison.Ordinal))
                id = row[Id.Length..];
            else if (row.StartsWith(Event, StringComparison.Ordinal))
                name = row[Event.Length..];
            else if (row.StartsWith(Data, StringComparison.Ordinal))
                data = row[Data.Length..];
            else if (row.Length == 0)
            {
                if (name is not null && data is not null)
                {
                    told(name, JsonElement.Parse(data));
                    last = id ?? last;
                }
                id = name = data = null;
            }
        }
    }
}
