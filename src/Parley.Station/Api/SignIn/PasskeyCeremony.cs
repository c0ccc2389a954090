using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Parley.Station.Desks;
using Parley.Station.Officers;

namespace Parley.Station.Api;

/// <summary>What all ceremonies of passkeys share: where they may take place, under which name their challenge waits,
/// and how an answer is read.</summary>
internal static class PasskeyCeremony
{
    /// <summary>Largest answer of a passkey, in characters of JSON.</summary>
    private const int MaxCredential = 32 * 1024;

    internal static Refusal? NotHere(HttpContext http, ConsoleAddress address) =>
        address.IsPasskeyHost(http.Request.Host)
            ? null
            : new Refusal(
                "passkeys-elsewhere",
                $"passkeys belong to {address.RelyingParty}: open the console under {address.Origin}",
                409
            );

    internal static string KeyOf(SignedIn session) => $"registration {session.Session.Row.Secret}";

    internal static string ConfirmationOf(SignedIn session) => $"confirmation {session.Session.Row.Secret}";

    internal static JsonElement Json(string json) =>
        JsonSerializer.Deserialize(json, TrafficApiJson.Default.JsonElement);

    internal static string? CredentialOf(JsonElement credential) =>
        credential.ValueKind == JsonValueKind.Object && credential.GetRawText() is { Length: <= MaxCredential } text
            ? text
            : null;

    internal static byte[]? IdOf(JsonElement credential) => BytesOf(credential, "id");

    /// <summary>The challenge that the answer says it is for; Identity checks that it is signed.</summary>
    internal static string? ChallengeOf(JsonElement credential)
    {
        if (
            credential.ValueKind != JsonValueKind.Object
            || !credential.TryGetProperty("response", out var response)
            || BytesOf(response, "clientDataJSON") is not { } data
        )
            return null;
        return
            Answers.Parse(data, TrafficApiJson.Default.JsonElement).TryGet(out var client, out _)
            && client.ValueKind == JsonValueKind.Object
            && client.TryGetProperty("challenge", out var challenge)
            && challenge.ValueKind == JsonValueKind.String
            ? challenge.GetString()
            : null;
    }

    private static byte[]? BytesOf(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 and <= MaxCredential } text
        && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : null;
}
