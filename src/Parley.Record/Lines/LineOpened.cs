using Parley.Crypto;

namespace Parley.Record;

/// <summary>Entry 0 of every feed: with it a party says, under its log key, which line document it accepted. //
/// LINE-11</summary>
public static class LineOpened
{
    /// <summary>The kind of entry 0, and of no other entry.</summary>
    public const string Kind = "line.opened";

    /// <summary>The one body that such an entry has: <c>{"document":"sha256:&lt;hex&gt;"}</c>.</summary>
    public static byte[] BodyFor(Hash document) =>
        new CanonicalJson().Open('{').Member("document", $"sha256:{document.ToHex()}").Close('}').ToUtf8();
}
