using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>Who acts: every command that writes asks the same way.</summary>
/// <param name="usualSeat">The seat where none is given.</param>
internal sealed class OfficerOptions(string usualSeat = Seats.Watch)
{
    private readonly Option<string?> by = new("--by")
    {
        Description = "The officer's name (default: PARLEY_OFFICER, or the user's name)",
        HelpName = "NAME",
    };
    private readonly Option<string> seat = new("--seat")
    {
        Description = "The seat the officer sits in",
        HelpName = "S",
        DefaultValueFactory = _ => usualSeat,
    };

    internal IReadOnlyList<Option> All => [by, seat];

    internal void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    internal Officer Of(ParseResult parsed) =>
        new(
            parsed.GetValue(seat)!,
            parsed.GetValue(by)
                ?? (
                    Environment.GetEnvironmentVariable("PARLEY_OFFICER") is { Length: > 0 } officer
                        ? officer
                        : Environment.UserName
                )
        );

    /// <summary>The officer as a request names them.</summary>
    internal JsonObject Member(ParseResult parsed)
    {
        var officer = Of(parsed);
        return new JsonObject { ["seat"] = officer.Seat, ["name"] = officer.Name };
    }
}

/// <summary>What every command that writes an entry takes.</summary>
internal sealed class ActOptions(string kind)
{
    /// <summary>Words of <c>--precedence</c> and <c>--mark</c>.</summary>
    internal static readonly string[] Precedences = ["routine", "priority", "immediate", "flash"],
        Marks = ["actual", "exercise", "test"];

    private readonly OfficerOptions officer = new(Seats.That(kind)[0]);
    private readonly Option<string?> releasedBy = ReleasedByOption();
    private readonly Option<string?> precedence = new("--precedence")
    {
        Description = Replacement.Is(kind)
            ? "How urgent it is (default: that of what it replaces)"
            : $"How urgent it is (default: {(Kinds.Find(kind)?.Precedence ?? Precedence.Routine).ToString().ToLowerInvariant()})",
    };
    private readonly Option<string?> mark = MarkOption(
        (Kinds.Find(kind)?.Mark ?? Mark.Actual).ToString().ToLowerInvariant()
    );
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

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="toSome">False where it always goes to every party of the line.</param>
    internal void AddTo(Command command, bool toSome = true)
    {
        precedence.AcceptOnlyFromAmong(Precedences);
        foreach (var option in (Option[])[Line, .. officer.All, releasedBy, precedence, mark, lang, Wait, Json])
            command.Options.Add(option);
        if (toSome)
            command.Options.Add(to);
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

    internal string Name(ParseResult parsed) => officer.Of(parsed).Name;

    private Officer Officer(ParseResult parsed)
    {
        var by = officer.Of(parsed);
        return parsed.GetValue(releasedBy) is { } second ? new Officer(by.Seat, by.Name, Second(second, by.Seat)) : by;
    }

    /// <summary>What an entry is for.</summary>
    /// <param name="usually">Where it answers nothing.</param>
    internal static Option<string?> MarkOption(string usually)
    {
        var option = new Option<string?>("--mark")
        {
            Description = $"Actual, exercise or test (default: that of what it answers, or {usually})",
        };
        option.AcceptOnlyFromAmong(Marks);
        return option;
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
