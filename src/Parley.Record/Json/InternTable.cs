using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Parley.Record;

/// <summary>
/// Remembers the last few values read from ASCII bytes, so that a feed's headers share one string per party, line, kind
/// and name.
/// Direct-mapped and of fixed size: hostile input can displace what is remembered, never make it grow. Slots are
/// immutable objects
/// swapped whole, so readers on several threads need no lock; a lost race costs one more parse.
/// </summary>
internal sealed class InternTable<T>(InternTable<T>.Reader read)
{
    /// <summary>Slots; a power of two. Enough for the 32 parties of a line, with room to spare.</summary>
    private const int Slots = 128;

    /// <summary>Longer values are parsed every time, which bounds what a table can hold.</summary>
    private const int MaxKeyLength = 256;

    private readonly Slot?[] slots = new Slot?[Slots];

    /// <summary>The strict parser for a value that is not remembered.</summary>
    internal delegate bool Reader(string text, [MaybeNullWhen(false)] out T value);

    internal bool TryRead(ReadOnlySpan<byte> utf8, [MaybeNullWhen(false)] out T value)
    {
        if (utf8.IsEmpty || utf8.Length > MaxKeyLength)
            return read(Encoding.UTF8.GetString(utf8), out value);
        ref var slot = ref slots[Place(utf8)];
        var known = Volatile.Read(ref slot);
        if (known is not null && utf8.SequenceEqual(known.Key))
        {
            value = known.Value;
            return true;
        }
        if (!read(Encoding.UTF8.GetString(utf8), out value))
            return false;
        Volatile.Write(ref slot, new Slot(utf8.ToArray(), value));
        return true;
    }

    private static int Place(ReadOnlySpan<byte> utf8)
    {
        var mixed = (uint)utf8[0] * 31 + (uint)utf8[^1] * 7 + (uint)utf8[utf8.Length / 2] * 13 + (uint)utf8.Length;
        return (int)((mixed ^ (mixed >> 7)) % Slots);
    }

    private sealed record Slot(byte[] Key, T Value);
}
