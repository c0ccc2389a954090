using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Link.Tests.Vectors;

/// <summary>docs/protocol/vectors/forks.json: two checkpoints, what stands beside them, and whether that convinces
/// somebody who has the author's key and nothing else.</summary>
public sealed class ForkVectorTests
{
    private const string Group = "forks";

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // LINK-50 LINK-52
    [Fact]
    public void Evidence_of_a_fork_is_judged_as_the_vector_says()
    {
        var key = VerifierKey.Parse((string)OwnVectors.File(Group)["logKey"]!).Required();
        Assert.True(Origin.TryParse(key.Name, out var feed));
        OwnVectors.Each(
            Group,
            vector =>
                Assert.Equal(
                    (bool)vector["isFork"]!,
                    ForkEvidence
                        .Parse(
                            OwnVectors.Bytes(vector["first"]),
                            OwnVectors.Bytes(vector["second"]),
                            Encoding.UTF8.GetString(OwnVectors.Bytes(vector["proof"]))
                        )
                        .TryGet(out var evidence, out _) && evidence.Refute(feed, key) is null
                )
        );
    }

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "Two checkpoints of the feed of us, the smaller one first, and the text beside them ('root' and the proof, empty where the sizes are equal): whether they show that the key of the log signed two histories."
        )
        {
            Common = new JsonObject { ["logKey"] = VectorFeed.Line.LogKey(VectorParty.Us.Id).ToString() },
        };
        var feed = VectorFeed.Of(VectorParty.Us).Say("one").Say("two").Say("three").Say("four");
        var twin = VectorFeed.Of(VectorParty.Us).Say("one").Say("another two");
        var ru = VectorFeed.Of(VectorParty.Ru).Say("one").Say("two");
        string Beside(ulong small, VectorFeed larger) =>
            string.Concat(
                new[] { $"root {larger.TextAt(small).Root.ToBase64()}\n" }.Concat(
                    larger.Proof(small, larger.Size).Select(h => h.ToBase64() + "\n")
                )
            );
        void Add(string name, SignedCheckpoint first, SignedCheckpoint second, string proof, bool isFork) =>
            vectors.Add(
                name,
                "LINK-50 LINK-52",
                new JsonObject
                {
                    ["first"] = OwnVectors.Of(first.Encode()),
                    ["second"] = OwnVectors.Of(second.Encode()),
                    ["proof"] = OwnVectors.Of(Encoding.ASCII.GetBytes(proof)),
                    ["isFork"] = isFork,
                }
            );
        Add("two roots at one size", feed.CheckpointAt(3), twin.CheckpointAt(3), "", true);
        Add("the same twice", feed.CheckpointAt(3), feed.CheckpointAt(3), "", false);
        Add(
            "a smaller one that the larger one's tree does not have",
            twin.CheckpointAt(3),
            feed.CheckpointAt(5),
            Beside(3, feed),
            true
        );
        Add("a smaller one that it has", feed.CheckpointAt(3), feed.CheckpointAt(5), Beside(3, feed), false);
        Add("without the proof", twin.CheckpointAt(3), feed.CheckpointAt(5), "", false);
        Add(
            "with a proof that does not lead there, which anybody can write",
            feed.CheckpointAt(3),
            feed.CheckpointAt(5),
            $"root {twin.TextAt(3).Root.ToBase64()}\n{MerkleHash.Empty.ToBase64()}\n",
            false
        );
        Add("the larger one first", feed.CheckpointAt(5), twin.CheckpointAt(3), Beside(3, feed), false);
        Add(
            "signed by another key",
            feed.CheckpointAt(3),
            twin.Signed(twin.TextAt(3).Text, VectorParty.Ru.Log),
            "",
            false
        );
        Add("of two feeds", feed.CheckpointAt(3), ru.CheckpointAt(3), "", false);
        return vectors;
    }
}
