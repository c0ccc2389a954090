using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Bench.SideBySide;

/// <summary>A certificate authority that lives as long as a run: the two servers trust it and no other.</summary>
internal sealed class RunAuthority : IDisposable
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-1);
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;

    internal RunAuthority(string folder)
    {
        var request = new CertificateRequest("CN=side by side", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true,
                hasPathLengthConstraint: false,
                0,
                critical: true
            )
        );
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        certificate = request.CreateSelfSigned(From, From.AddDays(30));
        Path = System.IO.Path.Combine(folder, "authority.crt");
        File.WriteAllText(Path, certificate.ExportCertificatePem());
    }

    internal string Path { get; }

    /// <summary>Writes <c>DOMAIN.crt</c> and <c>DOMAIN.key</c>, good for both ends of a connection between servers (RFC
    /// 6125, XEP-0178).</summary>
    internal void Issue(string folder, string domain)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={domain}", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(domain);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension(
                [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")],
                critical: false
            )
        ); // server and client
        using var issued = request.Create(certificate, From, From.AddDays(20), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(System.IO.Path.Combine(folder, $"{domain}.crt"), issued.ExportCertificatePem());
        File.WriteAllText(System.IO.Path.Combine(folder, $"{domain}.key"), own.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }
}
