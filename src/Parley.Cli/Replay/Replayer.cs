using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Agreements;

namespace Parley.Cli.Replay;

/// <summary>An entry that an event became, and who holds it.</summary>
internal sealed record PlayedEntry(
    LineId Line,
    EntryId Entry,
    string Kind,
    DateTimeOffset At,
    IReadOnlyList<PartyId> SealedBy
);

/// <summary>One happening of an event, played.</summary>
/// <param name="Already">True where it was found in the record instead of written now.</param>
internal sealed record Played(
    ScenarioEvent Event,
    int Nth,
    DateTimeOffset At,
    LineId? Line,
    IReadOnlyList<PlayedEntry> Entries,
    bool Already
);

/// <summary>
/// Plays a scenario through stations, one event after the other; each entry is sealed before the next is written. An
/// entry is known by its line, author,
/// kind and time, which no two events share: what a replay that was cut off has written is found, and not written
/// again.
/// </summary>
internal sealed class Replayer
{
    private const int SealTimeout = 60,
        Page = 1000;
    private const int MaxBody = 64 * 1024;

    private readonly Scenario scenario;
    private readonly ScenarioClock clock;
    private readonly ReplayStations stations;
    private readonly bool writes;
    private readonly Action<DateTimeOffset> begins;
    private readonly Dictionary<string, LineId> lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<PartyId>> parties;
    private readonly Dictionary<PartyId, LineId> journals = [];
    private readonly Dictionary<string, (LineId Line, EntryId Entry)> firsts = new(StringComparer.Ordinal);

    /// <summary>By event that brought a text of an agreement: its manifest hash.</summary>
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<(LineId, PartyId, string, DateTimeOffset), PlayedEntry> written = [];

    private Replayer(
        Scenario scenario,
        ScenarioClock clock,
        ReplayStations stations,
        bool writes,
        Action<DateTimeOffset> begins
    )
    {
        this.scenario = scenario;
        this.clock = clock;
        this.stations = stations;
        this.writes = writes;
        this.begins = begins;
        parties = scenario.Lines.ToDictionary(l => l.Id, l => l.Parties.ToList(), StringComparer.Ordinal);
    }

    /// <param name="scenario">What to play.</param>
    /// <param name="places">A station's directory for each party.</param>
    /// <param name="statePath">Where <c>replay.json</c> goes.</param>
    /// <param name="opened">Told of each line that is open now.</param>
    /// <param name="played">Told of each happening.</param>
    /// <param name="ct">Stops between two entries; another run goes on.</param>
    /// <returns>True when it was played before, and this run only read it.</returns>
    internal static async Task<bool> PlayAsync(
        Scenario scenario,
        IReadOnlyList<ReplayPlace> places,
        string statePath,
        Action<ScenarioLine, LineId, DateTimeOffset> opened,
        Action<Played> played,
        CancellationToken ct
    )
    {
        var state = ReplayState.Load(statePath);
        if (state is not null && state.Digest != scenario.Digest)
            throw new Failure(
                $"{Path.GetDirectoryName(statePath)} holds a replay of another scenario, or of another version of it: '{state.Scenario}'"
            );
        if (state is null && places.FirstOrDefault(p => p.Directory.HoldsStation) is { } occupied)
            throw new Failure($"{occupied.Directory.Path} holds a station that no replay made");
        var plan = ScenarioPlan.Of(scenario);
        var fresh = state is null;
        state ??= new ReplayState(scenario.Name, scenario.Digest, plan[0].At, Finished: false);
        var done = state.Finished;
        var time = new ScenarioClock(state.At);
        if (!done && fresh)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(statePath)!);
            state.Save(statePath);
        }
        await using var up = done
            ? await ReplayStations.ReadAsync(places, time, ct)
            : await ReplayStations.StartAsync(places, time, ct);
        var replayer = new Replayer(scenario, time, up, writes: !done, at => (state with { At = at }).Save(statePath));
        if (!fresh)
            await replayer.FindWrittenAsync(ct);
        foreach (var step in plan)
        {
            if (step is ScenarioStep.Open open)
                opened(open.Line, await replayer.OpenAsync(open, ct), open.At);
            if (step is ScenarioStep.Happen happen)
                played(await replayer.HappenAsync(happen, ct));
        }
        if (done)
            return true;
        foreach (var (id, line) in replayer.lines)
            await up.SealedAsync(line, replayer.parties[id], ct);
        (state with { At = time.GetUtcNow(), Finished = true }).Save(statePath);
        return false;
    }

    private async Task FindWrittenAsync(CancellationToken ct)
    {
        foreach (var party in stations.Parties)
        {
            foreach (var line in await stations.LinesOfAsync(party, ct))
            {
                for (long? after = 0; after is { } from; )
                {
                    var page = await stations[party]
                        .GetAsync($"lines/{line}/entries?after={from}&limit={Page}", ApiJson.Default.RecordPage, ct);
                    foreach (var entry in page.Entries.Where(e => e.Id.Party == party))
                        written.TryAdd(
                            (line, party, entry.Kind, entry.At),
                            new PlayedEntry(line, entry.Id, entry.Kind, entry.At, entry.CosignedBy)
                        );
                    after = page.Next;
                }
            }
        }
    }

    private async Task<LineId> OpenAsync(ScenarioStep.Open step, CancellationToken ct)
    {
        Begin(step.At);
        return await OpenAsync(step.Line.Id, step.Line.Title, null, step.At, ct);
    }

    private async Task<LineId> OpenAsync(
        string id,
        string title,
        LineId? continues,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        if (writes)
            return lines[id] = await stations.OpenAsync(id, title, parties[id], continues, at, ct);
        var known = await stations[parties[id][0]].GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct);
        return lines[id] =
            known
                .FirstOrDefault(l => StationClient.SlugOf(l.Line) == id && l.Created == at && l.Continues == continues)
                ?.Line
            ?? throw new Failure(
                $"line '{id}' is not in the record: these directories are no longer as the replay left them"
            );
    }

    private void Begin(DateTimeOffset at)
    {
        var further = at > clock.GetUtcNow();
        clock.Set(at);
        if (writes && further)
            begins(at);
    }

    private async Task<Played> HappenAsync(ScenarioStep.Happen step, CancellationToken ct)
    {
        var told = step.Event;
        Begin(step.At);
        LineId? line = null;
        string? successor = null;
        if (told.What == Telling.LineOpened)
            line = await OpenAsync(told.Line!, scenario.LineOf(told.Line!).Title, null, step.At, ct);
        else if (told.Line is { } id)
            line = lines[id];
        if (told.What == Kinds.PartyAdmitted)
        {
            parties[told.Line!].Add(PartyId.Parse(told.Facts!["party"]!.Text!));
            successor = (await OpenAsync(told.Line!, scenario.LineOf(told.Line!).Title, line, step.At, ct)).Value; // later events go to it
        }
        var of =
            told.Of is { } named && firsts.TryGetValue(named, out var first) && first.Line == line
                ? first.Entry
                : (EntryId?)null;
        var around = new Surroundings(
            of?.ToString(),
            told.What == Kinds.ReadoutAgreed && of is { } draft
                ? await BodyHashAsync(told.By, line!.Value, draft, ct)
                : null,
            of is null ? null : texts.GetValueOrDefault(told.Of!),
            successor
        );
        var entries = new List<PlayedEntry>();
        var already = true;
        var toWrite = Telling.Entries(scenario, told, around);
        if (
            told.OffRecord
            && writes
            && !written.ContainsKey((await JournalAsync(told.By, ct), told.By, told.What, step.At))
        )
            await SayOffRecordAsync(told, line!.Value, ct);
        foreach (var entry in toWrite)
        {
            var on = entry.InJournal ? await JournalAsync(entry.Author, ct) : line!.Value;
            if (!written.TryGetValue((on, entry.Author, entry.Kind, step.At), out var found))
            {
                if (!writes)
                    throw new Failure(
                        $"{told.Id} is not in the record of {entry.Author}: these directories are no longer as the replay left them"
                    );
                already = false;
                found = await WriteAsync(
                    told,
                    entry,
                    on,
                    entry.Re switch
                    {
                        Answers.First => entries[0].Entry,
                        Answers.Of => of,
                        _ => null,
                    },
                    ct
                );
            }
            entries.Add(found);
        }
        if (entries.Count > 0 && firsts.TryAdd(told.Id, (entries[0].Line, entries[0].Entry)))
        {
            if (CeasefireTelling.IsText(toWrite[0].Kind))
                texts.Add(
                    told.Id,
                    AgreementVersion.HashOf(Encoding.UTF8.GetBytes(toWrite[0].Body.ToJsonString())).Required()
                );
        }
        return new Played(told, step.Nth, step.At, told.OffRecord ? null : line, entries, already && entries.Count > 0);
    }

    private async Task<PlayedEntry> WriteAsync(
        ScenarioEvent told,
        ToldEntry entry,
        LineId line,
        EntryId? re,
        CancellationToken ct
    )
    {
        using var body = JsonDocument.Parse(
            entry.Body.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
        );
        var request = new EntryRequest(
            OfficerOf(entry, told),
            entry.Kind,
            Body: body.RootElement,
            Precedence: told.Precedence,
            Mark: Mark.Exercise,
            Re: re is { } answered ? [answered] : null,
            Lang: told.Lang
        );
        Appended appended;
        try
        {
            appended = StationClient.Read(
                await stations[entry.Author]
                    .PostAsync(
                        $"lines/{line}/entries?wait=sealed&timeout={SealTimeout}",
                        request,
                        ApiJson.Readable.EntryRequest,
                        ct
                    ),
                ApiJson.Default.Appended
            );
        }
        catch (Failure) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct); // nobody need look whether it was done: the next run finds it, and goes on from there
        }
        catch (StationRefusal refusal)
        {
            throw new Failure(
                $"event '{told.Id}' (line {told.FileLine} of the scenario): the station of {entry.Author} refuses {entry.Kind}: {refusal.Message}"
            );
        }
        if (!appended.Sealed)
            throw new Failure(
                $"event '{told.Id}': {appended.Id} is not sealed after {SealTimeout} s; the same command goes on from here"
            );
        return new PlayedEntry(line, appended.Id, entry.Kind, appended.At, appended.CosignedBy);
    }

    /// <summary>Who writes an entry: somebody in a seat that may, and a second officer where the act takes
    /// two.</summary>
    internal static Officer OfficerOf(ToldEntry entry, ScenarioEvent told)
    {
        var seat = Seats.That(entry.Kind)[0];
        var second = Kinds.Find(entry.Kind)?.Act is not null || told.Precedence == Precedence.Flash;
        return new Officer(
            seat,
            $"{entry.Author} {seat} officer",
            second ? new Officer(seat, $"{entry.Author} second {seat} officer") : null
        );
    }

    private async Task SayOffRecordAsync(ScenarioEvent told, LineId line, CancellationToken ct)
    {
        var seat = Seats.Watch;
        var request = new OffRecordRequest(
            Telling.Spoken(told),
            new Officer(seat, $"{told.By} {seat} officer"),
            told.Precedence,
            told.With.Count == 0 ? null : told.With,
            Mark.Exercise
        );
        var answer = StationClient.Read(
            await stations[told.By]
                .PostAsync($"lines/{line}/off-record", request, ApiJson.Readable.OffRecordRequest, ct),
            ApiJson.Default.OffRecordAnswer
        );
        if (answer.Delivered.Any(d => !d.Value))
            throw new Failure(
                $"event '{told.Id}': what was said off the record did not reach {string.Join(", ", answer.Delivered.Where(d => !d.Value).Select(d => d.Key))}"
            );
    }

    /// <summary>The hash that an agreement names: of the draft's body, as this party has it.</summary>
    private async Task<string> BodyHashAsync(PartyId by, LineId line, EntryId draft, CancellationToken ct)
    {
        using var answer = await stations[by]
            .OpenAsync(new HttpRequestMessage(HttpMethod.Get, $"lines/{line}/entries/{draft}/body"), ct);
        await using var content = await answer.Content.ReadAsStreamAsync(ct);
        var bytes = new byte[MaxBody];
        var length = await content.ReadAtLeastAsync(bytes, MaxBody, throwOnEndOfStream: false, ct);
        return $"sha256:{Sha256.Of(bytes.AsSpan(0, length)).ToHex()}";
    }

    private async Task<LineId> JournalAsync(PartyId party, CancellationToken ct)
    {
        if (!journals.TryGetValue(party, out var journal))
            journals[party] = journal = await stations[party].LineAsync(StationClient.Journal, ct);
        return journal;
    }
}
