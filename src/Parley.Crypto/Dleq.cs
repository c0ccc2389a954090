using System.Buffers.Binary;

namespace Parley.Crypto;

/// <summary>
/// The batched proof of RFC 9497, section 2.2, that one key k made every evaluated element of a list: key · C[i] =
/// D[i], where the public
/// key is k · generator. Two scalars, whatever the length of the list.
/// </summary>
public static unsafe class Dleq
{
    /// <summary>Bytes in a proof: c ‖ s.</summary>
    public const int ProofLength = 2 * Ristretto255.ScalarLength;

    /// <summary>Most elements that one proof covers here; RFC 9497 numbers them in 16 bits.</summary>
    public const int MaxBatch = 4_096;

    private const int Element = Ristretto255.Length,
        Scalar = Ristretto255.ScalarLength;

    /// <summary>
    /// Writes the proof. Elements are laid end to end. <paramref name="nonce"/> is a scalar used for this proof alone
    /// and never shown: with it
    /// the proof gives the key away.
    /// </summary>
    internal static bool TryProve(
        byte* key,
        ReadOnlySpan<byte> publicKey,
        ReadOnlySpan<byte> inputs,
        ReadOnlySpan<byte> outputs,
        ReadOnlySpan<byte> nonce,
        Span<byte> proof
    )
    {
        Require(publicKey, inputs, outputs);
        Span<byte> m = stackalloc byte[Element],
            z = stackalloc byte[Element],
            t2 = stackalloc byte[Element],
            t3 = stackalloc byte[Element],
            challenge = stackalloc byte[Scalar],
            product = stackalloc byte[Scalar];
        if (!TryComposites(publicKey, inputs, outputs, m, default))
            return false;
        fixed (
            byte* mp = m,
                zp = z
        )
        {
            if (Sodium.crypto_scalarmult_ristretto255(zp, key, mp) != 0)
                return false; // the prover's shorter way to Z
        }
        if (!Ristretto255.TryMultiplyBase(nonce, t2) || !Ristretto255.TryMultiply(nonce, m, t3))
            return false;
        Challenge(publicKey, m, z, t2, t3, challenge);
        challenge.CopyTo(proof);
        fixed (
            byte* c = challenge,
                p = product,
                r = nonce,
                s = proof[Scalar..]
        )
        {
            Sodium.crypto_core_ristretto255_scalar_mul(p, c, key);
            Sodium.crypto_core_ristretto255_scalar_sub(s, r, p);
        }
        product.Clear();
        return true;
    }

    /// <summary>
    /// True where the proof holds. False as well where an element is no canonical encoding, or the identity. Misuse
    /// (lists of different or
    /// no length, or longer than <see cref="MaxBatch"/>) throws.
    /// </summary>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey,
        ReadOnlySpan<byte> inputs,
        ReadOnlySpan<byte> outputs,
        ReadOnlySpan<byte> proof
    )
    {
        Require(publicKey, inputs, outputs);
        if (proof.Length != ProofLength)
            return false;
        var c = proof[..Scalar];
        var s = proof[Scalar..];
        if (!Ristretto255.IsScalar(c) || !Ristretto255.IsScalar(s) || !Ristretto255.IsElement(publicKey))
            return false;
        Span<byte> m = stackalloc byte[Element],
            z = stackalloc byte[Element],
            t2 = stackalloc byte[Element],
            t3 = stackalloc byte[Element],
            other = stackalloc byte[Element],
            challenge = stackalloc byte[Scalar];
        if (!TryComposites(publicKey, inputs, outputs, m, z))
            return false;
        if (
            !Ristretto255.TryMultiplyBase(s, t2)
            || !Ristretto255.TryMultiply(c, publicKey, other)
            || !Ristretto255.TryAdd(t2, other, t2)
        )
            return false;
        if (
            !Ristretto255.TryMultiply(s, m, t3)
            || !Ristretto255.TryMultiply(c, z, other)
            || !Ristretto255.TryAdd(t3, other, t3)
        )
            return false;
        Challenge(publicKey, m, z, t2, t3, challenge);
        return challenge.SequenceEqual(c);
    }

    /// <summary>The sums of the inputs and, unless <paramref name="z"/> is empty, of the outputs, weighted by what both
    /// lists hash to.</summary>
    private static bool TryComposites(
        ReadOnlySpan<byte> publicKey,
        ReadOnlySpan<byte> inputs,
        ReadOnlySpan<byte> outputs,
        Span<byte> m,
        Span<byte> z
    )
    {
        var tag = Rfc9497.Voprf.SeedTag;
        Span<byte> opening = stackalloc byte[4 + Element + tag.Length],
            seed = stackalloc byte[Rfc9497.DigestLength];
        var at = Put(opening, 0, publicKey);
        Put(opening, at, tag);
        Rfc9497.Sha512(opening, seed);

        var label = "Composite"u8;
        Span<byte> transcript = stackalloc byte[2 + Rfc9497.DigestLength + 2 + 2 * (2 + Element) + label.Length];
        Span<byte> weight = stackalloc byte[Scalar],
            term = stackalloc byte[Element];
        var start = Put(transcript, 0, seed);
        label.CopyTo(transcript[^label.Length..]);
        for (var i = 0; i < inputs.Length / Element; i++)
        {
            var input = inputs.Slice(i * Element, Element);
            var output = outputs.Slice(i * Element, Element);
            BinaryPrimitives.WriteUInt16BigEndian(transcript[start..], (ushort)i);
            at = Put(transcript, start + 2, input);
            Put(transcript, at, output);
            Rfc9497.Voprf.HashToScalar(transcript, weight);
            if (!TryAddTo(m, weight, input, term, i == 0))
                return false;
            if (!z.IsEmpty && !TryAddTo(z, weight, output, term, i == 0))
                return false;
        }
        return true;
    }

    private static bool TryAddTo(
        Span<byte> sum,
        ReadOnlySpan<byte> weight,
        ReadOnlySpan<byte> element,
        Span<byte> term,
        bool isFirst
    )
    {
        if (!Ristretto255.TryMultiply(weight, element, isFirst ? sum : term))
            return false;
        return isFirst || Ristretto255.TryAdd(sum, term, sum);
    }

    private static void Challenge(
        ReadOnlySpan<byte> publicKey,
        ReadOnlySpan<byte> m,
        ReadOnlySpan<byte> z,
        ReadOnlySpan<byte> t2,
        ReadOnlySpan<byte> t3,
        Span<byte> challenge
    )
    {
        var label = "Challenge"u8;
        Span<byte> transcript = stackalloc byte[5 * (2 + Element) + label.Length];
        var at = Put(transcript, 0, publicKey);
        at = Put(transcript, at, m);
        at = Put(transcript, at, z);
        at = Put(transcript, at, t2);
        at = Put(transcript, at, t3);
        label.CopyTo(transcript[at..]);
        Rfc9497.Voprf.HashToScalar(transcript, challenge);
    }

    private static int Put(Span<byte> transcript, int at, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(transcript[at..], (ushort)value.Length);
        value.CopyTo(transcript[(at + 2)..]);
        return at + 2 + value.Length;
    }

    private static void Require(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> inputs, ReadOnlySpan<byte> outputs)
    {
        if (publicKey.Length != Element)
            throw new ArgumentException($"a public key is {Element} bytes", nameof(publicKey));
        if (
            inputs.Length == 0
            || inputs.Length % Element != 0
            || inputs.Length > MaxBatch * Element
            || inputs.Length != outputs.Length
        )
            throw new ArgumentException($"1 to {MaxBatch} elements, as many outputs as inputs", nameof(inputs));
    }
}
