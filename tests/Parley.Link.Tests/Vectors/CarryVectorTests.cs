using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Link.Tests.Vectors;

/// <summary>docs/protocol/vectors/carry.json: carried files, with the line's secret and the receiver's key. Every
/// sealing draws a key, so the file is written once (<c>PARLEY_WRITE_VECTORS=carry</c>).</summary>
public sealed class CarryVectorTests
{
    private const string Group = "carry";
    private static readonly VectorParty Us = VectorParty.Us,
        Ru = VectorParty.Ru,
        Icrc = VectorParty.Icrc;
    private static readonly byte[] SecretBytes = [.. Enumerable.Range(0, LineSecret.Length).Select(i => (byte)i)];

    // CARRY-1 CARRY-2 CARRY-3 CARRY-4 CARRY-10 CARRY-11
    [Fact]
    public void A_file_opens_as_the_vector_says()
    {
        if (OwnVectors.IsToBeWritten(Group))
            Made().WriteOnce();
        var file = OwnVectors.File(Group);
        var line = LineDocument.Parse(OwnVectors.Bytes(file["document"])).Required();
        Assert.True(
            KeyFile
                .ParseLineSecret(Encoding.ASCII.GetBytes((string)file["secret"]!))
                .TryGet(out var secret, out var why),
            why?.Reason
        );
        Assert.Equal((string?)file["secretFingerprint"], secret.Fingerprint.ToHex());
        OwnVectors.Each(
            Group,
            vector =>
            {
                var (parts, whole) = Open(OwnVectors.Bytes(vector["file"]), line, secret);
                Assert.Equal((bool)vector["whole"]!, whole);
                Assert.Equal(
                    ((JsonArray)vector["parts"]!).Select(p => (string?)p),
                    parts.Select(p => p.GetType().Name.ToLowerInvariant())
                );
                if (vector["push"] is { } push)
                    Assert.Equal(OwnVectors.Bytes(push), parts.OfType<CarryPart.Push>().Single().Bytes.ToArray());
            }
        );
    }

    private static (List<CarryPart> Parts, bool Whole) Open(byte[] file, LineDocument line, LineSecret secret)
    {
        var parts = new List<CarryPart>();
        if (file.Length < CarrySeal.HeadLength)
            return (parts, false);
        using var opener = CarryOpener.Create(
            file.AsSpan(0, CarrySeal.HeadLength),
            line.Id,
            line.CardOf(Us.Id)!,
            Ru.Id,
            Ru.Agreement,
            secret
        );
        if (opener is null)
            return (parts, false);
        for (var at = CarrySeal.HeadLength; at < file.Length; )
        {
            if (file.Length - at < CarrySeal.LengthBytes)
                return (parts, false);
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            at += CarrySeal.LengthBytes;
            if (length > file.Length - at || !opener.Open(file.AsSpan(at, (int)length)).TryGet(out var part, out _))
                return (parts, false);
            parts.Add(part);
            at += (int)length;
        }
        return (parts, opener.Ended);
    }

    private static OwnVectors Made()
    {
        var bytes = Encoding.ASCII.GetBytes(
            $"# A line's secret, to be handed over in person.\nparley-private-key/v1\nrole line-secret\npublic {Convert.ToBase64String(Sha256.Of([.. "parley/line-secret/v1\n"u8, .. SecretBytes]).ToArray())}\nprotection none\nshared {Convert.ToBase64String(SecretBytes)}\n"
        );
        Assert.True(KeyFile.ParseLineSecret(bytes).TryGet(out var secret, out var why), why?.Reason);
        var vectors = new OwnVectors(
            Group,
            "Files carried from us to ru on the line of 'document', sealed with the line's secret ('secret' is its file, CARRY-11) for the hpke key of ru (cards.json). 'parts' are those that open, 'whole' says that nothing is missing, 'push' is what the push part holds."
        )
        {
            Common = new JsonObject
            {
                ["document"] = OwnVectors.Of(VectorFeed.Line.Bytes),
                ["secret"] = Encoding.ASCII.GetString(bytes),
                ["secretFingerprint"] = secret.Fingerprint.ToHex(),
            },
        };
        var push = VectorFeed.Of(Us).Say("by hand").Push(0);
        byte[] whole = Sealed(secret, Us.Log, push),
            bent = [.. whole],
            marked = [.. whole];
        bent[CarrySeal.HeadLength + 200] ^= 1;
        marked[20] ^= 1;
        void Add(string name, string clauses, byte[] file, bool isWhole, params string[] parts) =>
            vectors.Add(
                name,
                clauses,
                new JsonObject
                {
                    ["file"] = OwnVectors.Of(file),
                    ["whole"] = isWhole,
                    ["parts"] = new JsonArray([.. parts.Select(p => (JsonNode)p)]),
                }
            );
        vectors.Add(
            "a whole file",
            "CARRY-1 CARRY-2 CARRY-3 CARRY-4 CARRY-10",
            new JsonObject
            {
                ["file"] = OwnVectors.Of(whole),
                ["whole"] = true,
                ["parts"] = new JsonArray("opening", "push", "end"),
                ["push"] = OwnVectors.Of(push),
            }
        );
        var end = whole.Length - 4 - (int)BinaryPrimitives.ReadUInt32BigEndian(whole.AsSpan(LastAt(whole)));
        Add("cut off before its end", "CARRY-4", whole[..end], false, "opening", "push");
        Add("a bit of a part", "CARRY-3", bent, false, "opening");
        Add("a bit of the mark", "CARRY-2", marked, false);
        Add("bytes behind the end", "CARRY-1", [.. whole, 0, 0, 0, 1, 0], false, "opening", "push", "end");
        Add("sealed by the third party in the sender's name", "CARRY-10", Sealed(secret, Icrc.Log, push), false);
        Add("another first line", "CARRY-1", [.. "parley-carry/v2\n"u8, .. whole[16..]], false);
        return vectors;
    }

    private static int LastAt(byte[] file)
    {
        var at = CarrySeal.HeadLength;
        while (true)
        {
            var next = at + CarrySeal.LengthBytes + (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (next >= file.Length)
                return at;
            at = next;
        }
    }

    private static byte[] Sealed(LineSecret secret, SigningKey log, byte[] push)
    {
        using var sealer = CarrySealer.Create(VectorFeed.Line.Id, Us.Id, Ru.Card, secret, log)!;
        CarryPart[] parts =
        [
            new CarryPart.Opening(new string('a', 2 * CarryPart.IdLength), VectorFeed.At, 0, 2),
            new CarryPart.Push(push),
        ];
        return [.. sealer.Head.Span, .. parts.SelectMany(sealer.Seal), .. sealer.SealEnd()];
    }
}
