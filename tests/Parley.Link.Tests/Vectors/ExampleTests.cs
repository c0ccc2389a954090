using System.Globalization;
using System.Text;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Link.Tests.Vectors;

/// <summary>docs/protocol/example.md shows the bytes that the code makes.</summary>
public sealed class ExampleTests
{
    private const string Write = "PARLEY_WRITE_VECTORS";

    private static readonly VectorParty Us = VectorParty.Us,
        Ru = VectorParty.Ru;

    [Fact]
    public void The_worked_example_is_what_the_code_makes()
    {
        var path = Path.Combine(VectorFolder.ProjectRoot(), "docs", "protocol", "example.md");
        var made = Made();
        if (Environment.GetEnvironmentVariable(Write) is not null)
            File.WriteAllText(path, made);
        Assert.True(made == File.ReadAllText(path), $"{path} is not what the code makes: {Write}=1 writes it anew");
    }

    private static string Made()
    {
        var feed = VectorFeed.Of(Us);
        var line = VectorFeed.Line;
        var push = feed.Push(0);
        Assert.True(EntryBatch.ReadOffer(push, out _).TryGet(out var offer, out _));
        var header = EntryHeader.Parse(feed.Last.Header).Required();
        var cosignature = Cosignature.Sign(feed.TextAt(1), Ru.Id, Ru.Cosign, VectorFeed.At).ToLine();
        var beat = new Heartbeat
        {
            Parley = 1,
            At = VectorFeed.At,
            Attended = true,
            Checkpoints = new Dictionary<string, string>
            {
                ["us"] = Encoding.UTF8.GetString(feed.CheckpointAt(1).Encode()),
            },
        }.Encode();
        var text = new StringBuilder(
            """
            # A line, byte by byte

            Two parties, us and ru, and a third one that cannot be dialled, from the first key to the first heartbeat. Every byte here is made by a test from secrets that anybody can make (the SHA-256 of `us/identity` and the like), and stands in [vectors/](vectors/README.md) too; [vectors/walk.sh](vectors/walk.sh) works the
            steps out anew with jq, openssl and sha256sum alone.


            """
        );
        void Step(string title, string says) => text.Append(CultureInfo.InvariantCulture, $"## {title}\n\n{says}\n\n");
        void Shown(string bytes) => text.Append(CultureInfo.InvariantCulture, $"```\n{bytes.TrimEnd('\n')}\n```\n\n");

        Step(
            "1. Keys",
            "A party draws five secrets (LINE-1). Of us, as seeds of Ed25519, as the scalar of P-256 and as the X25519 key; beside each its public half in hexadecimal."
        );
        Shown(
            string.Join(
                '\n',
                Us.Secrets.Select(s => $"{s.Key, -9} {(string?)s.Value}")
                    .Append("")
                    .Append($"identity  {Hex(Us.Identity.PublicKey.ToArray())}")
                    .Append($"log       {Hex(Us.Log.PublicKey.ToArray())}")
                    .Append($"cosign    {Hex(Us.Cosign.PublicKey.ToArray())}")
            )
        );
        Step(
            "2. The card",
            "A signed note (LINE-1 to LINE-3): its text is two lines, and the third part of its last line is the Base64 of the key's id (4 bytes) and the signature over the text with its last newline. The id is the first four bytes of SHA-256 of `us`, a newline, 0x01 and the key (LOG-4)."
        );
        Shown(Encoding.UTF8.GetString(Us.Card.Encode()));
        text.Append(
            CultureInfo.InvariantCulture,
            $"Officers compare its fingerprint, the SHA-256 of the identity key (LINE-4), over another channel: {Us.Card.Fingerprint.Hex}, or its first 16 bytes as words of [words.txt](words.txt):\n\n"
        );
        Shown(Us.Card.Fingerprint.Words);
        Step(
            "3. The line",
            "One party writes the document, and all accept the same bytes (LINE-6). It is one line of JSON; here its beginning and its end, the cards between left out."
        );
        var document = Encoding.UTF8.GetString(line.Bytes);
        var cards = document.IndexOf("\"cards\":", StringComparison.Ordinal);
        Shown($"{document[..cards]}\"cards\":[…]}}");
        text.Append(
            CultureInfo.InvariantCulture,
            $"Its SHA-256 is {line.Hash.ToHex()}. The line's id is the slug, a hyphen, and the first 160 bits of that in base32 (LINE-7):\n\n"
        );
        Shown(line.Id.Value);
        Step("4. Entry 0", "Each feed begins with `line.opened` (LINE-11). Its body has no white space:");
        Shown(Encoding.UTF8.GetString(feed.Last.Body!));
        text.Append(
            "The salt is 32 random bytes, here chosen; the commitment is SHA-256 of salt and body (ENTRY-12):\n\n"
        );
        Shown($"salt    {Hex(feed.Last.Salt!)}\nsha256  {header.Body!.Value.ToHex()}");
        text.Append("The header, whose bytes are never written anew:\n\n");
        Shown(Encoding.UTF8.GetString(feed.Last.Header));
        text.Append(
            "Its leaf hash is SHA-256 of 0x00 and these bytes (LOG-1), and the root of one leaf is that hash (LOG-2):\n\n"
        );
        Shown(MerkleHash.Leaf(feed.Last.Header).ToHex());
        Step(
            "5. The checkpoint",
            "Origin, size, and root in Base64, signed by the log key under the name of the origin (LOG-3, LOG-5, LOG-10):"
        );
        Shown(Encoding.UTF8.GetString(offer!.Checkpoint.Encode()));
        Step(
            "6. The push",
            $"`POST /parley/v1/feeds/{line.Id}/us` to the station of ru, over TLS 1.3 with the libp2p extension and the ALPN `h2` (MESSAGES-1, MESSAGES-2), {push.Length} bytes (LINK-12, MESSAGES-10): the offer with its length in 4 bytes, the header with its length in 2, disposition 1, the salt, the body with its length in 2."
        );
        Shown(Dump(push));
        Step(
            "7. The answer",
            "ru checks all of it, makes it durable, and answers 200 with its cosignature (LINK-10, LOG-13, LOG-14): an Ed25519 signature over `cosignature/v1`, a newline, `time 1646128800`, a newline, and the three lines of the checkpoint. The Base64 is the key's id, the time in 8 bytes, the signature. This line is the proof of delivery."
        );
        Shown(cosignature);
        Step(
            "8. The heartbeat",
            "Both send one every ten seconds from then on (LINK-30, MESSAGES-6); that of ru names what it holds of us, under the signature of us:"
        );
        Shown(Encoding.UTF8.GetString(beat));
        text.Append(
            """
            ## 9. What comes next

            ru pushes its own entry 0 likewise. Both are sealed when each holds the other's cosignature, and officers may write: bodies are in [traffic.md](traffic.md), the export of such a record in [evidence.md](evidence.md) and, file by file, in vectors/exports.json. `parley conform` plays the other end from here on.

            """
        );
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>As hexdump -C shows it.</summary>
    private static string Dump(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += 16)
        {
            var row = bytes.AsSpan(at, Math.Min(16, bytes.Length - at));
            text.Append(CultureInfo.InvariantCulture, $"{at:x8}  ");
            for (var i = 0; i < 16; i++)
                text.Append(i < row.Length ? $"{row[i]:x2} " : "   ");
            text.Append(" |");
            foreach (var b in row)
                text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
            text.Append("|\n");
        }
        return text.ToString();
    }
}
