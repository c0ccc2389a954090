namespace Parley.Storage;

/// <summary>Every limit of the store, in one place.</summary>
public static class StoreLimits
{
    /// <summary>Changes (an appended entry counts as one) that go into one database transaction, unless a single caller
    /// brings more.</summary>
    public const int MaxGroupChanges = 8192;

    /// <summary>Bytes of headers, bodies and chunks that go into one database transaction, unless a single caller
    /// brings more.</summary>
    public const long MaxGroupBytes = 16L << 20;

    /// <summary>Callers that may wait for their commit; the next one is refused with
    /// <see cref="StoreFaultKind.Busy"/>.</summary>
    public const int MaxWaitingCommits = 65_536;

    /// <summary>Largest piece of an attachment in one change, in bytes.</summary>
    public const int MaxChunkLength = 1 << 20;

    /// <summary>Refusals are counted in at most this many rows; those not seen for longest are forgotten.</summary>
    public const int MaxRefusalRows = 10_000;

    /// <summary>Characters kept of a refusal's reason and of its peer; what is longer is cut.</summary>
    public const int MaxRefusalText = 300;

    /// <summary>Cosignatures kept for one cosigner of one feed while no size is cosigned by all; then its oldest
    /// go.</summary>
    public const int MaxCosignaturesPerCosigner = 1024;

    /// <summary>What happened at the door is kept in at most this many rows; the oldest are forgotten.</summary>
    public const int MaxSignInRows = 50_000;

    /// <summary>Most entries that one read returns.</summary>
    public const int MaxReadEntries = 65_536;
}
