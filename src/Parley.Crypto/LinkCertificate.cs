using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Crypto;

/// <summary>
/// Makes a station's link certificate: self-signed, P-256, with the libp2p TLS extension in which the party's Ed25519
/// identity key
/// signs the certificate's public key (libp2p specs, tls/tls.md). No authority is involved: the peer compares the
/// identity with the
/// key that it pinned at the ceremony. <see cref="LinkIdentity"/> is the other half, which examines a peer's
/// certificate.
/// </summary>
public static class LinkCertificate
{
    /// <summary>The libp2p TLS extension.</summary>
    public const string ExtensionOid = "1.3.6.1.4.1.53594.1.1";

    /// <summary>Largest certificate that is looked at, in DER bytes. Ours are about 450.</summary>
    public const int MaxLength = 4096;

    /// <summary>How long a certificate made by <c>parley init</c> holds; the pin, not the date, is what protects the
    /// link.</summary>
    public const int DefaultLifetimeYears = 20;

    /// <summary>How far before its making a certificate begins to hold, for peers whose clocks are behind.</summary>
    public static readonly TimeSpan ClockAllowance = TimeSpan.FromHours(24);

    private const int SerialLength = 16;

    /// <summary>
    /// A certificate for <paramref name="key"/>, vouched for by <paramref name="identity"/>, that holds from
    /// <see cref="ClockAllowance"/> before <paramref name="now"/> for <see cref="DefaultLifetimeYears"/>. Returns DER,
    /// to be stored:
    /// the identity key is not needed again to open links.
    /// </summary>
    public static byte[] Create(LinkKey key, SigningKey identity, DateTimeOffset now) =>
#pragma warning disable RS0030 // our own clock, at the making of a key; a certificate cannot say a year after 9999 anyway
        Create(key, identity, now - ClockAllowance, now.AddYears(DefaultLifetimeYears));
#pragma warning restore RS0030

    /// <summary>As above with stated dates, which have whole seconds in the certificate.</summary>
    public static byte[] Create(LinkKey key, SigningKey identity, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        // A fixed subject: the certificate tells an onlooker nothing; TLS 1.3 encrypts it besides.
        var subject = new X500DistinguishedName("CN=parley");
        var request = new CertificateRequest(subject, key.Platform, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension(ExtensionOid, SignedKey(key, identity), critical: false));
        Span<byte> serial = stackalloc byte[SerialLength];
        Randomness.Fill(serial);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40); // positive, and never with a leading zero byte
        using var certificate = request.Create(
            subject,
            X509SignatureGenerator.CreateForECDsa(key.Platform),
            notBefore,
            notAfter,
            serial
        );
        return certificate.RawData;
    }

    /// <summary>
    /// The certificate joined with its private key, as TLS wants it; the caller disposes it. Throws when the two do not
    /// belong
    /// together, which is a mix-up of files and not a peer's doing.
    /// </summary>
    public static X509Certificate2 WithKey(ReadOnlySpan<byte> der, LinkKey key)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.SubjectPublicKeyInfo))
            throw new ArgumentException("the certificate is for another key", nameof(der));
        return certificate.CopyWithPrivateKey(key.Platform);
    }

    /// <summary>SignedKey ::= SEQUENCE { publicKey OCTET STRING, signature OCTET STRING }.</summary>
    private static byte[] SignedKey(LinkKey key, SigningKey identity)
    {
        Span<byte> protobuf = stackalloc byte[LinkIdentity.Ed25519Prefix.Length + PublicKey.Length];
        LinkIdentity.Ed25519Prefix.CopyTo(protobuf);
        identity.PublicKey.CopyTo(protobuf[LinkIdentity.Ed25519Prefix.Length..]);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(protobuf);
            writer.WriteOctetString(identity.Sign([.. LinkIdentity.SignedPrefix, .. key.SubjectPublicKeyInfo]));
        }
        return writer.Encode();
    }
}
