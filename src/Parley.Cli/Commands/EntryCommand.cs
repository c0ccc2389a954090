using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>
/// A command that writes one entry: its kind, the entry it answers, and the members of its body, each an option or an
/// argument. What every such
/// command takes besides (line, officers, precedence, mark, …) is the same everywhere. The station judges; this only
/// asks.
/// </summary>
internal sealed class EntryCommand
{
    private readonly CommandContext context;
    private readonly Command command;
    private readonly string kind;
    private readonly List<Action<ParseResult, JsonObject>> members = [];
    private readonly ActOptions act;
    private Argument<string?>? answered;
    private Option<bool>? journal;
    private bool inJournal;
    private Option<string[]>? further;

    internal EntryCommand(CommandContext context, string name, string description, string kind)
    {
        this.context = context;
        this.kind = kind;
        command = new Command(name, description);
        act = new ActOptions(kind);
    }

    /// <summary>The entry that this one answers.</summary>
    internal EntryCommand On(string what, bool optional = false)
    {
        answered = new Argument<string?>("ENTRY")
        {
            Description = $"{what}, such as ru/17",
            Arity = optional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        };
        command.Arguments.Add(answered);
        return this;
    }

    /// <summary>A text that stands on the command line without a name.</summary>
    internal EntryCommand Said(string name, string member, string description, bool optional = false)
    {
        var argument = new Argument<string?>(name)
        {
            Description = description,
            Arity = optional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        };
        command.Arguments.Add(argument);
        return With((parsed, body) => Set(body, member, parsed.GetValue(argument)));
    }

    internal EntryCommand Text(string option, string member, string description, string help = "TEXT")
    {
        var given = Add(new Option<string?>(option) { Description = description, HelpName = help });
        return With((parsed, body) => Set(body, member, parsed.GetValue(given)));
    }

    internal EntryCommand Choice(
        string option,
        string member,
        string description,
        IReadOnlyList<string> words,
        string? usual = null
    )
    {
        var given = Add(
            new Option<string?>(option)
            {
                Description = description,
                HelpName = string.Join('|', words),
                DefaultValueFactory = usual is null ? null : _ => usual,
            }
        );
        given.AcceptOnlyFromAmong([.. words]);
        return With((parsed, body) => Set(body, member, parsed.GetValue(given)));
    }

    internal EntryCommand Texts(string option, string member, string description, string help)
    {
        var given = Add(new Option<string[]>(option) { Description = description, HelpName = help });
        return With(
            (parsed, body) =>
            {
                if (parsed.GetValue(given) is { Length: > 0 } texts)
                    body[member] = new JsonArray([.. texts.Select(t => (JsonNode)t)]);
            }
        );
    }

    internal EntryCommand Number(string option, string member, string description, string help)
    {
        var given = Add(Typed.Number(option, description, help));
        return With(
            (parsed, body) =>
            {
                if (parsed.GetValue(given) is { } number)
                    body[member] =
                        number == Math.Truncate(number) && Math.Abs(number) < int.MaxValue ? (int)number : number;
            }
        );
    }

    internal EntryCommand Flag(string option, string member, string description)
    {
        var given = Add(new Option<bool?>(option) { Description = description, Arity = ArgumentArity.ZeroOrOne });
        return With(
            (parsed, body) =>
            {
                if (parsed.GetResult(given) is not null)
                    body[member] = parsed.GetValue(given) ?? true;
            }
        );
    }

    internal EntryCommand Time(string option, string member, string description)
    {
        var given = Add(new Option<string?>(option) { Description = description, HelpName = "TIME" });
        return With(
            (parsed, body) =>
                Set(body, member, parsed.GetValue(given) is { } text ? Instant.Text(Instant.Read(option, text)) : null)
        );
    }

    /// <summary>A list of objects, each read from one word such as <c>us=secretary of defence</c>.</summary>
    internal EntryCommand Each(
        string option,
        string member,
        string description,
        string help,
        Func<string, JsonObject?> read
    )
    {
        var given = Add(new Option<string[]>(option) { Description = description, HelpName = help });
        return With(
            (parsed, body) =>
            {
                if (parsed.GetValue(given) is { Length: > 0 } texts)
                    body[member] = new JsonArray([
                        .. texts.Select(t =>
                            (JsonNode)(read(t) ?? throw new Failure($"{option} takes {help}, not '{t}'", Program.Usage))
                        ),
                    ]);
            }
        );
    }

    /// <summary><c>--place</c>, <c>--position</c> and <c>--uncertainty</c> as one place.</summary>
    internal EntryCommand Place(string member)
    {
        var name = Add(new Option<string?>("--place") { Description = "The place, by name", HelpName = "NAME" });
        var position = Add(
            new Option<string?>("--position") { Description = $"{Typed.PositionForm}, WGS 84", HelpName = "LON,LAT" }
        );
        var uncertainty = Add(Typed.Number("--uncertainty", "How far off the position may be, in metres", "METRES"));
        return With(
            (parsed, body) =>
            {
                var place = new JsonObject();
                Set(place, "name", parsed.GetValue(name));
                if (parsed.GetValue(position) is { } text)
                    place["position"] = Typed.Position("--position", text);
                if (parsed.GetValue(uncertainty) is { } metres)
                    place["uncertaintyMetres"] = metres;
                if (place.Count > 0)
                    body[member] = place;
            }
        );
    }

    /// <summary><c>--material</c>: what is shown with it, and how far it was verified.</summary>
    internal EntryCommand Material() =>
        Each(
            "--material",
            "material",
            "Material that goes with it, unverified unless said otherwise",
            "WHAT[=unverified|verified|disputed]",
            text =>
            {
                var equals = text.LastIndexOf('=');
                return equals == 0
                    ? null
                    : new JsonObject
                    {
                        ["what"] = equals < 0 ? text : text[..equals],
                        ["verification"] = equals < 0 ? "unverified" : text[(equals + 1)..],
                    };
            }
        );

    /// <summary>Options that a member of the body is made of.</summary>
    internal EntryCommand Options(IEnumerable<Option> options)
    {
        foreach (var option in options)
            command.Options.Add(option);
        return this;
    }

    /// <summary>Entries that are named beside the one that is answered.</summary>
    internal EntryCommand Naming(string option, string description)
    {
        further = Add(
            new Option<string[]>(option)
            {
                Description = description,
                HelpName = "ENTRY",
                AllowMultipleArgumentsPerToken = true,
            }
        );
        return this;
    }

    /// <summary>Whatever else the body needs from the command line.</summary>
    internal EntryCommand With(Action<ParseResult, JsonObject> fill)
    {
        members.Add(fill);
        return this;
    }

    /// <summary>Where the command line does not say it, the member is the officer's own name.</summary>
    internal EntryCommand OrBy(string member) => With((parsed, body) => body[member] ??= act.Name(parsed));

    /// <summary>It is written in this party's journal, unless a line is named.</summary>
    internal EntryCommand InJournal()
    {
        inJournal = true;
        return this;
    }

    /// <summary><c>--internal</c>: it is written in this party's journal instead of on a line.</summary>
    internal EntryCommand OrInternal(string description)
    {
        journal = Add(new Option<bool>("--internal") { Description = description });
        return this;
    }

    /// <summary>Changes the body when the station and the entry that is answered are known.</summary>
    internal Func<StationClient, LineId, EntryId?, JsonObject, CancellationToken, Task>? Finish { get; init; }

    internal Command Build()
    {
        act.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var body = new JsonObject();
                foreach (var member in members)
                    member(parsed, body);
                EntryId? re =
                    answered is not null && parsed.GetValue(answered) is { } text ? ActOptions.Entry(text) : null;
                using var station = context.Client(parsed);
                var given =
                    journal is not null && parsed.GetValue(journal)
                        ? StationClient.Journal
                        : parsed.GetValue(act.Line) ?? (inJournal ? StationClient.Journal : null);
                var line =
                    given is null && re is { } entry
                        ? await station.LineOfAsync(entry, ct)
                        : await station.LineAsync(given, ct);
                if (Finish is not null)
                    await Finish(station, line, re, body, ct);
                var request = act.Request(parsed, kind, body, re);
                if (further is not null && parsed.GetValue(further) is { Length: > 0 } named)
                    request = request with { Re = [.. request.Re ?? [], .. named.Select(ActOptions.Entry)] };
                var wait = SendCommand.Wait(parsed.GetValue(act.Wait));
                return await ActPoster.PostAsync(
                    context.Screen,
                    station,
                    line,
                    request,
                    wait,
                    parsed.GetValue(act.Json),
                    ct
                );
            }
        );
        return command;
    }

    private Option<T> Add<T>(Option<T> option)
    {
        command.Options.Add(option);
        return option;
    }

    private static void Set(JsonObject body, string member, string? text)
    {
        if (text is not null)
            body[member] = text;
    }
}

/// <summary>What every command that writes an entry takes.</summary>
internal sealed class ActOptions(string kind)
{
    private static readonly string[] Precedences = ["routine", "priority", "immediate", "flash"],
        Marks = ["actual", "exercise", "test"];

    private readonly Option<string?> by = new("--by")
    {
        Description = "The officer's name (else PARLEY_OFFICER, else the user's name)",
        HelpName = "NAME",
    };
    private readonly Option<string> seat = new("--seat")
    {
        Description = "The seat the officer sits in",
        HelpName = "S",
        DefaultValueFactory = _ => Seats.That(kind)[0],
    };
    private readonly Option<string?> releasedBy = ReleasedByOption();
    private readonly Option<string?> precedence = new("--precedence")
    {
        Description = Replacement.Is(kind)
            ? "How urgent it is (else as what it replaces)"
            : $"How urgent it is (else {(Kinds.Find(kind)?.Precedence ?? Precedence.Routine).ToString().ToLowerInvariant()})",
    };
    private readonly Option<string?> mark = new("--mark")
    {
        Description =
            $"What it is for (else as what it answers, else {(Kinds.Find(kind)?.Mark ?? Mark.Actual).ToString().ToLowerInvariant()})",
    };
    private readonly Option<string[]> to = new("--to")
    {
        Description = "Only this party gets the content; all others get proof that something was said",
        HelpName = "PARTY",
    };
    private readonly Option<string?> lang = new("--lang")
    {
        Description = "The text's language, such as en",
        HelpName = "TAG",
    };

    internal Option<string?> Line { get; } = CommandContext.Line();
    internal Option<string?> Wait { get; } = SendCommand.WaitOption();
    internal Option<bool> Json { get; } = CommandContext.Json();

    internal void AddTo(Command command)
    {
        precedence.AcceptOnlyFromAmong(Precedences);
        mark.AcceptOnlyFromAmong(Marks);
        foreach (var option in (Option[])[Line, by, seat, releasedBy, precedence, mark, to, lang, Wait, Json])
            command.Options.Add(option);
    }

    internal EntryRequest Request(ParseResult parsed, string asKind, JsonObject body, EntryId? re)
    {
        using var json = JsonDocument.Parse(body.ToJsonString(ApiJson.Readable.Options));
        List<PartyId>? parties = parsed.GetValue(to) is { Length: > 0 } given
            ?
            [
                .. given.Select(p =>
                    PartyId.TryParse(p, out var party)
                        ? party
                        : throw new Failure($"--to takes a party id, not '{p}'", Program.Usage)
                ),
            ]
            : null;
        return new EntryRequest(
            Officer(parsed),
            asKind,
            Body: body.Count == 0 ? null : json.RootElement.Clone(),
            Precedence: parsed.GetValue(precedence) is { } urgent ? SendCommand.Word<Precedence>(urgent) : null,
            Mark: SendCommand.MarkOf(parsed.GetValue(mark)),
            Re: re is { } entry ? [entry] : null,
            To: parties,
            Lang: parsed.GetValue(lang)
        );
    }

    internal string Name(ParseResult parsed) => OfficerOptions.Name(parsed.GetValue(by));

    private Officer Officer(ParseResult parsed)
    {
        var sits = parsed.GetValue(seat)!;
        return new Officer(sits, Name(parsed), parsed.GetValue(releasedBy) is { } second ? Second(second, sits) : null);
    }

    internal static Option<string?> ReleasedByOption() =>
        new("--released-by")
        {
            Description = "The second officer, who releases it, where it takes two",
            HelpName = "NAME[:SEAT]",
        };

    /// <summary><c>NAME</c>, or <c>NAME:SEAT</c>; without a seat, the same as the first officer's.</summary>
    internal static Officer Second(string text, string usual)
    {
        var colon = text.LastIndexOf(':');
        return colon < 0 ? new Officer(usual, text) : new Officer(text[(colon + 1)..], text[..colon]);
    }

    internal static EntryId Entry(string? text) =>
        EntryId.TryParse(text, out var entry)
            ? entry
            : throw new Failure($"'{text}' is not an entry such as ru/17", Program.Usage);
}

/// <summary>A time on the command line.</summary>
internal static class Instant
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-ddTHH:mm'Z'",
        "yyyy-MM-ddTHH:mm:ss'Z'",
        "yyyy-MM-ddTHH:mm:ss.fff'Z'",
        "yyyy-MM-dd",
    ];

    /// <summary>RFC 3339 in UTC; a date alone is its beginning, or its end where <paramref name="endOfDay"/>.</summary>
    internal static DateTimeOffset Read(string option, string text, bool endOfDay = false)
    {
        if (
            !DateTimeOffset.TryParseExact(
                text,
                Forms,
                System.Globalization.CultureInfo.InvariantCulture,
                System.Globalization.DateTimeStyles.AssumeUniversal
                    | System.Globalization.DateTimeStyles.AdjustToUniversal,
                out var at
            )
        )
            throw new Failure(
                $"{option} takes a time such as 2022-03-23T14:05Z, or a date, not '{text}'",
                Program.Usage
            );
        return endOfDay && text.Length == "yyyy-MM-dd".Length
            ? at.Plus(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1))
            : at;
    }

    internal static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(InstantJson.Format);
}

/// <summary>Hands an act to the station; one that lacks its second officer becomes a proposal.</summary>
internal static class ActPoster
{
    internal const string TwoOfficers = "two-officers";

    internal static async Task<int> PostAsync(
        Screen screen,
        StationClient station,
        LineId line,
        EntryRequest request,
        int? wait,
        bool json,
        CancellationToken ct
    )
    {
        try
        {
            return await SendCommand.SendAsync(
                screen,
                station,
                $"lines/{line}/entries",
                request,
                ApiJson.Readable.EntryRequest,
                wait,
                json,
                ct
            );
        }
        catch (StationRefusal refusal) when (refusal.Code == TwoOfficers && request.By?.ReleasedBy is null)
        {
            var answer = await station.PostAsync(
                $"lines/{line}/entries?propose=true",
                request,
                ApiJson.Readable.EntryRequest,
                ct
            );
            using var proposed = JsonDocument.Parse(answer);
            var name = proposed.RootElement.GetProperty("proposal").GetString()!;
            if (json)
                screen.Json(answer);
            else
                screen.Line(
                    $"{screen.Bold(name)}  {request.Kind ?? Kinds.MessageSent} is proposed, not sent: {SafeText.ShowLine(refusal.Message)}"
                );
            screen.ErrorPlain($"Another officer releases it: parley release {name} --by NAME");
            return Program.Done;
        }
    }
}
