using System.Buffers.Binary;
using Parley.Crypto;

namespace Parley.Deconfliction;

/// <summary>The kinds of messages of a run, as on the wire.</summary>
internal enum BlindKind : byte
{
    Commit = 1,
    Points = 2,
    Evaluated = 3,
    Result = 4,
    Abort = 5,
}

/// <summary>Messages as bytes: version, kind, run, number, then what the kind carries.</summary>
internal static class BlindWire
{
    internal const byte Version = 1;
    internal const int HeaderLength = 2 + Hash.Length + 4;

    /// <summary>Points in a chunk: 8 KiB, and about 20 ms of work.</summary>
    internal const int ChunkPoints = 256;
    internal const int CommitLength = HeaderLength + Hash.Length + 4 + Ristretto255.Length + Hash.Length;
    internal const int MaxLength = HeaderLength + ChunkPoints * Ristretto255.Length + Dleq.ProofLength;

    internal static byte[] Header(BlindKind kind, Hash run, int number, int payload)
    {
        var message = new byte[HeaderLength + payload];
        (message[0], message[1]) = (Version, (byte)kind);
        run.CopyTo(message.AsSpan(2));
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(2 + Hash.Length), number);
        return message;
    }

    internal static byte[] Commit(Hash run, Hash profile, int bucket, ReadOnlySpan<byte> publicKey, Hash commitment)
    {
        var message = Header(BlindKind.Commit, run, 0, CommitLength - HeaderLength);
        var at = message.AsSpan(HeaderLength);
        profile.CopyTo(at);
        BinaryPrimitives.WriteInt32BigEndian(at[Hash.Length..], bucket);
        publicKey.CopyTo(at[(Hash.Length + 4)..]);
        commitment.CopyTo(at[(Hash.Length + 4 + Ristretto255.Length)..]);
        return message;
    }

    internal static int Chunks(int points) => (points + ChunkPoints - 1) / ChunkPoints;

    /// <summary>Points in the chunk of that number.</summary>
    internal static int ChunkSize(int points, int number) => Math.Min(ChunkPoints, points - number * ChunkPoints);
}
