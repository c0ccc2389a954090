using System.CommandLine;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Crypto;
using Parley.Station;
using Parley.Station.Data;

namespace Parley.Cli.Commands;

internal static class RunCommand
{
    internal static Command Create(CommandContext context)
    {
        var listen = new Option<string?>("--listen")
        {
            Description = "Where the HTTP API listens (default: http://127.0.0.1:0, a free port)",
            HelpName = "URL",
        };
        var link = new Option<string?>("--link")
        {
            Description =
                "Where other stations reach this one (default: the port of the card's first address; none to dial only)",
            HelpName = "HOST:PORT",
        };
        var store = new Option<string?>("--store")
        {
            Description = "Where the record is kept",
            HelpName = "sqlite|postgres://…",
        };
        var restored = new Option<bool>("--restored")
        {
            Description =
                "This directory came out of a backup: sign nothing until the peers have shown what they hold of us",
        };
        var newStore = new Option<bool>("--new-store")
        {
            Description =
                "Begin with another record than the one that this directory belongs to, once: the old one is lost or is to be given up",
        };
        var baseMap = new Option<string?>("--base-map")
        {
            Description = "A PMTiles file that the console draws in the place of its built-in map",
            HelpName = "FILE",
        };
        var logJson = new Option<bool>("--log-json") { Description = "Log one JSON object per line" };
        var json = CommandContext.Json();
        json.Description = "Say that it is ready as a JSON object, and log as --log-json does";
        var stopWithInput = StopWithInput.Option();
        var command = new Command("run", "Run the station until Ctrl-C or SIGTERM")
        {
            listen,
            link,
            store,
            restored,
            newStore,
            baseMap,
            logJson,
            json,
            stopWithInput,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var directory = context.Directory(parsed);
                if (
                    parsed.GetValue(listen) is { } text
                    && (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
                )
                    throw new Failure(
                        $"--listen takes a URL such as http://127.0.0.1:7180, not '{text}'",
                        Program.Usage
                    );
                var options = new StationHostOptions(
                    directory,
                    parsed.GetValue(listen) is { } url ? new Uri(url) : null,
                    parsed.GetValue(link),
                    parsed.GetValue(store),
                    PassphraseFor(directory, context.Screen),
                    parsed.GetValue(restored),
                    parsed.GetValue(newStore)
                )
                {
                    BaseMap = parsed.GetValue(baseMap),
                };
                // The platform's certificates want a home; a user in a container often has none.
                if (Environment.GetEnvironmentVariable("HOME") is null or "")
                    Environment.SetEnvironmentVariable("HOME", "/nonexistent");
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
                if (parsed.GetValue(stopWithInput))
                    _ = StopWithInput.WatchAsync(stop);
                return await RunAsync(
                    context.Screen,
                    options,
                    parsed.GetValue(logJson),
                    parsed.GetValue(json),
                    stop.Token
                );
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(
        Screen screen,
        StationHostOptions options,
        bool logJson,
        bool json,
        CancellationToken stop
    )
    {
        using var logs = new StationLogWriter(screen.ErrorOutput, screen.Clock, logJson || json);
        try
        {
            if (!(await StationHost.StartAsync(options, logs, screen.Clock, stop)).TryGet(out var host, out var reason))
                throw new Failure(reason);
            await using (host)
            {
                if (json)
                    TellJson(screen, host.Ready);
                else
                    Tell(screen, host.Ready);
                await Task.Delay(Timeout.Infinite, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // being stopped is how a station ends well
        }
        return Program.Done;
    }

    private static void Tell(Screen screen, StationReady ready)
    {
        screen.Line(
            $"ready: {ready.Party}, api {ready.Api?.ToString() ?? "on its socket only"}, link {ready.Link?.ToString() ?? "dials only"}, {ready.Lines} lines, {ready.Store}"
        );
        if (ready.Warning is not { } warning)
            return;
        foreach (var text in screen.Wrap($"warning: {warning}", 0))
            screen.Line(screen.Warn(text));
    }

    private static void TellJson(Screen screen, StationReady ready) =>
        screen.Json(
            new JsonObject
            {
                ["ready"] = ready.Party.Value,
                ["api"] = ready.Api?.ToString(),
                ["link"] = ready.Link?.ToString(),
                ["lines"] = ready.Lines,
                ["store"] = ready.Store,
                ["warning"] = ready.Warning,
            }.ToJsonString(ApiJson.Readable.Options)
        );

    /// <summary>The passphrase where the keys want one; asked for only then.</summary>
    private static string? PassphraseFor(DataDirectory directory, Screen screen)
    {
        if (Passphrase.FromEnvironment() is { } given)
            return given;
        var read = KeyFile.ReadSigningKey(directory.Key(KeyRole.Log), KeyRole.Log);
        if (read.TryGet(out var key, out var refusal))
        {
            key.Dispose();
            return null;
        }
        return refusal.Fault == KeyFileFault.PassphraseNeeded ? Passphrase.ForOpening(screen) : null;
    }
}
