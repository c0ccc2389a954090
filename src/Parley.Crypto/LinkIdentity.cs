using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Crypto;

/// <summary>Why a peer's link certificate was refused.</summary>
public enum LinkCertificateFault
{
    /// <summary>Not one certificate of our profile in strict DER: wrong structure, algorithm, curve or size, or
    /// trailing bytes.</summary>
    Malformed,

    /// <summary>The peer presented more than one certificate, or none.</summary>
    NotAlone,

    /// <summary>Not yet, or no longer, within its dates.</summary>
    OutOfDate,

    /// <summary>It carries no identity extension.</summary>
    NoIdentity,

    /// <summary>An extension marked critical that we do not know.</summary>
    UnknownCriticalExtension,

    /// <summary>The certificate's own signature does not hold.</summary>
    BadSelfSignature,

    /// <summary>The identity key did not sign this certificate's public key.</summary>
    BadIdentitySignature,

    /// <summary>Well formed, but the identity key is not Ed25519. libp2p allows other types; Parley pins Ed25519
    /// only.</summary>
    UnsupportedIdentityKey,

    /// <summary>An Ed25519 identity key that may not be pinned: not canonical, or not in the prime-order
    /// group.</summary>
    UnsafeIdentityKey,
}

/// <summary>
/// What a peer's certificate proves: whoever holds the connection was named by this identity key. Whether that identity
/// is on any
/// line of ours is for the caller to decide.
/// </summary>
/// <param name="Identity">The party's Ed25519 key, fit for pinning.</param>
/// <param name="SubjectPublicKeyInfo">The certificate's P-256 key (DER), to be compared with the card's.</param>
/// <param name="NotBefore">First second at which it holds, UTC.</param>
/// <param name="NotAfter">Last second at which it holds, UTC.</param>
public sealed record LinkIdentity(
    PublicKey Identity,
    ReadOnlyMemory<byte> SubjectPublicKeyInfo,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter
)
{
    /// <summary>What the identity signs stands behind these bytes (tls/tls.md).</summary>
    internal static ReadOnlySpan<byte> SignedPrefix => "libp2p-tls-handshake:"u8;

    /// <summary>Protobuf of an Ed25519 public key: field 1 (type) = 1, field 2 (data) of 32 bytes follows.</summary>
    internal static ReadOnlySpan<byte> Ed25519Prefix => [0x08, 0x01, 0x12, 0x20];

    /// <summary>
    /// Examines what a TLS handshake presented: the leaf and, in <paramref name="presented"/>, whatever else came with
    /// it
    /// (libp2p: an endpoint aborts when there is more than one certificate, be it the same one twice).
    /// </summary>
    /// <param name="leaf">The peer's certificate.</param>
    /// <param name="presented">As the platform gives it to whoever validates.</param>
    /// <param name="now">The time.</param>
    /// <param name="dialled">True where we dialled: the platform lists a server's leaf itself among what came with it,
    /// and a client's not.</param>
    public static Verdict<LinkIdentity, LinkCertificateFault> Verify(
        X509Certificate2? leaf,
        X509Chain? presented,
        DateTimeOffset now,
        bool dialled
    )
    {
        if (leaf is null)
            return Refuse(LinkCertificateFault.NotAlone, "the peer presented no certificate");
        var der = leaf.RawDataMemory;
        var came = presented?.ChainPolicy.ExtraStore;
        var listed = came is { Count: > 0 } && dialled && came[0].RawDataMemory.Span.SequenceEqual(der.Span) ? 1 : 0;
        return came?.Count > listed
            ? Refuse(LinkCertificateFault.NotAlone, "the peer presented more than one certificate")
            : Verify(der, now);
    }

    /// <summary>Examines one certificate in DER at a given time. Any bytes may come in; the outcome is always one of
    /// the two.</summary>
    public static Verdict<LinkIdentity, LinkCertificateFault> Verify(ReadOnlyMemory<byte> der, DateTimeOffset now)
    {
        if (der.Length > LinkCertificate.MaxLength)
            return Refuse(LinkCertificateFault.Malformed, $"more than {LinkCertificate.MaxLength} bytes");
        LinkCertificateParts parts;
        try
        {
            parts = LinkCertificateParts.Read(der);
        }
        catch (AsnContentException)
        {
            return Refuse(LinkCertificateFault.Malformed, "not a certificate of the link's profile in strict DER");
        }
        if (parts.UnknownCritical is { } unknown)
            return Refuse(
                LinkCertificateFault.UnknownCriticalExtension,
                $"the extension {unknown} is marked critical and not known"
            );
        if (parts.SignedKey is not { } signedKey)
            return Refuse(LinkCertificateFault.NoIdentity, "no libp2p identity extension");
        if (now < parts.NotBefore)
            return Refuse(LinkCertificateFault.OutOfDate, $"holds only from {parts.NotBefore:yyyy-MM-ddTHH:mm:ssZ}");
        if (now > parts.NotAfter)
            return Refuse(LinkCertificateFault.OutOfDate, $"held only until {parts.NotAfter:yyyy-MM-ddTHH:mm:ssZ}");
        if (!P256.Verify(parts.Spki, parts.SignedPart.Span, parts.Signature.Span))
            return Refuse(LinkCertificateFault.BadSelfSignature, "the certificate's own signature does not hold");
        return Examine(parts, signedKey);
    }

    private static Verdict<LinkIdentity, LinkCertificateFault> Examine(
        LinkCertificateParts parts,
        LinkSignedKey signedKey
    )
    {
        ReadOnlySpan<byte> message = [.. SignedPrefix, .. parts.Spki.Span];
        var encoded = signedKey.PublicKey.Span;
        if (encoded.StartsWith(Ed25519Prefix) && encoded.Length == Ed25519Prefix.Length + PublicKey.Length)
        {
            if (!PublicKey.TryPin(encoded[Ed25519Prefix.Length..], out var identity))
                return Refuse(
                    LinkCertificateFault.UnsafeIdentityKey,
                    "the identity key is not a canonical point of the prime-order group"
                );
            return identity.Verify(message, signedKey.Signature.Span)
                ? new LinkIdentity(identity, parts.Spki, parts.NotBefore, parts.NotAfter)
                : Refuse(
                    LinkCertificateFault.BadIdentitySignature,
                    "the identity key did not sign this certificate's key"
                );
        }
        return ExamineOther(signedKey, message);
    }

    /// <summary>A type that Parley does not pin: refused either way, but a forged one is told apart from one that
    /// merely is not ours.</summary>
    private static Refusal<LinkCertificateFault> ExamineOther(LinkSignedKey signedKey, ReadOnlySpan<byte> message)
    {
        const byte rsa = 0,
            secp256k1 = 2,
            ecdsa = 3;
        var encoded = signedKey.PublicKey;
        if (encoded.Length < 4 || encoded.Span[0] != 0x08 || encoded.Span[2] != 0x12)
            return Refuse(LinkCertificateFault.Malformed, "the identity key's encoding is not canonical");
        switch (encoded.Span[1])
        {
            case ecdsa when encoded.Span[3] == P256.SpkiLength && encoded.Length == 4 + P256.SpkiLength:
                return P256.Verify(encoded[4..], message, signedKey.Signature.Span)
                    ? Refuse(
                        LinkCertificateFault.UnsupportedIdentityKey,
                        "unsupported identity key type: ECDSA (its signature holds)"
                    )
                    : Refuse(
                        LinkCertificateFault.BadIdentitySignature,
                        "the identity key did not sign this certificate's key"
                    );
            case rsa or secp256k1 or ecdsa:
                return Refuse(
                    LinkCertificateFault.UnsupportedIdentityKey,
                    "unsupported identity key type: not Ed25519"
                );
            default:
                return Refuse(LinkCertificateFault.Malformed, "the identity key's encoding is not canonical");
        }
    }

    private static Refusal<LinkCertificateFault> Refuse(LinkCertificateFault fault, string reason) =>
        new(fault, "link certificate: " + reason);
}
