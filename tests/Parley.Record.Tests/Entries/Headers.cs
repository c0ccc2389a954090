using System.Text;
using Parley.Crypto;

namespace Parley.Record.Tests.Entries;

/// <summary>A header as tests start from it: the example of design §3, complete and valid.</summary>
internal static class Headers
{
    internal const string LineText = "north-aaaaaaaabbbbbbbbccccccccdddddddd";
    internal const string BodyText = "sha256:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    internal const string Full =
        $$$"""{"parley":1,"line":"{{{LineText}}}","from":"us","seq":41,"at":"2022-03-23T14:05:11.204Z","kind":"call.requested","mark":"actual","precedence":"flash","by":{"seat":"watch","name":"Maj. A. Doe","released_by":{"seat":"principal","name":"Gen. B. Roe"}},"re":["ru/17"],"seen":{"ru":18},"to":["ru"],"lang":"en","body":"{{{BodyText}}}","size":1234}""";

    internal const string Least =
        $$$"""{"parley":1,"line":"{{{LineText}}}","from":"us","seq":0,"at":"2022-03-23T14:05:11.204Z","kind":"line.opened","mark":"actual","precedence":"routine","by":{"seat":"watch","name":"A"},"re":[],"seen":{}}""";

    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    internal static Parsed<EntryHeader> Parse(string text) => EntryHeader.Parse(Utf8(text));

    internal static EntryHeader Sample { get; } =
        new()
        {
            Line = LineId.Parse(LineText),
            From = PartyId.Parse("us"),
            Seq = 41,
            At = new DateTimeOffset(2022, 3, 23, 14, 5, 11, 204, TimeSpan.Zero),
            Kind = "call.requested",
            Mark = Mark.Actual,
            Precedence = Precedence.Flash,
            By = new Officer("watch", "Maj. A. Doe", new Officer("principal", "Gen. B. Roe")),
            Re = [new EntryId(PartyId.Parse("ru"), 17)],
            Seen = new Dictionary<PartyId, ulong> { [PartyId.Parse("ru")] = 18 },
            To = [PartyId.Parse("ru")],
            Lang = "en",
            Body = new Hash([.. Enumerable.Range(0, 32).Select(i => (byte)i)]),
            Size = 1234,
        };
}
