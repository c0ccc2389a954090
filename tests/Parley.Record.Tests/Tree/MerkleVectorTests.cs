using System.Text.Json;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Tree;

/// <summary>The published proof checks of transparency-dev/merkle: what must be accepted, and what must be refused
/// without a crash.</summary>
public sealed class MerkleVectorTests
{
    private const int Accepting = 3,
        Refusing = 46;

    [Fact] // LOG-19
    public void The_published_inclusion_proofs_are_judged_as_published() =>
        Judge(
            "merkle/inclusion",
            test =>
                TryHash(test, "root", out var root)
                && TryHash(test, "leafHash", out var leaf)
                && TryProof(test, out var proof)
                && InclusionProof.Verify(
                    test.GetProperty("leafIdx").GetUInt64(),
                    test.GetProperty("treeSize").GetUInt64(),
                    leaf,
                    proof,
                    root
                )
        );

    [Fact] // LOG-20
    public void The_published_consistency_proofs_are_judged_as_published() =>
        Judge(
            "merkle/consistency",
            test =>
                TryProof(test, out var proof)
                && ConsistencyProof.Verify(
                    test.GetProperty("size1").GetUInt64(),
                    test.GetProperty("size2").GetUInt64(),
                    RootOf(test, "root1"),
                    RootOf(test, "root2"),
                    proof
                )
        );

    private static void Judge(string folder, Func<JsonElement, bool> verify)
    {
        var (accepted, refused) = (0, 0);
        foreach (var file in VectorFolder.Files(folder, "*.json"))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var isValid = verify(document.RootElement);
            Assert.True(isValid != document.RootElement.GetProperty("wantErr").GetBoolean(), file);
            if (isValid)
                accepted++;
            else
                refused++;
        }
        Assert.Equal((Accepting, Refusing), (accepted, refused));
    }

    /// <summary>A root of another length, which a hash cannot hold, is stood in for by its SHA-256: equal where the
    /// published ones are equal.</summary>
    private static Hash RootOf(JsonElement test, string name) =>
        TryHash(test, name, out var hash)
            ? hash
            : Sha256.Of(
                test.GetProperty(name).ValueKind == JsonValueKind.Null
                    ? []
                    : test.GetProperty(name).GetBytesFromBase64()
            );

    private static bool TryHash(JsonElement test, string name, out Hash hash) =>
        TryHash(test.GetProperty(name), out hash);

    private static bool TryHash(JsonElement value, out Hash hash)
    {
        hash = default;
        if (value.ValueKind == JsonValueKind.Null || value.GetBytesFromBase64() is not { Length: Hash.Length } bytes)
            return false;
        hash = new Hash(bytes);
        return true;
    }

    private static bool TryProof(JsonElement test, out Hash[] proof)
    {
        proof = [];
        var value = test.GetProperty("proof");
        if (value.ValueKind == JsonValueKind.Null)
            return true;
        var hashes = new List<Hash>();
        foreach (var item in value.EnumerateArray())
        {
            if (!TryHash(item, out var hash))
                return false;
            hashes.Add(hash);
        }
        proof = [.. hashes];
        return true;
    }
}
