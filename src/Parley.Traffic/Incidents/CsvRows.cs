using System.Text;

namespace Parley.Traffic.Incidents;

/// <summary>One row of a file, or why it is none.</summary>
/// <param name="Number">As a spreadsheet counts: the first row of the file is 1, and one that holds line breaks is
/// one.</param>
/// <param name="Fields">Its fields; empty where <paramref name="Fault"/> says why.</param>
/// <param name="Fault">Why it cannot be read; null when it can.</param>
public sealed record CsvRow(int Number, IReadOnlyList<string> Fields, string? Fault);

/// <summary>
/// Reads rows of a file of comma-separated values (RFC 4180) one by one, so that a file of any length takes the memory
/// of a row. A row that is broken costs itself: reading goes on with the line after the one at which it began, which no
/// general reader does, since a lone quotation mark makes all that follows one field.
/// </summary>
public sealed class CsvRows(TextReader reader)
{
    /// <summary>Longest row, in characters.</summary>
    public const int MaxRow = 64 * 1024;

    /// <summary>Most lines of text in one row: what a lone quotation mark can swallow before it is seen to be
    /// one.</summary>
    public const int MaxLines = 64;

    /// <summary>Most fields of a row.</summary>
    public const int MaxFields = 256;

    private readonly Queue<string> ahead = new();
    private readonly char[] block = new char[16 * 1024];
    private readonly StringBuilder line = new();
    private int at,
        end;
    private int number;
    private bool isCut;

    /// <summary>The next row; null at the end of the file. Empty lines are passed over, and counted.</summary>
    public CsvRow? Next()
    {
        while (NextLine() is { } first)
        {
            number++;
            if (first.Length == 0)
                continue;
            return Read(first);
        }
        return null;
    }

    private CsvRow Read(string first)
    {
        var lines = new List<string> { first };
        var length = first.Length;
        var fields = new List<string>();
        var field = new StringBuilder();
        var text = first;
        var place = 0;
        while (true)
        {
            if (fields.Count == MaxFields)
                return Broken(lines, $"it has more than {MaxFields} fields");
            if (place < text.Length && text[place] == '"')
            {
                place++;
                field.Clear();
                while (true)
                {
                    var quote = text.IndexOf('"', place);
                    if (quote < 0)
                    {
                        field.Append(text, place, text.Length - place).Append('\n');
                        if (lines.Count == MaxLines || length > MaxRow || NextLine() is not { } next)
                            return Broken(lines, "a quotation mark is opened and not closed");
                        lines.Add(next);
                        length += next.Length;
                        (text, place) = (next, 0);
                        continue;
                    }
                    field.Append(text, place, quote - place);
                    place = quote + 1;
                    if (place == text.Length || text[place] != '"')
                        break;
                    field.Append('"');
                    place++;
                }
                fields.Add(field.ToString());
                if (place < text.Length && text[place] != ',')
                    return Broken(lines, "something stands between a closing quotation mark and the comma");
            }
            else
            {
                var comma = text.IndexOf(',', place);
                var stop = comma < 0 ? text.Length : comma;
                var plain = text[place..stop];
                if (plain.Contains('"', StringComparison.Ordinal))
                    return Broken(lines, "a quotation mark stands within a field that does not begin with one");
                fields.Add(plain);
                place = stop;
            }
            if (place >= text.Length)
                return length > MaxRow || isCut
                    ? Broken(lines, $"it is longer than {MaxRow} characters")
                    : new CsvRow(number, fields, null);
            place++; // the comma
        }
    }

    /// <summary>The lines after the first are rows of their own.</summary>
    private CsvRow Broken(List<string> lines, string fault)
    {
        var rest = ahead.ToArray();
        ahead.Clear();
        foreach (var later in lines.Skip(1).Concat(rest))
            ahead.Enqueue(later);
        isCut = false;
        return new CsvRow(number, [], fault);
    }

    private string? NextLine()
    {
        if (ahead.TryDequeue(out var kept))
            return kept;
        line.Clear();
        var isAny = false;
        while (true)
        {
            if (at == end)
            {
                end = reader.Read(block, 0, block.Length);
                at = 0;
                if (end == 0)
                    return isAny ? Ended() : null;
            }
            isAny = true;
            var rest = block.AsSpan(at, end - at);
            var stop = rest.IndexOf('\n');
            var part = stop < 0 ? rest : rest[..stop];
            var room = MaxRow + 1 - line.Length;
            if (part.Length > room)
                isCut = true; // no more of it is held than tells that it is too long
            line.Append(part[..Math.Min(part.Length, Math.Max(0, room))]);
            at += stop < 0 ? rest.Length : stop + 1;
            if (stop >= 0)
                return Ended();
        }

        string Ended()
        {
            if (line.Length > 0 && line[^1] == '\r')
                line.Length--;
            return line.ToString();
        }
    }
}
