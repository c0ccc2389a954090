using System.Text;
using System.Text.Unicode;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// The lines of a tlog-proof in front of its checkpoint (C2SP tlog-proof, "Format"), and the checkpoint's bytes unread
/// (LOG-21).
/// </summary>
internal sealed record TlogProofLayout(byte[]? Extra, ulong Index, Hash[] Hashes, byte[] Checkpoint)
{
    internal const string Header = "c2sp.org/tlog-proof@v1";
    internal const string ExtraPrefix = "extra ";
    internal const string IndexPrefix = "index ";
    private const int MaxLines = 3 + InclusionProof.MaxHashes; // header, extra, index, hashes

    internal static Parsed<TlogProofLayout> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > TlogProof.MaxLength)
            return new Rejected($"a proof is at most {TlogProof.MaxLength} bytes");
        if (!Utf8.IsValid(bytes))
            return new Rejected("a proof is UTF-8");
        var end = bytes.IndexOf("\n\n"u8);
        if (end < 0)
            return new Rejected("a proof has an empty line before its checkpoint");
        var lines = Encoding.UTF8.GetString(bytes[..end]).Split('\n', MaxLines + 1);
        if (lines[0] != Header)
            return new Rejected($"a proof starts with the line {Header}");

        var next = 1;
        byte[]? extra = null;
        if (next < lines.Length && lines[next].StartsWith(ExtraPrefix, StringComparison.Ordinal))
        {
            if (!StrictText.TryBase64(lines[next].AsSpan(ExtraPrefix.Length), out extra))
                return new Rejected("a proof's extra data is canonical Base64");
            if (extra.Length is 0 or > TlogProof.MaxExtraLength)
                return new Rejected($"a proof's extra data, if any, is 1 to {TlogProof.MaxExtraLength} bytes");
            next++;
        }
        if (
            next == lines.Length
            || !lines[next].StartsWith(IndexPrefix, StringComparison.Ordinal)
            || !StrictText.TryDecimal(lines[next].AsSpan(IndexPrefix.Length), out var index)
        )
        {
            return new Rejected("a proof has a line with its index, a decimal number without leading zeros");
        }
        next++;
        if (lines.Length - next > InclusionProof.MaxHashes)
            return new Rejected($"a proof has at most {InclusionProof.MaxHashes} hashes");
        var hashes = new Hash[lines.Length - next];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (!StrictText.TryHash(lines[next + i], out hashes[i]))
                return new Rejected("a proof's hashes are the Base64 of 32 bytes, one a line");
        }
        return new TlogProofLayout(extra, index, hashes, bytes[(end + 2)..].ToArray());
    }
}
