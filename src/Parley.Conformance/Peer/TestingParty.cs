using System.Security.Cryptography.X509Certificates;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance.Peer;

/// <summary>The party that the suite plays. Its keys are drawn for one run and kept nowhere: each run is on a line of
/// its own.</summary>
internal sealed class TestingParty : IDisposable
{
    private TestingParty(
        Card card,
        SigningKey identity,
        SigningKey log,
        SigningKey cosign,
        LinkKey link,
        AgreementKey hpke
    ) => (Card, Identity, Log, Cosign, Link, Hpke) = (card, identity, log, cosign, link, hpke);

    internal Card Card { get; }
    internal PartyId Id => Card.Party;
    internal SigningKey Identity { get; }
    internal SigningKey Log { get; }
    internal SigningKey Cosign { get; }
    internal LinkKey Link { get; }
    internal AgreementKey Hpke { get; }

    internal static TestingParty Make(PartyId id, string address, DateTimeOffset now)
    {
        var (identity, log, cosign) = (SigningKey.Generate(), SigningKey.Generate(), SigningKey.Generate());
        var link = LinkKey.Generate();
        var hpke = AgreementKey.Generate();
        var card = Card.Sign(
            new CardContents(
                id,
                "Parley conformance suite",
                ["en"],
                [address],
                now,
                log.PublicKey,
                cosign.PublicKey,
                link.SubjectPublicKeyInfo,
                hpke.PublicBytes
            ),
            identity
        );
        return new TestingParty(card, identity, log, cosign, link, hpke);
    }

    internal X509Certificate2 Certificate(DateTimeOffset now) =>
        LinkCertificate.WithKey(LinkCertificate.Create(Link, Identity, now), Link);

    /// <summary>The same identity in a certificate with a key that is on no card.</summary>
    internal X509Certificate2 CertificateOfAnotherKey(DateTimeOffset now)
    {
        using var other = LinkKey.Generate();
        return LinkCertificate.WithKey(LinkCertificate.Create(other, Identity, now), other);
    }

    internal static X509Certificate2 Stranger(DateTimeOffset now)
    {
        using var identity = SigningKey.Generate();
        using var link = LinkKey.Generate();
        return LinkCertificate.WithKey(LinkCertificate.Create(link, identity, now), link);
    }

    public void Dispose()
    {
        Identity.Dispose();
        Log.Dispose();
        Cosign.Dispose();
        Link.Dispose();
        Hpke.Dispose();
    }
}
