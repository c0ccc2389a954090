namespace Parley.Crypto;

/// <summary>
/// The prime-order group ristretto255 (RFC 9496) from libsodium. An element is its 32-byte canonical encoding; every
/// encoding that is not
/// canonical is refused where it is read. Scalars here are public or belong to a proof; a private one lives in
/// <see cref="EvaluationKey"/>.
/// </summary>
public static unsafe class Ristretto255
{
    /// <summary>Bytes in an element.</summary>
    public const int Length = 32;

    /// <summary>Bytes in a scalar: little-endian, below the order of the group.</summary>
    public const int ScalarLength = 32;

    /// <summary>Bytes from which an element or a scalar is drawn without bias.</summary>
    public const int UniformLength = 64;

    /// <summary>The order of the group, little-endian.</summary>
    private static ReadOnlySpan<byte> Order =>
        [
            0xed,
            0xd3,
            0xf5,
            0x5c,
            0x1a,
            0x63,
            0x12,
            0x58,
            0xd6,
            0x9c,
            0xf7,
            0xa2,
            0xde,
            0xf9,
            0xde,
            0x14,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0x10,
        ];

    /// <summary>True for the canonical encoding of an element that is not the identity.</summary>
    public static bool IsElement(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != Length || encoded.IndexOfAnyExcept((byte)0) < 0)
            return false;
        fixed (byte* p = encoded)
            return Sodium.crypto_core_ristretto255_is_valid_point(p) == 1;
    }

    /// <summary>True for 32 bytes that are a number below the order of the group.</summary>
    public static bool IsScalar(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != ScalarLength)
            return false;
        for (var i = ScalarLength - 1; i >= 0; i--)
        {
            if (encoded[i] != Order[i])
                return encoded[i] < Order[i];
        }
        return false;
    }

    /// <summary>The element that 64 uniform bytes stand for (RFC 9496, section 4.3.4).</summary>
    public static void FromUniform(ReadOnlySpan<byte> uniform, Span<byte> element)
    {
        Require(uniform.Length == UniformLength && element.Length == Length);
        fixed (
            byte* u = uniform,
                e = element
        )
            _ = Sodium.crypto_core_ristretto255_from_hash(e, u);
    }

    /// <summary>Writes scalar · point. False where the point is no canonical encoding or the result is the
    /// identity.</summary>
    public static bool TryMultiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, Span<byte> result)
    {
        Require(scalar.Length == ScalarLength && point.Length == Length && result.Length == Length);
        fixed (
            byte* s = scalar,
                p = point,
                r = result
        )
            return Sodium.crypto_scalarmult_ristretto255(r, s, p) == 0;
    }

    /// <summary>Writes scalar · generator. False where that is the identity.</summary>
    public static bool TryMultiplyBase(ReadOnlySpan<byte> scalar, Span<byte> result)
    {
        Require(scalar.Length == ScalarLength && result.Length == Length);
        fixed (
            byte* s = scalar,
                r = result
        )
            return Sodium.crypto_scalarmult_ristretto255_base(r, s) == 0;
    }

    /// <summary>Writes p + q. False where one of them is no canonical encoding. <paramref name="result"/> may be one of
    /// them.</summary>
    public static bool TryAdd(ReadOnlySpan<byte> p, ReadOnlySpan<byte> q, Span<byte> result)
    {
        Require(p.Length == Length && q.Length == Length && result.Length == Length);
        fixed (
            byte* a = p,
                b = q,
                r = result
        )
            return Sodium.crypto_core_ristretto255_add(r, a, b) == 0;
    }

    /// <summary>Writes 64 bytes as a number modulo the order.</summary>
    public static void Reduce(ReadOnlySpan<byte> wide, Span<byte> scalar)
    {
        Require(wide.Length == UniformLength && scalar.Length == ScalarLength);
        fixed (
            byte* w = wide,
                s = scalar
        )
            Sodium.crypto_core_ristretto255_scalar_reduce(s, w);
    }

    /// <summary>Writes the inverse of a scalar. False for zero.</summary>
    public static bool TryInvert(ReadOnlySpan<byte> scalar, Span<byte> inverse)
    {
        Require(scalar.Length == ScalarLength && inverse.Length == ScalarLength);
        fixed (
            byte* s = scalar,
                i = inverse
        )
            return Sodium.crypto_core_ristretto255_scalar_invert(i, s) == 0;
    }

    private static void Require(bool lengths)
    {
        if (!lengths)
            throw new ArgumentException("an element and a scalar have 32 bytes each, uniform bytes are 64");
    }
}
