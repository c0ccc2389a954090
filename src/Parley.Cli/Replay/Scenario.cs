using Parley.Record;

namespace Parley.Cli.Replay;

/// <summary>A story between parties, as data: what <c>parley replay</c> plays (docs/operations/scenarios.md).</summary>
/// <param name="Digest">SHA-256 of the file, in hex: by it a second run knows the same scenario.</param>
internal sealed record Scenario(
    string Name,
    string Digest,
    IReadOnlyList<ScenarioParty> Parties,
    IReadOnlyList<ScenarioLine> Lines,
    IReadOnlyList<ScenarioEvent> Events
)
{
    internal ScenarioLine LineOf(string id) => Lines.First(l => l.Id == id);

    internal ScenarioEvent EventOf(string id) => Events.First(e => e.Id == id);
}

internal sealed record ScenarioParty(PartyId Id, string Name, IReadOnlyList<string> Languages);

/// <param name="Id">Its name in the scenario, and the slug of the line that is opened for it.</param>
/// <param name="Parties">Those it is opened with; others may be admitted later.</param>
internal sealed record ScenarioLine(string Id, string Title, IReadOnlyList<PartyId> Parties, DateTimeOffset Opened);

/// <summary>One event of the story, that may happen several times over a span.</summary>
/// <param name="At">When; the first time, of several.</param>
/// <param name="Until">When for the last time; as <paramref name="At"/> where it happens once.</param>
/// <param name="Times">How often.</param>
/// <param name="Line">Null for what a party writes in its own journal.</param>
/// <param name="By">Whose doing it is.</param>
/// <param name="What">Kind of the entry it becomes.</param>
/// <param name="With">Parties that it concerns, where the file names them.</param>
/// <param name="Facts">What else is known of it.</param>
/// <param name="FileLine">Line of the file that it begins on.</param>
internal sealed record ScenarioEvent(
    string Id,
    DateTimeOffset At,
    DateTimeOffset Until,
    int Times,
    string? Line,
    PartyId By,
    string What,
    IReadOnlyList<PartyId> With,
    Precedence Precedence,
    string? Lang,
    JsonAt? Facts,
    int FileLine
)
{
    /// <summary>The event that this one answers or is about; null when it names none.</summary>
    internal string? Of => Facts?["of"]?.Text;

    /// <summary>Said off the record: nothing of it goes on a line's record.</summary>
    internal bool OffRecord => Facts?["record"]?.Text == "off";
}
