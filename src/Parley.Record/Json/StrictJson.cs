using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Parley.Record;

/// <summary>
/// Reads JSON (RFC 8259) that must have exactly one meaning: known members only, none twice, no comments, no trailing
/// comma, plain
/// integers, valid UTF-8 and paired surrogates. The caller asks for what its grammar wants next and there is no way to
/// skip a value,
/// so nesting is bounded by the grammar. The first fault is kept and every later call answers false, so a parser reads
/// straight on
/// and looks at <see cref="Fault"/> once. Nothing in here throws on input. The platform's reader is not used: it
/// reports malformed
/// input by exception and takes half as long again for a header, which is most of the cost of verifying an export.
/// </summary>
internal ref struct StrictJson
{
    /// <summary>What ends a run of plain characters in a string: its quote, an escape, or a control character (never
    /// allowed raw).</summary>
    private static readonly SearchValues<byte> StringStops = SearchValues.Create([
        .. Enumerable.Range(0, 32).Select(i => (byte)i),
        (byte)'"',
        (byte)'\\',
    ]);

    private readonly ReadOnlySpan<byte> utf8;
    private int at;
    private bool first; // true between an opening bracket and the first member or item

    /// <param name="utf8">The whole document; its size is bounded by the caller.</param>
    internal StrictJson(ReadOnlySpan<byte> utf8)
    {
        this.utf8 = utf8;
        if (utf8.Length < 2 || utf8[0] != '{' || utf8[^1] != '}')
            Fault = "is not one JSON object";
        else if (!Utf8.IsValid(utf8))
            Fault = "is not valid UTF-8";
    }

    /// <summary>Why reading stopped; null while everything was well formed.</summary>
    internal string? Fault { get; private set; }

    internal bool Fail(string reason)
    {
        Fault ??= reason;
        return false;
    }

    internal bool ReadRootObject() => Open('{', "the whole", "an object");

    /// <summary>After the root object: nothing may follow.</summary>
    internal bool End() => Fault is null && (at == utf8.Length || Fail("has bytes after the object"));

    /// <summary>Steps to the next member of the object and onto its value. False at the object's end, or on a
    /// fault.</summary>
    internal bool NextMember(MemberNames names, ref MemberState state, out int member)
    {
        member = -1;
        if (!Step('}') || !String(out var name, out var escaped) || !Colon())
            return false;
        member = escaped ? -1 : names.Find(name, state.Next);
        if (member < 0)
            return Fail("has an unknown member");
        if (state.Has(member))
            return Fail($"has '{names[member]}' twice");
        state.Present |= 1u << member;
        state.Next = member + 1;
        return true;
    }

    /// <summary>Steps to the next member of an object whose member names are data. The name has no escapes.</summary>
    internal bool NextName(string what, out ReadOnlySpan<byte> name)
    {
        name = default;
        return Step('}')
            && String(out name, out var escaped)
            && (!escaped || Fail($"'{what}' has an escaped name"))
            && Colon();
    }

    /// <summary>Steps to the next item of an array. False at the array's end, or on a fault.</summary>
    internal bool NextItem() => Step(']');

    internal bool IsObject(string what) => Open('{', what, "an object");

    internal bool IsArray(string what) => Open('[', what, "an array");

    /// <summary>A string without escapes, as its UTF-8 bytes: for every member whose values are ASCII by
    /// grammar.</summary>
    internal bool Plain(string what, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!Is('"', what, "a string") || !String(out value, out var escaped))
            return false;
        return !escaped || Fail($"'{what}' has an escape where none is needed");
    }

    /// <summary>A string of any characters, unescaped, of at most <paramref name="maxLength"/> UTF-16 units.</summary>
    internal bool Text(string what, int maxLength, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!Is('"', what, "a string") || !String(out var raw, out var escaped))
            return false;
        value = Encoding.UTF8.GetString(raw);
        if (escaped && !JsonEscapes.TryRemove(value, out value))
            return Fail($"'{what}' has a bad escape");
        return value.Length <= maxLength || Fail($"'{what}' is longer than {maxLength}");
    }

    /// <summary>A string as its bytes when it has no escapes, else as its text: lets a caller that remembers bytes save
    /// the string.</summary>
    internal bool BytesOrText(string what, int maxLength, out ReadOnlySpan<byte> bytes, out string? text)
    {
        text = null;
        bytes = default;
        if (!Is('"', what, "a string"))
            return false;
        var start = at;
        if (!String(out bytes, out var escaped))
            return false;
        if (!escaped)
            return true;
        at = start;
        return Text(what, maxLength, out text);
    }

    /// <summary>An integer written as digits only: no sign, fraction, exponent or leading zero.</summary>
    internal bool Integer(string what, ulong max, out ulong value)
    {
        value = 0;
        if (Fault is not null)
            return false;
        var start = at;
        for (; at < utf8.Length && (uint)(utf8[at] - '0') <= 9; at++)
        {
            var unit = (ulong)(utf8[at] - '0');
            if (unit > max || value > (max - unit) / 10)
                return Fail($"'{what}' is above {max}");
            value = value * 10 + unit;
        }
        if (at == start || (utf8[start] == '0' && at > start + 1) || utf8[at] is (byte)'.' or (byte)'e' or (byte)'E') // the last byte is '}'
            return Fail($"'{what}' is not a plain integer");
        return true;
    }

    /// <summary>Past the separator, onto the next member or item; false at the closing bracket, which is
    /// passed.</summary>
    private bool Step(char close)
    {
        if (Fault is not null)
            return false;
        SkipSpace();
        if (at < utf8.Length && utf8[at] == close)
        {
            at++;
            first = false;
            return false;
        }
        if (!first && !Pass(','))
            return false;
        first = false;
        SkipSpace();
        return at < utf8.Length || Fail("ends too early");
    }

    private bool Open(char bracket, string what, string name)
    {
        if (!Is(bracket, what, name))
            return false;
        at++;
        first = true;
        return true;
    }

    private bool Colon()
    {
        SkipSpace();
        if (!Pass(':'))
            return false;
        SkipSpace();
        return true;
    }

    private bool String(out ReadOnlySpan<byte> raw, out bool escaped)
    {
        raw = default;
        escaped = false;
        if (!Pass('"'))
            return false;
        var start = at;
        while (true)
        {
            var stop = utf8[at..].IndexOfAny(StringStops);
            if (stop < 0)
                return Fail("ends too early");
            at += stop;
            if (utf8[at] == '"')
                break;
            if (utf8[at] != '\\')
                return Fail("has a control character in a string");
            escaped = true;
            at += 2;
            if (at >= utf8.Length)
                return Fail("ends too early");
        }
        raw = utf8[start..at++];
        return true;
    }

    private bool Is(char start, string what, string name) =>
        Fault is null && ((at < utf8.Length && utf8[at] == start) || Fail($"'{what}' is not {name}"));

    private bool Pass(char expected)
    {
        if (at >= utf8.Length || utf8[at] != expected)
            return Fail("is not well-formed JSON");
        at++;
        return true;
    }

    private void SkipSpace()
    {
        while (at < utf8.Length && utf8[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
    }
}
