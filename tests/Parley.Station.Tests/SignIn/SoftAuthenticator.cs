using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Station.Tests.SignIn;

/// <summary>
/// An authenticator in software (W3C Web Authentication Level 3, §6): one resident P-256 key, attestation "none", a
/// counter. Its knobs are what a browser or a thief
/// may get wrong.
/// </summary>
internal sealed class SoftAuthenticator : IDisposable
{
    private const byte UserPresent = 0x01,
        UserVerified = 0x04,
        HasCredential = 0x40;
    private const int Es256 = -7,
        Ec2 = 2,
        P256 = 1;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private byte[] userHandle = [];

    internal byte[] Id { get; } = RandomNumberGenerator.GetBytes(32);
    internal uint Counter { get; set; }
    internal bool Counts { get; init; } = true;
    internal bool Verifies { get; set; } = true;

    /// <summary>What the browser says that it is for, where that is not what it was asked for.</summary>
    internal string? RelyingParty { get; set; }
    internal bool CrossOrigin { get; set; }

    /// <summary><c>navigator.credentials.create</c> on a page of that origin, as <c>credential.toJSON()</c>.</summary>
    internal JsonObject Create(JsonElement options, string origin)
    {
        userHandle = Base64Url.DecodeFromChars(options.GetProperty("user").GetProperty("id").GetString()!);
        var data = ClientData("webauthn.create", options.GetProperty("challenge").GetString()!, origin);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var cose = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cose.WriteStartMap(5);
        cose.WriteInt32(1);
        cose.WriteInt32(Ec2);
        cose.WriteInt32(3);
        cose.WriteInt32(Es256);
        cose.WriteInt32(-1);
        cose.WriteInt32(P256);
        cose.WriteInt32(-2);
        cose.WriteByteString(parameters.Q.X!);
        cose.WriteInt32(-3);
        cose.WriteByteString(parameters.Q.Y!);
        cose.WriteEndMap();
        byte[] attested = [.. new byte[16], (byte)(Id.Length >> 8), (byte)Id.Length, .. Id, .. cose.Encode()];
        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString([
            .. AuthenticatorData(options.GetProperty("rp").GetProperty("id").GetString()!, HasCredential),
            .. attested,
        ]);
        attestation.WriteEndMap();
        return Credential(
            new JsonObject
            {
                ["clientDataJSON"] = Text(data),
                ["attestationObject"] = Text(attestation.Encode()),
                ["transports"] = new JsonArray("internal"),
            }
        );
    }

    /// <summary><c>navigator.credentials.get</c> on a page of that origin, as <c>credential.toJSON()</c>.</summary>
    internal JsonObject Get(JsonElement options, string origin)
    {
        if (Counts)
            Counter++;
        var data = ClientData("webauthn.get", options.GetProperty("challenge").GetString()!, origin);
        var authenticator = AuthenticatorData(options.GetProperty("rpId").GetString()!, 0);
        var signature = key.SignData(
            [.. authenticator, .. SHA256.HashData(data)],
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
        return Credential(
            new JsonObject
            {
                ["clientDataJSON"] = Text(data),
                ["authenticatorData"] = Text(authenticator),
                ["signature"] = Text(signature),
                ["userHandle"] = Text(userHandle),
            }
        );
    }

    private JsonObject Credential(JsonObject response) =>
        new()
        {
            ["id"] = Text(Id),
            ["rawId"] = Text(Id),
            ["type"] = "public-key",
            ["authenticatorAttachment"] = "platform",
            ["clientExtensionResults"] = new JsonObject(),
            ["response"] = response,
        };

    private byte[] ClientData(string type, string challenge, string origin) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["type"] = type,
                ["challenge"] = challenge,
                ["origin"] = origin,
                ["crossOrigin"] = CrossOrigin,
            }.ToJsonString()
        );

    private byte[] AuthenticatorData(string relyingParty, byte flags)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        return
        [
            .. SHA256.HashData(Encoding.UTF8.GetBytes(RelyingParty ?? relyingParty)),
            (byte)(flags | UserPresent | (Verifies ? UserVerified : 0)),
            .. counter,
        ];
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public void Dispose() => key.Dispose();
}
