using System.Formats.Asn1;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Parley.Crypto.Tests;

public sealed class LinkCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly SigningKey identity = SigningKey.Generate();
    private readonly LinkKey link = LinkKey.Generate();

    public void Dispose()
    {
        identity.Dispose();
        link.Dispose();
    }

    [Fact]
    public void A_certificate_names_the_identity_that_vouched_for_it_and_its_own_key()
    {
        var der = LinkCertificate.Create(link, identity, Now);
        Assert.True(LinkIdentity.Verify(der, Now).TryGet(out var found, out var refusal), refusal?.Reason);
        Assert.Equal(identity.PublicKey, found.Identity);
        Assert.Equal(link.SubjectPublicKeyInfo, found.SubjectPublicKeyInfo.ToArray());
        Assert.Equal(Now - LinkCertificate.ClockAllowance, found.NotBefore);
        Assert.Equal(Now.AddYears(LinkCertificate.DefaultLifetimeYears), found.NotAfter);
    }

    [Fact]
    public void A_certificate_holds_from_its_first_second_to_its_last_and_no_longer()
    {
        var der = LinkCertificate.Create(link, identity, Now, Now.AddDays(1));
        Assert.True(LinkIdentity.Verify(der, Now).TryGet(out _, out _));
        Assert.True(LinkIdentity.Verify(der, Now.AddDays(1)).TryGet(out _, out _));
        AssertRefused(LinkCertificateFault.OutOfDate, der, Now.AddSeconds(-1));
        AssertRefused(LinkCertificateFault.OutOfDate, der, Now.AddDays(1).AddSeconds(1));
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_certificate_is_refused()
    {
        var der = LinkCertificate.Create(link, identity, Now);
        for (var bit = 0; bit < der.Length * 8; bit++)
        {
            der[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(LinkIdentity.Verify(der, Now).TryGet(out _, out _), $"bit {bit} flipped");
            der[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_certificate_cut_short_anywhere_or_with_a_byte_behind_it_is_refused()
    {
        var der = LinkCertificate.Create(link, identity, Now);
        for (var length = 0; length < der.Length; length++)
            AssertRefused(LinkCertificateFault.Malformed, der[..length]);
        AssertRefused(LinkCertificateFault.Malformed, [.. der, 0]);
        AssertRefused(LinkCertificateFault.Malformed, new byte[LinkCertificate.MaxLength + 1]);
    }

    [Fact]
    public void Random_bytes_are_refused_and_never_throw()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            if (bytes.Length > 4)
                (bytes[0], bytes[1], bytes[2], bytes[3]) = (
                    0x30,
                    0x82,
                    (byte)((bytes.Length - 4) >> 8),
                    (byte)(bytes.Length - 4)
                );
            Assert.False(LinkIdentity.Verify(bytes, Now).TryGet(out _, out _));
        }
    }

    [Fact]
    public void A_certificate_without_the_identity_extension_is_refused() =>
        AssertRefused(LinkCertificateFault.NoIdentity, Build());

    [Fact]
    public void An_identity_that_vouched_for_another_key_is_refused()
    {
        using var other = LinkKey.Generate();
        AssertRefused(LinkCertificateFault.BadIdentitySignature, Build(Extension(SignedKeyOf(other))));
    }

    [Fact]
    public void Another_extension_is_ignored_unless_it_is_critical()
    {
        var ours = Extension(SignedKeyOf(link));
        Assert.True(
            LinkIdentity
                .Verify(Build(ours, new X509BasicConstraintsExtension(false, false, 0, critical: false)), Now)
                .TryGet(out _, out _)
        );
        AssertRefused(
            LinkCertificateFault.UnknownCriticalExtension,
            Build(ours, new X509Extension("2.5.29.36", [0x30, 0x00], critical: true))
        );
        Assert.True(LinkIdentity.Verify(Build(Extension(SignedKeyOf(link), critical: true)), Now).TryGet(out _, out _));
    }

    [Fact] // LINK-88
    public void What_common_tools_mark_critical_is_understood_where_the_key_may_sign()
    {
        var ours = Extension(SignedKeyOf(link));
        var constraints = new X509BasicConstraintsExtension(
            certificateAuthority: true,
            hasPathLengthConstraint: true,
            pathLengthConstraint: 0,
            critical: true
        );
        Assert.True(
            LinkIdentity
                .Verify(
                    Build(
                        ours,
                        constraints,
                        new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true)
                    ),
                    Now
                )
                .TryGet(out _, out var refusal),
            refusal?.Reason
        );
        AssertRefused(
            LinkCertificateFault.Malformed,
            Build(ours, new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement, critical: true))
        );
        AssertRefused(
            LinkCertificateFault.Malformed,
            Build(ours, new X509Extension("2.5.29.19", [0x30, 0x01, 0x00], critical: true))
        );
        Assert.False(
            LinkIdentity
                .Verify(Build(ours, new X509Extension("2.5.29.36", [0x30, 0x00], critical: true)), Now)
                .TryGet(out _, out refusal)
        );
        Assert.Contains("2.5.29.36", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_identity_extension_twice_is_refused()
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Build(Extension(SignedKeyOf(link))));
        var twice = Resigned(certificate.RawData, extensions => [.. extensions, .. extensions]);
        AssertRefused(LinkCertificateFault.Malformed, twice);
        Assert.True(
            LinkIdentity.Verify(Resigned(certificate.RawData, extensions => extensions), Now).TryGet(out _, out _)
        );
    }

    [Fact]
    public void A_certificate_signed_by_another_key_than_its_own_is_refused()
    {
        using var other = LinkKey.Generate();
        var request = new CertificateRequest("CN=parley", link.Platform, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(Extension(SignedKeyOf(link)));
        using var certificate = request.Create(
            new X500DistinguishedName("CN=parley"),
            X509SignatureGenerator.CreateForECDsa(other.Platform),
            Now,
            Now.AddDays(1),
            [1]
        );
        AssertRefused(LinkCertificateFault.BadSelfSignature, certificate.RawData);
    }

    [Fact]
    public void A_key_on_another_curve_or_of_another_algorithm_is_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var onP384 = new CertificateRequest("CN=parley", p384, HashAlgorithmName.SHA256).CreateSelfSigned(
            Now,
            Now.AddDays(1)
        );
        Assert.False(LinkIdentity.Verify(onP384.RawDataMemory, Now).TryGet(out _, out _));
        using var rsa = RSA.Create(2048);
        using var withRsa = new CertificateRequest(
            "CN=parley",
            rsa,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSelfSigned(Now, Now.AddDays(1));
        AssertRefused(LinkCertificateFault.Malformed, withRsa.RawData);
    }

    [Fact]
    public void An_identity_key_that_may_not_be_pinned_is_refused()
    {
        var smallOrder = new byte[PublicKey.Length];
        smallOrder[0] = 1; // the neutral element
        byte[] protobuf = [.. LinkIdentity.Ed25519Prefix, .. smallOrder];
        AssertRefused(
            LinkCertificateFault.UnsafeIdentityKey,
            Build(Extension(SignedKey(protobuf, new byte[PublicKey.SignatureLength])))
        );
    }

    [Fact]
    public void An_identity_key_spelt_otherwise_is_refused()
    {
        var signature = identity.Sign([.. LinkIdentity.SignedPrefix, .. link.SubjectPublicKeyInfo]);
        var key = identity.PublicKey.ToArray();
        AssertRefused(
            LinkCertificateFault.Malformed,
            Build(Extension(SignedKey([0x12, 0x20, .. key, 0x08, 0x01], signature)))
        ); // fields swapped
        AssertRefused(
            LinkCertificateFault.Malformed,
            Build(Extension(SignedKey([.. LinkIdentity.Ed25519Prefix, .. key, 0x18, 0x01], signature)))
        ); // a field more
        AssertRefused(LinkCertificateFault.Malformed, Build(Extension(SignedKey([], signature))));
    }

    [Fact] // LINK-88
    public void More_than_one_certificate_or_none_is_refused_be_it_the_same_one_twice()
    {
        using var leaf = X509CertificateLoader.LoadCertificate(LinkCertificate.Create(link, identity, Now));
        using var other = X509CertificateLoader.LoadCertificate(LinkCertificate.Create(link, identity, Now));
        using var chain = new X509Chain();
        Refusal<LinkCertificateFault>? refusal;
        Assert.True(LinkIdentity.Verify(leaf, chain, Now, dialled: false).TryGet(out _, out _));
        chain.ChainPolicy.ExtraStore.Add(leaf); // so a server's own is listed; what a client adds is one too many
        Assert.True(LinkIdentity.Verify(leaf, chain, Now, dialled: true).TryGet(out _, out _));
        Assert.False(LinkIdentity.Verify(leaf, chain, Now, dialled: false).TryGet(out _, out refusal));
        Assert.Equal(LinkCertificateFault.NotAlone, refusal.Fault);
        foreach (var second in new[] { leaf, other })
        {
            chain.ChainPolicy.ExtraStore.Add(second);
            foreach (var dialled in new[] { true, false })
                Assert.False(LinkIdentity.Verify(leaf, chain, Now, dialled).TryGet(out _, out refusal));
            chain.ChainPolicy.ExtraStore.Remove(second);
        }
        Assert.False(LinkIdentity.Verify(null, null, Now, dialled: false).TryGet(out _, out refusal));
        Assert.Equal(LinkCertificateFault.NotAlone, refusal.Fault);
    }

    [Fact]
    public void A_certificate_is_not_joined_with_a_key_that_is_not_its_own()
    {
        using var other = LinkKey.Generate();
        var der = LinkCertificate.Create(link, identity, Now);
        Assert.Throws<ArgumentException>(() => LinkCertificate.WithKey(der, other));
    }

    [Fact]
    public async Task Both_ends_of_a_TLS_1_3_handshake_learn_the_identity_of_the_other()
    {
        using var otherIdentity = SigningKey.Generate();
        using var otherLink = LinkKey.Generate();
        using var ours = LinkCertificate.WithKey(LinkCertificate.Create(link, identity, Now), link);
        using var theirs = LinkCertificate.WithKey(LinkCertificate.Create(otherLink, otherIdentity, Now), otherLink);
        PublicKey? seenByClient = null,
            seenByServer = null;

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var dialled = new TcpClient();
        var accepting = listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await dialled.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using var accepted = await accepting;
        await using var client = new SslStream(dialled.GetStream());
        await using var server = new SslStream(accepted.GetStream());
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "parley",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificateContext = SslStreamCertificateContext.Create(ours, null, offline: true),
                    RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                        Accept(certificate, chain, out seenByClient),
                },
                TestContext.Current.CancellationToken
            ),
            server.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificateRequired = true,
                    ServerCertificateContext = SslStreamCertificateContext.Create(theirs, null, offline: true),
                    RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                        Accept(certificate, chain, out seenByServer),
                },
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal(otherIdentity.PublicKey, seenByClient);
        Assert.Equal(identity.PublicKey, seenByServer);
    }

    private static bool Accept(X509Certificate? certificate, X509Chain? chain, out PublicKey? seen)
    {
        var accepted = LinkIdentity
            .Verify(certificate as X509Certificate2, chain, Now, dialled: true)
            .TryGet(out var found, out _);
        seen = found?.Identity;
        return accepted;
    }

    private static void AssertRefused(LinkCertificateFault fault, byte[] der, DateTimeOffset? now = null)
    {
        Assert.False(LinkIdentity.Verify(der, now ?? Now).TryGet(out _, out var refusal));
        Assert.Equal(fault, refusal.Fault);
    }

    private byte[] Build(params X509Extension[] extensions)
    {
        var request = new CertificateRequest("CN=parley", link.Platform, HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        using var certificate = request.Create(
            new X500DistinguishedName("CN=parley"),
            X509SignatureGenerator.CreateForECDsa(link.Platform),
            Now,
            Now.AddDays(1),
            [1]
        );
        return certificate.RawData;
    }

    /// <summary>Takes a certificate of ours apart, lets the list of extensions be changed, and signs it
    /// again.</summary>
    private byte[] Resigned(byte[] der, Func<byte[], byte[]> change)
    {
        var tbs = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            for (var field = 0; field < 7; field++)
                writer.WriteEncodedValue(tbs.ReadEncodedValue().Span);
            var list = tbs.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3, true)).ReadSequence();
            var extensions = new List<byte>();
            while (list.HasData)
                extensions.AddRange(list.ReadEncodedValue().Span);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3, true)))
            using (writer.PushSequence())
            {
                var changed = new AsnReader(change([.. extensions]), AsnEncodingRules.DER);
                while (changed.HasData)
                    writer.WriteEncodedValue(changed.ReadEncodedValue().Span);
            }
        }
        var signed = writer.Encode();
        writer.Reset();
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(signed);
            using (writer.PushSequence())
                writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            writer.WriteBitString(
                link.Platform.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            );
        }
        return writer.Encode();
    }

    private static X509Extension Extension(byte[] signedKey, bool critical = false) =>
        new(LinkCertificate.ExtensionOid, signedKey, critical);

    private byte[] SignedKeyOf(LinkKey key) =>
        SignedKey(
            [.. LinkIdentity.Ed25519Prefix, .. identity.PublicKey.ToArray()],
            identity.Sign([.. LinkIdentity.SignedPrefix, .. key.SubjectPublicKeyInfo])
        );

    private static byte[] SignedKey(byte[] publicKey, byte[] signature)
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
