namespace Parley.Crypto;

/// <summary>
/// The pre-shared key of a line: 32 random bytes that its parties hand each other in person. What is sealed with it
/// (HPKE in mode_psk) stays closed
/// to whoever breaks the key agreement alone. Guarded memory; zeroed on <see cref="Dispose"/>.
/// </summary>
public sealed class LineSecret : IDisposable, IStoredKey
{
    /// <summary>Bytes in a line's secret.</summary>
    public const int Length = StoredKey.SecretLength;

    private readonly GuardedMemory secret;

    private unsafe LineSecret(ReadOnlySpan<byte> bytes)
    {
        secret = new GuardedMemory(Length);
        bytes.CopyTo(new Span<byte>(secret.Unfrozen, Length));
        secret.Freeze();
        Fingerprint = Sha256.Of("parley/line-secret/v1\n"u8, bytes);
    }

    /// <summary>What the parties' officers compare to know that they hold the same secret: a hash from which the secret
    /// does not follow.</summary>
    public Hash Fingerprint { get; }

    KeyKind IStoredKey.Kind => KeyKind.Shared;

    byte[] IStoredKey.EncodePublic() => Fingerprint.ToArray();

    /// <summary>A new secret from the system's randomness.</summary>
    public static LineSecret Generate()
    {
        using var bytes = new WipedBuffer(Length);
        Randomness.Fill(bytes.Span);
        return new LineSecret(bytes.Span);
    }

    internal static LineSecret FromBytes(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>A sender's context for the holder of an X25519 key; null where it is no key that anything can be sealed
    /// for.</summary>
    public HpkeSender? SealFor(ReadOnlySpan<byte> receiver, ReadOnlySpan<byte> info, ReadOnlySpan<byte> id)
    {
        using var lease = secret.Lend();
        return HpkeSender.Create(receiver, info, lease.Bytes, id);
    }

    /// <summary>The receiver's context for what was sealed by <see cref="SealFor"/>; null where the encapsulated key is
    /// none.</summary>
    public HpkeReceiver? OpenWith(
        AgreementKey own,
        ReadOnlySpan<byte> encapsulated,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> id
    )
    {
        using var lease = secret.Lend();
        return HpkeReceiver.Create(own, encapsulated, info, lease.Bytes, id);
    }

    /// <summary>Fills <paramref name="output"/> with a value that only holders of the secret can make: HKDF (RFC 5869)
    /// of it with this salt and info.</summary>
    public void Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> output)
    {
        using var lease = secret.Lend();
        Hkdf.Derive(lease.Bytes, salt, info, output);
    }

    void IStoredKey.CopySecret(Span<byte> destination)
    {
        using var lease = secret.Lend();
        lease.Bytes.CopyTo(destination);
    }

    public void Dispose() => secret.Dispose();
}
