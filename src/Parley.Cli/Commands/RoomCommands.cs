using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>A mediator's rooms, what is passed from one line to another, and silence procedures
/// (docs/protocol/mediation.md).</summary>
internal static class RoomCommands
{
    internal static IEnumerable<Command> Create(CommandContext context) =>
        [CreateRoom(context), PassCommand.Create(context), CreateSilence(context)];

    private static Command CreateRoom(CommandContext context)
    {
        EntryCommand Make(string name, string description, string kind) => new(context, name, description, kind);
        // In a body that can be carried to another line stands the room that it was said in.
        EntryCommand InRoom(string name, string description, string kind) =>
            new EntryCommand(context, name, description, kind)
            {
                Finish = async (station, line, room, body, ct) =>
                    body["room"] ??= ItemPrinter.Text(await OfAsync(station, line, room!.Value, ct), "room"),
            }.On("The room");
        return new Command("room", "A mediator's room: speak, carry and draft between lines")
        {
            Make("open", "Ask to be admitted as mediator on a line; the same name on each line", Kinds.RoomOpened)
                .Said("NAME", "room", "The room's name")
                .Text("--title", "title", "What it is about")
                .Text("--scope", "scope", "What the mediator is admitted for")
                .Time("--until", "until", "Until when")
                .Texts("--party", "parties", "A party of the process, on whatever line it is", "PARTY")
                .Text("--disclosure", "disclosure", "Rules of disclosure, in words")
                .Each(
                    "--meeting",
                    "calendar",
                    "An appointment",
                    "TIME=WHAT",
                    text =>
                        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
                            ? new JsonObject
                            {
                                ["at"] = UtcText.Of(Instant.Read("--meeting", text[..equals])),
                                ["what"] = text[(equals + 1)..],
                            }
                            : null
                )
                .Build(),
            Make("join", "Admit the mediator", Kinds.RoomJoined).On("The room").Build(),
            Passing(
                    InRoom("say", "Say something to the other side of the line", Kinds.RoomSaid)
                        .Said("TEXT", "text", "The words")
                        .Text("--reports", "reports", "A party whose position it tells, in your own words", "PARTY")
                        .Text("--condition", "condition", "The condition that it speaks of", "NAME")
                )
                .Build(),
            Make("recognise", "Say by which keys a party is known that has no line here", Kinds.RoomRecognised)
                .On("The room")
                .Said("PARTY", "party", "The party")
                .Text("--keys", "keys", "The fingerprint that it states elsewhere, compared", "HEX")
                .Build(),
            Passing(
                    InRoom("condition", "Name a condition, and whose consent meets it", Kinds.RoomConditioned)
                        .Said("NAME", "condition", "Its name")
                        .Said("PARTY", "party", "Whose own consent meets it")
                        .Text("--what", "what", "The condition in words")
                )
                .Build(),
            Passing(
                    new EntryCommand(
                        context,
                        "consent",
                        "Give this party's own consent, to the condition in the words that stand here; two officers do it",
                        Kinds.RoomConsented
                    )
                    {
                        Finish = async (station, line, room, body, ct) =>
                        {
                            var on = await OnLineAsync(station, line, room!.Value, ct);
                            body["room"] ??= ItemPrinter.Text(await OfAsync(station, line, room.Value, ct), "room");
                            body["what"] ??= ItemPrinter
                                .Each(on, "conditions")
                                .Where(c => ItemPrinter.Text(c, "name") == (string?)body["condition"])
                                .Select(c => ItemPrinter.Text(c, "what"))
                                .FirstOrDefault();
                            if (body["what"] is null)
                                body.Remove("what");
                        },
                    }
                        .On("The room")
                        .Said("NAME", "condition", "The condition")
                        .Text(
                            "--what",
                            "what",
                            "The words that it is to (default: those of the condition on this line)"
                        )
                        .Text("--note", "note", "What to say with it")
                )
                .Build(),
            Passing(
                    InRoom("unconsent", "Take this party's own consent back", Kinds.RoomConsentWithdrawn)
                        .Said("NAME", "condition", "The condition")
                        .Text("--note", "note", "What to say with it")
                )
                .Build(),
            Draft(context),
            new EntryCommand(context, "comment", "Comment on a clause; no other line hears of it", Kinds.RoomCommented)
            {
                Finish = async (station, line, room, body, ct) =>
                    body["hash"] ??= ItemPrinter.Text(
                        ItemPrinter.Each(await OnLineAsync(station, line, room!.Value, ct), "drafts").LastOrDefault(),
                        "hash"
                    ),
            }
                .On("The room")
                .Said("CLAUSE", "clause", "The clause's number")
                .Said("TEXT", "text", "The comment")
                .Text("--instead", "instead", "The wording that is wanted instead")
                .Flag("--named", "named", "The other sides may be told whose wish it is")
                .Text("--hash", "hash", "The version that you read (default: the newest)", "sha256:HEX")
                .Build(),
            Differ(context),
            Table(context),
            Make("handed", "Say that a non-paper was handed over; it counts once both say so", Kinds.RoomHandedOver)
                .On("The room")
                .Said("NAME", "name", "What both sides call it; nothing of what stands in it")
                .Build(),
            Make("leave", "End the room on this line", Kinds.RoomClosed)
                .On("The room")
                .Text("--reason", "reason", "Why")
                .Build(),
            Sounding(context),
            ListCommand.Of(
                context,
                new Command("list", "The rooms that this station is in"),
                (_, _, _) => Task.FromResult("rooms"),
                RoomPrinter.Short,
                "no room"
            ),
            Show(context),
        };
    }

    /// <summary>Whom else the words may be shown to; nobody where nothing is said.</summary>
    private static EntryCommand Passing(EntryCommand command)
    {
        var to = new Option<string[]>("--pass-to")
        {
            Description = "A party that may be shown it with its proof (default: nobody)",
            HelpName = "PARTY",
        };
        var anyone = new Option<bool>("--pass-anyone") { Description = "Every party of the room may be shown it" };
        var until = new Option<string?>("--pass-until")
        {
            Description = "Until when it may be passed",
            HelpName = "TIME",
        };
        return command
            .Options([to, anyone, until])
            .With(
                (parsed, body) =>
                {
                    var passing = new JsonObject();
                    if (parsed.GetValue(to) is { Length: > 0 } parties)
                        passing["to"] = new JsonArray([.. parties.Select(p => (JsonNode)p)]);
                    if (parsed.GetValue(anyone))
                        passing["anyone"] = true;
                    if (parsed.GetValue(until) is { } time)
                        passing["until"] = UtcText.Of(Instant.Read("--pass-until", time));
                    if (passing.Count > 0)
                        body["passing"] = passing;
                }
            );
    }

    private static Command Draft(CommandContext context)
    {
        var file = new Argument<FileInfo>("FILE")
        {
            Description = "The text as JSON: title, and clauses with id, text and brackets",
        };
        var built = new EntryCommand(context, "draft", "Give a version of the negotiating text", Kinds.RoomDrafted)
            .On("The room")
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

    /// <summary>Any two versions beside each other, clause by clause. MEDIATION-10.</summary>
    private static Command Differ(CommandContext context)
    {
        var room = new Argument<string>("ENTRY") { Description = "The room, such as m/3" };
        var from = new Argument<int>("FROM") { Description = "Number of a version" };
        var to = new Argument<int>("TO") { Description = "Number of another" };
        var line = CommandContext.Line();
        return ListCommand.Of(
            context,
            new Command("differ", "What differs between two versions of the text") { room, from, to, line },
            async (parsed, station, ct) =>
            {
                var entry = ActOptions.Entry(parsed.GetValue(room));
                var on = parsed.GetValue(line) is { } given
                    ? await station.LineAsync(given, ct)
                    : await station.LineOfAsync(entry, ct);
                return FormattableString.Invariant(
                    $"lines/{on}/rooms/{entry}/changes?from={parsed.GetValue(from)}&to={parsed.GetValue(to)}"
                );
            },
            RoomPrinter.Change,
            "no difference"
        );
    }

    /// <summary>From the newest version to a text that can be signed: the clauses word for word, and from a file what a
    /// negotiating text does not say. MEDIATION-12.</summary>
    private static Command Table(CommandContext context)
    {
        var room = new Argument<string>("ENTRY") { Description = "The room, such as m/3" };
        var on = new Option<string>("--on")
        {
            Description = "The line on which it is to be signed",
            HelpName = "LINE",
            Required = true,
        };
        var with = new Option<FileInfo?>("--with")
        {
            Description = "What else the text says, as JSON: who signs as what, when it starts and ends",
            HelpName = "FILE",
        };
        var act = new ActOptions(Kinds.AgreementTabled);
        var command = new Command("table", "Table the newest version as a text to be signed") { room, on, with };
        act.AddTo(command, toSome: false);
        command.SetAction(
            async (parsed, ct) =>
            {
                var entry = ActOptions.Entry(parsed.GetValue(room));
                using var station = context.Client(parsed);
                var line = parsed.GetValue(act.Line) is { } given
                    ? await station.LineAsync(given, ct)
                    : await station.LineOfAsync(entry, ct);
                var draft = ItemPrinter.Each(await OnLineAsync(station, line, entry, ct), "drafts").LastOrDefault();
                if (draft.ValueKind == JsonValueKind.Undefined)
                    throw new Failure($"{entry} has no version of a text yet");
                var body = AgreedText(draft, parsed.GetValue(with) is { } file ? BodyFile.Read(file) : []);
                return await ActPoster.PostAsync(
                    context.Screen,
                    station,
                    await station.LineAsync(parsed.GetValue(on), ct),
                    act.Request(parsed, Kinds.AgreementTabled, body, null),
                    SendCommand.Wait(parsed.GetValue(act.Wait)),
                    parsed.GetValue(act.Json),
                    ct
                );
            }
        );
        return command;
    }

    private static JsonObject AgreedText(JsonElement draft, JsonObject terms)
    {
        var clauses = new JsonArray();
        foreach (var clause in ItemPrinter.Each(draft.GetProperty("text"), "clauses"))
        {
            if (ItemPrinter.Each(clause, "brackets").Any())
                throw new Failure($"clause {ItemPrinter.Text(clause, "id")} still has words in brackets");
            var agreed = new JsonObject { ["kind"] = ItemPrinter.Text(clause, "kind") ?? "other" };
            foreach (var member in (string[])["id", "lang", "heading", "text"])
            {
                if (ItemPrinter.Text(clause, member) is { } text)
                    agreed[member] = text;
            }
            clauses.Add((JsonNode)agreed);
        }
        var body = (JsonObject)terms.DeepClone();
        body["title"] ??= ItemPrinter.Text(draft, "title");
        if (body.ContainsKey("clauses"))
            throw new Failure("the file has clauses of its own: they come from the negotiating text, word for word");
        body["clauses"] = clauses;
        return body;
    }

    private static Command Sounding(CommandContext context)
    {
        var text = new Argument<string>("TEXT") { Description = "The words; - reads them from standard input" };
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var officer = new OfficerOptions(Seats.Principal);
        var command = new Command(
            "sounding",
            "Say something off the record: unsigned, kept by nobody, not to be passed on"
        )
        {
            text,
            line,
            json,
        };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                return await SendCommand.SayOffRecordAsync(
                    context.Screen,
                    station,
                    await station.LineAsync(parsed.GetValue(line), ct),
                    new OffRecordRequest(
                        (await SendCommand.TextAsync(parsed.GetValue(text), ct))!,
                        officer.Of(parsed),
                        Precedence.Routine,
                        null
                    ),
                    parsed.GetValue(json),
                    ct
                );
            }
        );
        return command;
    }

    private static Command CreateSilence(CommandContext context)
    {
        EntryCommand Make(string name, string description, string kind) => new(context, name, description, kind);
        return new Command("silence", "Texts that count as consented to where nobody objects in time")
        {
            Make("begin", "Propose a text, with the exact hour at which the silence ends", Kinds.SilenceBegan)
                .Said("TEXT", "text", "The text")
                .Text("--title", "title", "What it is about")
                .Time("--expires", "expires", "When the silence ends")
                .Build(),
            Make("receive", "Sign for delivery; it is no consent", Kinds.SilenceReceived)
                .On("The procedure")
                .Text("--note", "note", "What to say with it")
                .Build(),
            Make("break", "Object, or want another wording", Kinds.SilenceBroken)
                .On("The procedure")
                .Text("--objection", "objection", "The objection")
                .Text("--amendment", "amendment", "The wording that is wanted instead")
                .Build(),
            Make("close", "Say in writing what the silence came to", Kinds.SilenceClosed)
                .On("The procedure")
                .Texts("--away", "outOfReach", "A party whose link was not up all the time", "PARTY")
                .Text("--note", "note", "What to say with it")
                .Build(),
            ListCommand.Of(
                context,
                new Command("list", "Silence procedures, and where each party stands"),
                (_, _, _) => Task.FromResult("silences"),
                RoomPrinter.Silence,
                "no silence procedure"
            ),
        };
    }

    private static Command Show(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The room's name" };
        return ListCommand.Of(
            context,
            new Command("show", "A room: its lines side by side, and what may cross") { name },
            (parsed, _, _) => Task.FromResult(ChronologyCommand.Query("rooms", [("room", parsed.GetValue(name))])),
            RoomPrinter.Whole,
            "no such room"
        );
    }

    /// <summary>The room that an entry opened, or belongs to, on a line.</summary>
    private static async Task<JsonElement> OfAsync(
        StationClient station,
        LineId line,
        EntryId room,
        CancellationToken ct
    )
    {
        using var rooms = JsonDocument.Parse(await station.GetAsync("rooms", ct));
        foreach (var one in rooms.RootElement.EnumerateArray())
        {
            if (ItemPrinter.Each(one, "lines").Any(on => Is(on, line, room)))
                return one.Clone();
        }
        throw new Failure($"{room} is no room on {line}");
    }

    private static async Task<JsonElement> OnLineAsync(
        StationClient station,
        LineId line,
        EntryId room,
        CancellationToken ct
    ) =>
        ItemPrinter
            .Each(await WholeAsync(station, await OfAsync(station, line, room, ct), ct), "lines")
            .First(on => Is(on, line, room));

    /// <summary>A room of the list with what was said in it.</summary>
    internal static async Task<JsonElement> WholeAsync(StationClient station, JsonElement listed, CancellationToken ct)
    {
        var (name, by) = (ItemPrinter.Text(listed, "room"), ItemPrinter.Text(listed, "mediator"));
        using var rooms = JsonDocument.Parse(
            await station.GetAsync(ChronologyCommand.Query("rooms", [("room", name)]), ct)
        );
        return rooms
            .RootElement.EnumerateArray()
            .Where(room => ItemPrinter.Text(room, "mediator") == by)
            .Select(room => room.Clone())
            .FirstOrDefault();
    }

    private static bool Is(JsonElement on, LineId line, EntryId room) =>
        ItemPrinter.Text(on, "line") == line.Value && ItemPrinter.Text(on, "item") == room.ToString();
}
