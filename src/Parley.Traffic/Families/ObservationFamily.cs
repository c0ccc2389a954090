using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// What observers saw and heard (R26), raw. It waits for nothing and is never overwritten: a correction stands beside
/// what it corrects. What the entries hold is kept by <see cref="Incidents.ObservationLedger"/>, and not with their
/// items. CEASEFIRE-20, CEASEFIRE-21.
/// </summary>
public sealed class ObservationFamily : Family
{
    public const string Reported = "reported",
        Withdrawn = "withdrawn";

    public override string Name => "observation";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.ObservationReported, Actor.Anyone, Reported),
                new(Reported, Kinds.ObservationCorrected, Actor.Opener, Reported),
                new(Reported, Kinds.ObservationWithdrawn, Actor.Opener, Withdrawn),
            ],
            [],
            [Reported, Withdrawn]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.ObservationReported, TrafficJson.Default.ObservationReport)
        {
            Label = "Report observations",
            Says = "Reports what was seen or heard, from where, in which sector, and how often.",
            Seats = Seats.Planners,
            IsReadElsewhere = true,
        },
        new(Kinds.ObservationCorrected, TrafficJson.Default.ObservationReport)
        {
            Label = "Correct observations",
            Says = "States observations anew, by their numbers; what was reported before stays readable.",
            Seats = Seats.Planners,
            IsReadElsewhere = true,
        },
        new(Kinds.ObservationWithdrawn, TrafficJson.Default.ObservationWithdrawal)
        {
            Label = "Withdraw observations",
            Says = "Takes observations back: they stay readable and are counted no more.",
            Seats = Seats.Planners,
            IsReadElsewhere = true,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => Seats.Planners;
}

/// <summary>Who watched where, from when until when: without it "nothing happened" and "nobody looked" are one
/// (C-6).</summary>
public sealed class CoverageFamily : Family
{
    public const string Logged = "logged",
        Withdrawn = "withdrawn";

    public override string Name => "coverage";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.CoverageLogged, Actor.Anyone, Logged),
                new(Logged, Kinds.CoverageCorrected, Actor.Opener, Logged),
                new(Logged, Kinds.CoverageWithdrawn, Actor.Opener, Withdrawn),
            ],
            [],
            [Logged, Withdrawn]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.CoverageLogged, TrafficJson.Default.Coverage)
        {
            Label = "Log coverage",
            Says = "Says who watched where, by which means, from when until when.",
            Seats = Seats.Planners,
        },
        new(Kinds.CoverageCorrected, TrafficJson.Default.Coverage)
        {
            Label = "Correct the coverage",
            Says = "States the coverage anew, in the place of the earlier text.",
            Seats = Seats.Planners,
            Replaces = OnEarlier.Supersedes,
        },
        new(Kinds.CoverageWithdrawn, TrafficJson.Default.Reasoned)
        {
            Label = "Withdraw the coverage",
            Says = "Says that it was not watched as was logged.",
            Seats = Seats.Planners,
            Replaces = OnEarlier.Cancels,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => Seats.Planners;

    /// <summary>What is logged now; null for what was withdrawn, or is not here.</summary>
    public static Coverage? Current(Item coverage) =>
        coverage.State == Logged ? coverage.Applied.Select(e => e.Body).OfType<Coverage>().LastOrDefault() : null;
}

/// <summary>The summary of a reporting day: a station drafts it, and it is the word of the party whose officer releases
/// it. CEASEFIRE-37.</summary>
public sealed class SummaryFamily : Family
{
    public const string Released = "released",
        Withdrawn = "withdrawn";

    public override string Name => "summary";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.SummaryReleased, Actor.Anyone, Released),
                new(Released, Kinds.SummaryCorrected, Actor.Opener, Released),
                new(Released, Kinds.SummaryWithdrawn, Actor.Opener, Withdrawn),
            ],
            [],
            [Released, Withdrawn]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.SummaryReleased, TrafficJson.Default.DailySummary)
        {
            Label = "Release a daily summary",
            Says = "Says what was counted in a reporting day, by which rule and of what, and where nobody watched.",
            Seats = Seats.Planners,
        },
        new(Kinds.SummaryCorrected, TrafficJson.Default.DailySummary)
        {
            Label = "Correct the summary",
            Says = "States the summary anew, in the place of the earlier one.",
            Seats = Seats.Planners,
            Replaces = OnEarlier.Supersedes,
        },
        new(Kinds.SummaryWithdrawn, TrafficJson.Default.Reasoned)
        {
            Label = "Withdraw the summary",
            Says = "Takes a summary back; it stays readable.",
            Seats = Seats.Planners,
            Replaces = OnEarlier.Cancels,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => Seats.Planners;

    /// <summary>What it says now; null for what was withdrawn, or is not here.</summary>
    public static DailySummary? Current(Item summary) =>
        summary.State == Released ? summary.Applied.Select(e => e.Body).OfType<DailySummary>().LastOrDefault() : null;
}
