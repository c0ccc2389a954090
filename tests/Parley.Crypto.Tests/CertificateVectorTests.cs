using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Crypto.Tests;

/// <summary>docs/protocol/vectors/certificates.json: link certificates. Their signatures are drawn at random, so the
/// file is written once (<c>PARLEY_WRITE_VECTORS=certificates</c>).</summary>
public sealed class CertificateVectorTests
{
    private const string Group = "certificates";
    private static readonly DateTimeOffset Start = new(2022, 3, 1, 0, 0, 0, TimeSpan.Zero),
        End = new(2042, 3, 1, 0, 0, 0, TimeSpan.Zero);

    // LINK-1 LINK-88 MESSAGES-1
    [Fact]
    public void A_certificate_is_taken_or_refused_as_the_vector_says()
    {
        if (OwnVectors.IsToBeWritten(Group))
            new Maker().Made().WriteOnce();
        OwnVectors.Each(
            Group,
            vector =>
            {
                var der = Convert.FromHexString((string)vector["certificate"]!);
                var at = DateTimeOffset.FromUnixTimeSeconds((long)vector["at"]!);
                var taken = LinkIdentity.Verify(der, at).TryGet(out var found, out var why);
                Assert.True(taken == (bool)vector["taken"]!, why?.Reason ?? "it was taken");
                if (!taken)
                    return;
                Assert.Equal((string?)vector["identity"], Convert.ToHexStringLower(found!.Identity.ToArray()));
                Assert.Equal((string?)vector["link"], Convert.ToHexStringLower(found.SubjectPublicKeyInfo.Span));
            }
        );
    }

    private sealed class Maker
    {
        private readonly SigningKey identity = SigningKey.FromSeed(SHA256.HashData("us/identity"u8));
        private readonly LinkKey link = LinkKey.Generate();
        private readonly OwnVectors vectors = new(
            Group,
            "A certificate in DER; the time at which it is looked at, in seconds since 1970; whether it is taken; and of one that is, the Ed25519 identity that it is bound to and its own key as subject public key info. The identity is that of us in cards.json. That a second certificate beside it is refused (LINK-88), no certificate alone can show."
        );

        internal OwnVectors Made()
        {
            var ours = Signed(link);
            Add(
                "as this project makes it",
                "MESSAGES-1 LINK-1",
                true,
                LinkCertificate.Create(link, identity, Start, End)
            );
            Add("the extension marked critical", "MESSAGES-1", true, Build(Extension(ours, critical: true)));
            Add(
                "critical basic constraints and a key usage that may sign, as openssl makes them",
                "LINK-88",
                true,
                Build(
                    Extension(ours),
                    new X509BasicConstraintsExtension(true, false, 0, critical: true),
                    new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true)
                )
            );
            Add(
                "another extension that is not critical",
                "LINK-88",
                true,
                Build(Extension(ours), new X509Extension("2.5.29.36", [0x30, 0x00], critical: false))
            );
            Add("its first second", "MESSAGES-1", true, Build(Extension(ours)), Start);
            Add("a second before it holds", "MESSAGES-1", false, Build(Extension(ours)), Start.AddSeconds(-1));
            Add("a second after it held", "MESSAGES-1", false, Build(Extension(ours)), End.AddSeconds(1));
            Add("no identity", "LINK-1", false, Build());
            Add(
                "another extension that is critical",
                "LINK-88",
                false,
                Build(Extension(ours), new X509Extension("2.5.29.36", [0x30, 0x00], critical: true))
            );
            Add(
                "a key usage that may not sign",
                "LINK-88",
                false,
                Build(Extension(ours), new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement, critical: true))
            );
            using var other = LinkKey.Generate();
            Add("an identity that vouched for another key", "MESSAGES-1", false, Build(Extension(Signed(other))));
            Add("signed by another key than its own", "MESSAGES-1", false, Build(other, Extension(ours)));
            var key = identity.PublicKey.ToArray();
            var signature = identity.Sign([.. LinkIdentity.SignedPrefix, .. link.SubjectPublicKeyInfo]);
            Add(
                "the protobuf's fields in another order",
                "MESSAGES-1",
                false,
                Build(Extension(Pair([0x12, 0x20, .. key, 0x08, 0x01], signature)))
            );
            Add("a bare key in the place of the protobuf", "MESSAGES-1", false, Build(Extension(Pair(key, signature))));
            Add(
                "another string before what is signed",
                "MESSAGES-1",
                false,
                Build(
                    Extension(
                        Pair(
                            [.. LinkIdentity.Ed25519Prefix, .. key],
                            identity.Sign([.. "parley-tls-handshake:"u8, .. link.SubjectPublicKeyInfo])
                        )
                    )
                )
            );
            Add(
                "an identity of small order",
                "MESSAGES-1 LINE-3",
                false,
                Build(
                    Extension(
                        Pair([.. LinkIdentity.Ed25519Prefix, 1, .. new byte[31]], new byte[PublicKey.SignatureLength])
                    )
                )
            );
            using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
            using var onP384 = new CertificateRequest("CN=parley", p384, HashAlgorithmName.SHA256).CreateSelfSigned(
                Start,
                End
            );
            Add("a key on P-384", "MESSAGES-1", false, onP384.RawData);
            Add("a byte behind it", "MESSAGES-1", false, [.. Build(Extension(ours)), 0]);
            Add(
                "more than 4,096 bytes",
                "MESSAGES-1",
                false,
                Build(Extension(ours), new X509Extension("1.2.3.4", new byte[4096], false))
            );
            return vectors;
        }

        private void Add(string name, string clauses, bool taken, byte[] der, DateTimeOffset? at = null)
        {
            var vector = new JsonObject
            {
                ["certificate"] = Convert.ToHexStringLower(der),
                ["at"] = (at ?? Start.AddYears(1)).ToUnixTimeSeconds(),
                ["taken"] = taken,
            };
            if (taken)
            {
                vector["identity"] = Convert.ToHexStringLower(identity.PublicKey.ToArray());
                vector["link"] = Convert.ToHexStringLower(link.SubjectPublicKeyInfo);
            }
            vectors.Add(name, clauses, vector);
        }

        private byte[] Build(params X509Extension[] extensions) => Build(link, extensions);

        private byte[] Build(LinkKey signer, params X509Extension[] extensions)
        {
            var request = new CertificateRequest("CN=parley", link.Platform, HashAlgorithmName.SHA256);
            foreach (var extension in extensions)
                request.CertificateExtensions.Add(extension);
            using var certificate = request.Create(
                new X500DistinguishedName("CN=parley"),
                X509SignatureGenerator.CreateForECDsa(signer.Platform),
                Start,
                End,
                [1]
            );
            return certificate.RawData;
        }

        private byte[] Signed(LinkKey key) =>
            Pair(
                [.. LinkIdentity.Ed25519Prefix, .. identity.PublicKey.ToArray()],
                identity.Sign([.. LinkIdentity.SignedPrefix, .. key.SubjectPublicKeyInfo])
            );

        private static X509Extension Extension(byte[] signedKey, bool critical = false) =>
            new(LinkCertificate.ExtensionOid, signedKey, critical);

        private static byte[] Pair(byte[] publicKey, byte[] signature)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(publicKey);
                writer.WriteOctetString(signature);
            }
            return writer.Encode();
        }
    }
}
