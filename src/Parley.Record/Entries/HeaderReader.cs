using System.Text;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>Reads a header in one pass, sharing the strings that a feed repeats. See docs/protocol/entry.md for each
/// clause.</summary>
internal static class HeaderReader
{
    private const string BodyPrefix = "sha256:";

    internal static readonly MemberNames Members = new(
        "parley",
        "line",
        "from",
        "seq",
        "at",
        "kind",
        "mark",
        "precedence",
        "by",
        "re",
        "seen",
        "to",
        "lang",
        "body",
        "size"
    );
    private const int Parley = 0,
        Line = 1,
        From = 2,
        Seq = 3,
        At = 4,
        Kind = 5,
        MarkMember = 6,
        PrecedenceMember = 7,
        By = 8,
        Re = 9,
        Seen = 10,
        To = 11,
        Lang = 12,
        BodyMember = 13,
        Size = 14;
    private const int RequiredCount = Seen + 1;
    private static readonly MemberNames OfficerMembers = new("seat", "name", "released_by");

    private static readonly InternTable<LineId> Lines = new(static (text, out id) => LineId.TryParse(text, out id));
    private static readonly InternTable<PartyId> Parties = new(static (text, out id) => PartyId.TryParse(text, out id));
    private static readonly InternTable<string> Kinds = new(EntryGrammar.TryKind);
    private static readonly InternTable<string> Seats = new(EntryGrammar.TrySeat);
    private static readonly InternTable<string> Names = new(EntryGrammar.TryName);
    private static readonly InternTable<string> Langs = new(EntryGrammar.TryLang);

    internal static Parsed<EntryHeader> Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > EntryHeader.MaxLength)
            return new Rejected($"the header is longer than {EntryHeader.MaxLength} bytes");
        var json = new StrictJson(utf8);
        var header = ReadHeader(ref json);
        return header is null ? new Rejected($"the header {json.Fault}") : header;
    }

    private static EntryHeader? ReadHeader(ref StrictJson json)
    {
        LineId line = default;
        PartyId from = default;
        ulong seq = 0,
            size = 0;
        DateTimeOffset at = default;
        string kind = "";
        string? lang = null;
        Mark mark = default;
        Precedence precedence = default;
        Officer? by = null;
        EntryId[] re = [];
        SeenSizes seen = SeenSizes.None;
        PartyId[]? to = null;
        Hash? body = null;

        if (!json.ReadRootObject())
            return null;
        MemberState state = default;
        while (json.NextMember(Members, ref state, out var member))
        {
            switch (member)
            {
                case Parley:
                    if (json.Integer("parley", EntryHeader.MaxSeq, out var version) && version != EntryHeader.Version)
                        json.Fail("is of another version");
                    break;
                case Line:
                    if (json.Plain("line", out var text) && !Lines.TryRead(text, out line))
                        json.Fail("'line' is not a line id");
                    break;
                case From:
                    if (json.Plain("from", out text) && !Parties.TryRead(text, out from))
                        json.Fail("'from' is not a party id");
                    break;
                case Seq:
                    json.Integer("seq", EntryHeader.MaxSeq, out seq);
                    break;
                case At:
                    if (json.Plain("at", out text) && !UtcText.TryRead(text, out at))
                        json.Fail("'at' is not a UTC time in milliseconds");
                    break;
                case Kind:
                    if (json.Plain("kind", out text) && !Kinds.TryRead(text, out kind!))
                        json.Fail("'kind' is not dotted lower-case words");
                    break;
                case MarkMember:
                    if (json.Plain("mark", out text) && !TryMark(text, out mark))
                        json.Fail("'mark' is unknown");
                    break;
                case PrecedenceMember:
                    if (json.Plain("precedence", out text) && !TryPrecedence(text, out precedence))
                        json.Fail("'precedence' is unknown");
                    break;
                case By:
                    by = ReadOfficer(ref json, "by", mayBeReleased: true);
                    break;
                case Re:
                    re = ReadRe(ref json);
                    break;
                case Seen:
                    seen = ReadSeen(ref json);
                    break;
                case To:
                    to = ReadTo(ref json);
                    break;
                case Lang:
                    if (json.Plain("lang", out text) && !Langs.TryRead(text, out lang))
                        json.Fail("'lang' is not a language tag");
                    break;
                case BodyMember:
                    if (json.Plain("body", out text))
                    {
                        if (TryBody(text, out var hash))
                            body = hash;
                        else
                            json.Fail("'body' is not sha256: and 64 lower-case hex digits");
                    }
                    break;
                case Size:
                    json.Integer("size", (ulong)Record.Body.MaxAttachment, out size);
                    break;
            }
        }
        if (!json.End())
            return null;
        if (state.FirstMissing(RequiredCount) is >= 0 and var missing)
        {
            json.Fail($"lacks '{Members[missing]}'");
            return null;
        }
        if (state.Has(BodyMember) != state.Has(Size))
            json.Fail("has one of 'body' and 'size' without the other");
        if (seen.ContainsKey(from))
            json.Fail("'seen' names the author's own feed");
        foreach (var answered in re)
        {
            if (answered.Party == from && answered.Seq >= seq)
                json.Fail("'re' names an entry that comes later in the same feed");
        }
        return json.Fault is not null
            ? null
            : new EntryHeader
            {
                Line = line,
                From = from,
                Seq = seq,
                At = at,
                Kind = kind,
                Mark = mark,
                Precedence = precedence,
                By = by!,
                Re = re,
                Seen = seen,
                To = to,
                Lang = lang,
                Body = body,
                Size = (long)size,
            };
    }

    private static Officer? ReadOfficer(ref StrictJson json, string what, bool mayBeReleased)
    {
        string? seat = null,
            name = null;
        Officer? releasedBy = null;
        if (!json.IsObject(what))
            return null;
        MemberState state = default;
        while (json.NextMember(OfficerMembers, ref state, out var member))
        {
            switch (member)
            {
                case 0:
                    if (json.Plain("seat", out var text) && !Seats.TryRead(text, out seat))
                        json.Fail("'seat' is not a lower-case word");
                    break;
                case 1:
                    if (!TryReadName(ref json, out name))
                        json.Fail("'name' is empty, too long or has characters that cannot be shown");
                    break;
                default:
                    if (mayBeReleased)
                        releasedBy = ReadOfficer(ref json, "released_by", mayBeReleased: false);
                    else
                        json.Fail("'released_by' stands inside 'released_by'");
                    break;
            }
        }
        if (seat is not null && name is not null)
            return new Officer(seat, name, releasedBy);
        json.Fail($"'{what}' lacks 'seat' or 'name'");
        return null;
    }

    private static bool TryReadName(ref StrictJson json, out string? name)
    {
        name = null;
        if (!json.BytesOrText("name", EntryHeader.MaxNameLength, out var utf8, out var text))
            return false;
        return text is null ? Names.TryRead(utf8, out name) : EntryGrammar.TryName(text, out name);
    }

    private static EntryId[] ReadRe(ref StrictJson json)
    {
        if (!json.IsArray("re") || !json.NextItem())
            return [];
        var items = new EntryId[1]; // mostly one; grown below
        var count = 0;
        do
        {
            if (!json.Plain("re", out var text))
                break;
            if (!EntryGrammar.TryEntryId(text, Parties, out var id))
                json.Fail("'re' has something that is not an entry id");
            else if (items.AsSpan(0, count).Contains(id))
                json.Fail("'re' names an entry twice");
            else if (count == EntryHeader.MaxRe)
                json.Fail($"'re' names more than {EntryHeader.MaxRe} entries");
            Add(ref items, ref count, id);
        } while (json.NextItem());
        Array.Resize(ref items, count);
        return items;
    }

    private static SeenSizes ReadSeen(ref StrictJson json)
    {
        if (!json.IsObject("seen") || !json.NextName("seen", out var name))
            return SeenSizes.None;
        var parties = new PartyId[1];
        var sizes = new ulong[1];
        var count = 0;
        do
        {
            if (!json.Integer("seen", EntryHeader.MaxSeq, out var size))
                break;
            if (!Parties.TryRead(name, out var party))
                json.Fail("'seen' names something that is not a party id");
            else if (parties.AsSpan(0, count).Contains(party))
                json.Fail("'seen' names a party twice");
            else if (count == EntryHeader.MaxParties)
                json.Fail($"'seen' names more than {EntryHeader.MaxParties} parties");
            var place = count;
            Add(ref parties, ref count, party);
            Add(ref sizes, ref place, size);
        } while (json.NextName("seen", out name));
        Array.Resize(ref parties, count);
        Array.Resize(ref sizes, count);
        return new SeenSizes(parties, sizes);
    }

    private static PartyId[] ReadTo(ref StrictJson json)
    {
        var items = new PartyId[1];
        var count = 0;
        if (!json.IsArray("to"))
            return items;
        while (json.NextItem())
        {
            if (!json.Plain("to", out var text))
                break;
            if (!Parties.TryRead(text, out var party))
                json.Fail("'to' has something that is not a party id");
            else if (items.AsSpan(0, count).Contains(party))
                json.Fail("'to' names a party twice");
            else if (count == EntryHeader.MaxParties)
                json.Fail($"'to' names more than {EntryHeader.MaxParties} parties");
            Add(ref items, ref count, party);
        }
        if (count == 0)
            json.Fail("'to' is empty");
        Array.Resize(ref items, count);
        return items;
    }

    private static void Add<T>(ref T[] items, ref int count, T item)
    {
        if (count == items.Length)
            Array.Resize(ref items, 2 * count);
        items[count++] = item;
    }

    private static bool TryMark(ReadOnlySpan<byte> text, out Mark mark)
    {
        mark =
            text.SequenceEqual("exercise"u8) ? Mark.Exercise
            : text.SequenceEqual("test"u8) ? Mark.Test
            : Mark.Actual;
        return mark != Mark.Actual || text.SequenceEqual("actual"u8);
    }

    private static bool TryPrecedence(ReadOnlySpan<byte> text, out Precedence precedence)
    {
        precedence =
            text.SequenceEqual("priority"u8) ? Precedence.Priority
            : text.SequenceEqual("immediate"u8) ? Precedence.Immediate
            : text.SequenceEqual("flash"u8) ? Precedence.Flash
            : Precedence.Routine;
        return precedence != Precedence.Routine || text.SequenceEqual("routine"u8);
    }

    private static bool TryBody(ReadOnlySpan<byte> text, out Hash hash)
    {
        hash = default;
        if (text.Length != BodyPrefix.Length + 2 * Hash.Length || !text.StartsWith("sha256:"u8))
            return false;
        Span<char> hex = stackalloc char[2 * Hash.Length];
        Encoding.ASCII.GetChars(text[BodyPrefix.Length..], hex);
        return Hash.TryParseHex(hex, out hash);
    }
}
