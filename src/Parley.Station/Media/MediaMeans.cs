using System.Net;
using Parley.Station.Data;
using Parley.Station.Telemetry;

namespace Parley.Station.Media;

/// <summary>What a station carries calls with; without a port it holds none, and everything else goes on.</summary>
internal sealed record MediaMeans(MediaPort? Port, MediaPlaces? Places, TurnSettings? Turn) : IAsyncDisposable
{
    internal static MediaMeans None { get; } = new(null, null, null);

    /// <summary>Takes the port that the settings name, or the link's by UDP.</summary>
    /// <param name="settings">Of <c>station.json</c>; null where it says nothing.</param>
    /// <param name="link">Where the link listens; null for a station that only dials.</param>
    /// <param name="listen">Where consoles come.</param>
    /// <param name="card">Addresses on the station's card.</param>
    /// <param name="log">Told where the port cannot be had.</param>
    internal static MediaMeans Open(
        CallSettings? settings,
        IPEndPoint? link,
        Uri listen,
        IReadOnlyList<string> card,
        ILogger log
    )
    {
        settings ??= new CallSettings();
        if (settings.Listen == CallSettings.None)
            return None;
        var at = settings.Listen is { } told
            ? IPEndPoint.Parse(told)
            : link
                ?? new IPEndPoint(
                    IPAddress.TryParse(listen.Host.Trim('[', ']'), out var host) ? host : IPAddress.Loopback,
                    listen.Port
                );
        if (MediaPort.Open(at, why => StationLog.Warned(log, why)).TryGet(out var port, out var taken))
            return new MediaMeans(port, new MediaPlaces(port.Address, settings, card), settings.Turn);
        StationLog.Warned(log, taken);
        return None;
    }

    public ValueTask DisposeAsync()
    {
        Port?.Dispose();
        return ValueTask.CompletedTask;
    }
}
