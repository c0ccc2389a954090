using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>
/// The P-256 private key of a station's link certificate. TLS needs it in the platform's hands, so it lives in
/// OpenSSL's memory,
/// which zeroes it when freed. It authenticates connections only; what a party says is signed with its log key.
/// </summary>
public sealed class LinkKey : IDisposable, IStoredKey
{
    private readonly ECDsa key;

    private LinkKey(ECDsa key)
    {
        this.key = key;
        SubjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
    }

    /// <summary>The public key as X.509 SubjectPublicKeyInfo (DER, uncompressed point), for a card. Not to be
    /// changed.</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>Lent to the certificate's maker and to nobody else.</summary>
    internal ECDsa Platform => key;

    KeyKind IStoredKey.Kind => KeyKind.P256;

    byte[] IStoredKey.EncodePublic() => SubjectPublicKeyInfo;

    /// <summary>A new key from the system's randomness.</summary>
    public static LinkKey Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The key of a 32-byte scalar; null when the scalar is zero or not below the group's order.</summary>
    internal static LinkKey? FromScalar(ReadOnlySpan<byte> scalar)
    {
        var copy = GC.AllocateUninitializedArray<byte>(StoredKey.SecretLength, pinned: true);
        scalar.CopyTo(copy);
        try
        {
            return new LinkKey(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = copy }));
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    void IStoredKey.CopySecret(Span<byte> destination)
    {
        var parameters = key.ExportParameters(includePrivateParameters: true);
        parameters.D.CopyTo(destination);
        CryptographicOperations.ZeroMemory(parameters.D);
    }

    public void Dispose() => key.Dispose();
}
