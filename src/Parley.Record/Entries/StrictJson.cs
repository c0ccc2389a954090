using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Parley.Record;

/// <summary>The members that an object may have, in the order in which they are written. At most 32.</summary>
internal sealed class MemberNames(params string[] names)
{
    private readonly byte[][] utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];

    internal string this[int index] => names[index];

    /// <summary>The member's number, or −1. <paramref name="expected"/> is looked at first: objects mostly come in written order.</summary>
    internal int Find(ReadOnlySpan<byte> name, int expected)
    {
        if (expected < utf8.Length && name.SequenceEqual(utf8[expected])) return expected;
        for (var i = 0; i < utf8.Length; i++)
        {
            if (name.SequenceEqual(utf8[i])) return i;
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
}

/// <summary>
/// Reads JSON that must have exactly one meaning: known members only, none twice, no comments, no trailing comma, plain integers, valid
/// UTF-8 and paired surrogates. The first fault is kept and every later call answers false, so a parser reads straight on and looks
/// at <see cref="Fault"/> once. Nothing in here throws on input.
/// </summary>
internal ref struct StrictJson
{
    private Utf8JsonReader reader;
    private readonly int length;

    /// <param name="utf8">The whole document; its size is bounded by the caller.</param>
    /// <param name="maxDepth">Deepest nesting of objects and arrays.</param>
    internal StrictJson(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        length = utf8.Length;
        reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth, CommentHandling = JsonCommentHandling.Disallow });
        if (utf8.Length < 2 || utf8[0] != '{' || utf8[^1] != '}') Fault = "is not one JSON object";
        else if (!Utf8.IsValid(utf8)) Fault = "is not valid UTF-8";
    }

    /// <summary>Why reading stopped; null while everything was well formed.</summary>
    internal string? Fault { get; private set; }

    internal bool Fail(string reason)
    {
        Fault ??= reason;
        return false;
    }

    internal bool ReadRootObject() => Advance() && (reader.TokenType == JsonTokenType.StartObject || Fail("is not one JSON object"));

    /// <summary>After the root object: nothing may follow.</summary>
    internal bool End() => Fault is null && (reader.BytesConsumed == length || Fail("has bytes after the object"));

    /// <summary>Steps to the next member of the object and onto its value. False at the object's end, or on a fault.</summary>
    internal bool NextMember(MemberNames names, ref MemberState state, out int member)
    {
        member = -1;
        if (!Advance() || reader.TokenType == JsonTokenType.EndObject) return false;
        member = reader.ValueIsEscaped ? -1 : names.Find(reader.ValueSpan, state.Next);
        if (member < 0) return Fail("has an unknown member");
        if (state.Has(member)) return Fail($"has '{names[member]}' twice");
        state.Present |= 1u << member;
        state.Next = member + 1;
        return Advance();
    }

    /// <summary>Steps to the next member of an object whose member names are data. The name is ASCII without escapes.</summary>
    internal bool NextName(string what, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!Advance() || reader.TokenType == JsonTokenType.EndObject) return false;
        if (reader.ValueIsEscaped) return Fail($"{what} has an escaped name");
        name = reader.ValueSpan;
        return Advance();
    }

    /// <summary>Steps to the next item of an array. False at the array's end, or on a fault.</summary>
    internal bool NextItem() => Advance() && reader.TokenType != JsonTokenType.EndArray;

    internal bool IsObject(string what) => Is(JsonTokenType.StartObject, what, "an object");

    internal bool IsArray(string what) => Is(JsonTokenType.StartArray, what, "an array");

    /// <summary>A string without escapes, as its UTF-8 bytes: for every member whose values are ASCII by grammar.</summary>
    internal bool Plain(string what, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!Is(JsonTokenType.String, what, "a string")) return false;
        if (reader.ValueIsEscaped) return Fail($"'{what}' has an escape where none is needed");
        value = reader.ValueSpan;
        return true;
    }

    /// <summary>A string of any characters, unescaped, of at most <paramref name="maxLength"/> UTF-16 units.</summary>
    internal bool Text(string what, int maxLength, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!Is(JsonTokenType.String, what, "a string")) return false;
        try
        {
            value = reader.GetString()!;
        }
        catch (InvalidOperationException) // an escaped surrogate without its partner
        {
            return Fail($"'{what}' is not valid Unicode");
        }
        return value.Length <= maxLength || Fail($"'{what}' is longer than {maxLength}");
    }

    /// <summary>True when the current string has no escapes, so that its bytes are its value.</summary>
    internal readonly bool IsPlainString => Fault is null && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped;

    /// <summary>An integer written as digits only: no sign, fraction, exponent or leading zero.</summary>
    internal bool Integer(string what, ulong max, out ulong value)
    {
        value = 0;
        if (!Is(JsonTokenType.Number, what, "a number")) return false;
        foreach (var digit in reader.ValueSpan)
        {
            if (digit is < (byte)'0' or > (byte)'9') return Fail($"'{what}' is not a plain integer");
            var unit = (ulong)(digit - '0');
            if (value > (max - Math.Min(unit, max)) / 10 || unit > max) return Fail($"'{what}' is above {max}");
            value = value * 10 + unit;
        }
        return true;
    }

    private bool Is(JsonTokenType type, string what, string name) =>
        Fault is null && (reader.TokenType == type || Fail($"'{what}' is not {name}"));

    private bool Advance()
    {
        if (Fault is not null) return false;
        try
        {
            return reader.Read() || Fail("ends too early");
        }
        catch (JsonException)
        {
            return Fail("is not well-formed JSON");
        }
    }
}
