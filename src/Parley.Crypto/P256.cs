using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>ECDSA on P-256 with SHA-256 over encodings from outside: strict DER, uncompressed points, nothing
/// else.</summary>
internal static class P256
{
    /// <summary>Bytes in a SubjectPublicKeyInfo with an uncompressed point: the only length there is.</summary>
    internal const int SpkiLength = 91;
    private const int FieldLength = 32;

    /// <summary>SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING } up to and with the 0x04 of an
    /// uncompressed point.</summary>
    private static ReadOnlySpan<byte> SpkiPrefix =>
        [
            0x30,
            0x59,
            0x30,
            0x13,
            0x06,
            0x07,
            0x2A,
            0x86,
            0x48,
            0xCE,
            0x3D,
            0x02,
            0x01,
            0x06,
            0x08,
            0x2A,
            0x86,
            0x48,
            0xCE,
            0x3D,
            0x03,
            0x01,
            0x07,
            0x03,
            0x42,
            0x00,
            0x04,
        ];

    internal static bool Verify(ReadOnlyMemory<byte> spki, ReadOnlySpan<byte> message, ReadOnlySpan<byte> derSignature)
    {
        Span<byte> signature = stackalloc byte[2 * FieldLength];
        if (spki.Length != SpkiLength || !spki.Span.StartsWith(SpkiPrefix) || !TryFlatten(derSignature, signature))
            return false;
        var point = spki.Span[SpkiPrefix.Length..];
        try
        {
            using var key = ECDsa.Create(
                new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = point[..FieldLength].ToArray(), Y = point[FieldLength..].ToArray() },
                }
            );
            return key.VerifyData(message, signature, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            return false; // not a point of the curve
        }
    }

    /// <summary>Ecdsa-Sig-Value (RFC 5480): SEQUENCE of two non-negative INTEGERs, to two fields of 32 bytes.</summary>
    private static bool TryFlatten(ReadOnlySpan<byte> der, Span<byte> signature)
    {
        try
        {
            if (
                !AsnDecoder.TryReadEncodedValue(
                    der,
                    AsnEncodingRules.DER,
                    out var tag,
                    out var offset,
                    out var length,
                    out var consumed
                )
                || tag != Asn1Tag.Sequence
                || consumed != der.Length
            )
                return false;
            var content = der.Slice(offset, length);
            var r = AsnDecoder.ReadIntegerBytes(content, AsnEncodingRules.DER, out var first);
            var s = AsnDecoder.ReadIntegerBytes(content[first..], AsnEncodingRules.DER, out var second);
            return first + second == content.Length
                && TryPlace(r, signature[..FieldLength])
                && TryPlace(s, signature[FieldLength..]);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool TryPlace(ReadOnlySpan<byte> integer, Span<byte> field)
    {
        if ((integer[0] & 0x80) != 0)
            return false; // negative
        if (integer[0] == 0)
            integer = integer[1..];
        if (integer.Length > field.Length)
            return false;
        field.Clear();
        integer.CopyTo(field[^integer.Length..]);
        return true;
    }
}
