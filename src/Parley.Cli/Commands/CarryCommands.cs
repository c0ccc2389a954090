using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>The line when the wire is cut: sealed files that people carry, and the secret that seals them.</summary>
internal static class CarryCommands
{
    internal static Command Create(CommandContext context) =>
        new("carry", "Deliver by hand when the wire is cut: sealed files on removable media, both ways")
        {
            CreateExport(context),
            CreateImport(context),
        };

    private static Command CreateExport(CommandContext context)
    {
        var line = CommandContext.Line();
        var to = new Option<string?>("--to")
        {
            Description = "For which party; on a line of two the other one",
            HelpName = "PARTY",
        };
        var output = new Option<string>("--out")
        {
            Description = "The file to make; it must not be there yet",
            Required = true,
            HelpName = "FILE",
        };
        var from = new Option<ulong?>("--from")
        {
            Description = "From this entry of our feed on (default: from what the party has cosigned)",
            HelpName = "N",
        };
        var json = CommandContext.Json();
        var command = new Command(
            "export",
            "Seal what a party lacks of our feed, and our receipt for its own, into a file for it alone"
        )
        {
            line,
            to,
            output,
            from,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var path = parsed.GetValue(output)!;
                if (UnfinishedFile.IsTaken(path))
                    throw new Failure($"{path} is there already");
                using var station = context.Client(parsed);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                var party = parsed.GetValue(to) ?? await OtherPartyAsync(station, id, ct);
                var query = parsed.GetValue(from) is { } start ? $"?from={start}" : "";
                using var answer = await station.OpenAsync(
                    new HttpRequestMessage(HttpMethod.Get, $"lines/{id}/carry/{Uri.EscapeDataString(party)}{query}"),
                    ct
                );
                var length = await SaveAsync(answer, path, ct);
                ulong first = Number(answer, CarryEndpoints.FromHeader),
                    until = Number(answer, CarryEndpoints.ToHeader);
                if (parsed.GetValue(json))
                {
                    screen.Json(
                        $$"""{"line":"{{id}}","to":"{{party}}","from":{{first}},"until":{{until}},"bytes":{{length}}}"""
                    );
                    return Program.Done;
                }
                screen.Line(
                    $"{screen.Good("SEALED")}  for {party} alone, {length.ToString("N0", CultureInfo.InvariantCulture)} bytes in {SafeText.ShowLine(path)}"
                );
                screen.Line(
                    first == until
                        ? "  It holds no new entry of ours: our receipt for theirs, and attachments that they lack."
                        : $"  It holds our entries {first} to {until - 1}, and our receipt for theirs."
                );
                screen.Line($"  {party} runs: parley carry import {SafeText.ShowLine(Path.GetFileName(path))}");
                screen.Line(
                    "  Nothing counts as delivered until their receipt is back: by the wire, or in a file of theirs."
                );
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateImport(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "What another party's parley carry export made" };
        var json = CommandContext.Json();
        var command = new Command(
            "import",
            "Take what another party sealed for us; what is here already is not taken twice"
        )
        {
            file,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var path = parsed.GetValue(file)!;
                if (!PlainFile.IsAt(path, followLink: true))
                    throw new Failure($"{path}: no such file");
                using var station = context.Client(parsed);
                await using var content = new FileStream(
                    path,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.Read,
                    1 << 16,
                    useAsync: true
                );
                var answer = await station.PostAsync(
                    "carried",
                    new StreamContent(content)
                    {
                        Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
                    },
                    ct
                );
                var carried = StationClient.Read(answer, ApiJson.Default.CarriedView);
                if (parsed.GetValue(json))
                    screen.Json(answer);
                else
                    Print(screen, carried);
                return carried.Complete ? Program.Done : Program.Failed;
            }
        );
        return command;
    }

    private static void Print(Screen screen, CarriedView carried)
    {
        screen.Line(
            $"{(carried.Complete ? screen.Good("TAKEN") : screen.Act("NOT ALL TAKEN"))}  from {carried.From} on {carried.Line}, sealed {Times.GroupAndAge(carried.MadeAt, screen.Clock)}"
        );
        var before = carried.HeldBefore > 0 ? $"; {carried.HeldBefore} were here already" : "";
        screen.Line(
            $"  {carried.Taken} new {(carried.Taken == 1 ? "entry" : "entries")} of {carried.From}{before}.{(carried.Attachments > 0 ? $" Attachments: {carried.Attachments}." : "")}"
        );
        if (carried.Confirmed is { } size)
            screen.Line($"  {carried.From} holds the first {size} entries of ours: its receipt is kept.");
        if (carried.Stopped is { } why)
            screen.Line(
                $"  {screen.Warn("Stopped:")} {SafeText.ShowLine(why)}{(carried.Again ? "; import it again later" : "")}"
            );
        if (carried.Taken > 0 || !carried.Complete)
            screen.Line("  Take our receipt back: parley carry export --out FILE");
    }

    /// <summary>The file appears under its name only when it is whole.</summary>
    private static async Task<long> SaveAsync(HttpResponseMessage answer, string path, CancellationToken ct)
    {
        await using var file = UnfinishedFile.Begin(path);
        try
        {
            await answer.Content.CopyToAsync(file.Content, ct);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            throw new Failure("the station broke off; no file was made (its log says why)");
        }
        var length = file.Content.Length;
        file.PublishNew();
        return length;
    }

    private static ulong Number(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values)
        && ulong.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    private static async Task<string> OtherPartyAsync(StationClient station, LineId line, CancellationToken ct)
    {
        var self = await station.GetAsync("station", ApiJson.Default.StationView, ct);
        var lines = await station.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct);
        PartyId[] others = [.. lines.Where(l => l.Line == line).SelectMany(l => l.Parties).Where(p => p != self.Party)];
        return others switch
        {
            [var one] => one.Value,
            [] => throw new Failure($"there is no other party on {line}"),
            _ => throw new Failure($"say for which party with --to: {string.Join(", ", others)}", Program.Usage),
        };
    }

    /// <summary>Under <c>parley line</c>: the secret is the line's.</summary>
    internal static Command CreateSecret(CommandContext context)
    {
        var line = CommandContext.Line();
        var make = new Option<string?>("--new")
        {
            Description = "Make a secret and keep it here; FILE is the copy for the other party, handed over in person",
            HelpName = "FILE",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Keep the secret that another party made",
            HelpName = "FILE",
        };
        var protect = new Option<bool>("--protect") { Description = "Protect the copy with a passphrase" };
        var replace = new Option<bool>("--replace")
        {
            Description = "Put it in the place of another one; what was sealed with that opens no more",
        };
        var json = CommandContext.Json();
        var command = new Command(
            "secret",
            "The line's pre-shared key, which seals what is carried by hand; without options: its fingerprint"
        )
        {
            line,
            make,
            from,
            protect,
            replace,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                using var station = context.Client(parsed);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                if (parsed.GetValue(make) is not null && parsed.GetValue(from) is not null)
                    throw new Failure("--new makes a secret and --from takes one: choose", Program.Usage);
                var answer =
                    parsed.GetValue(make) is { } path
                        ? await MakeAsync(
                            screen,
                            station,
                            id,
                            path,
                            parsed.GetValue(protect),
                            parsed.GetValue(replace),
                            ct
                        )
                    : parsed.GetValue(from) is { } given
                        ? await KeepAsync(screen, station, id, given, parsed.GetValue(replace), ct)
                    : await station.GetAsync($"lines/{id}/secret", ct);
                if (parsed.GetValue(json))
                {
                    screen.Json(answer);
                    return Program.Done;
                }
                var secret = StationClient.Read(answer, ApiJson.Default.LineSecretView);
                if (secret.Fingerprint is not { } hex || !Hash.TryParseHex(hex, out var hash))
                    screen.Line($"Line {id} has no secret: parley line secret --new FILE makes one.");
                else
                    CardCommand.PrintFingerprint(
                        screen,
                        Fingerprint.Of(hash),
                        $"Fingerprint of the secret of {id}, the same at every party:"
                    );
                if (parsed.GetValue(make) is { } copy)
                    screen.Line(
                        $"Hand {SafeText.ShowLine(copy)} to the other party in person, never over a network, and destroy it when they have it. They run: parley line secret --from FILE"
                    );
                return Program.Done;
            }
        );
        return command;
    }

    private static async Task<string> MakeAsync(
        Screen screen,
        StationClient station,
        LineId line,
        string path,
        bool protect,
        bool replace,
        CancellationToken ct
    )
    {
        if (UnfinishedFile.IsTaken(path))
            throw new Failure($"{path} is there already");
        using var secret = LineSecret.Generate();
        try
        {
            KeyFile.Write(path, secret, protect ? Passphrase.ForNewKeys(screen) : "");
        }
        catch (IOException e)
        {
            throw new Failure($"{path} cannot be written: {e.Message}");
        }
        try
        {
            return await PutAsync(station, line, secret, replace, ct);
        }
        catch (Exception)
        {
            File.Delete(path); // a copy of nothing
            throw;
        }
    }

    private static async Task<string> KeepAsync(
        Screen screen,
        StationClient station,
        LineId line,
        string path,
        bool replace,
        CancellationToken ct
    )
    {
        var read = KeyFile.ReadLineSecret(path);
        if (!read.TryGet(out var secret, out var why) && why.Fault == KeyFileFault.PassphraseNeeded)
            KeyFile.ReadLineSecret(path, Passphrase.ForOpening(screen)).TryGet(out secret, out why);
        using (secret)
            return secret is null ? throw new Failure(why!.Reason) : await PutAsync(station, line, secret, replace, ct);
    }

    private static async Task<string> PutAsync(
        StationClient station,
        LineId line,
        LineSecret secret,
        bool replace,
        CancellationToken ct
    )
    {
        var text = KeyFile.Encode(secret);
        try
        {
            return await station.PutAsync(
                $"lines/{line}/secret{(replace ? "?replace=true" : "")}",
                new ByteArrayContent(text),
                ct
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }
}
