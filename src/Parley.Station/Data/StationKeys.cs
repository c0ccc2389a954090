using Parley.Crypto;
using Parley.Record;
using Parley.Station.Data;

namespace Parley.Station.Data;

/// <summary>What a running station signs and proves itself with. Owns the keys; disposing zeroes them.</summary>
internal sealed class StationKeys : IDisposable
{
    private StationKeys(SigningKey log, SigningKey cosign, AgreementKey agreement, LinkKey link, byte[] linkCertificate)
    {
        Agreement = agreement;
        Log = log;
        Cosign = cosign;
        Link = link;
        LinkCertificate = linkCertificate;
    }

    /// <summary>Signs checkpoints of the own feeds.</summary>
    internal SigningKey Log { get; }

    /// <summary>Signs that entries of others are durable here.</summary>
    internal SigningKey Cosign { get; }

    /// <summary>Opens what peers seal for this station.</summary>
    internal AgreementKey Agreement { get; }

    /// <summary>Proves the station on the link; bound to the identity by the certificate.</summary>
    internal LinkKey Link { get; }
    internal byte[] LinkCertificate { get; }

    /// <summary>
    /// Reads the keys that a running station needs. The identity key is not among them: it signs cards and
    /// certificates, and may
    /// lie in a safe while the station runs.
    /// </summary>
    internal static Parsed<StationKeys> Read(
        DataDirectory directory,
        Card card,
        ReadOnlySpan<char> passphrase,
        DateTimeOffset now
    )
    {
        SigningKey? log = null,
            cosign = null;
        AgreementKey? agreement = null;
        LinkKey? link = null;
        try
        {
            if (
                !KeyFile
                    .ReadSigningKey(directory.Key(KeyRole.Log), KeyRole.Log, passphrase)
                    .TryGet(out log, out var why)
            )
                return new Rejected(why.Reason);
            if (
                !KeyFile
                    .ReadSigningKey(directory.Key(KeyRole.Cosign), KeyRole.Cosign, passphrase)
                    .TryGet(out cosign, out why)
            )
                return new Rejected(why.Reason);
            if (!KeyFile.ReadAgreementKey(directory.Key(KeyRole.Hpke), passphrase).TryGet(out agreement, out why))
                return new Rejected(why.Reason);
            if (!KeyFile.ReadLinkKey(directory.Key(KeyRole.LinkTls), passphrase).TryGet(out link, out why))
                return new Rejected(why.Reason);
            if (
                log.PublicKey != card.Log
                || cosign.PublicKey != card.Cosign
                || !agreement.PublicBytes.AsSpan().SequenceEqual(card.Hpke)
                || !link.SubjectPublicKeyInfo.AsSpan().SequenceEqual(card.LinkTls)
            )
                return new Rejected("the keys in this directory are not those of its card");
            var certificate = File.ReadAllBytes(directory.LinkCertificate);
            if (!LinkIdentity.Verify(certificate, now).TryGet(out var identity, out var bad))
                return new Rejected($"the link certificate cannot be used: {bad.Reason}");
            if (identity.Identity != card.Identity)
                return new Rejected("the link certificate is bound to another identity than the card's");
            if (!identity.SubjectPublicKeyInfo.Span.SequenceEqual(card.LinkTls))
                return new Rejected("the link certificate is not for the link key on the card; peers would refuse it");
            var keys = new StationKeys(log, cosign, agreement, link, certificate);
            (log, cosign, agreement, link) = (null, null, null, null);
            return keys;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Rejected($"the keys cannot be read: {e.Message}");
        }
        finally
        {
            log?.Dispose();
            cosign?.Dispose();
            agreement?.Dispose();
            link?.Dispose();
        }
    }

    /// <summary>Keys made this moment, of no party: for a station whose record is only read. What they would sign,
    /// nobody takes.</summary>
    internal static StationKeys OfNobody(DateTimeOffset now)
    {
        using var identity = SigningKey.Generate();
        var link = LinkKey.Generate();
        return new StationKeys(
            SigningKey.Generate(),
            SigningKey.Generate(),
            AgreementKey.Generate(),
            link,
            Crypto.LinkCertificate.Create(link, identity, now)
        );
    }

    public void Dispose()
    {
        Log.Dispose();
        Cosign.Dispose();
        Agreement.Dispose();
        Link.Dispose();
    }
}
