using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Crypto;

/// <summary>A SHA-256 value: 32 bytes, compared by content.</summary>
[StructLayout(LayoutKind.Sequential, Size = Length)]
public readonly struct Hash : IEquatable<Hash>
{
    /// <summary>Bytes in a SHA-256 value.</summary>
    public const int Length = 32;

    private readonly ulong a,
        b,
        c,
        d;

    /// <summary>Takes the 32 bytes as they are. Misuse (another length) throws.</summary>
    public Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"a hash is {Length} bytes, not {bytes.Length}", nameof(bytes));
        a = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        c = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        d = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
    }

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, a);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], b);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], c);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], d);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string ToHex()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Standard Base64 (RFC 4648, section 4), as tlog-checkpoint writes it.</summary>
    public string ToBase64()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Reads exactly 64 lower-case hexadecimal digits; anything else is refused.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> text, out Hash hash)
    {
        hash = default;
        if (text.Length != 2 * Length || text.ContainsAnyInRange('A', 'F'))
            return false;
        Span<byte> bytes = stackalloc byte[Length];
        if (
            Convert.FromHexString(text, bytes, out _, out var written) != System.Buffers.OperationStatus.Done
            || written != Length
        )
            return false;
        hash = new Hash(bytes);
        return true;
    }

    public bool Equals(Hash other) => a == other.a && b == other.b && c == other.c && d == other.d;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Hash other && Equals(other);

    public override int GetHashCode() => Unsafe.BitCast<ulong, long>(a).GetHashCode();

    public override string ToString() => ToHex();

    public static bool operator ==(Hash left, Hash right) => left.Equals(right);

    public static bool operator !=(Hash left, Hash right) => !left.Equals(right);
}
