namespace Parley.Record;

/// <summary>Writes a new header. What it writes is read back at once, so that an author can never sign what others must
/// refuse.</summary>
internal static class HeaderWriter
{
    internal static Parsed<byte[]> Write(EntryHeader header)
    {
        if (header.Size < 0 || (header.Body is null && header.Size != 0))
            return new Rejected("an entry's size is that of its body");
        if (header.At.Ticks % TimeSpan.TicksPerMillisecond != 0)
            return new Rejected("an entry's time is in whole milliseconds");
        // Checked here: encoding to UTF-8 would replace a lone surrogate in silence.
        for (var officer = header.By; officer is not null; officer = officer.ReleasedBy)
        {
            if (!EntryGrammar.TryName(officer.Name, out _))
                return new Rejected("an officer's name cannot be shown");
        }
        var bytes = WriteChecked(header);
        return EntryHeader.Parse(bytes).TryGet(out _, out var reason) ? bytes : new Rejected(reason);
    }

    /// <summary>Writes a header whose parts have been through <see cref="Write"/> before; only its place, time and body
    /// are new.</summary>
    internal static byte[] WriteChecked(EntryHeader header)
    {
        var json = new CanonicalJson()
            .Open('{')
            .Member("parley", EntryHeader.Version)
            .Member("line", header.Line.Value)
            .Member("from", header.From.Value)
            .Member("seq", header.Seq)
            .Member("at", UtcText.Of(header.At))
            .Member("kind", header.Kind)
            .Member("mark", Name(header.Mark))
            .Member("precedence", Name(header.Precedence));
        WriteOfficer(json.Name("by"), header.By);
        json.Name("re").Open('[');
        foreach (var id in header.Re)
            json.Text(id.ToString());
        json.Close(']');
        json.Name("seen").Open('{');
        foreach (var (party, size) in header.Seen)
            json.Member(party.Value, size);
        json.Close('}');
        if (header.To is not null)
            json.Member("to", header.To.Select(party => party.Value));
        if (header.Lang is not null)
            json.Member("lang", header.Lang);
        if (header.Body is { } body)
            json.Member("body", $"sha256:{body.ToHex()}").Member("size", (ulong)header.Size);
        return json.Close('}').ToUtf8();
    }

    private static string Name(Mark mark) =>
        mark switch
        {
            Mark.Actual => "actual",
            Mark.Exercise => "exercise",
            Mark.Test => "test",
            _ => throw new InvalidOperationException("an unknown mark"),
        };

    private static string Name(Precedence precedence) =>
        precedence switch
        {
            Precedence.Routine => "routine",
            Precedence.Priority => "priority",
            Precedence.Immediate => "immediate",
            Precedence.Flash => "flash",
            _ => throw new InvalidOperationException("an unknown precedence"),
        };

    private static void WriteOfficer(CanonicalJson json, Officer officer)
    {
        json.Open('{').Member("seat", officer.Seat).Member("name", officer.Name);
        if (officer.ReleasedBy is not null)
            WriteOfficer(json.Name("released_by"), officer.ReleasedBy);
        json.Close('}');
    }
}
