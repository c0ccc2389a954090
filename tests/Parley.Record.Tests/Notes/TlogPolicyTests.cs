using System.Text;
using System.Text.Json;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Notes;

public sealed class TlogPolicyTests
{
    private static readonly string LogLine = $"log {Samples.Log}\n";
    private static readonly string Witnesses =
        $"witness w1 {Samples.FirstCosigner}\nwitness w2 {Samples.SecondCosigner} https://example.org/\nwitness w3 {Cosigner(9)}\n";

    [Fact] // LOG-23
    public void The_published_policies_are_refused_where_the_specification_is_stricter_than_their_program()
    {
        var (refused, ofKeyType) = (0, 0);
        foreach (var test in Published())
        {
            // C2SP finds a fault in each that upstream accepts: at least that its witness keys are no cosigners' keys.
            Assert.True(
                test.GetProperty("upstream").GetString() == "reject" || test.GetProperty("c2sp").GetArrayLength() > 0
            );
            Assert.False(Parse(test.GetProperty("policy").GetString()!).TryGet(out _, out var reason));
            if (reason.Contains("type 0x01", StringComparison.Ordinal))
                ofKeyType++;
            refused++;
        }
        Assert.Equal((11, 4), (refused, ofKeyType)); // of the others, another fault is met first
    }

    [Fact] // LOG-23
    public void The_published_policies_are_judged_by_their_lines_once_their_witnesses_have_cosigners_keys()
    {
        var reasons = new Dictionary<string, string>();
        foreach (var test in Published())
        {
            var id = test.GetProperty("id").GetString()!;
            var policy = AsCosigners(test.GetProperty("policy").GetString()!);
            if (policy.Length > 0 && policy[^1] != '\n')
                policy += "\n"; // so that the published fault is found, not this one
            if (!Parse(policy).TryGet(out var read, out var reason))
            {
                reasons[id] = reason;
                continue;
            }
            Assert.Equal(
                (test.GetProperty("threshold").GetInt32(), test.GetProperty("members").GetInt32()),
                read.Quorum
            );
            reasons[id] = "accepted";
        }
        (string Id, string Reason)[] expected =
        [
            ("tidy", "accepted"),
            ("whitespace and comments", "at most a URL"),
            ("group numerical", "one key"),
            ("group all", "one key"),
            ("group any", "one key"),
            ("no quorum", "has a quorum line"),
            ("unknown quorum component", "not defined"),
            ("duplicate component name", "defined twice"),
            ("negative threshold", "one key"),
            ("witness name is keyword", "keyword"),
            ("group name is keyword", "not defined"),
        ];
        Assert.Equal(11, reasons.Count);
        foreach (var (id, reason) in expected)
            Assert.Contains(reason, reasons[id]);
    }

    [Theory] // LOG-23
    [InlineData("quorum w1\n", 1, 1)]
    [InlineData("quorum none\n", 0, 0)]
    [InlineData("group g any w1 w2 w3\nquorum g\n", 1, 3)]
    [InlineData("group g all w1 w2 w3\nquorum g\n", 3, 3)]
    [InlineData("group g 2 w1 w2 w3\nquorum g\n", 2, 3)]
    [InlineData("group h all w1 w2\ngroup g any h w3\nquorum g\n", 1, 2)]
    [InlineData("  # a comment\n\n\t\n  group\t g  all w1 \t\n quorum g \n", 1, 1)]
    public void A_policy_is_read_with_its_quorum(string rule, int threshold, int members)
    {
        var policy = Parse(LogLine + Witnesses + rule).Required();
        Assert.Equal((threshold, members), policy.Quorum);
        Assert.Equal([Samples.Log], policy.Logs);
        Assert.Equal(["w1", "w2", "w3"], policy.Witnesses.Keys);
    }

    [Theory] // LOG-23
    [InlineData("", "has a quorum line")]
    [InlineData("quorum none", "newline")]
    [InlineData("quorum none\nquorum none\n", "one quorum line")]
    [InlineData("quorum w9\n", "not defined")]
    [InlineData("quorum w1 w2\n", "one name")]
    [InlineData("quorum\n", "one name")]
    [InlineData("quorum g\ngroup g all w1\n", "not defined")]
    [InlineData("quorum w1 # one\n", "one name")]
    [InlineData("group g 0 w1\nquorum g\n", "threshold")]
    [InlineData("group g 3 w1 w2\nquorum g\n", "threshold")]
    [InlineData("group g -1 w1\nquorum g\n", "threshold")]
    [InlineData("group g 01 w1\nquorum g\n", "threshold")]
    [InlineData("group g 18446744073709551617 w1\nquorum g\n", "threshold")]
    [InlineData("group g most w1\nquorum g\n", "threshold")]
    [InlineData("group g all\nquorum none\n", "members")]
    [InlineData("group g all g\nquorum g\n", "not defined")]
    [InlineData("group g all none\nquorum g\n", "not defined")]
    [InlineData("group g all w1 w1\nquorum g\n", "twice")]
    [InlineData("group g all w1\ngroup h all w1\nquorum h\n", "twice")]
    [InlineData("group w1 all w2\nquorum w1\n", "defined twice")]
    [InlineData("group any all w1\nquorum w1\n", "keyword")]
    [InlineData("log none\nquorum none\n", "vkey")]
    [InlineData("logs none\nquorum none\n", "starts with none of")]
    [InlineData("quorum none\r\n", "control character")]
    [InlineData("# \u007f\nquorum none\n", "control character")]
    public void A_policy_that_departs_from_the_format_is_refused_with_the_reason(string rule, string reason)
    {
        Assert.False(Parse(LogLine + Witnesses + rule).TryGet(out _, out var told));
        Assert.Contains(reason, told);
    }

    [Fact] // LOG-23
    public void Keys_of_the_wrong_type_or_given_twice_and_too_many_of_anything_are_refused()
    {
        Assert.False(Parse($"log {Samples.FirstCosigner}\nquorum none\n").TryGet(out _, out _));
        Assert.False(Parse($"witness w {Samples.Log}\nquorum none\n").TryGet(out _, out _));
        Assert.False(
            Parse(
                    $"{LogLine}log {VerifierKey.Create("other", SignatureType.Ed25519, Samples.LogKey.PublicKey)}\nquorum none\n"
                )
                .TryGet(out _, out _)
        );
        Assert.False(
            Parse(
                    $"{Witnesses}witness w4 {VerifierKey.Create("other", SignatureType.Cosignature, Samples.FirstKey.PublicKey)}\nquorum none\n"
                )
                .TryGet(out _, out _)
        );

        string Of(int count, Func<int, string> line) =>
            string.Concat(Enumerable.Range(0, count).Select(line)) + "quorum none\n";
        string Log(int i) => $"log {VerifierKey.Create($"log{i}", SignatureType.Ed25519, Key(i))}\n";
        string Witness(int i) => $"witness w{i} {VerifierKey.Create($"w{i}", SignatureType.Cosignature, Key(i))}\n";
        string Group(int i) =>
            $"{Witness(0)[..(i == 0 ? Witness(0).Length : 0)]}group g{i} all {(i == 0 ? "w0" : $"g{i - 1}")}\n";
        foreach (
            var (line, most) in new (Func<int, string>, int)[]
            {
                (Log, TlogPolicy.MaxLogs),
                (Witness, TlogPolicy.MaxWitnesses),
                (Group, TlogPolicy.MaxGroups),
            }
        )
        {
            Assert.True(Parse(Of(most, line)).TryGet(out _, out var reason), reason);
            Assert.False(Parse(Of(most + 1, line)).TryGet(out _, out reason));
            Assert.Contains("at most", reason);
        }
        Assert.False(TlogPolicy.Parse(new byte[TlogPolicy.MaxLength + 1]).TryGet(out _, out _));
    }

    [Fact] // LOG-23
    public void Names_are_opaque_octets_and_key_names_are_utf8()
    {
        var key = VerifierKey.Create("жур-нал", SignatureType.Cosignature, Samples.FirstKey.PublicKey);
        byte[] policy =
        [
            .. Encoding.UTF8.GetBytes($"witness "),
            0xff,
            0x80,
            .. Encoding.UTF8.GetBytes($" {key}\nquorum "),
            0xff,
            0x80,
            (byte)'\n',
        ];
        var read = TlogPolicy.Parse(policy).Required();
        Assert.Equal(key, Assert.Single(read.Witnesses).Value);
        Assert.Equal("\u00ff\u0080", Assert.Single(read.Witnesses).Key);
        byte[] invalid =
        [
            .. Encoding.UTF8.GetBytes("log "),
            0xff,
            .. Encoding.UTF8.GetBytes(Samples.Log + "\nquorum none\n"),
        ];
        Assert.False(TlogPolicy.Parse(invalid).TryGet(out _, out _));
    }

    [Theory] // LOG-24
    [InlineData("quorum none\n", true)]
    [InlineData("quorum w1\n", true)]
    [InlineData("quorum w3\n", false)]
    [InlineData("group g any w1 w3\nquorum g\n", true)]
    [InlineData("group g all w1 w2\nquorum g\n", true)]
    [InlineData("group g all w1 w2 w3\nquorum g\n", false)]
    [InlineData("group g 2 w1 w2 w3\nquorum g\n", true)]
    [InlineData("group h all w2 w3\ngroup g any h w1\nquorum g\n", true)]
    [InlineData("group h all w2 w3\ngroup g all h w1\nquorum g\n", false)]
    public void A_checkpoint_meets_the_quorum_or_is_refused(string rule, bool isMet)
    {
        var policy = Parse(LogLine + Witnesses + rule).Required();
        Assert.Equal(isMet, policy.Evaluate(Samples.Sealed()).TryGet(out var outcome, out var reason));
        if (isMet)
            Assert.Equal(["w1", "w2"], outcome!.Witnesses);
        else
            Assert.Contains("quorum", reason);
        Assert.Equal(isMet, Samples.Proof(3).Verify(MerkleHash.Leaf(Samples.Entries[3]), policy).TryGet(out _, out _)); // LOG-22
        Assert.False(Samples.Proof(3).Verify(MerkleHash.Leaf(Samples.Entries[4]), policy).TryGet(out _, out _));
    }

    [Fact] // LOG-9 LOG-24
    public void A_checkpoint_of_another_log_or_with_one_bad_signature_is_refused_whatever_the_quorum()
    {
        var policy = Parse(LogLine + Witnesses + "quorum none\n").Required();
        Assert.True(policy.Evaluate(Samples.Sealed()).TryGet(out _, out _));
        Assert.False(Parse(Witnesses + "quorum none\n").Required().Evaluate(Samples.Sealed()).TryGet(out _, out _));
        var badWitness = Samples.Sealed().With(new NoteSignature("ua", Samples.FirstCosigner.KeyId, new byte[72]));
        Assert.False(policy.Evaluate(badWitness).TryGet(out _, out var reason));
        Assert.Contains("w1", reason);
        var badLog = Samples.Sealed().With(new NoteSignature(Samples.Log.Name, Samples.Log.KeyId, new byte[64]));
        Assert.False(policy.Evaluate(badLog).TryGet(out _, out _));
        var unsigned = Samples.Sealed().Keep([Samples.FirstCosigner, Samples.SecondCosigner])!;
        Assert.False(policy.Evaluate(unsigned).TryGet(out _, out _));
    }

    [Fact] // LOG-23
    public void Whatever_stands_in_a_policy_it_is_read_or_refused()
    {
        var random = new Random(23);
        var checkpoint = Samples.Sealed();
        var bytes = Encoding.UTF8.GetBytes(LogLine + Witnesses + "group g 2 w1 w2 w3\nquorum g\n");
        for (var i = 0; i < 5000; i++)
        {
            if (TlogPolicy.Parse(Samples.Mutate(bytes, random)).TryGet(out var policy, out var reason))
                _ = policy.Evaluate(checkpoint);
            else
                Assert.NotEmpty(reason);
        }
    }

    private static Parsed<TlogPolicy> Parse(string policy) => TlogPolicy.Parse(Encoding.UTF8.GetBytes(policy));

    private static JsonElement[] Published()
    {
        using var document = VectorFolder.Json("c2sp/policies.json");
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(test => test.Clone())];
    }

    /// <summary>The policy with each vkey of type 0x01 turned into the cosigner's vkey of the same name and
    /// key.</summary>
    private static string AsCosigners(string policy)
    {
        foreach (var word in policy.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!VerifierKey.Parse(word).TryGet(out var key, out _))
                continue;
            policy = policy.Replace(
                word,
                VerifierKey.Create(key.Name, SignatureType.Cosignature, key.Key).ToString(),
                StringComparison.Ordinal
            );
        }
        return policy;
    }

    private static VerifierKey Cosigner(byte seed) => VerifierKey.Create("third", SignatureType.Cosignature, Key(seed));

    private static PublicKey Key(int seed)
    {
        using var key = Samples.Key((byte)(seed + 50));
        return key.PublicKey;
    }
}
