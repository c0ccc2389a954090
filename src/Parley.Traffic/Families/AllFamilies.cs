using System.Collections.Frozen;

namespace Parley.Traffic.Families;

/// <summary>Every state machine, and which one a kind belongs to.</summary>
public static class AllFamilies
{
    public static IReadOnlyList<Family> All { get; } =
    [
        new ClarificationFamily(),
        new AccidentFamily(),
        new NoticeFamily(),
        new CallFamily(),
        new ReadoutFamily(),
        new LineTestFamily(),
        new WatchFamily(),
        new ConditionFamily(),
        new ClaimFamily(),
        new ActivityFamily(),
        new AreaFamily(),
        new MovementFamily(),
        new BlindFamily(),
        new AgreementFamily(),
        new OrderFamily(),
        new CoverageFamily(),
        new ObservationFamily(),
        new SummaryFamily(),
        new IncidentFamily(),
        new ReturnFireFamily(),
        new RoomFamily(),
        new SilenceFamily(),
    ];

    private static readonly FrozenDictionary<string, Family> ByKind = All.SelectMany(family =>
            family.Table.Transitions.Select(t => t.Kind).Distinct().Select(kind => (kind, family))
        )
        .ToFrozenDictionary(pair => pair.kind, pair => pair.family, StringComparer.Ordinal);

    /// <summary>The state machine of a kind; null for kinds that change no state: receipts, statements, and whatever a
    /// newer peer knows.</summary>
    public static Family? Of(string kind) => ByKind.GetValueOrDefault(kind);
}
