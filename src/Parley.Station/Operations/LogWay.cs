using Parley.Record;
using Parley.Station.Telemetry;

namespace Parley.Station.Operations;

/// <summary>Writes what stands into the station's own log: IMMEDIATE and FLASH as errors, the rest as warnings, what is
/// over as news.</summary>
internal sealed class LogWay(ILogger log) : IAlertWay
{
    public string Name => "log";

    public Task<string?> SendAsync(AlertView alert, CancellationToken ct)
    {
        var trouble = alert.Trouble;
        StationLog.Trouble(
            log,
            alert.Event is "over" or "taken" ? LogLevel.Information
                : trouble.Precedence >= Precedence.Immediate ? LogLevel.Error
                : LogLevel.Warning,
            alert.Event,
            trouble.Class,
            trouble.Precedence.ToString().ToLowerInvariant(),
            trouble.Level,
            trouble.Sentence
        );
        return Task.FromResult<string?>(null);
    }

    public void Dispose() { }
}
