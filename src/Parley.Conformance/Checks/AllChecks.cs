namespace Parley.Conformance.Checks;

/// <summary>Every check, in the order in which they are made: each may stand on what those before it left.</summary>
internal static class AllChecks
{
    internal static IReadOnlyList<Check> InOrder { get; } =
    [
        .. ConnectionChecks.All,
        .. OpeningChecks.All,
        .. HeartbeatChecks.All,
        .. PushChecks.All,
        .. OffRecordChecks.All,
        .. AttachmentChecks.All,
        .. RecoveryChecks.All,
        .. PaceChecks.All,
        // Who is pulled from pushes nothing for a while (LINK-21): no check after these waits for a push.
        .. PullChecks.All,
        .. ForkChecks.All,
    ];
}
