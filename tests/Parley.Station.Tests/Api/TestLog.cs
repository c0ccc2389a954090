using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>Puts what the host logs beside the test that caused it.</summary>
internal sealed class TestLog : ILoggerProvider, ILogger
{
    private readonly ITestOutputHelper? output = TestContext.Current.TestOutputHelper; // requests run where no test is current

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    /// <summary>What was said as a warning or worse.</summary>
    internal ConcurrentQueue<string> Warnings { get; } = new();

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var said = formatter(state, exception);
        if (logLevel >= LogLevel.Warning)
            Warnings.Enqueue(said);
        output?.WriteLine($"{logLevel}: {said} {exception}");
    }

    public void Dispose() { }
}
