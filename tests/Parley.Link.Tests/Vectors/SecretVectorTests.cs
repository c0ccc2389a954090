using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Link.Tests.Vectors;

/// <summary>docs/protocol/vectors/secrets.json: files of a line's secret, and where a relay keeps what goes between two
/// parties.</summary>
public sealed class SecretVectorTests
{
    private const string Group = "secrets";
    private static readonly byte[] Secret = [.. Enumerable.Range(0, LineSecret.Length).Select(i => (byte)(i * 5))];

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // CARRY-9 CARRY-11 RELAY-2
    [Fact]
    public void A_secret_is_read_or_refused_as_the_vector_says() =>
        OwnVectors.Each(
            Group,
            vector =>
            {
                var read = KeyFile.ParseLineSecret(OwnVectors.Bytes(vector["file"])).TryGet(out var secret, out _);
                Assert.Equal((bool)vector["taken"]!, read);
                if (secret is null)
                    return;
                Assert.Equal((string?)vector["fingerprint"], secret.Fingerprint.ToHex());
                if (vector["slots"] is not JsonArray slots)
                    return;
                foreach (var slot in slots)
                    Assert.Equal(
                        (string?)slot!["slot"],
                        CarrySeal.Slot(
                            secret,
                            LineId.Parse((string)vector["line"]!),
                            PartyId.Parse((string)slot["from"]!),
                            PartyId.Parse((string)slot["to"]!)
                        )
                    );
            }
        );

    /// <summary>HKDF of RFC 5869 with the platform's own, not the one that is tested.</summary>
    private static string Slot(string from, string to) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.HKDF.DeriveKey(
                System.Security.Cryptography.HashAlgorithmName.SHA256,
                Secret,
                16,
                [],
                Encoding.UTF8.GetBytes($"slot\nparley/carry/v1\n{VectorFeed.Line.Id}\n{from}\n{to}\n")
            )
        );

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "Files of a line's secret (CARRY-11), its fingerprint (CARRY-9), and the slots at a relay that follow from it (RELAY-2) for the sender and the receiver; files that are refused."
        );
        var print = Sha256.Of([.. "parley/line-secret/v1\n"u8, .. Secret]);
        string[] lines =
        [
            "# The secret of north, for the officers of both sides.",
            "parley-private-key/v1",
            "role line-secret",
            $"public {Convert.ToBase64String(print.ToArray())}",
            "protection none",
            $"shared {Convert.ToBase64String(Secret)}",
        ];
        string File(params string[] of) => string.Concat(of.Select(l => l + "\n"));
        string With(int at, string line) => File([.. lines.Select((l, i) => i == at ? line : l)]);
        vectors.Add(
            "a secret without a passphrase",
            "CARRY-9 CARRY-11 RELAY-2",
            new JsonObject
            {
                ["file"] = OwnVectors.Of(Encoding.ASCII.GetBytes(File(lines))),
                ["taken"] = true,
                ["fingerprint"] = print.ToHex(),
                ["line"] = VectorFeed.Line.Id.Value,
                ["slots"] = new JsonArray(
                    new JsonObject
                    {
                        ["from"] = "us",
                        ["to"] = "ru",
                        ["slot"] = Slot("us", "ru"),
                    },
                    new JsonObject
                    {
                        ["from"] = "ru",
                        ["to"] = "us",
                        ["slot"] = Slot("ru", "us"),
                    }
                ),
            }
        );
        foreach (
            var (name, file) in new[]
            {
                ("without its first line", File(lines[1..])),
                ("another version", With(1, "parley-private-key/v2")),
                ("another role", With(2, "role log")),
                ("the fingerprint of another secret", With(3, $"public {Convert.ToBase64String(new byte[32])}")),
                (
                    "protected, and read without a passphrase",
                    With(4, "protection argon2id-moderate+xchacha20-poly1305 AAAAAAAAAAAAAAAAAAAAAA==")
                ),
                ("31 bytes", With(5, $"shared {Convert.ToBase64String(Secret[..31])}")),
                ("a word more", With(5, lines[5] + " ")),
                ("a line more", File([.. lines, "shared AAAA"])),
                ("lines of Windows", File(lines).Replace("\n", "\r\n", StringComparison.Ordinal)),
                ("without its last newline", File(lines)[..^1]),
                ("an empty file", ""),
            }
        )
            vectors.Add(
                name,
                "CARRY-11",
                new JsonObject { ["file"] = OwnVectors.Of(Encoding.ASCII.GetBytes(file)), ["taken"] = false }
            );
        return vectors;
    }
}
