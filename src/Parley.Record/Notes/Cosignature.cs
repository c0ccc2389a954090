using System.Buffers.Binary;
using System.Text;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// Another party's signature on a checkpoint: at that time it held these entries durably, consistent with all it had
/// seen
/// (C2SP tlog-cosignature, Ed25519, <c>cosignature/v1</c>). The bytes are a 64-bit POSIX time and an Ed25519 signature.
/// </summary>
public static class Cosignature
{
    private const int TimeLength = 8;

    /// <summary>Bytes of time and signature.</summary>
    public const int Length = TimeLength + PublicKey.SignatureLength;
    private const string Header = "cosignature/v1\ntime ";

    // Year 9999: all that can be shown. It also keeps times below the 2^63 that the specification sets.
    private const ulong MaxTime = 253_402_300_799;

    /// <summary>
    /// Cosigns as a party. The time is cut to whole seconds; one before 1970 is misuse and throws (LOG-13). A clock
    /// that was never set begins at 0, which
    /// states no time and is refused by readers (LOG-26): the second after it is stated then.
    /// </summary>
    public static NoteSignature Sign(Checkpoint c, PartyId cosigner, SigningKey cosignKey, DateTimeOffset at)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at.ToUnixTimeSeconds(), nameof(at));
        var seconds = Math.Max(1, at.ToUnixTimeSeconds());
        var key = VerifierKey.ForCosigner(cosigner, cosignKey.PublicKey);
        var signature = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(signature, seconds);
        cosignKey.Sign(Message((ulong)seconds, Encoding.UTF8.GetBytes(c.Text)), signature.AsSpan(TimeLength));
        return new NoteSignature(key.Name, key.KeyId, signature);
    }

    /// <summary>The time that a cosignature states; false where the bytes have another length, or the time is 0 or lies
    /// past the year 9999 (LOG-14, LOG-26).</summary>
    public static bool TryGetTimestamp(NoteSignature s, out DateTimeOffset at)
    {
        at = default;
        if (!TryGetSeconds(s.Signature, out var seconds))
            return false;
        at = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }

    /// <summary>True when the line carries the key's name and id and its signature holds over that time and checkpoint
    /// text.</summary>
    public static bool Verify(NoteSignature s, VerifierKey key, string checkpointText) =>
        s.IsBy(key) && Verify(s, key, Encoding.UTF8.GetBytes(checkpointText));

    internal static bool Verify(NoteSignature s, VerifierKey key, ReadOnlySpan<byte> checkpointText) =>
        key.Type == SignatureType.Cosignature
        && TryGetSeconds(s.Signature, out var seconds)
        && key.Key.Verify(Message(seconds, checkpointText), s.Signature.AsSpan(TimeLength));

    // LOG-13: two lines, then the whole text with its last newline.
    internal static byte[] Message(ulong seconds, ReadOnlySpan<byte> checkpointText) =>
        [.. Encoding.UTF8.GetBytes($"{Header}{seconds}\n"), .. checkpointText];

    private static bool TryGetSeconds(ReadOnlySpan<byte> signature, out ulong seconds)
    {
        seconds = signature.Length == Length ? BinaryPrimitives.ReadUInt64BigEndian(signature) : 0;
        return seconds is > 0 and <= MaxTime;
    }
}
