using System.Buffers.Binary;
using System.Text;

namespace Parley.Crypto;

/// <summary>
/// What RFC 9497 builds on ristretto255 with SHA-512: hashing to the group and to scalars, in the context of a mode.
/// Thread-safe.
/// </summary>
public sealed unsafe class Rfc9497
{
    /// <summary>Bytes of SHA-512.</summary>
    internal const int DigestLength = 64;

    /// <summary>Longest input that is hashed.</summary>
    public const int MaxInput = 65_535;

    private const int BlockLength = 128; // of SHA-512

    private readonly byte[] groupTag,
        scalarTag,
        seedTag;

    private Rfc9497(int mode)
    {
        var context = $"OPRFV1-{(char)mode}-ristretto255-SHA512";
        (groupTag, scalarTag, seedTag) = (
            Encoding.ASCII.GetBytes("HashToGroup-" + context),
            Encoding.ASCII.GetBytes("HashToScalar-" + context),
            Encoding.ASCII.GetBytes("Seed-" + context)
        );
        DeriveTag = Encoding.ASCII.GetBytes("DeriveKeyPair" + context);
    }

    /// <summary>The oblivious mode, 0.</summary>
    public static Rfc9497 Oprf { get; } = new(0);

    /// <summary>The verifiable mode, 1: the one of the blind check.</summary>
    public static Rfc9497 Voprf { get; } = new(1);

    internal ReadOnlySpan<byte> SeedTag => seedTag;

    internal byte[] DeriveTag { get; }

    /// <summary>Writes the element that the input is hashed to (RFC 9380, hash_to_ristretto255 with expand_message_xmd
    /// and SHA-512).</summary>
    public void HashToGroup(ReadOnlySpan<byte> input, Span<byte> element)
    {
        Span<byte> uniform = stackalloc byte[Ristretto255.UniformLength];
        Expand(input, groupTag, uniform);
        Ristretto255.FromUniform(uniform, element);
    }

    /// <summary>Writes the scalar that the input is hashed to.</summary>
    public void HashToScalar(ReadOnlySpan<byte> input, Span<byte> scalar) => HashToScalar(input, scalarTag, scalar);

    internal static void HashToScalar(ReadOnlySpan<byte> input, ReadOnlySpan<byte> tag, Span<byte> scalar)
    {
        Span<byte> uniform = stackalloc byte[Ristretto255.UniformLength];
        Expand(input, tag, uniform);
        Ristretto255.Reduce(uniform, scalar);
    }

    internal static void Sha512(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        fixed (
            byte* m = message,
                d = digest
        )
            _ = Sodium.crypto_hash_sha512(d, m, (ulong)message.Length);
    }

    /// <summary>expand_message_xmd of RFC 9380 for 64 bytes: one block of output, so two digests.</summary>
    private static void Expand(ReadOnlySpan<byte> input, ReadOnlySpan<byte> tag, Span<byte> uniform)
    {
        if (input.Length > MaxInput)
            throw new ArgumentException($"an input is at most {MaxInput} bytes", nameof(input));
        const int small = 512;
        var length = BlockLength + input.Length + 3 + tag.Length + 1;
        Span<byte> message = length <= small ? stackalloc byte[small] : new byte[length];
        message = message[..length];
        message[..BlockLength].Clear();
        input.CopyTo(message[BlockLength..]);
        var rest = message[(BlockLength + input.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, Ristretto255.UniformLength);
        rest[2] = 0;
        tag.CopyTo(rest[3..]);
        rest[^1] = (byte)tag.Length;

        Span<byte> second = stackalloc byte[DigestLength + 1 + tag.Length + 1];
        Sha512(message, second[..DigestLength]);
        second[DigestLength] = 1;
        tag.CopyTo(second[(DigestLength + 1)..]);
        second[^1] = (byte)tag.Length;
        Sha512(second, uniform);
    }
}
