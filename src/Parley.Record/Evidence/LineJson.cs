using System.Text;

namespace Parley.Record;

/// <summary>
/// <c>line.json</c>: the line document as one string, and beside it what follows from it, for readers that do not want
/// to derive it.
/// It has one serialisation, so that nothing in it can disagree with the document.
/// </summary>
internal static class LineJson
{
    /// <summary>Longest file that is read: a document and its cards once more, all of it escaped.</summary>
    internal const int MaxLength = 8 * LineDocument.MaxLength;
    private const int Version = 1;
    private static readonly MemberNames Members = new(
        "parley",
        "line",
        "document",
        "title",
        "parties",
        "policy",
        "cards",
        "feeds"
    );

    internal static byte[] Write(LineDocument document)
    {
        var json = new CanonicalJson()
            .Open('{')
            .Member("parley", Version)
            .Member("line", document.Id.Value)
            .Member("document", Encoding.UTF8.GetString(document.Bytes))
            .Member("title", document.Title)
            .Name("parties")
            .Open('[');
        foreach (var card in document.Cards)
        {
            json.Open('{')
                .Member("party", card.Party.Value)
                .Member("name", card.Name)
                .Member("fingerprint", card.Fingerprint.Hash.ToHex())
                .Close('}');
        }
        document
            .Policy.Write(json.Close(']').Name("policy"))
            .Member("cards", document.Cards.Select(card => card.NoteText))
            .Name("feeds")
            .Open('[');
        foreach (var party in document.Parties)
        {
            json.Open('{')
                .Member("party", party.Value)
                .Member("origin", new Origin(document.Id, party).ToString())
                .Member("logKey", document.LogKey(party).ToString())
                .Member("cosignKey", document.CosignKey(party).ToString())
                .Close('}');
        }
        return Encoding.UTF8.GetBytes($"{json.Close(']').Close('}')}\n");
    }

    /// <summary>The line document, when the whole file is what that document gives. // EVIDENCE-2</summary>
    internal static Parsed<LineDocument> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
            return new Rejected($"longer than {MaxLength} bytes");
        if (bytes.IsEmpty || bytes[^1] != '\n')
            return new Rejected("does not end in a newline");
        var json = new StrictJson(bytes[..^1]);
        string? line = null,
            text = null;
        MemberState state = default;
        var read =
            json.ReadRootObject()
            && json.NextMember(Members, ref state, out var member)
            && member == 0
            && json.Integer("parley", EntryHeader.MaxSeq, out var version)
            && (version == Version || json.Fail("is of another version"))
            && json.NextMember(Members, ref state, out member)
            && member == 1
            && json.Text("line", LineId.MaxLength, out line)
            && json.NextMember(Members, ref state, out member)
            && member == 2
            && json.Text("document", LineDocument.MaxLength, out text);
        if (!read)
            return new Rejected(json.Fault ?? "does not start with 'parley', 'line' and 'document'");
        if (!LineDocument.Parse(Encoding.UTF8.GetBytes(text!)).TryGet(out var document, out var reason))
            return new Rejected(reason);
        if (line != document.Id.Value)
            return new Rejected("the line id is not that of the line document: one of the two was changed");
        return bytes.SequenceEqual(Write(document))
            ? document
            : new Rejected(
                "what stands beside the line document does not follow from it, or is written in another form"
            );
    }
}
