using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>Message authentication codes from the platform, for datagrams: short ones of our own, and those that STUN
/// and TURN prescribe.</summary>
public static class Hmac
{
    /// <summary>Bytes of a <see cref="Short"/> code.</summary>
    public const int ShortLength = 8;

    /// <summary>Bytes of a code by SHA-1.</summary>
    public const int Sha1Length = HMACSHA1.HashSizeInBytes;

    /// <summary>The first 8 bytes of HMAC-SHA-256: enough where a forger gets one try a datagram and learns nothing of
    /// it.</summary>
    public static ulong Short(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, whole);
        return BinaryPrimitives.ReadUInt64BigEndian(whole);
    }

    /// <summary>True where <paramref name="code"/> is the message's; in a time that does not depend on how much of it
    /// is right.</summary>
    public static bool IsShort(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> code)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, whole);
        return CryptographicOperations.FixedTimeEquals(whole[..ShortLength], code);
    }

    /// <summary>HMAC-SHA-1, which STUN's MESSAGE-INTEGRITY (RFC 8489 §14.5) and the passwords of TURN's REST interface
    /// are.</summary>
    [SuppressMessage(
        "Security",
        "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "STUN prescribes it, and HMAC does not rest on what is broken of SHA-1"
    )]
    public static void Sha1(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> code) =>
        HMACSHA1.HashData(key, message, code);
}
