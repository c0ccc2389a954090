using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Crypto.Tests;

public sealed class LinkVectorTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_published_certificate_is_judged_as_published()
    {
        using var file = VectorFolder.Json("libp2p-tls/vectors.json");
        var count = 0;
        foreach (var vector in file.RootElement.GetProperty("vectors").EnumerateArray())
        {
            count++;
            var der = Convert.FromHexString(vector.GetProperty("certificate_der_hex").GetString()!);
            var accepted = LinkIdentity.Verify(der, Now).TryGet(out var identity, out var refusal);
            var (valid, type) = (
                vector.GetProperty("valid").GetBoolean(),
                vector.GetProperty("identity_key_type").GetString()
            );
            switch (valid, type)
            {
                case (true, "Ed25519"):
                    Assert.True(accepted, refusal?.Reason);
                    Assert.EndsWith(
                        identity!.Identity.ToHex(),
                        vector.GetProperty("identity_public_key_protobuf_hex").GetString(),
                        StringComparison.Ordinal
                    );
                    break;
                case (true, "ECDSA"):
                    // Parley pins Ed25519 only, so this valid one is refused, but only after its signature was found to
                    // hold.
                    Assert.Equal(LinkCertificateFault.UnsupportedIdentityKey, refusal!.Fault);
                    Assert.Contains("its signature holds", refusal.Reason, StringComparison.Ordinal);
                    break;
                case (true, "Secp256k1"):
                    // Refused by its type alone: its signature is not examined.
                    Assert.Equal(LinkCertificateFault.UnsupportedIdentityKey, refusal!.Fault);
                    break;
                case (false, _):
                    Assert.Equal(LinkCertificateFault.BadIdentitySignature, refusal!.Fault);
                    break;
                default:
                    Assert.Fail($"a vector of a new kind: {type}");
                    break;
            }
        }
        Assert.Equal(4, count);
    }

    [Fact]
    public void A_published_certificate_with_any_bit_flipped_is_refused()
    {
        using var file = VectorFolder.Json("libp2p-tls/vectors.json");
        var original = Convert.FromHexString(
            file.RootElement.GetProperty("vectors")[0].GetProperty("certificate_der_hex").GetString()!
        );
        Assert.True(LinkIdentity.Verify(original, Now).TryGet(out _, out _));
        for (var bit = 0; bit < original.Length * 8; bit++)
        {
            var changed = original.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(LinkIdentity.Verify(changed, Now).TryGet(out _, out _), $"bit {bit} flipped");
        }
    }
}
