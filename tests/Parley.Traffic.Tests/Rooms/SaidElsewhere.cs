using System.Text;
using Parley.Record;
using Parley.Testing.Lines;

namespace Parley.Traffic.Tests.Rooms;

/// <summary>An entry that a party wrote on a line with the mediator, and its proof as the mediator's station makes
/// it.</summary>
internal sealed record SaidElsewhere
{
    internal string Author { get; init; } = "a";
    internal string Mediator { get; init; } = "m";
    internal string Kind { get; init; } = Kinds.RoomSaid;
    internal string Body { get; init; } = """{"room":"geneva","text":"We stop at six","passing":{"to":["b"]}}""";
    internal Mark Mark { get; init; } = Mark.Actual;
    internal ulong Seq { get; init; } = 1;
    internal DateTimeOffset At { get; init; } = TestRecord.Noon;
    internal string Slug { get; init; } = "m-a";

    /// <summary>False where one officer wrote it alone.</summary>
    internal bool IsByTwo { get; init; } = true;

    /// <summary>False where the mediator did not cosign.</summary>
    internal bool IsCosigned { get; init; } = true;

    internal LineDocument Line =>
        LineDocument.Create(
            Slug,
            "A line that is nobody else's business",
            TestRecord.Noon,
            new byte[LineDocument.NonceLength],
            [LineParty.Named(Author).Card(dialable: true), LineParty.Named(Mediator).Card(dialable: true)],
            LinePolicy.Default
        );

    /// <summary>The proof file.</summary>
    internal string Proof
    {
        get
        {
            var line = Line;
            var author = LineParty.Named(Author);
            var origin = new Origin(line.Id, author.Id);
            var salt = new byte[Record.Body.SaltLength];
            var body = Encoding.UTF8.GetBytes(Body);
            var header = new EntryHeader
            {
                Line = line.Id,
                From = author.Id,
                Seq = Seq,
                At = At,
                Kind = Kind,
                Mark = Mark,
                Precedence = Precedence.Routine,
                By = new Officer("principal", "Anna Bell", IsByTwo ? new Officer("principal", "Col Ruiz") : null),
                Re = [],
                Seen = new Dictionary<PartyId, ulong>(),
                Body = Record.Body.Commit(salt, body),
                Size = body.Length,
            }.Encode();
            var tree = new TreeFrontier();
            var path = new List<Crypto.Hash>();
            for (ulong i = 0; i < Seq; i++)
                tree.Append(MerkleHash.Leaf(Encoding.UTF8.GetBytes($"another entry {i}")));
            if (Seq == 1)
                path.Add(tree.Root());
            tree.Append(MerkleHash.Leaf(header));
            var signed = SignedCheckpoint.Sign(new Checkpoint(origin, tree.Size, tree.Root()), origin, author.Log);
            if (IsCosigned)
            {
                var mediator = LineParty.Named(Mediator);
                signed = signed.With(
                    Cosignature.Sign(signed.Checkpoint, mediator.Id, mediator.Cosign, TestRecord.Noon.AddMinutes(1))
                );
            }
            var proof = PublicProof.Create(
                new Entry(header, salt, body),
                PublicKeySheet.Of(line),
                new TlogProof(Seq, path, signed)
            );
            return proof.TryGet(out var file, out var why)
                ? Encoding.UTF8.GetString(file.Encode())
                : throw new InvalidOperationException(why);
        }
    }
}
