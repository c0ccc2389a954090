using Microsoft.Playwright;
using Parley.EndToEnd.Console;
using Parley.EndToEnd.Stations;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedChromium.Ending))]

namespace Parley.EndToEnd.Console;

/// <summary>The one process of Chromium that all screen tests of a run share. It is started for the first of them, and
/// anew for the next where it died; it ends with the run.</summary>
internal sealed class SharedChromium
{
    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static SharedChromium? ofThisRun;

    private SharedChromium(IPlaywright playwright, IBrowser chromium)
    {
        Playwright = playwright;
        Chromium = chromium;
    }

    internal IPlaywright Playwright { get; }
    internal IBrowser Chromium { get; }

    /// <summary>In this browser localhost leads to the station whose API has that port.</summary>
    internal static string[] Options { get; } =
    [
        "--no-sandbox",
        $"--host-resolver-rules={string.Join(", ", TestStation.ApiPlaces.Select(p => $"MAP localhost:{p.Port} {p.Address}:{p.Port}"))}",
    ];

    internal static async Task<SharedChromium> OfThisRunAsync()
    {
        await Starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (ofThisRun is { Chromium.IsConnected: true })
                return ofThisRun;
            ofThisRun?.Playwright.Dispose();
            var playwright = await Microsoft.Playwright.Playwright.CreateAsync();
            var chromium = await playwright.Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions { ExecutablePath = Browser.Program, Args = Options }
            );
            return ofThisRun = new SharedChromium(playwright, chromium);
        }
        finally
        {
            Starting.Release();
        }
    }

    /// <summary>A browser of its own, whose microphone plays a tone. Who starts it ends it.</summary>
    /// <param name="wave">The file that its microphone plays, over and over.</param>
    /// <param name="before">Words before its command line: in which network it runs.</param>
    /// <param name="options">Beside those that every such browser has.</param>
    internal static async Task<SharedChromium> SpeakingAsync(string wave, string[] before, string[] options)
    {
        var playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = before.Length == 0 ? Browser.Program : Prefixed(before),
                Args =
                [
                    .. Options,
                    "--use-fake-device-for-media-stream",
                    "--use-fake-ui-for-media-stream",
                    $"--use-file-for-fake-audio-capture={wave}",
                    "--allow-loopback-in-peer-connection",
                    "--autoplay-policy=no-user-gesture-required",
                    .. options,
                ],
            }
        );
        return new SharedChromium(playwright, chromium);
    }

    /// <summary>A program that is the browser behind these words: who starts browsers takes the path of a file.</summary>
    private static string Prefixed(string[] before)
    {
        var path = Path.Combine(
            Path.GetTempPath(),
            $"parley-browser-{Environment.ProcessId}-{string.Join('-', before)}"
        );
        File.WriteAllText(path, $"#!/bin/sh\nexec {string.Join(' ', before)} {Browser.Program} \"$@\"\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>Ends a browser that no others share.</summary>
    internal async ValueTask EndAsync()
    {
        await Chromium.DisposeAsync();
        Playwright.Dispose();
    }

    /// <summary>Ends the browser with the run.</summary>
    public sealed class Ending : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (ofThisRun is not { } running)
                return;
            await running.Chromium.DisposeAsync();
            running.Playwright.Dispose();
        }
    }
}
