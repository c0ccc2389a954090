using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Crypto;

namespace Parley.Station.Media;

/// <summary>
/// What a relay must know of STUN (RFC 8489) as WebRTC uses it: whose a binding request is, and whether it was made by
/// somebody who knows the other side's password. Everything else of it is the two consoles'.
/// </summary>
internal readonly ref struct StunMessage
{
    private const int HeaderLength = 20;
    private const uint Cookie = 0x2112A442;
    private const int BindingRequest = 0x0001,
        BindingSuccess = 0x0101,
        BindingError = 0x0111;
    private const int Username = 0x0006,
        MessageIntegrity = 0x0008;

    /// <summary>Longest USERNAME of RFC 8489.</summary>
    private const int MaxUsername = 513;
    internal const int TransactionLength = 12;

    private readonly ReadOnlySpan<byte> bytes;

    private StunMessage(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    private int Type => BinaryPrimitives.ReadUInt16BigEndian(bytes);

    internal bool IsRequest => Type == BindingRequest;

    internal bool IsResponse => Type is BindingSuccess or BindingError;

    internal UInt128 Transaction => Of(bytes.Slice(8, TransactionLength));

    /// <summary>False for a datagram that is no STUN.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (
            datagram.Length < HeaderLength
            || datagram[0] > 3
            || BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != Cookie
            || BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != datagram.Length - HeaderLength
        )
            return false;
        message = new StunMessage(datagram);
        return true;
    }

    /// <summary>The USERNAME: the receiver's name, a colon and the sender's.</summary>
    internal bool TryUsername(out ReadOnlySpan<byte> name) =>
        TryFind(Username, out _, out name) && name.Length is > 2 and <= MaxUsername;

    /// <summary>True where it was made with that password.</summary>
    internal bool IsMadeWith(ReadOnlySpan<byte> password)
    {
        if (!TryFind(MessageIntegrity, out var at, out var code) || code.Length != Hmac.Sha1Length)
            return false;
        // The length that is hashed ends with this attribute, whatever follows it (RFC 8489 §14.5).
        Span<byte> covered = stackalloc byte[at];
        bytes[..at].CopyTo(covered);
        BinaryPrimitives.WriteUInt16BigEndian(covered[2..], (ushort)(at + 4 + Hmac.Sha1Length - HeaderLength));
        Span<byte> made = stackalloc byte[Hmac.Sha1Length];
        Hmac.Sha1(password, covered, made);
        return CryptographicOperations.FixedTimeEquals(made, code);
    }

    private bool TryFind(int wanted, out int at, out ReadOnlySpan<byte> value)
    {
        value = default;
        for (at = HeaderLength; at + 4 <= bytes.Length; )
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (at + 4 + length > bytes.Length)
                return false;
            if (BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) == wanted)
            {
                value = bytes.Slice(at + 4, length);
                return true;
            }
            at += 4 + ((length + 3) & ~3);
        }
        return false;
    }

    private static UInt128 Of(ReadOnlySpan<byte> transaction)
    {
        Span<byte> whole = stackalloc byte[16];
        transaction.CopyTo(whole[4..]);
        return BinaryPrimitives.ReadUInt128BigEndian(whole);
    }
}
