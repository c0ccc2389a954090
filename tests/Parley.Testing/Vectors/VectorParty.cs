using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Testing.Vectors;

/// <summary>A party of the vectors. Its five secrets are the SHA-256 of <c>party/role</c>: anybody can make them.</summary>
public sealed class VectorParty
{
    /// <summary>The points of P-256 that belong to the secrets, worked out with another program.</summary>
    private static readonly Dictionary<string, string> LinkPoints = new(StringComparer.Ordinal)
    {
        ["us"] =
            "ea06a2dd9ba0b9e59e5abafb0733533cace43624378fe6eb1bf4ad1f83b97d70b55cc2d8b4920bdc2fc110e37886ac8d3c0ce670d790acbfb87a08d6e99cc950",
        ["ru"] =
            "c946adead0b8ff8d4a1113b8881e0e815f3432c85be03086eabdc8dab398c1bab1ef281cd6b8fa78971e49677413d2764f5694c6c78957fee274403be97f9932",
        ["icrc"] =
            "3736469c331f3f94cfb91abb705fdf0d613d84b8c090a08e87c08d076c422451d9c260f83fb696ff95a58b0dd1129e151c6ae11b9d2d2b9e678b87315f49f3ad",
    };

    public static readonly DateTimeOffset Issued = new(2022, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private static readonly byte[] P256Prefix = Convert.FromHexString(
        "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    );

    private VectorParty(string id, string name, string[] languages, string[] addresses)
    {
        Id = PartyId.Parse(id);
        Identity = SigningKey.FromSeed(Seed("identity"));
        Log = SigningKey.FromSeed(Seed("log"));
        Cosign = SigningKey.FromSeed(Seed("cosign"));
        Agreement = AgreementKey.FromBytes(Seed("hpke"));
        Contents = new CardContents(
            Id,
            name,
            languages,
            addresses,
            Issued,
            Log.PublicKey,
            Cosign.PublicKey,
            [.. P256Prefix, .. Convert.FromHexString(LinkPoints[id])],
            Agreement.PublicBytes
        );
        Card = Record.Card.Sign(Contents, Identity);
    }

    public static VectorParty Us { get; } = new("us", "Northern Command", ["en"], ["hotline.us.example:7474"]);

    public static VectorParty Ru { get; } =
        new("ru", "Штаб «Север»", ["ru", "en"], ["203.0.113.7:7474", "[2001:db8::7]:7474"]);

    /// <summary>Cannot be dialled.</summary>
    public static VectorParty Icrc { get; } = new("icrc", "Red Cross", [], []);

    public PartyId Id { get; }
    public SigningKey Identity { get; }
    public SigningKey Log { get; }
    public SigningKey Cosign { get; }
    public AgreementKey Agreement { get; }
    public CardContents Contents { get; }
    public Card Card { get; }

    public static LineDocument Line(params VectorParty[] parties) =>
        LineDocument.Create(
            "north",
            "Northern line",
            Issued,
            [.. Enumerable.Range(0, LineDocument.NonceLength).Select(i => (byte)i)],
            [.. parties.Select(p => p.Card)],
            LinePolicy.Default
        );

    /// <summary>The secrets, for who wants to sign.</summary>
    public JsonObject Secrets =>
        new(
            new[] { "identity", "log", "cosign", "link", "hpke" }.Select(role =>
                KeyValuePair.Create<string, JsonNode?>(role, Convert.ToHexStringLower(Seed(role)))
            )
        );

    private byte[] Seed(string role) => SHA256.HashData(Encoding.UTF8.GetBytes($"{Id}/{role}"));
}
