namespace Parley.Crypto;

/// <summary>
/// A private scalar of ristretto255 for one run of the blind check: it blinds our elements, evaluates the other
/// party's, and proves that
/// it was this key. It lives in guarded memory and is zeroed on <see cref="Dispose"/>. Safe to use from several threads
/// at once.
/// </summary>
public sealed unsafe class EvaluationKey : IDisposable
{
    private readonly GuardedMemory secret;
    private readonly byte[] publicBytes = new byte[Ristretto255.Length];

    private EvaluationKey(ReadOnlySpan<byte> uniform)
    {
        secret = new GuardedMemory(Ristretto255.ScalarLength);
        fixed (
            byte* u = uniform,
                p = publicBytes
        )
        {
            Sodium.crypto_core_ristretto255_scalar_reduce(secret.Unfrozen, u);
            if (Sodium.crypto_scalarmult_ristretto255_base(p, secret.Unfrozen) != 0)
                throw new InvalidOperationException("the key is zero"); // once in 2^252 draws
        }
        secret.Freeze();
    }

    /// <summary>The key of 64 uniform bytes. The caller zeroes its own copy of them.</summary>
    public static EvaluationKey FromUniform(ReadOnlySpan<byte> uniform) =>
        uniform.Length == Ristretto255.UniformLength
            ? new EvaluationKey(uniform)
            : throw new ArgumentException(
                $"a key comes from {Ristretto255.UniformLength} uniform bytes",
                nameof(uniform)
            );

    /// <summary>A key that stands as a scalar in a published vector.</summary>
    internal static EvaluationKey FromScalar(ReadOnlySpan<byte> scalar)
    {
        Span<byte> wide = stackalloc byte[Ristretto255.UniformLength];
        wide.Clear();
        scalar.CopyTo(wide);
        return FromUniform(wide);
    }

    /// <summary>Key · generator, 32 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey => publicBytes;

    /// <summary>
    /// Multiplies each element of a list (laid end to end) by the key. The number of the first that is no canonical
    /// encoding or the
    /// identity, and nothing after it written; −1 where all are good.
    /// </summary>
    public int Multiply(ReadOnlySpan<byte> elements, Span<byte> results)
    {
        if (elements.Length % Ristretto255.Length != 0 || results.Length != elements.Length)
            throw new ArgumentException("whole elements, and as much room for the results", nameof(elements));
        using var lease = secret.Lend();
        fixed (
            byte* e = elements,
                r = results
        )
        {
            for (var i = 0; i < elements.Length; i += Ristretto255.Length)
            {
                if (Sodium.crypto_scalarmult_ristretto255(r + i, lease.Pointer, e + i) != 0)
                    return i / Ristretto255.Length;
            }
        }
        return -1;
    }

    /// <summary>
    /// Writes the proof that <paramref name="outputs"/> are this key times <paramref name="inputs"/>.
    /// <paramref name="nonce"/>: 64 uniform bytes, used for
    /// no other proof and kept from everybody. False where an input is no element.
    /// </summary>
    public bool TryProve(
        ReadOnlySpan<byte> inputs,
        ReadOnlySpan<byte> outputs,
        ReadOnlySpan<byte> nonce,
        Span<byte> proof
    )
    {
        if (proof.Length != Dleq.ProofLength)
            throw new ArgumentException($"a proof is {Dleq.ProofLength} bytes", nameof(proof));
        Span<byte> scalar = stackalloc byte[Ristretto255.ScalarLength];
        Ristretto255.Reduce(nonce, scalar);
        using var lease = secret.Lend();
        var proven = Dleq.TryProve(lease.Pointer, publicBytes, inputs, outputs, scalar, proof);
        scalar.Clear();
        return proven;
    }

    public void Dispose() => secret.Dispose();
}
