using System.Globalization;
using System.Text;

namespace Parley.Record;

/// <summary>
/// Writes JSON with one possible result: no white space, members in the order of the calls, and strings as RFC 8785, section 3.2.2.2,
/// writes them (only quotes, backslashes and control characters are escaped). A document that is kept as bytes and compared with what
/// its content would be written as must have such a form.
/// </summary>
internal sealed class CanonicalJson
{
    private readonly StringBuilder text = new(1024);
    private bool separate; // a value stands before what comes next

    internal CanonicalJson Open(char bracket)
    {
        Separate();
        text.Append(bracket);
        separate = false;
        return this;
    }

    internal CanonicalJson Close(char bracket)
    {
        text.Append(bracket);
        separate = true;
        return this;
    }

    internal CanonicalJson Name(string name)
    {
        Quote(name);
        text.Append(':');
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
        text.Append(CultureInfo.InvariantCulture, $"{value}");
        return this;
    }

    internal CanonicalJson Member(string name, string value) => Name(name).Text(value);

    internal CanonicalJson Member(string name, ulong value) => Name(name).Number(value);

    internal CanonicalJson Member(string name, IEnumerable<string> values)
    {
        Name(name).Open('[');
        foreach (var value in values) Text(value);
        return Close(']');
    }

    public override string ToString() => text.ToString();

    internal byte[] ToUtf8() => Encoding.UTF8.GetBytes(text.ToString());

    private void Separate()
    {
        if (separate) text.Append(',');
        separate = true;
    }

    private void Quote(string value)
    {
        Separate();
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\t': text.Append("\\t"); break;
                case '\n': text.Append("\\n"); break;
                case '\f': text.Append("\\f"); break;
                case '\r': text.Append("\\r"); break;
                case < ' ': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }
        text.Append('"');
    }
}
