using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Link.Tests.Vectors;

/// <summary>docs/protocol/vectors/pushes.json: pushes as bytes, what stood before them, and what they are
/// answered.</summary>
public sealed class PushVectorTests
{
    private const string Group = "pushes";

    private static readonly VectorParty Us = VectorParty.Us,
        Ru = VectorParty.Ru,
        Icrc = VectorParty.Icrc;

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // LINK-6 LINK-10 LINK-11 LINK-12 LINK-22 LINK-51 LINK-76 LINK-80 MESSAGES-10
    [Fact]
    public void A_push_is_answered_as_the_vector_says()
    {
        var document = LineDocument.Parse(OwnVectors.Bytes(OwnVectors.File(Group)["document"])).Required();
        OwnVectors.Each(
            Group,
            vector =>
            {
                var mirror = new MirroredFeed(
                    new LineIdentity(Ru.Id, document, Ru.Log, Ru.Cosign),
                    Us.Id,
                    new LoadedFeed(new TreeFrontier(), null, new Dictionary<PartyId, ulong>())
                );
                foreach (var before in (JsonArray)vector["before"]!)
                {
                    var step = mirror.Check(OwnVectors.Bytes(before), VectorFeed.At).Step!;
                    mirror.Stage(step);
                    mirror.Accept(step);
                }
                var verdict = mirror.Check(OwnVectors.Bytes(vector["push"]), VectorFeed.At);
                Assert.Equal(
                    ((int)vector["status"]!, (bool)vector["fork"]!),
                    (verdict.Refusal?.Status ?? 200, verdict.Contradiction is not null)
                );
                if (vector["held"] is { } held)
                    Assert.Equal(
                        ((ulong)held).ToString(CultureInfo.InvariantCulture) + "\n",
                        Encoding.ASCII.GetString(verdict.Refusal!.Body.Span)
                    );
                if (verdict.Step is not { } taken)
                    return;
                Assert.Equal((ulong)vector["size"]!, taken.Checkpoint.Checkpoint.Size);
                // A cosignature is deterministic: another make that states this time writes the same line.
                Assert.Equal((string?)vector["cosignature"], taken.Cosignature.ToLine());
            }
        );
    }

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "Pushes of the feed of us to the station of ru on the line of 'document' (the parties' secrets stand in cards.json). 'before' are pushes that the station has taken; 'status' is its answer to 'push', 'held' the size in a 409, 'size' what it then holds, 'cosignature' its answer where it states the time 2022-03-01T10:00:00Z, and 'fork' says that the push shows one (LINK-50)."
        )
        {
            Common = new JsonObject { ["document"] = OwnVectors.Of(VectorFeed.Line.Bytes) },
        };
        var feed = VectorFeed.Of(Us).Say("one").Say("two");
        byte[] open = feed.Push(0, 1),
            three = feed.Push(0, 3);

        void Answered(
            string name,
            string clauses,
            int status,
            byte[] push,
            byte[][]? before = null,
            ulong? held = null,
            ulong? size = null,
            VectorFeed? by = null,
            bool fork = false
        )
        {
            var vector = new JsonObject
            {
                ["before"] = new JsonArray([.. (before ?? [open]).Select(b => (JsonNode)OwnVectors.Of(b))]),
                ["push"] = OwnVectors.Of(push),
                ["status"] = status,
                ["fork"] = fork,
            };
            if (held is not null)
                vector["held"] = held;
            if (size is { } now)
            {
                vector["size"] = size;
                vector["cosignature"] = Cosignature
                    .Sign((by ?? feed).CheckpointAt(now).Checkpoint, Ru.Id, Ru.Cosign, VectorFeed.At)
                    .ToLine();
            }
            vectors.Add(name, clauses, vector);
        }

        Answered("the opening", "LINK-6 LINK-10 LINK-12", 200, open, [], size: 1);
        Answered("three entries at once", "LINK-12", 200, three, [], size: 3);
        Answered("two more entries", "LINK-10 LINK-12", 200, feed.Push(1), size: 3);
        Answered("no entry: the checkpoint once more", "MESSAGES-10", 200, feed.Push(3), [three], size: 3);
        Answered(
            "a body that is not for the receiver",
            "LINK-12",
            200,
            Elsewhere(feed, out var apart),
            size: 4,
            by: apart
        );
        Answered("an entry without a body", "LINK-12", 200, Bare(feed, out var bare), size: 4, by: bare);
        Answered("a body that its author has lost", "LINK-76", 200, feed.Push(1, lost: true), size: 3);
        Answered(
            "a kind that nobody knows",
            "LINK-12",
            200,
            Changed(feed, h => h with { Kind = "weather.reported" }, out var unknown),
            size: 4,
            by: unknown
        );
        Answered(
            "an older checkpoint beside the entries",
            "LINK-22",
            200,
            feed.Push(
                1,
                beside: feed.CheckpointAt(1).With(Cosignature.Sign(feed.TextAt(1), Icrc.Id, Icrc.Cosign, VectorFeed.At))
            ),
            size: 3
        );

        Answered("nothing", "MESSAGES-10", 400, []);
        Answered("a length that runs past the end", "MESSAGES-10", 400, [0xFF, 0xFF, 0xFF, 0xFF]);
        Answered("an offer without its length", "MESSAGES-10", 400, feed.Push(1)[4..]);
        Answered("the last byte missing", "MESSAGES-10", 400, feed.Push(1)[..^1]);
        Answered("a byte too many", "MESSAGES-10", 400, [.. feed.Push(1), 0]);
        Answered("an empty note behind the entries", "MESSAGES-10", 400, [.. feed.Push(1), 0, 0, 0, 0]);
        Answered("disposition 3", "MESSAGES-10", 400, Disposed(feed, 3));
        Answered("a leading zero in the old size", "LINK-11", 400, Offer(feed, "old 1\n", "old 01\n"));
        Answered("a carriage return", "LINK-11", 400, Offer(feed, "old 1\n", "old 1\r\n"));
        Answered("another word", "LINK-11", 400, Offer(feed, "old 1\n", "OLD 1\n"));
        Answered("a proof line that is no hash", "LINK-11", 400, Offer(feed, "old 1\n", "old 1\nAAAA\n"));
        Answered("64 proof lines", "LINK-10", 400, feed.Push(1, proof: [.. Enumerable.Repeat(MerkleHash.Empty, 64)]));
        Answered("an old size above the checkpoint's", "LINK-11", 400, feed.Push(3, to: 1, proof: []), [three]);
        Answered("a signature line that is none", "LINK-11", 403, Offer(feed, "\n— ", "\n- "));
        Answered("signed by another party", "LINK-11", 403, feed.Push(1, checkpoint: Signed(feed, 3, Ru.Log)));
        Answered("signed by the cosigning key", "LINK-11", 403, feed.Push(1, checkpoint: Signed(feed, 3, Us.Cosign)));
        Answered("another party's feed", "LINK-11", 404, VectorFeed.Of(Icrc).Say("x").Push(1));
        Answered(
            "another line",
            "LINK-11",
            404,
            new VectorFeed(Us, VectorParty.Line(Us, Ru)).Open().Say("one").Push(1)
        );
        Answered("an old size below the one held", "LINK-11", 409, feed.Push(0), held: 1);
        Answered("an old size above the one held", "LINK-11", 409, feed.Push(2), held: 1);
        Answered("an old size while nothing is held", "LINK-11", 409, feed.Push(1), [], held: 0);
        Answered("extension lines", "LINK-80 LINK-11", 422, feed.Push(1, checkpoint: Extended(feed, 3)));
        Answered("extension lines beside the entries", "LINK-80", 422, feed.Push(1, beside: Extended(feed, 1)));
        Answered("no proof", "LINK-11", 422, feed.Push(1, proof: []));
        Answered("a bent proof", "LINK-11", 422, feed.Push(1, proof: Bent(feed.Proof(1, 3))));
        Answered("a proof where none belongs", "LINK-11", 422, feed.Push(0, proof: [MerkleHash.Empty]), []);
        Answered(
            "another root at the size held",
            "LINK-11 LINK-50",
            422,
            feed.Twin().Push(3, checkpoint: Another(feed)),
            [three],
            fork: true
        );
        Answered("an empty feed", "LINK-10 MESSAGES-10", 422, new VectorFeed(Us, VectorFeed.Line).Push(0), []);
        Answered(
            "an empty feed of another root",
            "MESSAGES-10",
            422,
            feed.Push(0, to: 0, checkpoint: feed.Signed($"{feed.Origin}\n0\n{MerkleHash.Leaf([]).ToBase64()}\n")),
            []
        );
        Answered(
            "entries that do not hash to the root",
            "LINK-12",
            422,
            feed.Push(1, change: e => ReferenceEquals(e, feed.Last) ? VectorFeed.Of(Us).Say("1").Say("other").Last : e)
        );
        Answered("a body that is missing", "LINK-12", 422, feed.Push(1, withBodies: false));
        Answered(
            "another body than the one committed to",
            "LINK-12 ENTRY-12",
            422,
            feed.Push(1, change: e => e with { Body = [.. e.Body!.Reverse()] })
        );
        Answered(
            "another salt",
            "LINK-12 ENTRY-12",
            422,
            feed.Push(1, change: e => e with { Salt = new byte[Body.SaltLength] })
        );
        Answered("a body that is addressed to others", "LINK-12", 422, Elsewhere(feed, out _, withBodies: true));
        Answered("a lost body that is not due", "LINK-76", 422, Bare(feed, out _, lost: true));
        Answered("a lost body of the opening", "LINK-76 LINK-6", 422, feed.Push(0, 1, lost: true), []);
        Answered(
            "a header that is not valid",
            "LINK-12 ENTRY-2",
            422,
            Raw(feed, h => h.Replace("}", " ,}", StringComparison.Ordinal))
        );
        Answered(
            "an entry of another line",
            "LINK-12",
            422,
            Changed(feed, h => h with { Line = VectorParty.Line(Us, Ru).Id }, out _)
        );
        Answered("an entry of another feed", "LINK-12", 422, Changed(feed, h => h with { From = Ru.Id }, out _));
        Answered("an entry in another place", "LINK-12", 422, Changed(feed, h => h with { Seq = 7 }, out _));
        Answered("a second opening", "LINK-6", 422, Changed(feed, h => h with { Kind = LineOpened.Kind }, out _));
        Answered(
            "a feed that opens nothing",
            "LINK-6",
            422,
            new VectorFeed(Us, VectorFeed.Line).Say("one").Push(0),
            []
        );
        Answered(
            "a feed that opens another document",
            "LINK-6 LINE-11",
            422,
            new VectorFeed(Us, VectorFeed.Line)
                .Write(LineOpened.BodyFor(MerkleHash.Empty), h => h with { Kind = LineOpened.Kind })
                .Push(0),
            []
        );
        Answered(
            "an opening body with white space",
            "LINE-11",
            422,
            new VectorFeed(Us, VectorFeed.Line)
                .Write(
                    Encoding.UTF8.GetBytes($$"""{ "document":"sha256:{{VectorFeed.Line.Hash.ToHex()}}"}"""),
                    h => h with { Kind = LineOpened.Kind }
                )
                .Push(0),
            []
        );
        Answered(
            "a note beside the entries that shows a fork",
            "LINK-51 LINK-50",
            422,
            feed.Push(1, beside: feed.Signed(Rooted(feed, 1, MerkleHash.Empty))),
            fork: true
        );
        return vectors;
    }

    private static string Rooted(VectorFeed feed, ulong size, Crypto.Hash root) =>
        $"{feed.Origin}\n{size}\n{root.ToBase64()}\n";

    private static SignedCheckpoint Signed(VectorFeed feed, ulong size, Crypto.SigningKey by) =>
        feed.Signed(feed.TextAt(size).Text, by);

    private static SignedCheckpoint Extended(VectorFeed feed, ulong size) =>
        feed.Signed(feed.TextAt(size).Text + "extension\n");

    private static SignedCheckpoint Another(VectorFeed feed) => feed.Signed(Rooted(feed, 3, MerkleHash.Empty));

    private static Crypto.Hash[] Bent(Crypto.Hash[] proof) => [MerkleHash.Empty, .. proof[1..]];

    private static byte[] Elsewhere(VectorFeed feed, out VectorFeed longer, bool withBodies = false)
    {
        longer = feed.Twin().Say("three", h => h with { To = [Icrc.Id] });
        var twin = longer;
        return longer.Push(
            1,
            change: e => withBodies || !ReferenceEquals(e, twin.Last) ? e : e with { Salt = null, Body = null }
        );
    }

    private static byte[] Bare(VectorFeed feed, out VectorFeed longer, bool lost = false)
    {
        longer = feed.Twin().Write(null);
        return longer.Push(1, lost: lost);
    }

    private static byte[] Changed(VectorFeed feed, Func<EntryHeader, EntryHeader> change, out VectorFeed longer)
    {
        longer = feed.Twin().Say("three", change);
        return longer.Push(1);
    }

    private static byte[] Raw(VectorFeed feed, Func<string, string> bend)
    {
        var header = Encoding.UTF8.GetString(feed.Twin().Write(null).Last.Header);
        return feed.Twin().Write(Encoding.UTF8.GetBytes(bend(header)), asItIs: true).Push(1);
    }

    private static byte[] Disposed(VectorFeed feed, byte disposition)
    {
        var push = Bare(feed, out _);
        push[^1] = disposition;
        return push;
    }

    /// <summary>A push whose offer is bent as text; the length before it follows.</summary>
    private static byte[] Offer(VectorFeed feed, string found, string put)
    {
        var push = feed.Push(1);
        var length = (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(push);
        var offer = Encoding.UTF8.GetString(push.AsSpan(4, length));
        Assert.Contains(found, offer, StringComparison.Ordinal);
        var bent = Encoding.UTF8.GetBytes(offer.Replace(found, put, StringComparison.Ordinal));
        var head = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(head, (uint)bent.Length);
        return [.. head, .. bent, .. push[(4 + length)..]];
    }
}
