using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Deconfliction.Tests.Vectors;

/// <summary>docs/protocol/vectors/blind-checks.json: profiles, ids of runs, elements, cells, and a whole run message by
/// message.</summary>
public sealed class BlindVectorTests
{
    private const string Group = "blind-checks";
    private const string Line = "us-ru-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // BLIND-CHECK-1 BLIND-CHECK-2 BLIND-CHECK-3 BLIND-CHECK-4 BLIND-CHECK-5 BLIND-CHECK-6 BLIND-CHECK-8 BLIND-CHECK-9
    // BLIND-CHECK-10 BLIND-CHECK-12 BLIND-CHECK-13 BLIND-CHECK-14
    [Fact]
    public void A_blind_check_goes_as_the_vector_says() =>
        OwnVectors.Each(
            Group,
            vector =>
            {
                if (vector["profile"] is { } profile)
                    HoldProfile(vector, profile);
                else if (vector["nonces"] is JsonArray nonces)
                    Assert.Equal((string?)vector["run"], Run(nonces).ToHex());
                else if (vector["input"] is { } input)
                    Assert.Equal((string?)vector["element"], Element(Convert.FromHexString((string)input!)));
                else if (vector["count"] is { } cells)
                    Assert.Equal((int)vector["bucket"]!, BlindBuckets.For((int)cells));
                else
                    HoldRun(vector);
            }
        );

    private static void HoldProfile(JsonObject vector, JsonNode numbers)
    {
        var profile = BlindProfile.Of([.. ((JsonArray)numbers).Select(n => (long)n!)]).Required();
        Assert.Equal((string?)vector["bytes"], Convert.ToHexStringLower(profile.Encode()));
        Assert.Equal((string?)vector["hash"], profile.Hash().ToHex());
        Assert.Equal(profile, BlindProfile.Parse(profile.Encode()).Required());
        if (vector["volumes"] is not JsonArray volumes)
            return;
        var cover = CellCover.Of(profile, [.. volumes.Select(v => Read((string)v!))]).Required();
        Assert.Equal(
            ((JsonArray)vector["cells"]!).Select(c => string.Join(',', ((JsonArray)c!).Select(n => (uint)n!))),
            cover.Cells.Select(c => $"{c.Slot},{c.Row},{c.Column},{c.Layer}")
        );
        Assert.Equal(((JsonArray)vector["outside"]!).Select(o => (int)o!), cover.Outside);
    }

    private static Volume4D Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return VolumeReader.Read(document.RootElement, "v").Required();
    }

    private static Hash Run(JsonArray nonces) =>
        BlindTerms
            .Of(
                BlindPair.Profile,
                LineId.Parse(Line),
                PartyId.Parse("us"),
                PartyId.Parse("ru"),
                Convert.FromHexString((string)nonces[0]!),
                Convert.FromHexString((string)nonces[1]!),
                isInitiator: true
            )
            .Run;

    private static string Element(byte[] input)
    {
        var element = new byte[Ristretto255.Length];
        Rfc9497.Voprf.HashToGroup(input, element);
        return Convert.ToHexStringLower(element);
    }

    /// <summary>The side that accepted is ours, from its seed; the other one's messages come from the vector, and ours
    /// must be those that it says.</summary>
    private static void HoldRun(JsonObject vector)
    {
        var whole = (JsonObject)OwnVectors.Read(Group).Single(v => v["fromA"] is not null);
        var sent = ((JsonArray)whole["fromA"]!).Select(m => Convert.FromHexString((string)m!)).ToList();
        if (vector["change"] is JsonObject change)
            sent[(int)change["message"]!][(int)change["at"]!] ^= (byte)(int)change["xor"]!;
        using var run = BlindRun.Start(
            BlindPair.Terms(BlindPair.Profile, 1, isInitiator: false),
            new CellCover([.. Shared(50, 12)], []),
            new BlindLimits(),
            BlindPair.Seed(101)
        );
        var said = new List<string>();
        var next = 0;
        while (true)
        {
            var need = run.Advance(out var message);
            if (message is not null)
                said.Add(Convert.ToHexStringLower(message));
            if (need == BlindNeed.Reveal)
                run.Reveal();
            else if (need != BlindNeed.Again && message is null)
            {
                if (next == sent.Count || run.Aborted is not null)
                    break;
                run.Receive(sent[next++]);
            }
        }
        Assert.Equal((string?)vector["aborts"], run.Aborted?.Reason.ToString());
        if (vector["aborts"] is not null)
        {
            Assert.Null(run.Result);
            return;
        }
        Assert.Equal(((JsonArray)vector["fromB"]!).Select(m => (string?)m), said);
        Assert.Equal((string?)vector["digest"], run.Result!.Digest.ToHex());
        Assert.Equal(
            ((JsonArray)vector["shared"]!).Select(c => (string?)c),
            run.Result.Shared.Select(c => $"{c.Slot},{c.Row},{c.Column},{c.Layer}")
        );
    }

    private static IEnumerable<Cell> Shared(int from, int count) => BlindPair.Cells(from, count).Order();

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "A profile's fifteen numbers, its bytes and hash, and the cells (slot, row, column, layer) of volumes; nonces of both sides and the run's id (line us-ru-aa…, proposed by us, accepted by ru); inputs and their elements in ristretto255 (RFC 9497, mode 1); sizes of sets and their buckets; and a whole run by its messages, 'fromA' of who proposed, 'fromB' of who accepted, with the cells that both hold and the digest. The others change one byte of a message of A ('message' counts from 0): B ends the run with that reason and has no result."
        );
        AddParts(vectors);
        AddRun(vectors);
        return vectors;
    }

    private static void AddParts(OwnVectors vectors)
    {
        var profile = BlindPair.MakeProfile();
        long[] numbers =
        [
            profile.South,
            profile.West,
            profile.North,
            profile.East,
            profile.RowHeight,
            profile.ColumnWidth,
            profile.Floor,
            profile.Ceiling,
            profile.LayerHeight,
            profile.Start,
            profile.End,
            profile.Slot,
            (long)(profile.Separation.Horizontal * 1000),
            profile.Separation.Vertical,
            profile.Separation.Ticks,
        ];
        var bytes = new MemoryStream();
        bytes.Write("parley/blind-profile/v1\n"u8);
        var eight = new byte[8];
        foreach (var number in numbers)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(eight, number);
            bytes.Write(eight);
        }
        var encoded = bytes.ToArray();
        void Cover(string name, string clauses, string[] volumes, int[] outside)
        {
            var vector = new JsonObject
            {
                ["profile"] = new JsonArray([.. numbers.Select(n => (JsonNode)n)]),
                ["bytes"] = Convert.ToHexStringLower(encoded),
                ["hash"] = Sha256.Of(encoded).ToHex(),
            };
            if (volumes.Length > 0)
            {
                vector["volumes"] = new JsonArray([.. volumes.Select(v => (JsonNode)v)]);
                var cover = CellCover.Of(profile, [.. volumes.Select(Read)]).Required();
                vector["cells"] = new JsonArray([
                    .. cover.Cells.Select(c => (JsonNode)new JsonArray(c.Slot, c.Row, c.Column, c.Layer)),
                ]);
                vector["outside"] = new JsonArray([.. outside.Select(o => (JsonNode)o)]);
            }
            vectors.Add(name, clauses, vector);
        }
        const string within =
                """{"volume":{"outline_circle":{"center":{"lng":30.5,"lat":45.5},"radius":{"value":100,"units":"M"}},"altitude_lower":{"value":1200,"reference":"W84","units":"M"},"altitude_upper":{"value":1300,"reference":"W84","units":"M"}},"time_start":{"value":"2030-01-01T13:05:00Z","format":"RFC3339"},"time_end":{"value":"2030-01-01T13:06:00Z","format":"RFC3339"}}""",
            beyond =
                """{"volume":{"outline_circle":{"center":{"lng":30,"lat":45.5},"radius":{"value":100,"units":"M"}},"altitude_lower":{"value":1200,"reference":"W84","units":"M"},"altitude_upper":{"value":1300,"reference":"W84","units":"M"}},"time_start":{"value":"2030-01-01T11:05:00Z","format":"RFC3339"},"time_end":{"value":"2030-01-01T12:06:00Z","format":"RFC3339"}}""";
        Cover("a profile", "BLIND-CHECK-2", [], []);
        Cover("the cells of a volume within it", "BLIND-CHECK-13", [within], []);
        Cover("of a volume that goes beyond the area and the window", "BLIND-CHECK-14", [within, beyond], [1]);
        string one = new('1', 64),
            two = new('2', 64);
        var run = Sha256.Of([
            .. Encoding.ASCII.GetBytes($"parley/blind-run/v1\n{Line}\nus\nru\n"),
            .. Convert.FromHexString(one),
            .. Convert.FromHexString(two),
        ]);
        vectors.Add(
            "the id of a run",
            "BLIND-CHECK-3",
            new JsonObject { ["nonces"] = new JsonArray(one, two), ["run"] = run.ToHex() }
        );
        void Input(string name, string clauses, byte[] rest)
        {
            byte[] input = [.. run.ToArray(), .. rest];
            vectors.Add(
                name,
                clauses,
                new JsonObject { ["input"] = Convert.ToHexStringLower(input), ["element"] = Element(input) }
            );
        }
        var cell = new byte[Cell.Length];
        new Cell(3, 24, 25, 2).Write(cell);
        Input("the element of a cell", "BLIND-CHECK-4", [(byte)'c', .. cell]);
        for (byte i = 0; i < BlindRun.Canaries; i++)
            Input($"canary {i}", "BLIND-CHECK-9", [(byte)'k', i]);
        Input(
            "an element that fills up",
            "BLIND-CHECK-5",
            [(byte)'p', .. Enumerable.Range(0, 64).Select(i => (byte)i)]
        );
        foreach (
            var (count, bucket) in new[]
            {
                (0, 256),
                (252, 256),
                (253, 1_024),
                (1_020, 1_024),
                (1_021, 4_096),
                (65_532, 65_536),
            }
        )
            vectors.Add(
                $"a set of {count} cells",
                "BLIND-CHECK-5",
                new JsonObject { ["count"] = count, ["bucket"] = bucket }
            );
    }

    private static void AddRun(OwnVectors vectors)
    {
        using var pair = new BlindPair(BlindPair.Cells(40, 20), BlindPair.Cells(50, 12)).Play();
        JsonArray Hex(IEnumerable<byte[]> messages) =>
            new([.. messages.Select(m => (JsonNode)Convert.ToHexStringLower(m))]);
        vectors.Add(
            "a run of two sets of 20 and 12 cells, of which 10 are shared",
            "BLIND-CHECK-1 BLIND-CHECK-6 BLIND-CHECK-9 BLIND-CHECK-12",
            new JsonObject
            {
                ["fromA"] = Hex(pair.FromA),
                ["fromB"] = Hex(pair.FromB),
                ["shared"] = new JsonArray([
                    .. BlindPair.Cells(50, 10).Order().Select(c => (JsonNode)$"{c.Slot},{c.Row},{c.Column},{c.Layer}"),
                ]),
                ["digest"] = pair.B.Result!.Digest.ToHex(),
            }
        );
        const int header = 38;
        int At(int kind) => pair.FromA.FindIndex(m => m[1] == kind);
        foreach (
            var (name, clauses, kind, at, reason) in new (string, string, int, int, string)[]
            {
                ("another profile", "BLIND-CHECK-2", BlindPair.Commit, header + 3, "ProfileDiffers"),
                ("a size that is no bucket", "BLIND-CHECK-5", BlindPair.Commit, header + 32, "Malformed"),
                (
                    "a commitment that its points do not meet",
                    "BLIND-CHECK-6 BLIND-CHECK-8",
                    BlindPair.Commit,
                    header + 90,
                    "CommitmentBroken"
                ),
                ("another point than was committed to", "BLIND-CHECK-8", BlindPair.Points, header + 31, "CommitmentBroken"),
                ("an evaluation with another proof", "BLIND-CHECK-9", BlindPair.Evaluated, header + 40, "BadProof"),
                ("another digest", "BLIND-CHECK-12", BlindPair.Result, header, "ResultDiffers"),
                ("another version", "BLIND-CHECK-10", BlindPair.Points, 0, "Malformed"),
                ("another run", "BLIND-CHECK-3", BlindPair.Evaluated, 9, "OtherRun"),
                ("a chunk out of its turn", "BLIND-CHECK-10", BlindPair.Points, 37, "Unexpected"),
            }
        )
            vectors.Add(
                name,
                clauses,
                new JsonObject
                {
                    ["change"] = new JsonObject
                    {
                        ["message"] = At(kind),
                        ["at"] = at,
                        ["xor"] = 0x80,
                    },
                    ["aborts"] = reason,
                }
            );
    }
}
