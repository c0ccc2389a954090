using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Parley.Record;

/// <summary>
/// Writes JSON with one possible result: no white space, members in the order of the calls, and strings as RFC 8785,
/// section 3.2.2.2,
/// writes them (only quotes, backslashes and control characters are escaped). A document that is kept as bytes and
/// compared with what
/// its content would be written as must have such a form. Writes UTF-8 at once, since a header is written for every
/// entry sent.
/// </summary>
internal sealed class CanonicalJson
{
    /// <summary>Room to begin with: most headers fit.</summary>
    private const int FirstLength = 512;
    private const int MaxDigits = 20; // of a ulong

    private static readonly SearchValues<char> Escaped = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(code => (char)code),
        '"',
        '\\',
    ]);

    private byte[] utf8 = new byte[FirstLength];
    private int length;
    private bool separate; // a value stands before what comes next

    internal CanonicalJson Open(char bracket)
    {
        Separate();
        Append((byte)bracket);
        separate = false;
        return this;
    }

    internal CanonicalJson Close(char bracket)
    {
        Append((byte)bracket);
        separate = true;
        return this;
    }

    internal CanonicalJson Name(string name)
    {
        Quote(name);
        Append((byte)':');
        separate = false;
        return this;
    }

    internal CanonicalJson Text(string value)
    {
        Quote(value);
        return this;
    }

    internal CanonicalJson Number(ulong value)
    {
        Separate();
        Utf8Formatter.TryFormat(value, Room(MaxDigits), out var written);
        length += written;
        return this;
    }

    internal CanonicalJson Member(string name, string value) => Name(name).Text(value);

    internal CanonicalJson Member(string name, ulong value) => Name(name).Number(value);

    internal CanonicalJson Member(string name, IEnumerable<string> values)
    {
        Name(name).Open('[');
        foreach (var value in values)
            Text(value);
        return Close(']');
    }

    public override string ToString() => Encoding.UTF8.GetString(utf8, 0, length);

    internal byte[] ToUtf8() => utf8.AsSpan(0, length).ToArray();

    private void Separate()
    {
        if (separate)
            Append((byte)',');
        separate = true;
    }

    private void Quote(ReadOnlySpan<char> value)
    {
        Separate();
        Append((byte)'"');
        // What is escaped is ASCII, so that no cut goes through a pair of surrogates.
        for (int plain; (plain = value.IndexOfAny(Escaped)) >= 0; value = value[(plain + 1)..])
        {
            Append(value[..plain]);
            Append(Escape(value[plain]));
        }
        Append(value);
        Append((byte)'"');
    }

    private static string Escape(char c) =>
        c switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\b' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\f' => "\\f",
            '\r' => "\\r",
            _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
        };

    private void Append(byte ascii)
    {
        Room(1)[0] = ascii;
        length++;
    }

    private void Append(ReadOnlySpan<char> text) =>
        length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    private Span<byte> Room(int count)
    {
        if (utf8.Length - length < count)
            Array.Resize(ref utf8, Math.Max(utf8.Length * 2, length + count));
        return utf8.AsSpan(length);
    }
}
