using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Crypto;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Agreements;

namespace Parley.Cli.Replay;

/// <summary>
/// Goes through a scenario in memory, with the state machines that the stations use, before the first station is made:
/// a step that nobody could take
/// is found with its line while nothing is written yet.
/// </summary>
internal sealed class Rehearsal
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Scenario scenario;
    private readonly Dictionary<string, Stage> lines = new(StringComparer.Ordinal);
    private readonly Dictionary<PartyId, Stage> journals;
    private readonly Dictionary<string, (Stage On, EntryId Entry, string? Hash, string? Text)> firsts = new(
        StringComparer.Ordinal
    );

    private Rehearsal(Scenario scenario)
    {
        this.scenario = scenario;
        journals = scenario.Parties.ToDictionary(p => p.Id, p => new Stage([p.Id]));
    }

    /// <summary>A line as it would stand.</summary>
    private sealed class Stage
    {
        internal Stage(IReadOnlyList<PartyId> parties)
        {
            Parties = parties;
            View = new LineView(LinePolicy.Default, parties);
            foreach (var party in parties)
                View.Fold(
                    HeaderOf(
                        party,
                        Telling.LineOpened,
                        DateTimeOffset.MinValue,
                        Precedence.Routine,
                        new Officer(Seats.Administrator, "opener"),
                        [],
                        null
                    ),
                    null
                );
        }

        internal IReadOnlyList<PartyId> Parties { get; }
        internal LineView View { get; }

        internal EntryHeader HeaderOf(
            PartyId author,
            string kind,
            DateTimeOffset at,
            Precedence precedence,
            Officer by,
            IReadOnlyList<EntryId> re,
            byte[]? body
        ) =>
            new()
            {
                Line = default,
                From = author,
                Seq = View.Sizes[author],
                At = at,
                Kind = kind,
                Mark = Mark.Exercise,
                Precedence = precedence,
                By = by,
                Re = re,
                Seen = View.Sizes.Where(s => s.Key != author && s.Value > 0).ToDictionary(),
                Body = body is null ? null : default(Hash),
                Size = body?.Length ?? 0,
            };
    }

    /// <summary>The first step that cannot be played, with the file's line and the reason; null when all can.</summary>
    internal static string? Fault(Scenario scenario)
    {
        var rehearsal = new Rehearsal(scenario);
        foreach (var step in ScenarioPlan.Of(scenario))
        {
            if (step is ScenarioStep.Open { Line: var line })
                rehearsal.lines[line.Id] = new Stage(line.Parties);
            else if (step is ScenarioStep.Happen happen && rehearsal.Fault(happen) is { } fault)
                return $"line {happen.Event.FileLine}: event '{happen.Event.Id}': {fault}";
        }
        return null;
    }

    private string? Fault(ScenarioStep.Happen step)
    {
        var told = step.Event;
        if (told.What == Telling.LineOpened)
            lines[told.Line!] = new Stage(scenario.LineOf(told.Line!).Parties);
        var line = told.Line is { } id ? lines[id] : null;
        if (told.What == Kinds.PartyAdmitted)
            lines[told.Line!] = new Stage([.. line!.Parties, PartyId.Parse(told.Facts!["party"]!.Text!)]);
        var of = told.Of is { } named && firsts.TryGetValue(named, out var first) && first.On == line ? first : default;
        var entries = Telling.Entries(
            scenario,
            told,
            new Surroundings(of.On is null ? null : of.Entry.ToString(), of.Hash, of.Text, told.Line)
        );
        EntryId? own = null;
        foreach (var entry in entries)
        {
            var on = entry.InJournal ? journals[entry.Author] : line!;
            if (!on.View.Sizes.ContainsKey(entry.Author))
                return $"{entry.Author} is not on the line then";
            EntryId? re = entry.Re switch
            {
                Answers.First => own,
                Answers.Of => of.On is null ? null : of.Entry,
                _ => null,
            };
            var body = Encoding.UTF8.GetBytes(entry.Body.ToJsonString(Plain));
            var header = on.HeaderOf(
                entry.Author,
                entry.Kind,
                step.At,
                told.Precedence,
                Replayer.OfficerOf(entry, told),
                re is { } answered ? [answered] : [],
                body
            ) with
            {
                Lang = told.Lang,
            };
            if (on.View.Refuse(header, body) is { } reason)
                return $"{entry.Author} cannot write {entry.Kind} then: {reason}";
            on.View.Fold(header, body);
            if (own is null)
                firsts.TryAdd(
                    told.Id,
                    (
                        on,
                        header.Id,
                        $"sha256:{Sha256.Of(body).ToHex()}",
                        CeasefireTelling.IsText(entry.Kind) ? AgreementVersion.HashOf(body).Required() : null
                    )
                );
            own ??= header.Id;
        }
        return null;
    }
}
