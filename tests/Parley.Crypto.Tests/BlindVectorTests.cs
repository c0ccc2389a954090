using System.Security.Cryptography;
using System.Text.Json;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Crypto.Tests;

/// <summary>RFC 9497 for ristretto255-SHA512, against its published vectors.</summary>
public sealed class BlindVectorTests
{
    private const string File = "oprf/rfc9497-ristretto255-sha512-oprf-voprf.json";

    [Fact]
    public void Every_step_of_every_published_vector_comes_out()
    {
        using var document = VectorFolder.Json(File);
        Assert.Equal(2, document.RootElement.GetArrayLength());
        var counts = new int[2];
        foreach (var suite in document.RootElement.EnumerateArray())
        {
            var mode = suite.GetProperty("mode").GetInt32();
            var context = mode == 0 ? Rfc9497.Oprf : Rfc9497.Voprf;
            var secret = Hex(suite, "skSm");
            Assert.Equal(secret, DeriveKey(context, Hex(suite, "seed"), Hex(suite, "keyInfo")));
            using var key = EvaluationKey.FromScalar(secret);
            if (mode == 1)
                Assert.Equal(Hex(suite, "pkSm"), key.PublicKey.ToArray());
            foreach (var vector in suite.GetProperty("vectors").EnumerateArray())
            {
                counts[mode]++;
                var (inputs, blinds, blinded, evaluated, outputs) = (
                    List(vector, "Input"),
                    List(vector, "Blind"),
                    List(vector, "BlindedElement"),
                    List(vector, "EvaluationElement"),
                    List(vector, "Output")
                );
                Assert.Equal(vector.GetProperty("Batch").GetInt32(), inputs.Length);
                for (var i = 0; i < inputs.Length; i++)
                {
                    byte[] element = new byte[32],
                        result = new byte[32],
                        inverse = new byte[32];
                    context.HashToGroup(inputs[i], element);
                    Assert.True(Ristretto255.TryMultiply(blinds[i], element, result));
                    Assert.Equal(blinded[i], result);
                    Assert.Equal(-1, key.Multiply(blinded[i], result));
                    Assert.Equal(evaluated[i], result);
                    Assert.True(
                        Ristretto255.TryInvert(blinds[i], inverse)
                            && Ristretto255.TryMultiply(inverse, evaluated[i], element)
                    );
                    Assert.Equal(outputs[i], Finish(inputs[i], element));
                }
                if (mode == 0)
                    continue;
                byte[] all = [.. blinded.SelectMany(b => b)],
                    made = [.. evaluated.SelectMany(b => b)],
                    proof = new byte[Dleq.ProofLength],
                    nonce = new byte[64];
                Convert.FromHexString(vector.GetProperty("Proof").GetProperty("r").GetString()!).CopyTo(nonce, 0);
                Assert.True(key.TryProve(all, made, nonce, proof));
                Assert.Equal(
                    Convert.FromHexString(vector.GetProperty("Proof").GetProperty("proof").GetString()!),
                    proof
                );
                Assert.True(Dleq.Verify(key.PublicKey.Span, all, made, proof));
            }
        }
        Assert.Equal([2, 3], counts);
    }

    private static byte[] DeriveKey(Rfc9497 context, byte[] seed, byte[] info)
    {
        var key = new byte[32];
        Rfc9497.HashToScalar(
            [.. seed, (byte)(info.Length >> 8), (byte)info.Length, .. info, 0],
            context.DeriveTag,
            key
        );
        return key;
    }

    private static byte[] Finish(byte[] input, byte[] element)
    {
        using var stream = new MemoryStream();
        foreach (var part in (byte[][])[input, element])
        {
            stream.WriteByte((byte)(part.Length >> 8));
            stream.WriteByte((byte)part.Length);
            stream.Write(part);
        }
        stream.Write("Finalize"u8);
        return SHA512.HashData(stream.ToArray());
    }

    private static byte[] Hex(JsonElement element, string name) =>
        Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static byte[][] List(JsonElement element, string name) =>
        [.. element.GetProperty(name).GetString()!.Split(',').Select(Convert.FromHexString)];
}
