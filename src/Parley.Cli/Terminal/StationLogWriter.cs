using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Terminal;

/// <summary>
/// The station's log on standard error: one line per event, for people or as JSON. What is logged holds no content of
/// entries;
/// foreign text within it is made harmless here.
/// </summary>
internal sealed class StationLogWriter(TextWriter output, TimeProvider clock, bool json) : ILoggerProvider
{
    private readonly Lock writing = new();

    private TimeProvider Clock { get; } = clock;
    private bool AsJson { get; } = json;

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose() { }

    private void Write(string line)
    {
        lock (writing)
        {
            try
            {
                output.Write(line + "\n");
            }
            catch (IOException)
            {
                // nobody reads the log any more; the station goes on
            }
        }
    }

    private sealed class Category(StationLogWriter owner, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel >= (name.StartsWith("Parley", StringComparison.Ordinal) ? LogLevel.Information : LogLevel.Warning)
            && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            // Of a port that is taken the command itself says so, in one line.
            if (
                !IsEnabled(logLevel)
                || exception is IOException or System.Net.Sockets.SocketException
                    && !name.StartsWith("Parley", StringComparison.Ordinal)
            )
                return;
            var at = UtcText.Of(owner.Clock.GetUtcNow());
            var message = formatter(state, exception);
            if (owner.AsJson)
                owner.Write(
                    Json(at, logLevel, eventId, message, state as IEnumerable<KeyValuePair<string, object?>>, exception)
                );
            else
                owner.Write(
                    $"{at} {Word(logLevel)} {SafeText.ShowLine(exception is null ? message : $"{message} {exception}")}"
                );
        }

        private string Json(
            string at,
            LogLevel level,
            EventId id,
            string message,
            IEnumerable<KeyValuePair<string, object?>>? state,
            Exception? exception
        )
        {
            using var bytes = new MemoryStream();
            using (var w = new Utf8JsonWriter(bytes))
            {
                w.WriteStartObject();
                w.WriteString("at", at);
                w.WriteString("level", Word(level));
                w.WriteString("category", name);
                w.WriteString("event", id.Name);
                w.WriteString("message", message);
                foreach (var (key, value) in state ?? [])
                {
                    if (key != "{OriginalFormat}")
                        w.WriteString(key, Convert.ToString(value, CultureInfo.InvariantCulture));
                }
                if (exception is not null)
                    w.WriteString("exception", exception.ToString());
                w.WriteEndObject();
            }
            return Encoding.UTF8.GetString(bytes.ToArray());
        }

        private static string Word(LogLevel level) =>
            level switch
            {
                LogLevel.Critical => "critical",
                LogLevel.Error => "error",
                LogLevel.Warning => "warning",
                LogLevel.Information => "info",
                _ => "debug",
            };
    }
}
