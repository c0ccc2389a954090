namespace Parley.Crypto;

/// <summary>What a key is, by its algorithm. Each kind has a secret of <see cref="StoredKey.SecretLength"/>
/// bytes.</summary>
internal enum KeyKind
{
    Ed25519,
    X25519,
    P256,

    /// <summary>32 bytes that several parties hold; their hash stands where the others' public key does.</summary>
    Shared,
}

/// <summary>A private key that a key file can hold.</summary>
internal interface IStoredKey
{
    KeyKind Kind { get; }

    /// <summary>The public half as the key file states it, so that damage to the secret is noticed on
    /// reading.</summary>
    byte[] EncodePublic();

    /// <summary>Writes the secret to a buffer that the caller zeroes.</summary>
    void CopySecret(Span<byte> destination);
}

internal static class StoredKey
{
    /// <summary>Bytes in the secret of every kind: an Ed25519 seed, an X25519 scalar, a P-256 scalar.</summary>
    internal const int SecretLength = 32;
}
