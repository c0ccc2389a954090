namespace Parley.Station.Operations;

/// <summary>A way to one receiver of alerts.</summary>
internal interface IAlertWay : IDisposable
{
    /// <summary>Its word in the API.</summary>
    string Name { get; }

    /// <summary>Hands over one alert. Null when the receiver took it; else why not, in words for an operator. Throws only
    /// when cancelled.</summary>
    Task<string?> SendAsync(AlertView alert, CancellationToken ct);
}
