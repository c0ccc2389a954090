using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>Calls while they are held, for programs: voice itself is the consoles' (R5, R21).</summary>
internal static class LiveCallCommands
{
    internal static IEnumerable<Command> Create(CommandContext context)
    {
        yield return new EntryCommand(
            context,
            "open",
            "Call the other watch at once: it rings at its consoles",
            Kinds.CallOpened
        )
            .Text("--topic", "topic", "What it is about")
            .Build();
        yield return new EntryCommand(context, "busy", "Say that the watch is on another call", Kinds.CallBusy)
            .On("The call that rings")
            .Text("--reason", "reason", "Why")
            .Build();
        yield return new EntryCommand(
            context,
            "admit",
            "Admit somebody else who joined: an interpreter, a second officer",
            Kinds.CallAdmitted
        )
            .On("The call")
            .Said("JOINED", "joined", "The entry by which they joined")
            .Flag("--out", "out", "They are not to be heard any more")
            .Text("--note", "note", "What to say with it")
            .Build();
        yield return new EntryCommand(
            context,
            "consent",
            "Consent to a recording of the call; whoever is first asks the others",
            Kinds.CallRecordingConsented
        )
            .On("The call")
            .Text("--reason", "reason", "What to say with it")
            .Build();
        yield return new EntryCommand(
            context,
            "refuse-recording",
            "Refuse to be recorded, or take the consent back",
            Kinds.CallRecordingRefused
        )
            .On("The call")
            .Text("--reason", "reason", "Why")
            .Build();
        yield return Join(context);
        yield return Hold(context);
        yield return Leave(context);
        yield return Live(context);
        yield return Log(context);
    }

    private static Command Log(CommandContext context)
    {
        var call = CallArgument();
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command(
            "log",
            "The log of a call as the station would write it, what parties signed, and where they differ"
        )
        {
            call,
            line,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var (on, entry) = await CallAsync(station, parsed.GetValue(call), parsed.GetValue(line), ct);
                new ReportPrinter(context.Screen, parsed.GetValue(json)).Tell(
                    await station.GetAsync($"lines/{on}/calls/{entry}/log", ct),
                    PrintLog
                );
                return 0;
            }
        );
        return command;
    }

    private static void PrintLog(Screen screen, JsonElement logs)
    {
        screen.Line(screen.Bold("As this station saw it:"));
        foreach (var moment in logs.GetProperty("draft").GetProperty("course").EnumerateArray())
            screen.Line(
                $"  {ItemPrinter.Text(moment, "at")}  {SafeText.ShowLine(ItemPrinter.Text(moment, "what") ?? "")}  {SafeText.ShowLine(ItemPrinter.Text(moment, "by") ?? "")}"
            );
        foreach (var logged in logs.GetProperty("logged").EnumerateArray())
            screen.Line($"{ItemPrinter.Text(logged, "party")} signed {ItemPrinter.Text(logged, "entry")}");
        foreach (var one in logs.GetProperty("differences").EnumerateArray())
            screen.Line(
                screen.Warn(
                    $"{ItemPrinter.Text(one, "what")} {SafeText.ShowLine(ItemPrinter.Text(one, "by") ?? "")}: ours {SafeText.ShowLine(ItemPrinter.Text(one, "ours") ?? "nothing")}, {ItemPrinter.Text(one, "party")} {SafeText.ShowLine(ItemPrinter.Text(one, "theirs") ?? "nothing")}"
                )
            );
    }

    private static Command Join(CommandContext context)
    {
        var fingerprint = new Option<string?>("--fingerprint")
        {
            Description = "The key that it speaks by: sha256: and the certificate's SHA-256",
            HelpName = "HASH",
        };
        var commitment = new Option<string?>("--commitment")
        {
            Description = "What its part of the words is bound by: sha256: and the hash of 32 bytes",
            HelpName = "HASH",
        };
        var part = new Option<string?>("--part") { Description = "What it does in the call", HelpName = "PART" };
        part.AcceptOnlyFromAmong("speaker", "interpreter", "second officer", "listener");
        var joined = new Option<string?>("--joined")
        {
            Description = "An earlier joining by the same officer, whose seat is taken again",
            HelpName = "ENTRY",
        };
        return OnCall(
            context,
            "join",
            "Join a call with a key, on the record, and get a seat for what speaks by it",
            "join",
            [fingerprint, commitment, part, joined],
            parsed => new JsonObject
            {
                ["fingerprint"] = parsed.GetValue(fingerprint),
                ["commitment"] = parsed.GetValue(commitment),
                ["part"] = parsed.GetValue(part),
                ["joined"] = parsed.GetValue(joined),
            },
            (screen, answer) =>
            {
                screen.Line(
                    $"{screen.Bold(ItemPrinter.Text(answer, "joined") ?? "")}  seat {ItemPrinter.Text(answer, "seat")}"
                );
                Print(screen, answer.GetProperty("call"));
            }
        );
    }

    private static Command Hold(CommandContext context)
    {
        var seat = Seat();
        var off = new Option<bool>("--off") { Description = "Go on with the call" };
        return OnCall(
            context,
            "hold",
            "Put a call on hold, or go on with it",
            "state",
            [seat, off],
            parsed => new JsonObject { ["seat"] = parsed.GetValue(seat), ["held"] = !parsed.GetValue(off) },
            Print
        );
    }

    private static Command Leave(CommandContext context)
    {
        var seat = Seat();
        return OnCall(
            context,
            "leave",
            "Leave a call",
            "state",
            [seat],
            parsed => new JsonObject { ["seat"] = parsed.GetValue(seat), ["leave"] = true },
            Print
        );
    }

    private static Command Live(CommandContext context)
    {
        var line = CommandContext.Line();
        return ListCommand.Of(
            context,
            new Command("live", "Calls that ring, or that voice may be on") { line },
            async (parsed, station, ct) => $"lines/{await station.LineAsync(parsed.GetValue(line), ct)}/calls",
            Print,
            none: "No call rings, and none is held."
        );
    }

    private static Option<string> Seat() =>
        new("--console")
        {
            Description = "The seat that joining gave",
            HelpName = "SEAT",
            Required = true,
        };

    /// <summary>A command that asks the station something of one call.</summary>
    private static Argument<string> CallArgument() =>
        new("CALL") { Description = "The call's first entry, such as ru/17" };

    /// <summary>The line of a call, which is found where it is not named, and its first entry.</summary>
    private static async Task<(LineId Line, EntryId Entry)> CallAsync(
        StationClient station,
        string? call,
        string? line,
        CancellationToken ct
    )
    {
        var entry = ActOptions.Entry(call);
        return (line is null ? await station.LineOfAsync(entry, ct) : await station.LineAsync(line, ct), entry);
    }

    private static Command OnCall(
        CommandContext context,
        string name,
        string description,
        string path,
        Option[] options,
        Func<ParseResult, JsonObject> body,
        Action<Screen, JsonElement> print
    )
    {
        var call = CallArgument();
        var line = CommandContext.Line();
        var officer = new OfficerOptions();
        var json = CommandContext.Json();
        var command = new Command(name, description) { call };
        foreach (var option in options)
            command.Options.Add(option);
        command.Options.Add(line);
        officer.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var (on, entry) = await CallAsync(station, parsed.GetValue(call), parsed.GetValue(line), ct);
                var request = body(parsed);
                request["by"] = officer.Member(parsed);
                using var content = new StringContent(
                    request.ToJsonString(),
                    System.Text.Encoding.UTF8,
                    "application/json"
                );
                var report = new ReportPrinter(context.Screen, parsed.GetValue(json));
                report.Tell(await station.PostAsync($"lines/{on}/calls/{entry}/{path}", content, ct), print);
                return 0;
            }
        );
        return command;
    }

    private static void Print(Screen screen, JsonElement call)
    {
        screen.Line(
            $"{screen.Bold(ItemPrinter.Text(call, "call") ?? "")}  {ItemPrinter.Text(call, "state")}{(ItemPrinter.Text(call, "topic") is { } topic ? $"  {SafeText.ShowLine(topic)}" : "")}"
        );
        foreach (var member in call.GetProperty("members").EnumerateArray())
        {
            var by = member.GetProperty("by");
            string[] states =
            [
                ItemPrinter.Text(member, "part") ?? "",
                member.GetProperty("here").GetBoolean() ? "in the call" : "not in the call",
                .. member.GetProperty("held").GetBoolean() ? (string[])["on hold"] : [],
                .. member.GetProperty("muted").GetBoolean() ? (string[])["muted"] : [],
            ];
            screen.Line(
                $"  {ItemPrinter.Text(member, "joined")}  {SafeText.ShowLine(ItemPrinter.Text(by, "name") ?? "")}: {string.Join(", ", states)}"
            );
        }
    }
}
