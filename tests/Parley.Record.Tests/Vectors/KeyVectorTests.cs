using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Vectors;

/// <summary>docs/protocol/vectors/keys.json and fingerprints.json: how keys are written, and what an officer may type of a
/// fingerprint.</summary>
public sealed class KeyVectorTests
{
    private const string Keys = "keys",
        Fingerprints = "fingerprints";

    [Fact]
    public void The_vectors_are_those_of_the_protocol()
    {
        MadeKeys().AreThoseOfTheProtocol();
        MadeFingerprints().AreThoseOfTheProtocol();
    }

    // LOG-4 LOG-6
    [Fact]
    public void A_vkey_is_read_or_refused_as_the_vector_says() =>
        OwnVectors.Each(
            Keys,
            vector =>
            {
                var text = Encoding.UTF8.GetString(OwnVectors.Bytes(vector["vkey"]));
                Assert.Equal((bool)vector["taken"]!, VerifierKey.Parse(text).TryGet(out var key, out _));
                if (key is null)
                    return;
                Assert.Equal((string?)vector["keyName"], key.Name);
                Assert.Equal((string?)vector["id"], key.KeyId.ToString("x8", null));
                Assert.Equal((int)vector["type"]!, (int)key.Type);
                Assert.Equal((string?)vector["key"], Convert.ToHexStringLower(key.Key.ToArray()));
                Assert.Equal(text, key.ToString());
            }
        );

    // LINE-5
    [Fact]
    public void What_an_officer_typed_is_compared_as_the_vector_says() =>
        OwnVectors.Each(
            Fingerprints,
            vector =>
            {
                var hash = new Hash(Convert.FromHexString((string)vector["fingerprint"]!));
                Assert.Equal((bool)vector["compared"]!, Fingerprint.Of(hash).Matches((string?)vector["typed"]));
            }
        );

    private static string Vkey(string name, byte[] material)
    {
        var id = Sha256.Of([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. material]).ToHex()[..8];
        return $"{name}+{id}+{Convert.ToBase64String(material)}";
    }

    private static OwnVectors MadeKeys()
    {
        var vectors = new OwnVectors(
            Keys,
            "vkeys, and what is in those that are taken: the key's name, its id, its type and its 32 bytes. The keys are the log keys of us (cards.json)."
        );
        var key = VectorParty.Us.Log.PublicKey.ToArray();
        void Taken(string name, string keyName, byte type)
        {
            var vkey = Vkey(keyName, [type, .. key]);
            vectors.Add(
                name,
                "LOG-4 LOG-6",
                new JsonObject
                {
                    ["vkey"] = OwnVectors.Of(Encoding.UTF8.GetBytes(vkey)),
                    ["taken"] = true,
                    ["keyName"] = keyName,
                    ["id"] = vkey.Split('+')[1],
                    ["type"] = type,
                    ["key"] = Convert.ToHexStringLower(key),
                }
            );
        }
        void Refused(string name, string clauses, string vkey) =>
            vectors.Add(
                name,
                clauses,
                new JsonObject { ["vkey"] = OwnVectors.Of(Encoding.UTF8.GetBytes(vkey)), ["taken"] = false }
            );
        Taken("the key of a feed", $"north-{new string('a', 32)}/us", 1);
        Taken("the key of a cosigner", "us", 4);
        Taken("a name of another script", "Штаб«Север»", 4);
        var good = Vkey("us", [4, .. key]);
        var parts = good.Split('+', 3);
        Refused("an id of another key", "LOG-4", $"{parts[0]}+{Flipped(parts[1])}+{parts[2]}");
        Refused("an id of another name", "LOG-4", $"ru+{parts[1]}+{parts[2]}");
        Refused(
            "an id in upper case",
            "LOG-6",
            Vkey("log", [4, .. key]).Split('+') is var p ? $"{p[0]}+{p[1].ToUpperInvariant()}A+{p[2]}" : ""
        );
        Refused("an id of seven digits", "LOG-6", $"{parts[0]}+{parts[1][..7]}+{parts[2]}");
        foreach (byte type in (byte[])[0, 2, 3, 5, 6, 255])
            Refused($"type {type}", "LOG-6", Vkey("us", [type, .. key]));
        foreach (
            var (what, name) in new[]
            {
                ("a space", "a b"),
                ("a no-break space", "a\u00a0b"),
                ("a newline", "a\nb"),
                ("a control", "a\u0085b"),
            }
        )
            Refused($"a name with {what}", "LOG-6", Vkey(name, [4, .. key]));
        Refused("no name", "LOG-6", Vkey("", [4, .. key]));
        Refused("a name with a plus sign", "LOG-6", Vkey("a+b", [4, .. key]));
        Refused("a key of 31 bytes", "LOG-6", Vkey("us", [4, .. key[..31]]));
        Refused("the neutral element", "LOG-6", Vkey("us", [1, 1, .. new byte[31]]));
        Refused("a point of order four", "LOG-6", Vkey("us", [1, .. new byte[32]]));
        Refused(
            "a point that is not reduced",
            "LOG-6",
            Vkey("us", [1, 0xED, .. Enumerable.Repeat((byte)0xFF, 30), 0x7F])
        );
        Refused("a newline behind it", "LOG-6", good + "\n");
        return vectors;
    }

    private static string Flipped(string digits) => digits[..^1] + (digits[^1] == '0' ? '1' : '0');

    private static OwnVectors MadeFingerprints()
    {
        var vectors = new OwnVectors(
            Fingerprints,
            "A fingerprint in hexadecimal, what an officer typed, and whether that counts as compared."
        );
        var hash = VectorParty.Us.Card.Fingerprint;
        var hex = hash.Hash.ToHex();
        void Typed(string name, string typed, bool compared) =>
            vectors.Add(
                name,
                "LINE-5",
                new JsonObject
                {
                    ["fingerprint"] = hex,
                    ["typed"] = typed,
                    ["compared"] = compared,
                }
            );
        Typed("all of it", hex, true);
        Typed("in groups, in upper case", hash.Hex.ToUpperInvariant(), true);
        Typed("with colons", string.Join(':', hex.Chunk(2).Select(c => new string(c))), true);
        Typed("its first 32 digits", hex[..32], true);
        Typed("its first 34 digits, with hyphens and commas", $"{hex[..10]}-{hex[10..20]},{hex[20..34]}", true);
        Typed("all words", hash.Words, true);
        Typed("all words in upper case, with hyphens", hash.Words.ToUpperInvariant().Replace(' ', '-'), true);
        Typed("its first 30 digits", hex[..30], false);
        Typed("an odd number of digits", hex[..33], false);
        Typed("its second half", hex[32..], false);
        Typed("a digit that differs", hex[..63] + (hex[63] == '0' ? '1' : '0'), false);
        Typed("two digits more", hex + "00", false);
        Typed("fifteen words", string.Join(' ', hash.Words.Split(' ')[..15]), false);
        Typed("the words in another order", string.Join(' ', hash.Words.Split(' ').Reverse()), false);
        Typed("nothing", "", false);
        return vectors;
    }
}
