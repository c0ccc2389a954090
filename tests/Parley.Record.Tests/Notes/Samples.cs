using System.Text;
using Parley.Crypto;

namespace Parley.Record.Tests.Notes;

/// <summary>One feed, its author and two other parties, with keys from fixed seeds.</summary>
internal static class Samples
{
    internal static readonly SigningKey LogKey = Key(1),
        FirstKey = Key(2),
        SecondKey = Key(3);
    internal static readonly PartyId Author = PartyId.Parse("us"),
        First = PartyId.Parse("ua"),
        Second = PartyId.Parse("icrc");
    internal static readonly Origin Feed = new(LineId.Parse("black-sea-" + new string('q', 32)), Author);
    internal static readonly VerifierKey Log = VerifierKey.ForLog(Feed, LogKey.PublicKey);
    internal static readonly VerifierKey FirstCosigner = VerifierKey.ForCosigner(First, FirstKey.PublicKey);
    internal static readonly VerifierKey SecondCosigner = VerifierKey.ForCosigner(Second, SecondKey.PublicKey);
    internal static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    internal static readonly byte[][] Entries =
    [
        .. Enumerable.Range(0, 11).Select(i => Encoding.UTF8.GetBytes($"entry {i}")),
    ];

    internal static SigningKey Key(byte seed)
    {
        Span<byte> bytes = stackalloc byte[SigningKey.SeedLength];
        bytes.Fill(seed);
        return SigningKey.FromSeed(bytes);
    }

    internal static Checkpoint Checkpoint()
    {
        var frontier = new TreeFrontier();
        foreach (var entry in Entries)
            frontier.Append(MerkleHash.Leaf(entry));
        return new Checkpoint(Feed, frontier.Size, frontier.Root());
    }

    /// <summary>The feed's checkpoint, signed by the author and cosigned by both others.</summary>
    internal static SignedCheckpoint Sealed()
    {
        var checkpoint = Checkpoint();
        return SignedCheckpoint
            .Sign(checkpoint, Feed, LogKey)
            .With(Cosignature.Sign(checkpoint, First, FirstKey, At))
            .With(Cosignature.Sign(checkpoint, Second, SecondKey, At.AddSeconds(1)));
    }

    internal static TlogProof Proof(int index, byte[]? extra = null)
    {
        Hash[] leaves = [.. Entries.Select(entry => MerkleHash.Leaf(entry))];
        var hashes = InclusionProof.Build(
            (ulong)index,
            (ulong)leaves.Length,
            (_, _, width) => leaves.AsMemory(0, width)
        );
        return new TlogProof((ulong)index, hashes, Sealed(), extra);
    }

    /// <summary>The bytes with a few changes that hostile input likes: flipped bits, cuts, doubled and swapped
    /// stretches, newlines.</summary>
    internal static byte[] Mutate(byte[] bytes, Random random)
    {
        var changed = new List<byte>(bytes);
        for (var rounds = random.Next(1, 4); rounds > 0 && changed.Count > 1; rounds--)
        {
            var at = random.Next(changed.Count);
            var length = random.Next(1, Math.Min(40, changed.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    changed.RemoveRange(at, length);
                    break;
                case 2:
                    changed.InsertRange(at, changed.GetRange(at, length));
                    break;
                case 3:
                    changed.Insert(at, (byte)'\n');
                    break;
                case 4:
                    changed[at] = (byte)random.Next(256);
                    break;
                default:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
            }
        }
        return [.. changed];
    }
}
