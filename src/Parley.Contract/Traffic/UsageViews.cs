using Parley.Record;

namespace Parley.Contract;

/// <summary>Entries of one author on a day.</summary>
public sealed record UsageEntries(PartyId Party, Precedence Precedence, Mark Mark, int Count);

/// <summary>Acknowledgements and answers that one party gave.</summary>
/// <param name="By">Who gave them.</param>
/// <param name="Precedence">Of what was acknowledged.</param>
/// <param name="Mark">Likewise.</param>
/// <param name="Count">How many.</param>
/// <param name="InTime">Of those, how many came within what the line promises.</param>
/// <param name="MedianSeconds">Half of them took no longer, to within a tenth, by this station's clock.</param>
/// <param name="P95Seconds">Nineteen of twenty took no longer, likewise.</param>
public sealed record UsageAcknowledged(
    PartyId By,
    Precedence Precedence,
    Mark Mark,
    int Count,
    int InTime,
    long? MedianSeconds,
    long? P95Seconds
);

/// <summary>Tests of the line that one party sent.</summary>
public sealed record UsageTests(PartyId By, int Sent, int Answered);

/// <summary>How a link stood, in seconds; what they do not fill is not known, since this station did not run.</summary>
/// <param name="UpSeconds">An officer was there.</param>
/// <param name="UnattendedSeconds">The station was heard, and no officer was there.</param>
/// <param name="DownSeconds">It was not heard.</param>
/// <param name="Drops">How often it went down.</param>
public sealed record UsageHour(int UpSeconds, int UnattendedSeconds, int DownSeconds, int Drops);

/// <param name="Peer">The other end.</param>
/// <param name="Total">Of the day.</param>
/// <param name="Hours">Its 24 hours of UTC; null where more than <see cref="UsageView.MostDaysByHour"/> days are asked
/// for.</param>
public sealed record UsageLink(PartyId Peer, UsageHour Total, IReadOnlyList<UsageHour>? Hours);

/// <summary>One day of UTC, by the time at which this station stored what came.</summary>
public sealed record UsageDayView(
    DateOnly Day,
    IReadOnlyList<UsageEntries> Entries,
    IReadOnlyList<UsageAcknowledged> Acknowledged,
    IReadOnlyList<UsageTests> Tests,
    IReadOnlyList<UsageLink> Links
);

/// <summary>That a party took the watch in these days.</summary>
public sealed record UsageWatch(PartyId Party, EntryId Entry, string Seat, string Name, DateTimeOffset At);

/// <summary>Seconds that the line promises for an acknowledgement.</summary>
public sealed record UsagePromise(Precedence Precedence, long Seconds);

/// <summary>How a line is used (R1): how much, how urgent, how soon acknowledged, whether tests come back, how the links
/// stood, who had the watch.</summary>
/// <param name="Line">The line.</param>
/// <param name="From">The first day.</param>
/// <param name="Until">The last.</param>
/// <param name="Folding">True while the station still reads its record: the counts grow.</param>
/// <param name="Promised">What acknowledgements are measured by.</param>
/// <param name="Days">Days on which anything is known, the earliest first.</param>
/// <param name="Acknowledged">Of all these days together.</param>
/// <param name="Watches">The earliest first.</param>
public sealed record UsageView(
    LineId Line,
    DateOnly From,
    DateOnly Until,
    bool Folding,
    IReadOnlyList<UsagePromise> Promised,
    IReadOnlyList<UsageDayView> Days,
    IReadOnlyList<UsageAcknowledged> Acknowledged,
    IReadOnlyList<UsageWatch> Watches
)
{
    /// <summary>Most days of one answer: a little more than a year.</summary>
    public const int MaxDays = 400;

    /// <summary>Days that come with their hours.</summary>
    public const int MostDaysByHour = 31;

    /// <summary>Days where none are asked for.</summary>
    public const int UsualDays = 30;
}
