using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Cli.Commands;

/// <summary>Ceasefires: their texts, who signed them, what is in force; and whether forces have the order (R24,
/// R25).</summary>
internal static class AgreementCommands
{
    internal static Command Create(CommandContext context)
    {
        EntryCommand Make(string name, string description, string kind) => new(context, name, description, kind);
        return new Command("agreement", "Table, sign and follow a ceasefire")
        {
            Text(context, "table", "Propose the text of a ceasefire", Kinds.AgreementTabled, isNew: true),
            Text(context, "counter", "Put another text in the place of the one on the table", Kinds.AgreementCountered),
            OnHash(context, "open", "Open the newest text for signature", Kinds.AgreementOpened)
                .Text("--note", "note", "What to say with it")
                .Build(),
            OnHash(context, "sign", "Sign the text, by its hash; two officers do it", Kinds.AgreementSigned)
                .Choice("--as", "capacity", "In which capacity", AgreementWords.Capacities, AgreementWords.Party)
                .Text(
                    "--scope",
                    "scope",
                    "The whole, or one annex by its short name (default: the whole)",
                    "whole|ANNEX"
                )
                .Text("--reservation", "reservation", "A reservation")
                .Texts("--if-consents", "conditionalOn", "A party whose own consent it waits for", "PARTY")
                .Build(),
            OnHash(context, "decline", "Say that the text will not be signed, and why", Kinds.AgreementDeclined)
                .Text("--reason", "reason", "Why")
                .Build(),
            OnHash(context, "consent", "Give this party's own consent to the text", Kinds.AgreementConsented)
                .Text("--note", "note", "What to say with it")
                .Build(),
            Text(context, "amend", "Propose the text as it is to be from its own start on", Kinds.AgreementAmended),
            Make("suspend", "Hold this party not bound for a time, and say why", Kinds.AgreementSuspended)
                .On("The agreement")
                .Text("--reason", "reason", "Why")
                .Time("--from", "from", "From when (default: now)")
                .Time("--until", "until", "Until when (default: until it is resumed)")
                .Build(),
            Make("resume", "Take this party's suspension back", Kinds.AgreementResumed)
                .On("The agreement")
                .Text("--reason", "reason", "Why")
                .Build(),
            Make("denounce", "Give notice that the agreement is to end", Kinds.AgreementDenounced)
                .On("The agreement")
                .Text("--reason", "reason", "Why")
                .Time("--effective", "effective", "When, where later than the notice asks for")
                .Build(),
            Make("end", "Agree that it is over; it is once every party says so", Kinds.AgreementEnded)
                .On("The agreement")
                .Text("--reason", "reason", "Why")
                .Build(),
            CreateList(context),
            CreateShow(context),
            CreateExport(context),
        };
    }

    internal static Command CreateOrder(CommandContext context) =>
        new("order", "Say which forces have the order")
        {
            new EntryCommand(context, "announce", "Say what is ordered and when it takes effect", Kinds.OrderAnnounced)
            {
                Finish = NameAgreementAsync,
            }
                .On("The agreement that it carries out", optional: true)
                .Text("--what", "what", "What is ordered")
                .Time("--effect", "effect", "When it takes effect")
                .Texts("--echelon", "echelons", "An echelon that is to have it", "NAME")
                .Build(),
            new EntryCommand(context, "report", "Say that an echelon has the order, or not yet", Kinds.OrderReported)
            {
                Finish = NameAgreementAsync,
            }
                .On("The agreement, or the order that was announced")
                .Text("--echelon", "echelon", "The echelon", "NAME")
                .Text("--forces", "forces", "Which forces of it")
                .Time("--at", "at", "When it had the order; left out while it does not")
                .Text("--note", "note", "What to say with it")
                .Build(),
            new EntryCommand(context, "close", "Say that there is no more to report", Kinds.OrderClosed)
                .On("The order")
                .Text("--reason", "reason", "Why")
                .Build(),
            LineQuestion.Of(
                context,
                new Command("list", "The orders of a line, and by echelon which forces have them"),
                _ => "orders",
                PrintOrder,
                each: true
            ),
        };

    /// <summary>An empty rung says so: that the hour has come fills none. CEASEFIRE-15.</summary>
    private static void PrintOrder(Screen screen, JsonElement order)
    {
        screen.Line(
            SafeText.ShowLine(
                $"{ItemPrinter.Text(order, "order")}  {ItemPrinter.Text(order, "state")}  {ItemPrinter.Text(order, "what")}"
            )
        );
        foreach (var rung in ItemPrinter.Each(order, "rungs"))
        {
            var words = SafeText.ShowLine(
                $"    {ItemPrinter.Text(rung, "party")} {ItemPrinter.Text(rung, "echelon")}  {(ItemPrinter.Time(rung, "at") is { } at ? $"has it since {Times.Group(at)}" : "not reported")} {ItemPrinter.Text(rung, "forces")} {ItemPrinter.Text(rung, "note")}"
            );
            screen.Line(ItemPrinter.Time(rung, "at") is null ? screen.Warn(words) : words);
        }
    }

    /// <summary>Where what is answered is an agreement, the body says so: an order carries it out.</summary>
    private static async Task NameAgreementAsync(
        StationClient station,
        LineId line,
        EntryId? on,
        JsonObject body,
        CancellationToken ct
    )
    {
        if (on is not { } entry)
            return;
        using var item = JsonDocument.Parse(await station.GetAsync($"lines/{line}/items/{entry}", ct));
        if (ItemPrinter.Text(item.RootElement, "family") == "agreement")
            body["agreement"] = ItemPrinter.Text(item.RootElement, "item") ?? entry.ToString();
    }

    /// <summary>A command whose body is a file as it is: every member is under the hash.</summary>
    private static Command Text(
        CommandContext context,
        string name,
        string description,
        string kind,
        bool isNew = false
    )
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The text as JSON (agreement.json)" };
        var command = new EntryCommand(context, name, description, kind)
        {
            Finish = async (station, line, _, body, ct) =>
            {
                using var text = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
                using var said = JsonDocument.Parse(
                    await station.PostAsync($"lines/{line}/agreements/check", text, ct)
                );
                Warn(context.Screen, said.RootElement, "missing");
                Warn(context.Screen, said.RootElement, "warnings");
            },
        };
        if (!isNew)
            command.On("The agreement");
        var built = command
            .With(
                (parsed, body) =>
                {
                    foreach (var (member, value) in BodyFile.Read(parsed.GetValue(file)!))
                        body[member] = value?.DeepClone();
                }
            )
            .Build();
        built.Arguments.Add(file);
        return built;
    }

    /// <summary>An act on a text, by the hash that was read or else the one that stands there.</summary>
    private static EntryCommand OnHash(CommandContext context, string name, string description, string kind) =>
        new EntryCommand(context, name, description, kind)
        {
            Finish = async (station, line, agreement, body, ct) =>
            {
                using var shown = JsonDocument.Parse(
                    await station.GetAsync($"lines/{line}/agreements/{agreement}", ct)
                );
                Warn(context.Screen, shown.RootElement, "warnings");
                if (body["hash"] is not null)
                    return;
                // What is in force is shown; what waits for a signature is the amendment, where there is one.
                body["hash"] = ItemPrinter.Each(shown.RootElement, "pending").LastOrDefault()
                    is { ValueKind: JsonValueKind.String } next
                    ? next.GetString()
                    : ItemPrinter.Text(shown.RootElement, "hash");
            },
        }
            .On("The agreement")
            .Text(
                "--hash",
                "hash",
                "The hash of the text that you read (default: of the one that stands here)",
                "sha256:HEX"
            );

    /// <summary>What is said to the officer, and forbids nothing.</summary>
    private static void Warn(Screen screen, JsonElement told, string member)
    {
        foreach (var warning in ItemPrinter.Each(told, member))
            screen.ErrorPlain($"parley: warning: {SafeText.ShowLine(warning.GetString() ?? "")}");
    }

    private static Command CreateList(CommandContext context) =>
        LineQuestion.Of(
            context,
            new Command("list", "The agreements of a line, and where they stand"),
            _ => "agreements",
            (screen, agreement) =>
                screen.Line(
                    $"{screen.Bold(ItemPrinter.Text(agreement, "agreement") ?? "")}  {ItemPrinter.Text(agreement, "state")}  {SafeText.ShowLine(ItemPrinter.Text(agreement, "title") ?? "")}"
                ),
            each: true
        );

    private static Command CreateShow(CommandContext context)
    {
        var entry = new Argument<string>("ENTRY") { Description = "The agreement, such as us/3" };
        var moment = new MomentOptions();
        var command = new Command("show", "An agreement: whether it is in force, who signed, what differs") { entry };
        moment.AddTo(command);
        return LineQuestion.Of(
            context,
            command,
            parsed =>
                ChronologyCommand.Query($"agreements/{ActOptions.Entry(parsed.GetValue(entry))}", moment.Of(parsed)),
            Print,
            entry
        );
    }

    private static Command CreateExport(CommandContext context)
    {
        var entry = new Argument<string>("ENTRY") { Description = "The agreement, such as us/3" };
        var form = new Option<string>("--as")
        {
            Description = "The form: its text as JSON, a sheet to print (HTML), or Akoma Ntoso (XML, one language)",
            HelpName = "json|print|akn",
            DefaultValueFactory = _ => "json",
        };
        form.AcceptOnlyFromAmong("json", "print", "akn");
        var language = new Option<string?>("--lang")
        {
            Description = "The language of Akoma Ntoso (default: the one that decides, or the first)",
            HelpName = "LANG",
        };
        var moment = new MomentOptions();
        var line = CommandContext.Line();
        var command = new Command(
            "export",
            "An agreement for others, on standard output; the proofs: parley record export"
        )
        {
            entry,
            form,
            language,
            line,
        };
        moment.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var wanted = ActOptions.Entry(parsed.GetValue(entry));
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await LineQuestion.LineAsync(station, parsed, line, entry, ct);
                var path = $"lines/{id}/agreements/{wanted}";
                if (parsed.GetValue(form) is "json")
                {
                    using var shown = JsonDocument.Parse(
                        await station.GetAsync(ChronologyCommand.Query(path, moment.Of(parsed)), ct)
                    );
                    if (
                        !shown.RootElement.TryGetProperty("text", out var text)
                        || text.ValueKind != JsonValueKind.Object
                    )
                        throw new Failure($"the text of {wanted} is not here");
                    context.Screen.Json(text.GetRawText());
                    return Program.Done;
                }
                context.Screen.Output.Write(
                    await station.GetAsync(
                        ChronologyCommand.Query(
                            $"{path}/document",
                            [("form", parsed.GetValue(form)), ("lang", parsed.GetValue(language)), .. moment.Of(parsed)]
                        ),
                        ct
                    )
                );
                return Program.Done;
            }
        );
        return command;
    }

    /// <summary>As of when an agreement is looked at.</summary>
    private sealed class MomentOptions
    {
        private readonly Option<string?> at = new("--at")
        {
            Description = "As of this time, UTC: what was written by then (default: now)",
            HelpName = "TIME",
        };
        private readonly Option<string?> asOf = LineQuestion.AsOf();

        internal void AddTo(Command command)
        {
            command.Options.Add(at);
            command.Options.Add(asOf);
        }

        internal (string, string?)[] Of(ParseResult parsed) =>
            [("at", LineQuestion.Time(parsed, at)), ("asOf", parsed.GetValue(asOf))];
    }

    private static void Print(Screen screen, JsonElement agreement)
    {
        var state = ItemPrinter.Text(agreement, "state") ?? "";
        screen.Line(
            $"{screen.Bold(ItemPrinter.Text(agreement, "agreement") ?? "")}  {(state == "in force" ? screen.Good(state) : screen.Warn(state))}  {SafeText.ShowLine(ItemPrinter.Text(agreement, "title") ?? "")}"
        );
        if (ItemPrinter.Text(agreement, "hash") is { } hash)
            screen.Line($"    {hash}");
        if (ItemPrinter.Time(agreement, "inForceFrom") is { } from)
            screen.Line($"    in force from {Times.Group(from)}");
        if (ItemPrinter.Time(agreement, "ends") is { } ends)
            screen.Line($"    ends {Times.Group(ends)}");
        if (ItemPrinter.Text(agreement, "waitsFor") is { } waits)
            screen.Line(screen.Warn($"    waits for {waits}"));
        foreach (var signatory in ItemPrinter.Each(agreement, "signatories"))
        {
            var note = ItemPrinter.Text(signatory, "note") is { } said ? $": {SafeText.ShowLine(said)}" : "";
            foreach (
                var text in screen.Wrap(
                    $"{ItemPrinter.Text(signatory, "party")} as {ItemPrinter.Text(signatory, "capacity")}, {SafeText.ShowLine(ItemPrinter.Text(signatory, "scope") ?? "")}: {ItemPrinter.Text(signatory, "state")} {ItemPrinter.Text(signatory, "entry")}{note}",
                    4
                )
            )
                screen.Line(text);
        }
        foreach (var enclosure in ItemPrinter.Each(agreement, "enclosures"))
            screen.Line(
                SafeText.ShowLine(
                    $"    {ItemPrinter.Text(enclosure, "part")} {ItemPrinter.Text(enclosure, "id")}: {ItemPrinter.Text(enclosure, "state")} {ItemPrinter.Text(enclosure, "entry")}"
                )
            );
        foreach (var warning in ItemPrinter.Each(agreement, "warnings"))
        foreach (var text in screen.Wrap(SafeText.ShowLine(warning.GetString() ?? ""), 4))
            screen.Line(screen.Act(text));
        foreach (var missing in ItemPrinter.Each(agreement, "missing"))
        foreach (var text in screen.Wrap(SafeText.ShowLine(missing.GetString() ?? ""), 4))
            screen.Line(screen.Warn(text));
        foreach (var difference in ItemPrinter.Each(agreement, "differences"))
        foreach (
            var text in screen.Wrap(
                SafeText.ShowLine(
                    $"{ItemPrinter.Text(difference, "where")} {ItemPrinter.Text(difference, "change")}: {ItemPrinter.Text(difference, "before") ?? "nothing"} → {ItemPrinter.Text(difference, "after") ?? "nothing"}"
                ),
                4
            )
        )
            screen.Line(text);
    }
}
