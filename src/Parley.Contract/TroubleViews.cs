using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Contract;

/// <summary>Something that is wrong, or that somebody has to do: an alarm that stands, or what only an operator can
/// mend.</summary>
/// <param name="Trouble">Names it for as long as it stands, and again after a restart.</param>
/// <param name="Class">What it is about, in one word: an alarm's class, or <c>store</c> (nothing can be written),
/// <c>catching-up</c> (it was put back from a backup and signs nothing yet), <c>fork</c> (a party signed two histories), <c>clock</c> (a party's clock differs by more than the line allows),
/// <c>paging</c> (a receiver of alerts cannot be reached).</param>
/// <param name="Level">How far it has come: <c>arrived</c>, <c>reminder</c>, <c>due</c>, <c>deputy</c>.</param>
/// <param name="Line">The line that it is on; null for what concerns the whole station.</param>
/// <param name="Entry">What it is about; null where no entry is.</param>
/// <param name="Since">When the station first knew of it.</param>
/// <param name="Sentence">What an operator or an officer reads, without the words of any entry.</param>
public sealed record TroubleView(
    string Trouble,
    string Class,
    Precedence Precedence,
    Mark Mark,
    string Level,
    LineId? Line,
    EntryId? Entry,
    DateTimeOffset Since,
    string Sentence
)
{
    /// <summary>The first words of what it is about, where the settings let alerts carry them; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }
}

/// <summary>One alert, as a webhook is posted it and a command reads it.</summary>
/// <param name="Parley">The form's version: 1.</param>
/// <param name="Event"><c>raised</c>, <c>risen</c> (to a higher level), <c>repeated</c>, <c>taken</c> (an officer took
/// it down), <c>over</c>, <c>test</c>.</param>
/// <param name="Party">Whose station says so.</param>
/// <param name="At">When it was said.</param>
/// <param name="Standing">How many troubles of those that this receiver is told of stand now.</param>
public sealed record AlertView(
    int Parley,
    string Event,
    PartyId Party,
    DateTimeOffset At,
    int Standing,
    TroubleView Trouble
);

/// <summary>What is posted at every interval while the station works; nothing is while it does not.</summary>
/// <param name="Standing">Troubles that stand.</param>
public sealed record AliveView(int Parley, PartyId Party, DateTimeOffset At, int Standing);

/// <summary>How it stands with one receiver of alerts.</summary>
/// <param name="Way"><c>webhook</c>, <c>command</c>, <c>mail</c> or <c>heartbeat</c>.</param>
/// <param name="LastDelivered">Null while nothing was.</param>
/// <param name="FailingSince">Null while what was last tried went through.</param>
public sealed record ReceiverView(
    string Name,
    string Way,
    long Delivered,
    DateTimeOffset? LastDelivered,
    DateTimeOffset? FailingSince,
    string? LastError
);
