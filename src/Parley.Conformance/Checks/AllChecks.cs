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
        .. SilenceChecks.All,
        .. SuspensionChecks.All,
        .. CarryChecks.All,
        .. RestoreChecks.All,
        .. ThreePartyChecks.All,
        // Who is pulled from pushes nothing for a while (LINK-21): no check after these waits for a push.
        .. PullChecks.All,
        .. ForkChecks.All,
    ];

    /// <summary>True for the first of those that stand on one another, where one of them is wanted.</summary>
    internal static bool OpensWhatIsAskedFor(Check check, Func<Check, bool> wanted) =>
        InOrder.First(c => c.StandsOn == check.StandsOn) == check
        && InOrder.Any(c => c.StandsOn == check.StandsOn && wanted(c));
}
