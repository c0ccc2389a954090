using System.Formats.Asn1;

namespace Parley.Crypto;

/// <summary>The libp2p extension's content: the identity key (protobuf) and its signature.</summary>
internal readonly record struct LinkSignedKey(ReadOnlyMemory<byte> PublicKey, ReadOnlyMemory<byte> Signature);

/// <summary>
/// The parts of a link certificate that are looked at, read by strict DER rules (RFC 5280): version 3,
/// ecdsa-with-SHA256, extensions
/// without repetition, nothing trailing anywhere. Whatever breaks a rule throws <see cref="AsnContentException"/>,
/// which the one caller catches.
/// </summary>
internal sealed class LinkCertificateParts
{
    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    private const int MaxSerialLength = 20; // RFC 5280, section 4.1.2.2
    private const int MaxExtensions = 16;
    private const int Version3 = 2;

    /// <summary>What common tools mark critical in a certificate that they sign themselves (RFC 5280, sections 4.2.1.9
    /// and 4.2.1.3). No authority counts on a link, so
    /// the first says nothing here; the second must allow what TLS does with the key.</summary>
    private const string BasicConstraints = "2.5.29.19";
    private const string KeyUsage = "2.5.29.15";

    /// <summary>Longest extension identifier that is shown.</summary>
    private const int MaxShownOid = 64;

    internal required ReadOnlyMemory<byte> SignedPart { get; init; }
    internal required ReadOnlyMemory<byte> Signature { get; init; }
    internal required ReadOnlyMemory<byte> Spki { get; init; }
    internal required DateTimeOffset NotBefore { get; init; }
    internal required DateTimeOffset NotAfter { get; init; }
    internal required LinkSignedKey? SignedKey { get; init; }

    /// <summary>Identifier of an extension that is marked critical and that we do not know; null where there is
    /// none.</summary>
    internal required string? UnknownCritical { get; init; }

    internal static LinkCertificateParts Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();

        var signedPart = certificate.PeekEncodedValue();
        var tbs = certificate.ReadSequence();
        ReadAlgorithm(certificate);
        var signature = ReadBits(certificate);
        certificate.ThrowIfNotEmpty();

        var version = tbs.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
        if (!version.TryReadInt32(out var number) || number != Version3)
            throw new AsnContentException("not version 3");
        version.ThrowIfNotEmpty();
        if (tbs.ReadIntegerBytes().Length > MaxSerialLength)
            throw new AsnContentException("serial number too long");
        ReadAlgorithm(tbs);
        _ = tbs.ReadSequence(); // issuer: means nothing in a self-signed certificate
        var validity = tbs.ReadSequence();
        var notBefore = ReadTime(validity);
        var notAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        _ = tbs.ReadSequence(); // subject: likewise
        var spki = tbs.PeekEncodedValue();
        _ = tbs.ReadSequence();
        var signedKey = ReadExtensions(tbs, out var unknownCritical);
        tbs.ThrowIfNotEmpty();

        return new LinkCertificateParts
        {
            SignedPart = signedPart,
            Signature = signature,
            Spki = spki,
            NotBefore = notBefore,
            NotAfter = notAfter,
            SignedKey = signedKey,
            UnknownCritical = unknownCritical,
        };
    }

    private static LinkSignedKey? ReadExtensions(AsnReader tbs, out string? unknownCritical)
    {
        unknownCritical = null;
        if (!tbs.HasData)
            return null;
        var wrapped = tbs.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true));
        var list = wrapped.ReadSequence();
        wrapped.ThrowIfNotEmpty();
        if (!list.HasData)
            throw new AsnContentException("an empty list of extensions");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        LinkSignedKey? signedKey = null;
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.HasData && extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            var value = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (!seen.Add(oid) || seen.Count > MaxExtensions)
                throw new AsnContentException("an extension twice, or too many");
            if (oid == LinkCertificate.ExtensionOid)
                signedKey = ReadSignedKey(value);
            else if (critical && oid == BasicConstraints)
                ReadBasicConstraints(value);
            else if (critical && oid == KeyUsage)
                ReadKeyUsage(value);
            else if (critical)
                unknownCritical ??= oid.Length <= MaxShownOid ? oid : "of a long name";
        }
        return signedKey;
    }

    private static void ReadBasicConstraints(byte[] value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var constraints = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (constraints.HasData && constraints.PeekTag() == Asn1Tag.Boolean)
            constraints.ReadBoolean();
        if (constraints.HasData)
            constraints.ReadIntegerBytes();
        constraints.ThrowIfNotEmpty();
    }

    /// <summary>RFC 8446, section 4.4.2.2: where it counts, it allows signatures.</summary>
    private static void ReadKeyUsage(byte[] value)
    {
        const byte digitalSignature = 0x80;
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var bits = outer.ReadBitString(out _);
        outer.ThrowIfNotEmpty();
        if (bits.Length == 0 || (bits[0] & digitalSignature) == 0)
            throw new AsnContentException("a key that may not sign");
    }

    private static LinkSignedKey ReadSignedKey(byte[] value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var pair = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var result = new LinkSignedKey(pair.ReadOctetString(), pair.ReadOctetString());
        pair.ThrowIfNotEmpty();
        return result;
    }

    private static void ReadAlgorithm(AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        if (algorithm.ReadObjectIdentifier() != EcdsaWithSha256)
            throw new AsnContentException("not ecdsa-with-SHA256");
        algorithm.ThrowIfNotEmpty(); // RFC 5758: no parameters
    }

    private static byte[] ReadBits(AsnReader reader)
    {
        var bits = reader.ReadBitString(out var unused);
        return unused == 0 ? bits : throw new AsnContentException("a signature of odd bits");
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime(twoDigitYearMax: 2049) : ReadLaterTime(reader);

    private static DateTimeOffset ReadLaterTime(AsnReader reader)
    {
        var time = reader.ReadGeneralizedTime();
        return time.Ticks % TimeSpan.TicksPerSecond == 0
            ? time
            : throw new AsnContentException("a fraction of a second"); // RFC 5280, section 4.1.2.5.2
    }
}
