using System.CommandLine;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Spectre.Console;

namespace Parley.Cli.Commands;

/// <summary>Opening and accepting lines, which is a ceremony between officers; and looking at them.</summary>
internal static class LineCommands
{
    internal static Command Create(CommandContext context)
    {
        var command = new Command("line", "Open, accept, suspend and look at lines")
        {
            CreateOpen(context),
            CreateAccept(context),
            CreateList(context),
            CreateShow(context),
            StatusCommand.Create(context, "status", allLines: false),
            CarryCommands.CreateSecret(context),
            RelayCommands.CreateUse(context),
            SignOnCommand.Create(context),
            UsageCommand.Create(context),
        };
        foreach (var act in MessageCommands.OfLine(context))
            command.Subcommands.Add(act);
        return command;
    }

    private static Option<string[]> Fingerprints() =>
        new("--fingerprint")
        {
            Description =
                "What the party's officer read out over another channel: the 16 words, or at least 32 hex digits",
            HelpName = "PARTY=WORDS|HEX",
        };

    private static Command CreateOpen(CommandContext context)
    {
        var with = new Option<string[]>("--with")
        {
            Description = "The card of another party",
            Required = true,
            HelpName = "CARDFILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var fingerprint = Fingerprints();
        var slug = new Option<string?>("--slug")
        {
            Description = "The readable part of the line's id, such as us-ru",
            HelpName = "S",
        };
        var title = new Option<string?>("--title") { Description = "What the line is for", HelpName = "T" };
        var continues = new Option<string?>("--continues")
        {
            Description =
                "The line that this one continues, with all its parties and further ones: how a party is admitted",
            HelpName = "LINE",
        };
        var policy = new LinePolicyOptions();
        var output = new Option<string?>("--out")
        {
            Description = "Where to write the line document (default: SLUG.line)",
            HelpName = "FILE",
        };
        var json = CommandContext.Json();
        var command = new Command("open", "Make a line with the parties of the given cards, and accept it here")
        {
            with,
            fingerprint,
            slug,
            title,
            continues,
            output,
            json,
        };
        policy.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                Card[] cards = [.. parsed.GetValue(with)!.Select(CardCommand.Load)];
                var typed = Typed(parsed.GetValue(fingerprint) ?? []);
                var agreed = policy.In(
                    new OpenLine(
                        [.. cards.Select(c => System.Text.Encoding.UTF8.GetString(c.Encode()))],
                        typed,
                        parsed.GetValue(slug),
                        parsed.GetValue(title)
                    ),
                    parsed
                );
                Compare(screen, cards, typed);
                if (parsed.GetValue(output) is { } given && Path.Exists(given))
                    throw new Failure($"{given} is there already; nothing was opened");
                using var station = context.Client(parsed);
                await CeremonyNotes.OnOpeningAsync(screen, station, cards, ct);
                LineId? before = parsed.GetValue(continues) is { } old ? await station.LineAsync(old, ct) : null;
                var answer = await station.PostAsync(
                    "lines/open",
                    agreed with
                    {
                        Continues = before,
                    },
                    ApiJson.Default.OpenLine,
                    ct
                );
                var opened = StationClient.Read(answer, ApiJson.Default.OpenedLine);
                // The document of another line is not replaced: its parties may want it still.
                var file = parsed.GetValue(output) ?? $"{StationClient.SlugOf(opened.Line)}.line";
                if (parsed.GetValue(output) is null && Path.Exists(file))
                    file = $"{opened.Line}.line";
                UnfinishedFile.Replace(file, opened.Document);
                if (parsed.GetValue(json))
                {
                    screen.Json(answer);
                    return Program.Done;
                }
                screen.Line(
                    $"Line {opened.Line} is accepted here. Its document is in {file}: give it to the other {(cards.Length == 1 ? "party" : "parties")}, who run"
                );
                screen.Line($"  parley line accept {file}");
                if (LineDocument.Parse(opened.Document).TryGet(out var document, out _))
                    CardCommand.PrintFingerprint(screen, document.Fingerprint, "Fingerprint of the line:");
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateAccept(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The line document that another party made" };
        var fingerprint = Fingerprints();
        var json = CommandContext.Json();
        var command = new Command("accept", "Accept a line that another party made") { file, fingerprint, json };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var path = parsed.GetValue(file)!;
                if (new FileInfo(path) is not { Exists: true, Length: <= LineDocument.MaxLength })
                    throw new Failure($"{path}: no line document of at most {LineDocument.MaxLength} bytes is there");
                var bytes = await File.ReadAllBytesAsync(path, ct);
                if (!LineDocument.Parse(bytes).TryGet(out var document, out var reason))
                    throw new Failure($"{path}: {reason}");
                using var station = context.Client(parsed);
                var self = await station.GetAsync("station", ApiJson.Default.StationView, ct);
                var typed = Typed(parsed.GetValue(fingerprint) ?? []);
                if (!parsed.GetValue(json))
                    Agreed(screen, document);
                Compare(screen, [.. document.Cards.Where(c => c.Party != self.Party)], typed);
                await CeremonyNotes.OnAcceptingAsync(screen, station, self, document, ct);
                var answer = await station.PostAsync(
                    "lines/accept",
                    new AcceptLine(bytes, typed),
                    ApiJson.Default.AcceptLine,
                    ct
                );
                if (parsed.GetValue(json))
                {
                    screen.Json(answer);
                    return Program.Done;
                }
                screen.Line($"Line {document.Id} is accepted here: {SafeText.ShowLine(document.Title)}");
                CardCommand.PrintFingerprint(
                    screen,
                    document.Fingerprint,
                    "Fingerprint of the line, the same at every party:"
                );
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateList(CommandContext context)
    {
        var json = CommandContext.Json();
        var command = new Command("list", "The lines of this station") { json };
        command.SetAction(
            async (parsed, ct) =>
            {
                await using var station = await context.ReadingAsync(parsed, ct);
                var lines = StationClient.ExercisesLast(
                    await station.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct)
                );
                if (parsed.GetValue(json))
                {
                    foreach (var line in lines)
                        context.Screen.Json(
                            System.Text.Json.JsonSerializer.Serialize(line, ApiJson.Readable.LineSummary)
                        );
                }
                else
                {
                    Print(context.Screen, lines);
                }
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateShow(CommandContext context)
    {
        var name = new Argument<string?>("LINE")
        {
            Description = "The line, as with --line",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var line = CommandContext.Line();
        var at = new Option<string?>("--at")
        {
            Description =
                "As it was at this time, or at the end of this day, UTC: of lines that continue one another the newest that was open by then",
            HelpName = "TIME",
        };
        var output = new Option<string?>("--document")
        {
            Description = "Write the line's document to a file, for a party that has still to accept it",
            HelpName = "FILE",
        };
        var json = CommandContext.Json();
        var command = new Command("show", "One line: its parties, their fingerprints, how it stands")
        {
            name,
            line,
            at,
            output,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                DateTimeOffset? by = parsed.GetValue(at) is { } time
                    ? Instant.Read("--at", time, endOfDay: true)
                    : null;
                if (parsed.GetValue(name) is not null && parsed.GetValue(line) is not null)
                    throw new Failure("the line is named twice", Program.Usage);
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await station.LineAsync(parsed.GetValue(name) ?? parsed.GetValue(line), ct);
                var answer = await station.GetAsync(
                    $"lines/{(by is { } then ? await OpenByAsync(station, id, then, ct) : id)}",
                    ct
                );
                var detail = StationClient.Read(answer, ApiJson.Default.LineDetail);
                if (parsed.GetValue(output) is { } file)
                {
                    if (Path.Exists(file))
                        throw new Failure($"{file} is there already");
                    UnfinishedFile.Replace(file, detail.Document);
                }
                if (parsed.GetValue(json))
                {
                    screen.Json(answer);
                    return Program.Done;
                }
                if (parsed.GetValue(output) is { } written)
                {
                    screen.Line($"The document of {detail.Line} is in {written}.");
                    return Program.Done;
                }
                screen.Line(screen.Bold(detail.Line.Value));
                screen.Line($"  {SafeText.ShowLine(detail.Title)}");
                screen.Line($"  {detail.Standing}, opened {Times.GroupAndAge(detail.Created, screen.Clock)}");
                if (detail.Continues is { } before)
                    screen.Line($"  continues {before}");
                PrintFingerprint(screen, "line", detail.Fingerprint);
                foreach (var party in detail.Parties)
                {
                    screen.Line(
                        $"  {screen.Bold(party.Party.Value)}  {SafeText.ShowLine(party.Name)}  {SafeText.ShowLine(string.Join(", ", party.Addresses))}".TrimEnd()
                    );
                    PrintFingerprint(screen, party.Party.Value, party.Fingerprint);
                }
                LinePolicyOptions.Print(screen, detail.Policy);
                StatusCommand.Print(screen, detail.Status);
                return Program.Done;
            }
        );
        return command;
    }

    /// <summary>Of a line, those it continues and those that continue it: the newest that was open by then.</summary>
    private static async Task<LineId> OpenByAsync(
        StationClient station,
        LineId line,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        var all = await station.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct);
        var chain = new HashSet<LineId> { line };
        while (
            all.FirstOrDefault(l =>
                chain.Contains(l.Line)
                    ? l.Continues is { } before && !chain.Contains(before)
                    : l.Continues is { } of && chain.Contains(of)
            )
                is { } next
        )
        {
            if (!chain.Add(next.Line))
                chain.Add(next.Continues!.Value);
        }
        return all.Where(l => chain.Contains(l.Line) && l.Created <= at)
                .OrderByDescending(l => l.Created)
                .Select(l => (LineId?)l.Line)
                .FirstOrDefault()
            ?? throw new Failure($"{StationClient.SlugOf(line)} was not open yet at {Times.Group(at)}");
    }

    private static void PrintFingerprint(Screen screen, string of, FingerprintView fingerprint)
    {
        screen.Line(screen.Dim($"    fingerprint of {of}"));
        foreach (var text in screen.Wrap(fingerprint.Words, 6).Concat(screen.Wrap(fingerprint.Hex, 6)))
            screen.Line(text);
    }

    private static void Print(Screen screen, IReadOnlyList<LineSummary> lines)
    {
        if (lines.Count == 0)
        {
            screen.Line("No lines yet. Open one: parley line open --with CARDFILE");
            return;
        }
        const int tableWidth = 80;
        if (screen.IsTerminal && screen.Width >= tableWidth)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumns("line", "title", "parties", "standing");
            foreach (var line in lines)
                table.AddRow(
                    Markup.Escape(line.Line.Value),
                    Markup.Escape(SafeText.ShowLine(line.Title)),
                    Markup.Escape(string.Join(' ', line.Parties)),
                    Markup.Escape(line.Standing)
                );
            AnsiConsole
                .Create(
                    new AnsiConsoleSettings
                    {
                        Out = new AnsiConsoleOutput(screen.Output),
                        ColorSystem = screen.Colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                    }
                )
                .Write(table);
            return;
        }
        foreach (var line in lines)
        {
            screen.Line(line.Line.Value);
            screen.Line($"  {line.Standing}  {string.Join(' ', line.Parties)}  {SafeText.ShowLine(line.Title)}");
        }
    }

    private static Dictionary<string, string> Typed(string[] given)
    {
        var typed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new Failure($"--fingerprint takes PARTY=WORDS or PARTY=HEX, not '{text}'", Program.Usage);
            if (!typed.TryAdd(text[..equals], text[(equals + 1)..]))
                throw new Failure($"--fingerprint names '{text[..equals]}' twice", Program.Usage);
        }
        return typed;
    }

    /// <summary>What accepting the document means, before anything else is asked.</summary>
    private static void Agreed(Screen screen, LineDocument document)
    {
        screen.Line($"{screen.Bold(document.Id.Value)}  {SafeText.ShowLine(document.Title)}");
        screen.Line(
            $"  between {string.Join(", ", document.Parties)}{(document.Continues is { } before ? $"; continues {before}" : "")}"
        );
        LinePolicyOptions.Print(screen, LinePolicyView.Of(document.Policy));
        screen.Line();
    }

    /// <summary>
    /// Stops unless the officer gave every party's fingerprint and each matches. The station checks the same again:
    /// this one is here
    /// so that the officer sees what to compare before anything happens.
    /// </summary>
    private static void Compare(Screen screen, IReadOnlyList<Card> cards, Dictionary<string, string> typed)
    {
        foreach (var stranger in typed.Keys.Where(k => cards.All(c => c.Party.Value != k)))
            throw new Failure($"--fingerprint names '{stranger}', whose card is not here", Program.Usage);
        foreach (var card in cards)
        {
            if (typed.TryGetValue(card.Party.Value, out var text) && card.Fingerprint.FaultOf(text) is { } fault)
                throw new Failure(
                    $"the fingerprint given for {card.Party}: {fault.Reason}. Nothing was accepted.",
                    code: fault.IsOfAnother ? "fingerprint-mismatch" : "fingerprint-mistyped"
                );
        }
        Card[] open = [.. cards.Where(c => !typed.ContainsKey(c.Party.Value))];
        if (open.Length == 0)
            return;
        screen.Line("Compare with an officer of each party, over a channel that you trust (voice, in person):");
        foreach (var card in open)
        {
            screen.Line();
            screen.Line($"{screen.Bold(card.Party.Value)}  {SafeText.ShowLine(card.Name)}");
            CardCommand.PrintFingerprint(screen, card.Fingerprint, "  has the fingerprint");
        }
        screen.Line();
        screen.Line(
            $"Then run this again with {string.Join(' ', open.Select(c => $"--fingerprint \"{c.Party}=…\""))}, giving what the other officer said."
        );
        throw new Failure("nothing is accepted until every fingerprint is compared");
    }
}
