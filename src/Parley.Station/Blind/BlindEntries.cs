using System.Collections.Frozen;
using System.Text.Json;
using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Traffic.Bodies;

namespace Parley.Station.Blind;

/// <summary>The bodies of a run's entries, and the words for its end.</summary>
internal static class BlindEntries
{
    private static readonly FrozenDictionary<BlindAbort, string> Words = new Dictionary<BlindAbort, string>
    {
        [BlindAbort.Cancelled] = "cancelled",
        [BlindAbort.Malformed] = "malformed",
        [BlindAbort.OtherRun] = "other-run",
        [BlindAbort.ProfileDiffers] = "profile-differs",
        [BlindAbort.Unexpected] = "unexpected",
        [BlindAbort.SetTooLarge] = "set-too-large",
        [BlindAbort.SuspiciousCoverage] = "suspicious-coverage",
        [BlindAbort.BadPoint] = "bad-point",
        [BlindAbort.RepeatedPoint] = "repeated-point",
        [BlindAbort.CommitmentBroken] = "commitment-broken",
        [BlindAbort.BadProof] = "bad-proof",
        [BlindAbort.CanaryMissing] = "canary-missing",
        [BlindAbort.ResultDiffers] = "result-differs",
        [BlindAbort.BudgetSpent] = "budget-spent",
        [BlindAbort.PeerSilent] = "peer-silent",
        [BlindAbort.StationStopped] = "station-stopped",
        [BlindAbort.OwnSetUnfit] = "own-set-unfit",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, BlindAbort> Reasons = Words.ToFrozenDictionary(
        w => w.Value,
        w => w.Key,
        StringComparer.Ordinal
    );

    internal static string Word(BlindAbort reason) => Words[reason];

    /// <summary>Null for a word that a newer peer knows.</summary>
    internal static BlindAbort? ReasonOf(string? word) =>
        word is not null && Reasons.TryGetValue(word, out var reason) ? reason : null;

    internal static byte[] Proposal(BlindProposal proposal) =>
        JsonSerializer.SerializeToUtf8Bytes(proposal, TrafficJson.Default.BlindProposal);

    internal static byte[] Acceptance(BlindAcceptance acceptance) =>
        JsonSerializer.SerializeToUtf8Bytes(acceptance, TrafficJson.Default.BlindAcceptance);

    internal static byte[] Commitment(Hash run, Hash commitment, int bucket, ReadOnlySpan<byte> key) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new BlindCommitment
            {
                Run = run.ToHex(),
                Commitment = commitment.ToHex(),
                Bucket = bucket,
                PublicKey = Convert.ToHexStringLower(key),
            },
            TrafficJson.Default.BlindCommitment
        );

    internal static byte[] Finding(Hash run, BlindResult found) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new BlindFinding
            {
                Run = run.ToHex(),
                Digest = found.Digest.ToHex(),
                Shared = found.Shared.Count,
                Suspicious = found.IsSuspicious,
            },
            TrafficJson.Default.BlindFinding
        );

    internal static byte[] End(Hash run, BlindAbort reason, bool byPeer) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new BlindEnd
            {
                Run = run.ToHex(),
                Reason = Word(reason),
                ByPeer = byPeer,
            },
            TrafficJson.Default.BlindEnd
        );
}
