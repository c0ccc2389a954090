using System.Text;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>The published cases of C2SP tlog-witness <c>add-checkpoint</c>, run in order against one log of which
/// nothing is held at first.</summary>
public sealed class WitnessVectorTests
{
    private const int Cases = 11;

    // LINK-10, LINK-11
    [Fact]
    public void Every_published_add_checkpoint_case_gets_its_status_and_moves_the_held_size_as_it_says()
    {
        using var vectors = VectorFolder.Json("c2sp/add-checkpoint.json");
        var origin = vectors.RootElement.GetProperty("log_origin").GetString()!;
        var key = VerifierKey.Parse(vectors.RootElement.GetProperty("log_vkey").GetString()!).Required();
        var (size, root) = (0UL, MerkleHash.Empty);
        var count = 0;
        foreach (var test in vectors.RootElement.GetProperty("cases").EnumerateArray())
        {
            count++;
            var name = test.GetProperty("name").GetString()!;
            var status = test.GetProperty("status").GetInt32();
            Assert.Equal(test.GetProperty("cosigned_size_before").GetUInt64(), size);
            var answer = CheckpointOffer
                .Parse(Encoding.UTF8.GetBytes(test.GetProperty("request_body").GetString()!))
                .TryGet(out var offer, out var why)
                ? WitnessRule.Check(offer, origin, key, size, root)
                : CheckpointOffer.Refusal(why);
            Assert.True(
                status == (answer?.Status ?? 200),
                $"{name}: {answer?.Status ?? 200} {answer?.Reason}, not {status}"
            );
            if (answer is null)
                (size, root) = (offer!.Checkpoint.Checkpoint.Size, offer.Checkpoint.Checkpoint.Root);
            else if (status == 409)
            {
                Assert.Equal(LinkAnswer.TlogSize, answer.ContentType);
                Assert.Equal(
                    test.GetProperty("response_contains").GetString(),
                    Encoding.ASCII.GetString(answer.Body.Span)
                );
            }
            else
                Assert.Contains(
                    test.GetProperty("response_contains").GetString()!,
                    answer.Reason,
                    StringComparison.Ordinal
                );
            Assert.Equal(test.GetProperty("cosigned_size_after").GetUInt64(), size);
        }
        Assert.Equal(Cases, count);
    }
}
