using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>Why a run ended without a result. The numbers are those of the wire.</summary>
public enum BlindAbort
{
    /// <summary>An officer, here or there, ended it.</summary>
    Cancelled = 1,

    /// <summary>A message that is none, is too long, or has a number out of range.</summary>
    Malformed = 2,

    /// <summary>A message of another run, or of an earlier one.</summary>
    OtherRun = 3,

    /// <summary>The profiles differ.</summary>
    ProfileDiffers = 4,

    /// <summary>A message that is not due.</summary>
    Unexpected = 5,

    /// <summary>A set larger than we allow.</summary>
    SetTooLarge = 6,

    /// <summary>The set could hold a suspiciously large share of the whole grid.</summary>
    SuspiciousCoverage = 7,

    /// <summary>A point that is no canonical encoding, or the identity.</summary>
    BadPoint = 8,

    /// <summary>A point that came twice, or is one of ours.</summary>
    RepeatedPoint = 9,

    /// <summary>The points are not those that were committed to.</summary>
    CommitmentBroken = 10,

    /// <summary>A proof of evaluation that does not hold.</summary>
    BadProof = 11,

    /// <summary>The canary cells did not match: the two sides do not compute the same.</summary>
    CanaryMissing = 12,

    /// <summary>The two sides found different cells.</summary>
    ResultDiffers = 13,

    /// <summary>More was asked than the day's budget allows.</summary>
    BudgetSpent = 14,

    /// <summary>The other side stopped half-way.</summary>
    PeerSilent = 15,

    /// <summary>The station, here or there, stopped while the run was under way, or could not keep what a run must
    /// keep.</summary>
    StationStopped = 16,

    /// <summary>What a side chose to compare can no longer be compared, or is no longer there.</summary>
    OwnSetUnfit = 17,
}

/// <summary>What both sides know of one run before it begins. Its id binds everything that follows to this
/// run.</summary>
public sealed class BlindTerms
{
    /// <summary>Bytes of randomness that each side brings to the run's id.</summary>
    public const int NonceLength = 32;

    private BlindTerms(BlindProfile profile, Hash run, bool isInitiator) =>
        (Profile, Run, IsInitiator) = (profile, run, isInitiator);

    public BlindProfile Profile { get; }

    /// <summary>SHA-256 over the line, both parties and both nonces. No two runs have the same.</summary>
    public Hash Run { get; }

    public bool IsInitiator { get; }

    /// <summary>The terms of a run that was proposed with one nonce and accepted with another.</summary>
    public static BlindTerms Of(
        BlindProfile profile,
        LineId line,
        PartyId initiator,
        PartyId responder,
        ReadOnlySpan<byte> initiatorNonce,
        ReadOnlySpan<byte> responderNonce,
        bool isInitiator
    )
    {
        if (initiatorNonce.Length != NonceLength || responderNonce.Length != NonceLength)
            throw new ArgumentException($"a nonce is {NonceLength} bytes", nameof(initiatorNonce));
        if (initiator == responder)
            throw new ArgumentException("a party does not check against itself", nameof(responder));
        byte[] bound =
        [
            .. Encoding.ASCII.GetBytes($"parley/blind-run/v1\n{line}\n{initiator}\n{responder}\n"),
            .. initiatorNonce,
            .. responderNonce,
        ];
        return new BlindTerms(profile, Sha256.Of(bound), isInitiator);
    }
}

/// <summary>What a run found. Says what was compared and what was found; never that anything is safe.</summary>
/// <param name="Shared">The cells that both sides brought, in ascending order.</param>
/// <param name="Digest">What both sides record: a hash over the cells and a secret of the two. Without that secret it
/// tells nobody the cells.</param>
/// <param name="OwnCells">Cells that we brought, without padding.</param>
/// <param name="PeerBucket">The size to which the other side padded its set.</param>
/// <param name="IsSuspicious">More of our cells matched than an honest plan would: see
/// <see cref="BlindLimits.MatchShare"/>.</param>
public sealed record BlindResult(
    IReadOnlyList<Cell> Shared,
    Hash Digest,
    int OwnCells,
    int PeerBucket,
    bool IsSuspicious
);
