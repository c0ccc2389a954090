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
                Set(body, member, parsed.GetValue(given) is { } text ? UtcText.Of(Instant.Read(option, text)) : null)
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

/// <summary>A time on the command line.</summary>
internal static class Instant
{
    /// <summary>RFC 3339 in UTC; a date alone is its beginning, or its end where <paramref name="endOfDay"/>.</summary>
    internal static DateTimeOffset Read(string option, string text, bool endOfDay = false)
    {
        if (!UtcText.TryReadTyped(text, out var at, out var isDay))
            throw new Failure(
                $"{option} takes a time such as 2022-03-23T14:05Z, or a date, not '{text}'",
                Program.Usage
            );
        return endOfDay && isDay ? UtcText.EndOfDay(at) : at;
    }
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
