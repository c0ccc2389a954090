using System.Text;

namespace Parley.Record;

/// <summary>The members that an object may have, in the order in which they are written. At most 32.</summary>
internal sealed class MemberNames(params string[] names)
{
    private readonly byte[][] utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];

    internal string this[int index] => names[index];

    /// <summary>The member's number, or −1. <paramref name="expected"/> is looked at first: objects mostly come in
    /// written order.</summary>
    internal int Find(ReadOnlySpan<byte> name, int expected)
    {
        if (expected < utf8.Length && name.SequenceEqual(utf8[expected]))
            return expected;
        for (var i = 0; i < utf8.Length; i++)
        {
            if (name.SequenceEqual(utf8[i]))
                return i;
        }
        return -1;
    }
}

/// <summary>Where a reader stands in one object: which members came already. A fresh value for each object.</summary>
internal struct MemberState
{
    internal uint Present;
    internal int Next;

    internal readonly bool Has(int member) => (Present & (1u << member)) != 0;

    /// <summary>The first of the <paramref name="count"/> leading members that did not come, or −1.</summary>
    internal readonly int FirstMissing(int count)
    {
        var first = System.Numerics.BitOperations.TrailingZeroCount(~Present);
        return first < count ? first : -1;
    }
}
