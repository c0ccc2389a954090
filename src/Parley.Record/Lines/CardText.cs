using System.Buffers;
using System.Globalization;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>The JSON line of a card, read and written (docs/protocol/line.md).</summary>
internal static class CardText
{
    private static readonly MemberNames Members = new(
        "party",
        "name",
        "languages",
        "addresses",
        "issued",
        "identity",
        "log",
        "cosign",
        "link",
        "hpke"
    );
    private const int MemberCount = 10;
    private const int HpkeLength = 32;

    /// <summary>Subject public key info of an uncompressed P-256 point (RFC 5480) up to the 64 bytes of the
    /// point.</summary>
    private static readonly byte[] P256Prefix = Convert.FromHexString(
        "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    );
    private const int P256PointLength = 64;
    private static readonly SearchValues<char> Ip6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    internal static string Write(CardContents contents, PublicKey identity)
    {
        var json = new CanonicalJson()
            .Open('{')
            .Member("party", contents.Party.Value)
            .Member("name", contents.Name)
            .Member("languages", contents.Languages)
            .Member("addresses", contents.Addresses)
            .Member("issued", UtcText.Of(contents.Issued))
            .Member("identity", Convert.ToBase64String(identity.ToArray()))
            .Member("log", Convert.ToBase64String(contents.Log.ToArray()))
            .Member("cosign", Convert.ToBase64String(contents.Cosign.ToArray()))
            .Member("link", Convert.ToBase64String(contents.LinkTls))
            .Member("hpke", Convert.ToBase64String(contents.Hpke))
            .Close('}');
        return $"{Card.FirstLine}{json}\n";
    }

    internal static Parsed<(CardContents Contents, PublicKey Identity)> Read(ReadOnlySpan<byte> line)
    {
        var json = new StrictJson(line);
        PartyId party = default;
        string? name = null;
        List<string> languages = [],
            addresses = [];
        DateTimeOffset issued = default;
        PublicKey identity = default,
            log = default,
            cosign = default;
        byte[] link = [],
            hpke = [];

        json.ReadRootObject();
        MemberState state = default;
        while (json.NextMember(Members, ref state, out var member))
        {
            switch (member)
            {
                case 0:
                    if (json.Text("party", PartyId.MaxLength, out var text) && !PartyId.TryParse(text, out party))
                        json.Fail("'party' is not a party id");
                    break;
                case 1:
                    if (json.Text("name", Card.MaxNameLength, out name) && !EntryGrammar.TryName(name, out _))
                        json.Fail("'name' cannot be shown");
                    break;
                case 2:
                    languages = ReadList(
                        ref json,
                        "languages",
                        Card.MaxLanguages,
                        EntryHeader.MaxLangLength,
                        static text => EntryGrammar.TryLang(text, out _)
                    );
                    break;
                case 3:
                    addresses = ReadList(ref json, "addresses", Card.MaxAddresses, Card.MaxAddressLength, IsAddress);
                    break;
                case 4:
                    if (json.Plain("issued", out var bytes) && !UtcText.TryRead(bytes, out issued))
                        json.Fail("'issued' is not a UTC time in milliseconds");
                    break;
                case 5:
                    identity = ReadKey(ref json, "identity");
                    break;
                case 6:
                    log = ReadKey(ref json, "log");
                    break;
                case 7:
                    cosign = ReadKey(ref json, "cosign");
                    break;
                case 8:
                    link = ReadBytes(ref json, "link", P256Prefix.Length + P256PointLength);
                    if (!link.AsSpan().StartsWith(P256Prefix))
                        json.Fail("'link' is not a P-256 key");
                    break;
                default:
                    hpke = ReadBytes(ref json, "hpke", HpkeLength);
                    if (!hpke.AsSpan().ContainsAnyExcept((byte)0))
                        json.Fail("'hpke' is no key");
                    break;
            }
        }
        if (json.End() && state.FirstMissing(MemberCount) is >= 0 and var missing)
            json.Fail($"lacks '{Members[missing]}'");
        if (json.Fault is null && (identity == log || identity == cosign || log == cosign))
            json.Fail("has one key in two roles"); // LINE-3
        return json.Fault is not null
            ? new Rejected($"the card {json.Fault}")
            : (new CardContents(party, name!, languages, addresses, issued, log, cosign, link, hpke), identity);
    }

    /// <summary><c>host:port</c>, the host a DNS name or IPv4 address, or an IPv6 address in brackets.</summary>
    internal static bool IsAddress(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || text.Length > Card.MaxAddressLength)
            return false;
        var port = text.AsSpan(colon + 1);
        if (
            port.Length is 0 or > 5
            || port[0] == '0'
            || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        )
            return false;
        var host = text.AsSpan(0, colon);
        if (host[0] == '[')
            return host[^1] == ']' && host.Length > 2 && !host[1..^1].ContainsAnyExcept(Ip6Characters);
        foreach (var c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-'))
                return false;
        }
        return host[0] is not ('.' or '-');
    }

    private static List<string> ReadList(
        ref StrictJson json,
        string what,
        int maxCount,
        int maxLength,
        Func<string, bool> fits
    )
    {
        var items = new List<string>();
        if (!json.IsArray(what))
            return items;
        while (json.NextItem() && json.Text(what, maxLength, out var text))
        {
            if (!fits(text))
                json.Fail($"'{what}' has something that does not belong there");
            else if (items.Contains(text))
                json.Fail($"'{what}' has something twice");
            else if (items.Count == maxCount)
                json.Fail($"'{what}' has more than {maxCount}");
            items.Add(text);
        }
        return items;
    }

    private static PublicKey ReadKey(ref StrictJson json, string what)
    {
        var bytes = ReadBytes(ref json, what, PublicKey.Length);
        if (!PublicKey.TryPin(bytes, out var key))
            json.Fail($"'{what}' is not an Ed25519 key that can be pinned");
        return key;
    }

    private static byte[] ReadBytes(ref StrictJson json, string what, int length)
    {
        if (
            json.Text(what, (length + 2) / 3 * 4, out var text)
            && StrictText.TryBase64(text, out var bytes)
            && bytes.Length == length
        )
            return bytes;
        json.Fail($"'{what}' is not the Base64 of {length} bytes");
        return new byte[length];
    }
}
