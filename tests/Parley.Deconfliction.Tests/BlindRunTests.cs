using Parley.Crypto;
using Parley.Testing;
using Xunit;
using static Parley.Deconfliction.Tests.BlindPair;

namespace Parley.Deconfliction.Tests;

public sealed class BlindRunTests
{
    private const int Header = 38;

    [Theory] // BLIND-CHECK-1 BLIND-CHECK-9 BLIND-CHECK-12
    [InlineData(0, 10)]
    [InlineData(100, 0)]
    [InlineData(200, 200)]
    [InlineData(300, 900)]
    public void Both_sides_learn_the_cells_they_share_and_the_same_digest(int ofA, int ofB)
    {
        var (a, b) = (Cells(0, ofA).ToArray(), Cells(50, ofB).ToArray());
        using var pair = new BlindPair(a, b).Play();
        Assert.Null(pair.A.Aborted);
        Assert.Null(pair.B.Aborted);
        var (first, second) = (pair.A.Result!, pair.B.Result!);
        Assert.Equal(a.Intersect(b).Order(), first.Shared);
        Assert.Equal(first.Shared, second.Shared);
        Assert.Equal(first.Digest, second.Digest);
        Assert.Equal((ofA, ofB), (first.OwnCells, second.OwnCells));
        Assert.Equal(pair.A.Progress.Total, pair.A.Progress.Done);
    }

    [Fact]
    public void Sets_in_one_bucket_cannot_be_told_apart_by_size_and_no_run_repeats_a_point() // BLIND-CHECK-4 BLIND-CHECK-5
    {
        using var few = new BlindPair(Cells(0, 1), Cells(0, 1), nonce: 1).Play();
        using var many = new BlindPair(Cells(0, 252), Cells(0, 1), nonce: 7).Play();
        Assert.Equal(few.FromA.Select(m => m.Length), many.FromA.Select(m => m.Length));
        Assert.Empty(PointsOf(few.FromA).Intersect(PointsOf(many.FromA)));
        Assert.Equal(256, few.A.OwnBucket);
        using var next = new BlindPair(Cells(0, 253), Cells(0, 1));
        Assert.Equal(1024, next.A.OwnBucket);
    }

    [Fact]
    public void No_point_leaves_before_both_commitments_are_known_and_recorded() // BLIND-CHECK-6
    {
        using var pair = new BlindPair(Cells(0, 300), Cells(0, 300)) { OnReveal = _ => { } };
        for (var i = 0; i < 50; i++)
            _ = pair.A.Advance(out _);
        Assert.NotNull(pair.A.OwnCommitment);
        Assert.Null(pair.A.PeerCommitment);
        Assert.Throws<InvalidOperationException>(pair.A.Reveal);
        using var held = new BlindPair(Cells(0, 300), Cells(0, 300));
        var asked = 0;
        held.OnReveal = run =>
        {
            Assert.Equal(held.B.OwnCommitment, run.PeerCommitment);
            Assert.Equal(1024, run.PeerBucket);
            Assert.All(held.FromA, m => Assert.Equal(Commit, m[1]));
            if (++asked == 3)
                run.Reveal();
        };
        held.Play();
        Assert.Equal(3, asked);
        Assert.NotNull(held.A.Result);
    }

    [Fact]
    public void A_refused_budget_ends_the_run_before_a_point_was_shown() // BLIND-CHECK-7
    {
        using var pair = new BlindPair(Cells(0, 300), Cells(0, 300))
        {
            OnReveal = run => run.Cancel(BlindAbort.BudgetSpent),
        };
        pair.Play();
        Assert.Equal((BlindAbort.BudgetSpent, false), pair.A.Aborted);
        Assert.Equal((BlindAbort.BudgetSpent, true), pair.B.Aborted);
        Assert.DoesNotContain(pair.FromA, m => m[1] is Points or Evaluated);
    }

    [Theory] // BLIND-CHECK-8 BLIND-CHECK-10
    [InlineData(Commit, Header + 3, BlindAbort.ProfileDiffers)]
    [InlineData(Commit, Header + 32, BlindAbort.Malformed)] // bucket
    [InlineData(Commit, Header + 90, BlindAbort.CommitmentBroken)]
    [InlineData(Points, Header + 40, BlindAbort.BadPoint)]
    [InlineData(Evaluated, Header + 40, BlindAbort.BadProof)]
    [InlineData(Evaluated, -1, BlindAbort.BadProof)]
    [InlineData(Result, Header, BlindAbort.ResultDiffers)]
    [InlineData(Points, 0, BlindAbort.Malformed)] // version
    [InlineData(Points, 1, BlindAbort.Malformed)] // kind
    [InlineData(Evaluated, 9, BlindAbort.OtherRun)]
    [InlineData(Points, 37, BlindAbort.Unexpected)] // number of the chunk
    public void One_changed_byte_ends_the_run_with_the_reason_at_both_ends(int kind, int at, BlindAbort reason)
    {
        using var pair = new BlindPair(Cells(0, 300), Cells(100, 300));
        var changed = false;
        pair.Wire = m =>
        {
            if (m[1] == kind && !changed)
            {
                m[at < 0 ? m.Length + at : at] ^= 0x80;
                changed = true;
            }
            return m;
        };
        pair.Play();
        Assert.Equal((reason, false), pair.B.Aborted);
        Assert.Null(pair.B.Result);
        if (kind == Result)
            return; // A has its result; B says that it differs
        Assert.Equal((reason, true), pair.A.Aborted);
        Assert.Null(pair.A.Result);
        Assert.Equal(Abort, pair.FromB[^1][1]);
        if (kind != Evaluated)
            Assert.DoesNotContain(pair.FromB, m => m[1] == Evaluated);
    }

    [Fact]
    public void The_identity_a_repeated_point_and_a_point_of_ours_are_refused() // BLIND-CHECK-8
    {
        Assert.Equal(BlindAbort.BadPoint, Tampered((m, _) => m.AsSpan(Header, 32).Clear()));
        Assert.Equal(BlindAbort.BadPoint, Tampered((m, _) => m.AsSpan(Header, 32).Fill(0xff)));
        Assert.Equal(BlindAbort.RepeatedPoint, Tampered((m, _) => m.AsSpan(Header, 32).CopyTo(m.AsSpan(Header + 32))));
        Assert.Equal(
            BlindAbort.RepeatedPoint,
            Tampered(
                (m, pair) => pair.FromB.First(o => o[1] == Points).AsSpan(Header, 32).CopyTo(m.AsSpan(Header)),
                isLast: true
            )
        );
        // Another point, good in itself, breaks the commitment, and no evaluation leaves.
        Assert.Equal(
            BlindAbort.CommitmentBroken,
            Tampered((m, _) => Rfc9497.Voprf.HashToGroup([1], m.AsSpan(Header, 32)))
        );

        static BlindAbort Tampered(Action<byte[], BlindPair> change, bool isLast = false)
        {
            using var pair = new BlindPair(Cells(0, 300), Cells(100, 300));
            var seen = 0;
            pair.Wire = m =>
            {
                if (m[1] == Points && ++seen == (isLast ? 4 : 1))
                    change(m, pair);
                return m;
            };
            pair.Play();
            Assert.DoesNotContain(pair.FromB, m => m[1] == Evaluated);
            Assert.True(pair.A.Aborted?.ByPeer);
            return pair.B.Aborted!.Value.Reason;
        }
    }

    [Fact]
    public void Messages_of_an_earlier_run_are_refused() // BLIND-CHECK-3
    {
        using var earlier = new BlindPair(Cells(0, 10), Cells(0, 10), nonce: 1).Play();
        using var later = new BlindPair(Cells(0, 10), Cells(0, 10), nonce: 3);
        later.Wire = m => earlier.FromA.First(o => o[1] == m[1]);
        later.Play();
        Assert.Equal((BlindAbort.OtherRun, false), later.B.Aborted);
        Assert.Equal((BlindAbort.OtherRun, true), later.A.Aborted is { } a ? (a.Reason, a.ByPeer) : default);
    }

    [Fact]
    public void Different_profiles_end_the_run_before_anything_is_shown() // BLIND-CHECK-2
    {
        using var pair = new BlindPair(Cells(0, 10), Cells(0, 10), profileOfB: MakeProfile(other: "slot")).Play();
        Assert.Equal(BlindAbort.ProfileDiffers, pair.A.Aborted?.Reason);
        Assert.Equal(BlindAbort.ProfileDiffers, pair.B.Aborted?.Reason);
        Assert.DoesNotContain(pair.FromA.Concat(pair.FromB), m => m[1] is Points or Evaluated);
    }

    [Fact]
    public void A_set_that_could_hold_much_of_the_grid_and_one_above_the_limit_are_refused_before_anything_is_shown() // BLIND-CHECK-11
    {
        foreach (
            var (limits, reason) in ((BlindLimits, BlindAbort)[])
                [
                    (new() { CoverageShare = 0.001 }, BlindAbort.SuspiciousCoverage),
                    (new() { LargestBucket = 256 }, BlindAbort.SetTooLarge),
                ]
        )
        {
            using var pair = new BlindPair(Cells(0, 3_000), Cells(0, 10), limits).Play();
            Assert.Equal((reason, false), pair.B.Aborted);
            Assert.Equal((reason, true), pair.A.Aborted);
            Assert.DoesNotContain(pair.FromA.Concat(pair.FromB), m => m[1] is Points or Evaluated);
        }
    }

    [Fact]
    public void A_result_that_holds_most_of_our_cells_raises_the_alarm() // BLIND-CHECK-11
    {
        using var pair = new BlindPair(Cells(0, 100), Cells(0, 900)).Play();
        Assert.True(pair.A.Result!.IsSuspicious);
        Assert.False(pair.B.Result!.IsSuspicious);
    }

    [Fact]
    public void A_side_that_proves_everything_and_computes_other_elements_misses_the_canaries() // BLIND-CHECK-9
    {
        using var run = BlindRun.Start(
            Terms(Profile, 1, isInitiator: true),
            new CellCover([.. Cells(0, 10)], []),
            new BlindLimits(),
            Seed(1)
        );
        using var key = EvaluationKey.FromUniform(Seed(2));
        var terms = Terms(Profile, 1, isInitiator: false);
        var points = new byte[256 * 32];
        for (var i = 0; i < 256; i++)
            Rfc9497.Voprf.HashToGroup([(byte)i], points.AsSpan(32 * i, 32));
        var commitment = Sha256.Of(
            BlindSet.CommitmentOpening(terms, byInitiator: false, key.PublicKey.Span, 256),
            points
        );
        run.Receive(BlindWire.Commit(terms.Run, Profile.Hash(), 256, key.PublicKey.Span, commitment));
        byte[]? ofRun = null;
        while (run.Advance(out var m) is var need && need != BlindNeed.Message)
        {
            if (need == BlindNeed.Reveal)
                run.Reveal();
            if (m?[1] == Points)
                ofRun = m[Header..];
        }
        run.Receive([.. BlindWire.Header(BlindKind.Points, terms.Run, 0, 0), .. points]);
        byte[] results = new byte[points.Length],
            proof = new byte[Dleq.ProofLength];
        Assert.Equal(-1, key.Multiply(ofRun!, results));
        Assert.True(key.TryProve(ofRun!, results, Seed(3), proof));
        run.Receive([.. BlindWire.Header(BlindKind.Evaluated, terms.Run, 0, 0), .. results, .. proof]);
        while (run.Advance(out _) == BlindNeed.Again) { }
        Assert.Equal((BlindAbort.CanaryMissing, false), run.Aborted);
        Assert.Null(run.Result);
    }

    [Fact]
    public void Who_stops_half_way_knows_one_chunk_more_at_most_and_nothing_follows() // BLIND-CHECK-10
    {
        using var pair = new BlindPair(Cells(0, 2_000), Cells(0, 2_000));
        var passed = 0;
        pair.Wire = m => m[1] == Evaluated && ++passed > 3 ? null : m;
        pair.Play();
        Assert.Equal(4, pair.FromB.Count(m => m[1] == Evaluated));
        Assert.Null(pair.B.Result);
        pair.B.Cancel(BlindAbort.PeerSilent);
        Assert.Equal(BlindNeed.Again, pair.B.Advance(out var last));
        Assert.Equal(Abort, last![1]);
        Assert.Equal(BlindNeed.Nothing, pair.B.Advance(out last));
        Assert.Null(last);
        pair.A.Receive(pair.FromB[0]);
        pair.B.Receive(pair.FromA[0]);
        Assert.Equal((BlindAbort.PeerSilent, false), pair.B.Aborted);
    }

    [Fact]
    public void Bytes_at_random_never_do_more_than_end_a_run() // BLIND-CHECK-10
    {
        var random = new Random(5);
        using var sample = new BlindPair(Cells(0, 30), Cells(0, 30)).Play();
        for (var i = 0; i < Rounds.Of(8, 25); i++)
        {
            using var pair = new BlindPair(Cells(0, 30), Cells(0, 30));
            var at = random.Next(6);
            pair.Wire = m =>
            {
                if (at-- != 0)
                    return m;
                var other = random.Next(3) == 0 ? sample.FromB[random.Next(sample.FromB.Count)].ToArray() : m;
                for (var k = random.Next(4); k > 0; k--)
                    other[random.Next(other.Length)] = (byte)random.Next(256);
                return random.Next(4) == 0 ? other[..random.Next(other.Length)] : other;
            };
            pair.Play();
            Assert.True(
                pair.B.Aborted is not null || pair.B.Result is not null || pair.B.Advance(out _) == BlindNeed.Message
            );
        }
    }

    [Fact]
    public void Only_the_two_sides_can_make_the_digest_of_the_result() // BLIND-CHECK-12
    {
        using var first = new BlindPair(Cells(0, 10), Cells(5, 10), nonce: 1).Play();
        using var second = new BlindPair(Cells(0, 10), Cells(5, 10), nonce: 3).Play();
        Assert.Equal(first.A.Result!.Shared, second.A.Result!.Shared);
        Assert.NotEqual(first.A.Result!.Digest, second.A.Result!.Digest);
    }

    private static IEnumerable<string> PointsOf(IEnumerable<byte[]> messages) =>
        messages
            .Where(m => m[1] == Points)
            .SelectMany(m =>
                Enumerable.Range(0, (m.Length - Header) / 32).Select(i => Convert.ToHexString(m, Header + 32 * i, 32))
            );
}
