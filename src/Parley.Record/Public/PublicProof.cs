using System.Text;
using System.Text.Unicode;

namespace Parley.Record;

/// <summary>
/// One entry with all that an outsider needs to check it: header, salt, body, the keys of the line, and a C2SP tlog-proof
/// (docs/protocol/public.md). One that was read is well-formed: every part is in its one form and speaks of the same entry.
/// Whose signatures hold is for <see cref="Judge"/> to say.
/// </summary>
public sealed class PublicProof
{
    /// <summary>First line of the file, by which it is known.</summary>
    public const string FirstLine = "parley/proof/v1";

    /// <summary>Longest file that is read, in bytes: a header and a body in Base64, the keys of 32 parties, and a tlog-proof
    /// without extra data.</summary>
    public const int MaxLength = 256 * 1024;

    private const string HeaderPrefix = "header ",
        SaltPrefix = "salt ",
        BodyPrefix = "body ",
        KeysPrefix = "keys ";
    private const int KeysLine = 4;

    private PublicProof(
        byte[] headerBytes,
        EntryHeader header,
        byte[] salt,
        byte[] body,
        PublicKeySheet keys,
        TlogProof proof
    )
    {
        HeaderBytes = headerBytes;
        Header = header;
        Salt = salt;
        Body = body;
        Keys = keys;
        Proof = proof;
    }

    /// <summary>The header's exact bytes, which are the leaf's data.</summary>
    public byte[] HeaderBytes { get; }
    public EntryHeader Header { get; }
    public byte[] Salt { get; }
    public byte[] Body { get; }
    public PublicKeySheet Keys { get; }
    public TlogProof Proof { get; }

    /// <summary>True for a file that says that it is such a proof, whatever follows.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith("parley/proof/v1\n"u8);

    /// <summary>Joins the parts of one's own entry; what <see cref="Parse"/> would refuse is refused with its
    /// reason.</summary>
    public static Parsed<PublicProof> Create(Entry entry, PublicKeySheet keys, TlogProof proof) =>
        entry is { Salt: { } salt, Body: { } body }
            ? Join(entry.Header, salt, body, keys, proof)
            : new Rejected("the entry has no body, or it is not here");

    /// <summary>Reads a proof file; <see cref="Encode"/> then gives the same bytes again. // PUBLIC-1</summary>
    public static Parsed<PublicProof> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
            return new Rejected($"a proof file is at most {MaxLength} bytes");
        if (!IsOne(bytes))
            return new Rejected($"a proof file begins with the line {FirstLine}");
        if (!Utf8.IsValid(bytes))
            return new Rejected("a proof file is UTF-8");
        var end = bytes.IndexOf("\n\n"u8);
        if (end < 0)
            return new Rejected("a proof file has an empty line before its tlog-proof");
        var lines = Encoding.UTF8.GetString(bytes[..end]).Split('\n', KeysLine + LineDocument.MaxParties + 2);
        if (
            lines.Length <= KeysLine
            || !TryPart(lines[1], HeaderPrefix, out var header)
            || !TryPart(lines[2], SaltPrefix, out var salt)
            || !TryPart(lines[3], BodyPrefix, out var body)
            || lines.Skip(KeysLine).Any(line => !line.StartsWith(KeysPrefix, StringComparison.Ordinal))
        )
            return new Rejected(
                "a proof file has lines for header, salt and body in Base64, and one of keys for each party"
            );
        string[] rows = [.. lines.Skip(KeysLine).Select(line => line[KeysPrefix.Length..])];
        if (!PublicKeySheet.Parse(rows).TryGet(out var keys, out var reason))
            return new Rejected(reason);
        if (!TlogProof.Parse(bytes[(end + 2)..]).TryGet(out var proof, out reason))
            return new Rejected(reason);
        return Join(header, salt, body, keys, proof);
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Encode()
    {
        var text = new StringBuilder(FirstLine)
            .Append('\n')
            .Append(HeaderPrefix)
            .Append(Convert.ToBase64String(HeaderBytes))
            .Append('\n')
            .Append(SaltPrefix)
            .Append(Convert.ToBase64String(Salt))
            .Append('\n')
            .Append(BodyPrefix)
            .Append(Convert.ToBase64String(Body))
            .Append('\n');
        foreach (var row in Keys.Rows)
            text.Append(KeysPrefix).Append(row).Append('\n');
        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Proof.Encode()];
    }

    /// <summary>Whose signatures hold, and whether the keys are those that the reader knows by this fingerprint.</summary>
    /// <param name="fingerprint">As the reader typed it; null where none was given.</param>
    public PublicVerdict Judge(string? fingerprint) => PublicVerdict.Of(this, fingerprint);

    private static bool TryPart(string line, string prefix, out byte[] bytes)
    {
        bytes = [];
        if (
            !line.StartsWith(prefix, StringComparison.Ordinal)
            || !StrictText.TryBase64(line.AsSpan(prefix.Length), out var read)
        )
            return false;
        bytes = read;
        return true;
    }

    // PUBLIC-2, PUBLIC-3
    private static Parsed<PublicProof> Join(
        byte[] bytes,
        byte[] salt,
        byte[] body,
        PublicKeySheet keys,
        TlogProof proof
    )
    {
        if (!EntryHeader.Parse(bytes).TryGet(out var header, out var reason))
            return new Rejected(reason);
        if (!header.TryEncode().TryGet(out var written, out reason))
            return new Rejected(reason);
        if (!written.AsSpan().SequenceEqual(bytes))
            return new Rejected("the header is not written in the one form that headers have");
        var feed = new Origin(keys.Line, header.From);
        if (EntryPlace.FaultOf(header, feed, proof.Index) is { } place)
            return new Rejected(place);
        if (keys.KeysOf(header.From) is null)
            return new Rejected("the author's keys are not among those of the line");
        if (EntryPlace.BodyFaultOf(header, salt, body) is { } fault)
            return new Rejected(fault);
        if (proof.Extra is not null)
            return new Rejected("nothing vouches for the extra data of a proof: a proof file has none");
        if (!proof.Checkpoint.Checkpoint.IsOf(feed))
            return new Rejected("the checkpoint is not one of this feed");
        return new PublicProof(bytes, header, salt, body, keys, proof);
    }
}
