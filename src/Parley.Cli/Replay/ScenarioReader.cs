using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Cli.Replay;

/// <summary>
/// Reads a scenario file, strictly: everything that would stop a replay half-way and can be known before is refused
/// here, with the line of the file.
/// </summary>
internal sealed class ScenarioReader
{
    internal const int MaxEvents = 10_000;
    private const int MaxTimes = 1_000,
        MaxParties = 16,
        MaxLines = 64,
        MaxText = 2_000;

    /// <summary>Certificates are made at the first date and hold for twenty years.</summary>
    private const int MaxYears = 19;
    private const double DaysOfYear = 365.2425;
    private const int FirstYear = 1970;
    private static readonly string[] Precisions = ["day", "week", "month", "quarter", "year"];

    private string? fault;
    private readonly List<ScenarioParty> parties = [];
    private readonly List<ScenarioLine> lines = [];
    private readonly List<ScenarioEvent> events = [];

    internal static Parsed<Scenario> Read(ReadOnlySpan<byte> file)
    {
        if (!JsonAt.Parse(file).TryGet(out var root, out var why))
            return new Rejected(why);
        var reader = new ScenarioReader();
        var scenario = reader.Read(root, Convert.ToHexStringLower(SHA256.HashData(file)));
        return reader.fault is { } fault ? new Rejected(fault) : scenario;
    }

    private Scenario Read(JsonAt root, string digest)
    {
        Members(root, "a scenario", ["name", "parties", "lines", "events"], ["questions", "about"]);
        var name = Text(root, "name");
        foreach (var party in List(root, "parties", MaxParties))
            ReadParty(party);
        foreach (var line in List(root, "lines", MaxLines))
            ReadLine(line);
        foreach (var told in List(root, "events", MaxEvents))
            ReadEvent(told);
        foreach (var question in List(root, "questions", MaxEvents))
            Members(question, "a question", ["ask", "answer"], []);
        var scenario = new Scenario(name, digest, parties, [.. lines.Select(Titled)], events);
        if (fault is null && parties.Count == 0)
            Fail(root, "there are no parties");
        if (fault is null && lines.Count + events.Count == 0)
            Fail(root, "there is nothing to play");
        if (fault is null)
            Check(scenario);
        return scenario;
    }

    /// <summary>What an opening states as its purpose is the line's title.</summary>
    private ScenarioLine Titled(ScenarioLine line) =>
        events.Find(e => e.What == Telling.LineOpened && e.Line == line.Id)?.Facts?["purpose"]?.Text
            is { Length: > 0 and <= LineDocument.MaxTitleLength } purpose
            ? line with
            {
                Title = purpose,
            }
            : line;

    private void ReadParty(JsonAt at)
    {
        Members(at, "a party", ["id", "name"], ["languages", "role"]);
        var id = Party(at, "id", mustBeKnown: false);
        if (fault is null && parties.Exists(p => p.Id == id))
            Fail(at["id"]!, $"party '{id}' stands here a second time");
        var languages = List(at, "languages", MaxParties)
            .Select(l => l.Text ?? Fail(l, "a language is a text").ToString())
            .ToList();
        parties.Add(new ScenarioParty(id, Text(at, "name"), languages));
    }

    private void ReadLine(JsonAt at)
    {
        Members(at, "a line", ["id", "parties", "opened"], ["title", "date_precision", "derived"]);
        var id = Text(at, "id");
        if (fault is null && (!PartyId.TryParse(id, out _) || id == StationClient.Journal))
            Fail(
                at["id"]!,
                $"'{JsonAt.Shown(id)}' is not a line's name: 1 to {PartyId.MaxLength} of a-z, 0-9, inner hyphens"
            );
        if (fault is null && lines.Exists(l => l.Id == id))
            Fail(at["id"]!, $"line '{id}' stands here a second time");
        var on = List(at, "parties", MaxParties).Select(Known).ToList();
        if (fault is null && on.Count < 2)
            Fail(at, $"line '{id}' has fewer than two parties");
        if (fault is null && on.Distinct().Count() < on.Count)
            Fail(at["parties"]!, $"line '{id}' has a party twice");
        Precision(at);
        lines.Add(
            new ScenarioLine(
                id,
                at["title"] is null
                    ? string.Join(" – ", on.Select(p => parties.Find(known => known.Id == p)?.Name))
                    : Text(at, "title"),
                on,
                Date(at, "opened")
            )
        );
    }

    private void ReadEvent(JsonAt at)
    {
        Members(
            at,
            "an event",
            ["id", "at", "what"],
            [
                "until",
                "times",
                "date_precision",
                "line",
                "from",
                "party",
                "with",
                "facts",
                "source",
                "derived",
                "precedence",
                "lang",
            ]
        );
        var id = Text(at, "id");
        if (fault is null && events.Exists(e => e.Id == id))
            Fail(at["id"]!, $"event '{JsonAt.Shown(id)}' stands here a second time");
        if (
            at["line"] is null
                ? at["party"] is null || at["from"] is not null
                : at["from"] is null || at["party"] is not null
        )
            Fail(
                at,
                $"event '{JsonAt.Shown(id)}' has either 'line' and 'from', or 'party' alone for that party's journal"
            );
        var line = at["line"] is null ? null : Text(at, "line");
        if (fault is null && line is not null && !lines.Exists(l => l.Id == line))
            Fail(at["line"]!, $"'{JsonAt.Shown(line)}' is no line of this scenario");
        var by = Party(at, line is null ? "party" : "from", mustBeKnown: true);
        var what = Text(at, "what");
        if (fault is null && !IsKind(what))
            Fail(at["what"]!, $"'{JsonAt.Shown(what)}' is no kind: dotted words of a-z, such as call.requested");
        Precision(at);
        var from = Date(at, "at");
        var until = at["until"] is null ? from : Date(at, "until");
        if (fault is null && until < from)
            Fail(at["until"]!, $"event '{id}' is until before it is at");
        var times = at["times"] is { } given ? Number(given, "times", 1, MaxTimes) : 1;
        if (fault is null && at["until"] is null != at["times"] is null)
            Fail(at, $"event '{id}': 'until' and 'times' go together");
        var with = List(at, "with", MaxParties).Select(Known).ToList();
        var precedence = Precedence.Routine;
        if (at["precedence"] is { } urgent && !Enum.TryParse(Text(at, "precedence"), ignoreCase: true, out precedence))
            Fail(urgent, "'precedence' is routine, priority, immediate or flash");
        if (at["facts"] is { Kind: not JsonValueKind.Object } facts)
            Fail(facts, "'facts' is an object");
        events.Add(
            new ScenarioEvent(
                id,
                from,
                until,
                times,
                line,
                by,
                what,
                with,
                precedence,
                at["lang"] is null ? null : Text(at, "lang"),
                at["facts"],
                at.Line
            )
        );
    }

    /// <summary>What can be said only of the whole: who is on which line when, what follows what, and that every body
    /// is of its kind's shape.</summary>
    private void Check(Scenario scenario)
    {
        if (events.Sum(e => (long)e.Times) > MaxEvents)
        {
            Fail(events[^1], $"with it, more than {MaxEvents} things happen");
            return;
        }
        var plan = ScenarioPlan.Of(scenario);
        if (plan[^1].At - plan[0].At > TimeSpan.FromDays(MaxYears * DaysOfYear))
            Fail(scenario.Events[^1].FileLine, $"the scenario spans more than {MaxYears} years");
        var on = lines.ToDictionary(l => l.Id, l => l.Parties.ToHashSet(), StringComparer.Ordinal);
        var happened = new HashSet<string>(StringComparer.Ordinal);
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in plan)
        {
            if (fault is not null)
                return;
            if (step is ScenarioStep.Open opening)
                open.Add(opening.Line.Id);
            if (step is not ScenarioStep.Happen happen)
                continue;
            var told = happen.Event;
            if (told.What == Telling.LineOpened)
                CheckOpening(scenario, told, open);
            if (told.Line is { } line && !open.Contains(line))
                Fail(told, $"line '{line}' is not open yet");
            if (told.Line is { } named && !on[named].Contains(told.By))
                Fail(told, $"{told.By} is not on line '{named}'");
            if (
                told.Line is { } there
                && told.With.FirstOrDefault(p => !on[there].Contains(p)) is { Value.Length: > 0 } stranger
            )
                Fail(told, $"{stranger} is not on line '{there}'");
            CheckFacts(scenario, told, on);
            if (told.Of is { } of && !happened.Contains(of))
                Fail(
                    told.Facts!["of"]!,
                    events.Exists(e => e.Id == of)
                        ? $"'of' names '{of}', which has not happened by then"
                        : $"'of' names '{JsonAt.Shown(of)}', which is no event of this scenario"
                );
            if (fault is null)
                CheckBodies(scenario, told);
            happened.Add(told.Id);
        }
    }

    private void CheckOpening(Scenario scenario, ScenarioEvent told, HashSet<string> open)
    {
        if (told.Line is not { } line || told.Times != 1)
            Fail(told, "a line is opened once, by an event that names it");
        else if (scenario.LineOf(line).Opened.Date != told.At.Date)
            Fail(told, $"line '{line}' is opened on another date than {told.At:yyyy-MM-dd}");
        else if (!open.Add(line))
            Fail(told, $"line '{line}' is open already");
    }

    private void CheckFacts(Scenario scenario, ScenarioEvent told, Dictionary<string, HashSet<PartyId>> on)
    {
        if (told.Facts is not { } facts)
            return;
        if (facts["of"] is { Kind: not JsonValueKind.String } of)
            Fail(of, "'of' names an event");
        if (facts["record"] is { } record && (record.Text is not ("on" or "off") || told.Line is null))
            Fail(record, "'record' is on or off, of something said on a line");
        if (
            facts["shared"] is { } shared
            && (
                shared.Kind is not (JsonValueKind.True or JsonValueKind.False)
                || shared.Kind == JsonValueKind.True == told.Line is null
            )
        )
            Fail(shared, "'shared' is true on a line and false in a party's journal");
        if (facts["who"] is { } who && told.What.StartsWith("call.", StringComparison.Ordinal))
        {
            if (
                who.Kind != JsonValueKind.Array
                || who.Items.Count < 2
                || who.Items.Any(o => o.Kind != JsonValueKind.String)
            )
                Fail(who, "'who' is a list of offices, one for each party that speaks");
            else if (who.Items.Count > Telling.Speakers(scenario, told).Count)
                Fail(who, "'who' names more offices than parties speak");
        }
        if (told.What == Kinds.CallHeld && facts["readout"] is { } readout)
        {
            if (readout.Kind != JsonValueKind.Object)
                Fail(readout, "'readout' is an object: a text for each party that issued one");
            foreach (var (name, at, value) in readout.Members)
            {
                if (!PartyId.TryParse(name, out var party) || told.Line is null || !on[told.Line].Contains(party))
                    Fail(at, $"'{JsonAt.Shown(name)}' is not on the line of this call");
                else if (value.Kind != JsonValueKind.String)
                    Fail(value, "a readout is a text");
            }
        }
        if (told.What != Kinds.PartyAdmitted || told.Line is not { } line)
            return;
        if (
            facts["party"]?.Text is not { } name2
            || !PartyId.TryParse(name2, out var joins)
            || !parties.Exists(p => p.Id == joins)
        )
            Fail(facts, "'party' names the party of this scenario that joins");
        else if (told.Times != 1 || !on[line].Add(joins))
            Fail(facts["party"]!, $"{joins} is on line '{line}' already");
    }

    /// <summary>Tells the event as it will be told, with stand-ins for what is known only then, so that no officer's
    /// station has to refuse it half-way.</summary>
    private void CheckBodies(Scenario scenario, ScenarioEvent told)
    {
        var hash = $"sha256:{new string('0', 64)}";
        var nothing = new Surroundings(
            told.Of is null ? null : "nobody/0",
            hash,
            told.Of is null ? null : hash,
            "line"
        );
        foreach (var entry in Telling.Entries(scenario, told, nothing))
        {
            var body = Encoding.UTF8.GetBytes(entry.Body.ToJsonString());
            if (body.Length > Body.MaxInline)
                Fail(told, $"its entry is longer than {Body.MaxInline} bytes");
            else if (
                TrafficBodies.IsKnown(entry.Kind)
                && !TrafficBodies.Read(entry.Kind, body).TryGet(out _, out var why)
                && !told.OffRecord
            )
                Fail(told, $"{entry.Kind}: {why}");
        }
        if (told.OffRecord && told.What == Telling.LineOpened)
            Fail(told, "a line is opened on the record");
    }

    private void Members(JsonAt at, string what, string[] required, string[] optional)
    {
        if (at.Kind != JsonValueKind.Object)
        {
            Fail(at, $"{what} is an object");
            return;
        }
        foreach (var member in at.Members)
        {
            if (!required.Contains(member.Name) && !optional.Contains(member.Name))
                Fail(member.Line, $"{what} has no member \"{JsonAt.Shown(member.Name)}\"");
        }
        foreach (var name in required)
        {
            if (at[name] is null)
                Fail(at, $"{what} lacks \"{name}\"");
        }
        if (at["derived"] is { Kind: not (JsonValueKind.True or JsonValueKind.False) } derived)
            Fail(derived, "\"derived\" is true or false");
        foreach (var text in (string[])["source", "role", "about"])
        {
            if (at[text] is { Kind: not JsonValueKind.String } other)
                Fail(other, $"\"{text}\" is a text");
        }
    }

    private IReadOnlyList<JsonAt> List(JsonAt at, string member, int max)
    {
        if (at[member] is not { } list)
            return [];
        if (list.Kind != JsonValueKind.Array)
            Fail(list, $"\"{member}\" is a list");
        else if (list.Items.Count > max)
            Fail(list, $"\"{member}\" has more than {max} items");
        return list.Items;
    }

    private string Text(JsonAt at, string member)
    {
        if (at[member] is not { } value)
            return "";
        if (value.Kind != JsonValueKind.String || string.IsNullOrWhiteSpace(value.Text))
            Fail(value, $"\"{member}\" is a text that is not empty");
        else if (value.Text.Length > MaxText)
            Fail(value, $"\"{member}\" is longer than {MaxText} characters");
        return value.Text ?? "";
    }

    private int Number(JsonAt value, string member, int least, int most)
    {
        if (
            value.Kind == JsonValueKind.Number
            && int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
        )
            return number;
        Fail(value, $"\"{member}\" is a whole number from {least} to {most}");
        return least;
    }

    private PartyId Party(JsonAt at, string member, bool mustBeKnown)
    {
        if (at[member] is not { } value)
            return default;
        if (mustBeKnown)
            return Known(value);
        if (!PartyId.TryParse(value.Text, out var party))
            Fail(value, $"\"{member}\" is not a party id: 1 to {PartyId.MaxLength} of a-z, 0-9, inner hyphens");
        return party;
    }

    private PartyId Known(JsonAt value)
    {
        if (PartyId.TryParse(value.Text, out var party) && parties.Exists(p => p.Id == party))
            return party;
        Fail(value, $"{JsonAt.Shown(value.Raw)} is no party of this scenario");
        return default;
    }

    /// <summary>A day, which stands for its first moment; or a moment, to the second or finer. UTC.</summary>
    private DateTimeOffset Date(JsonAt at, string member)
    {
        if (at[member] is not { } value)
            return default;
        if (
            value.Kind == JsonValueKind.String
            && UtcText.TryReadTyped(value.Text, out var date, out _)
            && date.Year is >= FirstYear and < 9000
        )
            return date;
        Fail(
            value,
            $"\"{member}\" is {JsonAt.Shown(value.Raw)}: not a date that exists, such as 2022-03-23, nor a time such as 2022-03-23T14:05:00Z"
        );
        return default;
    }

    private void Precision(JsonAt at)
    {
        if (at["date_precision"] is { } value && !Precisions.Contains(value.Text))
            Fail(value, $"\"date_precision\" is {string.Join(", ", Precisions)}");
    }

    private static bool IsKind(string text) =>
        text.Length <= EntryHeader.MaxKindLength
        && text.Split('.') is { Length: > 1 } words
        && words.All(w =>
            w.Length > 0
            && char.IsAsciiLetterLower(w[0])
            && w.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
        )
        && !words[0].Contains('_', StringComparison.Ordinal);

    private bool Fail(ScenarioEvent told, string reason) =>
        Fail(told.FileLine, $"event '{JsonAt.Shown(told.Id)}': {reason}");

    private bool Fail(JsonAt at, string reason) => Fail(at.Line, reason);

    private bool Fail(int line, string reason)
    {
        fault ??= $"line {line}: {reason}";
        return false;
    }
}
