using System.Text;
using BenchmarkDotNet.Attributes;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Bench.Micro;

/// <summary>The steps that every entry or every batch goes through, one by one: where the time of the larger
/// measurements goes.</summary>
[MemoryDiagnoser]
public class RecordBenchmarks
{
    private const int Leaves = 1024;
    private static readonly DateTimeOffset At = new(2022, 3, 23, 14, 5, 11, 204, TimeSpan.Zero);

    private readonly SigningKey log = SigningKey.Generate();
    private readonly SigningKey cosign = SigningKey.Generate();
    private readonly PartyId us = PartyId.Parse("us"),
        ru = PartyId.Parse("ru");
    private readonly byte[] body = Encoding.ASCII.GetBytes($$"""{"text":"{{new string('x', 1013)}}"}""");
    private readonly byte[] salt = Randomness.Bytes(Body.SaltLength);
    private readonly Hash[] leaves =
    [
        .. Enumerable.Range(0, Leaves).Select(i => MerkleHash.Leaf(BitConverter.GetBytes(i))),
    ];
    private readonly Origin feed;
    private readonly EntryHeader header;
    private readonly byte[] encoded;
    private readonly Checkpoint checkpoint;
    private readonly SignedCheckpoint signed;
    private readonly byte[] note;
    private readonly VerifierKey logKey,
        cosignKey;
    private readonly NoteSignature cosignature;
    private readonly TreeFrontier frontier = new();

    public RecordBenchmarks()
    {
        var line = LineId.Parse("bench-" + new string('a', LineId.HashDigits));
        feed = new Origin(line, us);
        header = new EntryHeader
        {
            Line = line,
            From = us,
            Seq = 123_456,
            At = At,
            Kind = "message.sent",
            Mark = Mark.Actual,
            Precedence = Precedence.Routine,
            By = new Officer("watch", "Bench"),
            Seen = new Dictionary<PartyId, ulong> { [ru] = 1 },
            Body = Body.Commit(salt, body),
            Size = body.Length,
        };
        encoded = header.Encode();
        foreach (var leaf in leaves)
            frontier.Append(leaf);
        checkpoint = new Checkpoint(feed, frontier.Size, frontier.Root());
        signed = SignedCheckpoint.Sign(checkpoint, feed, log);
        note = signed.Encode();
        logKey = VerifierKey.ForLog(feed, log.PublicKey);
        cosignKey = VerifierKey.ForCosigner(ru, cosign.PublicKey);
        cosignature = Cosignature.Sign(checkpoint, ru, cosign, At);
    }

    [Benchmark(Description = "commit to a 1 KiB body")]
    public Hash Commit() => Body.Commit(salt, body);

    [Benchmark(Description = "write a header")]
    public byte[] WriteHeader() => header.Encode();

    [Benchmark(Description = "read a header")]
    public bool ReadHeader() => EntryHeader.Parse(encoded).TryGet(out _, out _);

    [Benchmark(Description = "hash of a leaf")]
    public Hash Leaf() => MerkleHash.Leaf(encoded);

    [Benchmark(Description = "hash of a node")]
    public Hash Node() => MerkleHash.Node(leaves[0], leaves[1]);

    [Benchmark(Description = "append 1,024 leaves", OperationsPerInvoke = Leaves)]
    public ulong Append()
    {
        var growing = new TreeFrontier();
        foreach (var leaf in leaves)
            growing.Append(leaf);
        return growing.Size;
    }

    [Benchmark(Description = "consistency proof over 1,024 new leaves")]
    public int Consistency() => ConsistencyProof.Build(frontier, leaves).Length;

    [Benchmark(Description = "sign a checkpoint")]
    public SignedCheckpoint Sign() => SignedCheckpoint.Sign(checkpoint, feed, log);

    [Benchmark(Description = "read and check a signed checkpoint")]
    public bool Check() =>
        SignedCheckpoint.Parse(note).TryGet(out var read, out _) && read.Note.Check(logKey) == SignatureCheck.Valid;

    [Benchmark(Description = "cosign a checkpoint")]
    public NoteSignature Cosign() => Cosignature.Sign(checkpoint, ru, cosign, At);

    [Benchmark(Description = "verify a cosignature")]
    public bool VerifyCosignature() => Cosignature.Verify(cosignature, cosignKey, checkpoint.Text);
}
