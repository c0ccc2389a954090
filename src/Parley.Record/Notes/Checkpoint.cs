using Parley.Crypto;

namespace Parley.Record;

/// <summary>A statement of a feed's size and root hash, without its signatures (C2SP tlog-checkpoint, "Note
/// text").</summary>
public sealed class Checkpoint
{
    private const int MandatoryLines = 3;

    /// <summary>The checkpoint of a feed of this project: no extension lines.</summary>
    public Checkpoint(Origin origin, ulong size, Hash root)
        : this(origin.ToString(), size, root, [], $"{origin}\n{size}\n{root.ToBase64()}\n") { }

    private Checkpoint(string origin, ulong size, Hash root, IReadOnlyList<string> extensions, string text)
    {
        Origin = origin;
        Size = size;
        Root = root;
        Extensions = extensions;
        Text = text;
    }

    /// <summary>The log's name. For a feed, <c>&lt;line-id&gt;/&lt;party-id&gt;</c>; any text in checkpoints of other
    /// logs.</summary>
    public string Origin { get; }

    /// <summary>Number of entries.</summary>
    public ulong Size { get; }

    /// <summary>Root hash of the Merkle tree at that size.</summary>
    public Hash Root { get; }

    /// <summary>Lines after the third, without newlines. Feeds have none; those of other logs are kept and mean
    /// nothing.</summary>
    public IReadOnlyList<string> Extensions { get; }

    /// <summary>The signed text, exactly as read.</summary>
    public string Text { get; }

    /// <summary>True when this speaks of that feed, and as an author of this project may: without extension lines
    /// (LOG-12).</summary>
    public bool IsOf(Origin feed) =>
        Extensions.Count == 0 && string.Equals(Origin, feed.ToString(), StringComparison.Ordinal);

    /// <summary>Reads the text of a note. Every value has one spelling, so equal sizes and roots are equal texts
    /// (LOG-10).</summary>
    public static Parsed<Checkpoint> Parse(string noteText)
    {
        if (noteText.Length > SignedNote.MaxLength)
            return new Rejected($"a checkpoint is at most {SignedNote.MaxLength} characters");
        if (!noteText.EndsWith('\n'))
            return new Rejected("a checkpoint ends in a newline");
        var lines = noteText[..^1].Split('\n');
        if (lines.Length < MandatoryLines)
            return new Rejected("a checkpoint has lines for origin, size and root");
        foreach (var line in lines)
        {
            if (line.Length == 0)
                return new Rejected("a checkpoint has no empty line");
            if (line.AsSpan().ContainsAnyInRange('\0', '\u001f'))
                return new Rejected("a checkpoint holds a control character");
        }
        if (!StrictText.TryDecimal(lines[1], out var size))
            return new Rejected("a checkpoint's size is a decimal number without leading zeros");
        if (!StrictText.TryHash(lines[2], out var root))
            return new Rejected("a checkpoint's root is the Base64 of 32 bytes");
        return new Checkpoint(lines[0], size, root, lines[MandatoryLines..], noteText);
    }
}
