using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Record;

namespace Parley.Testing.Lines;

/// <summary>A party with keys derived from its name, so that every run sees the same bytes. Keys are made once in a
/// process: tests share them.</summary>
public sealed class LineParty
{
    private static readonly byte[] P256Prefix = Convert.FromHexString(
        "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    );
    private static readonly ConcurrentDictionary<string, LineParty> Parties = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<bool, Card> cards = new();

    private LineParty(string name)
    {
        Id = PartyId.Parse(name);
        Identity = Key("identity");
        Log = Key("log");
        Cosign = Key("cosign");
        Agreement = AgreementKey.FromBytes(Seed("hpke"));
    }

    public PartyId Id { get; }
    public SigningKey Identity { get; }
    public SigningKey Log { get; }
    public SigningKey Cosign { get; }

    /// <summary>Opens what is sealed for the party.</summary>
    public AgreementKey Agreement { get; }

    public static LineParty Named(string name) => Parties.GetOrAdd(name, n => new LineParty(n));

    /// <param name="dialable">False leaves the card without addresses: the party dials and is never dialled.</param>
    public Card Card(bool dialable) =>
        cards.GetOrAdd(
            dialable,
            d =>
                Record.Card.Sign(
                    new CardContents(
                        Id,
                        $"Ministry of {Id}",
                        ["en"],
                        d ? [$"{Id}.example:4433"] : [],
                        LineNetwork.Epoch,
                        Log.PublicKey,
                        Cosign.PublicKey,
                        [.. P256Prefix, .. Seed("link"), .. Seed("link y")],
                        Agreement.PublicBytes
                    ),
                    Identity
                )
        );

    public LineIdentity On(LineDocument document) =>
        new(Id, document, Log, Cosign) { AcceptsConnections = document.CardOf(Id)!.Addresses.Count > 0 };

    private byte[] Seed(string role) => SHA256.HashData(Encoding.UTF8.GetBytes($"{Id}/{role}"));

    private SigningKey Key(string role) => SigningKey.FromSeed(Seed(role));
}
