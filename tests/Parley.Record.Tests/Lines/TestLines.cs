using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;

namespace Parley.Record.Tests.Lines;

/// <summary>A party with keys derived from its name, so that every run of a test sees the same bytes.</summary>
internal sealed class TestParty
{
    private readonly string secret;

    private TestParty(string id, string? secret = null)
    {
        Id = PartyId.Parse(id);
        this.secret = secret ?? id;
        Identity = Key("identity");
        Log = Key("log");
        Cosign = Key("cosign");
        Card = Card.Sign(Contents, Identity);
    }

    internal PartyId Id { get; }
    internal SigningKey Identity { get; }
    internal SigningKey Log { get; }
    internal SigningKey Cosign { get; }
    internal Card Card { get; }

    internal CardContents Contents =>
        new(
            Id,
            $"Ministry of {Id}",
            ["en", "uk"],
            [$"{Id}.example:4433"],
            TestLines.Created,
            Log.PublicKey,
            Cosign.PublicKey,
            [.. TestLines.P256Prefix, .. Seed("link"), .. Seed("link y")],
            Seed("hpke")
        );

    internal static TestParty Us { get; } = new("us");
    internal static TestParty Ru { get; } = new("ru");
    internal static TestParty Icrc { get; } = new("icrc");

    internal static TestParty Named(string id) => new(id);

    /// <summary>Somebody else under the same name.</summary>
    internal static TestParty Impostor(string id) => new(id, $"not {id}");

    private byte[] Seed(string role) => SHA256.HashData(Encoding.UTF8.GetBytes($"{secret}/{role}"));

    private SigningKey Key(string role) => SigningKey.FromSeed(Seed(role));
}

internal static class TestLines
{
    internal static readonly byte[] P256Prefix = Convert.FromHexString(
        "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    );
    internal static readonly DateTimeOffset Created = new(2022, 3, 1, 9, 0, 0, TimeSpan.Zero);
    internal static readonly byte[] Nonce = [.. Enumerable.Range(0, LineDocument.NonceLength).Select(i => (byte)i)];

    internal static LineDocument Of(params TestParty[] parties) =>
        LineDocument.Create(
            "north",
            "Northern line",
            Created,
            Nonce,
            [.. parties.Select(party => party.Card)],
            LinePolicy.Default
        );
}
