using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Parley.Crypto;

/// <summary>
/// The text of a key file, version 1. Six lines, each ended by one line feed, in this order and no other:
/// <code>
/// # words that tell the reader what it is
/// parley-private-key/v1
/// role log
/// public BASE64                          Ed25519 or X25519: 32 bytes; P-256: SubjectPublicKeyInfo; a line's secret:
/// its hash
/// protection none                        or: protection argon2id-moderate+xchacha20-poly1305 BASE64 (16 bytes of salt)
/// ed25519 BASE64                         the kind, and the 32-byte secret; if protected: nonce (24) ‖ ciphertext ‖ tag
/// (16)
/// </code>
/// All that stands before the last line is the associated data of the sealed secret.
/// </summary>
internal static class KeyFileText
{
    private const string Version = "parley-private-key/v1";
    private const string Unprotected = "none";
    private const string InteractiveName = "argon2id-interactive+xchacha20-poly1305";
    private const string ModerateName = "argon2id-moderate+xchacha20-poly1305";
    private const int SealedLength = XAead.NonceLength + StoredKey.SecretLength + XAead.TagLength;
    private const byte LineFeed = (byte)'\n';

    internal static KeyKind KindOf(KeyRole role) =>
        role switch
        {
            KeyRole.Identity or KeyRole.Log or KeyRole.Cosign => KeyKind.Ed25519,
            KeyRole.LinkTls => KeyKind.P256,
            KeyRole.Hpke => KeyKind.X25519,
            KeyRole.LineSecret => KeyKind.Shared,
            _ => throw new ArgumentOutOfRangeException(nameof(role)),
        };

    /// <summary>Writes the file's text and returns its length. The destination holds the secret: its owner zeroes
    /// it.</summary>
    internal static int Encode(
        KeyRole role,
        IStoredKey key,
        ReadOnlySpan<char> passphrase,
        Argon2Cost cost,
        Span<byte> destination
    )
    {
        var salt = passphrase.IsEmpty ? [] : Randomness.Bytes(Argon2id.SaltLength);
        var protection = passphrase.IsEmpty ? Unprotected : $"{NameOf(cost)} {Convert.ToBase64String(salt)}";
        var header =
            $"""
            # Private key ({NameOf(
                role
            )}) of a Parley party. Whoever can read this file can act as the party: keep it secret.
            {Version}
            role {NameOf(role)}
            public {Convert.ToBase64String(key.EncodePublic())}
            protection {protection}

            """.ReplaceLineEndings(
                "\n"
            );
        var at = Encoding.ASCII.GetBytes(header, destination);
        var associated = destination[..at];
        at += Encoding.ASCII.GetBytes(NameOf(key.Kind) + " ", destination[at..]);

        using var secret = new WipedBuffer(StoredKey.SecretLength);
        key.CopySecret(secret.Span);
        using var box = new WipedBuffer(SealedLength);
        var content = box.Span[..StoredKey.SecretLength];
        if (passphrase.IsEmpty)
            secret.Span.CopyTo(content);
        else
        {
            content = box.Span;
            var nonce = content[..XAead.NonceLength];
            Randomness.Fill(nonce);
            using var wrapping = new WipedBuffer(XAead.KeyLength);
            Argon2id.Derive(passphrase, salt, cost, wrapping.Span);
            XAead.Seal(wrapping.Span, nonce, secret.Span, associated, content[XAead.NonceLength..]);
        }
        if (Base64.EncodeToUtf8(content, destination[at..], out _, out var written) != OperationStatus.Done)
            throw new InvalidOperationException("a key file's limit is too low");
        at += written;
        destination[at++] = LineFeed;
        return at;
    }

    /// <summary>Reads the text for one role and writes the 32-byte secret; otherwise the fault and, in words,
    /// why.</summary>
    internal static KeyFileFault? Decode(
        ReadOnlySpan<byte> text,
        KeyRole role,
        ReadOnlySpan<char> passphrase,
        Span<byte> secret,
        out byte[] statedPublic,
        out string reason
    )
    {
        statedPublic = [];
        reason = $"not a whole key file of the form {Version}";
        var rest = text;
        if (!TryLine(ref rest, out var comment) || !comment.StartsWith("# "u8))
            return KeyFileFault.Malformed;
        if (!TryLine(ref rest, out var version) || !Ascii.Equals(version, Version))
            return KeyFileFault.Malformed;
        if (!TryField(ref rest, "role ", out var statedRole))
            return KeyFileFault.Malformed;
        if (!Ascii.Equals(statedRole, NameOf(role)))
        {
            reason = $"a key file for another role, not for {NameOf(role)}";
            return KeyFileFault.WrongRole;
        }
        if (!TryField(ref rest, "public ", out var encodedPublic) || !TryBase64(encodedPublic, out statedPublic))
            return KeyFileFault.Malformed;
        if (!TryField(ref rest, "protection ", out var protection))
            return KeyFileFault.Malformed;
        var associated = text[..^rest.Length];
        if (!TryLine(ref rest, out var last) || !rest.IsEmpty)
            return KeyFileFault.Malformed;
        var kind = NameOf(KindOf(role)) + " ";
        if (last.Length <= kind.Length || !Ascii.Equals(last[..kind.Length], kind))
        {
            reason = $"its key is not of the kind {kind.TrimEnd()}";
            return KeyFileFault.WrongRole;
        }
        var content = last[kind.Length..];
        if (Ascii.Equals(protection, Unprotected))
            return TryBase64(content, secret) ? null : KeyFileFault.Malformed;
        return Open(content, protection, associated, passphrase, secret, ref reason);
    }

    private static KeyFileFault? Open(
        ReadOnlySpan<byte> content,
        ReadOnlySpan<byte> protection,
        ReadOnlySpan<byte> associated,
        ReadOnlySpan<char> passphrase,
        Span<byte> secret,
        ref string reason
    )
    {
        Span<byte> salt = stackalloc byte[Argon2id.SaltLength];
        Span<byte> box = stackalloc byte[SealedLength];
        var space = protection.IndexOf((byte)' ');
        if (
            space < 0
            || CostOf(protection[..space]) is not { } cost
            || !TryBase64(protection[(space + 1)..], salt)
            || !TryBase64(content, box)
        )
            return KeyFileFault.Malformed;
        if (passphrase.IsEmpty)
        {
            reason = "it is protected by a passphrase";
            return KeyFileFault.PassphraseNeeded;
        }
        using var wrapping = new WipedBuffer(XAead.KeyLength);
        if (Encoding.UTF8.GetByteCount(passphrase) <= Argon2id.MaxPassphrase)
        {
            Argon2id.Derive(passphrase, salt, cost, wrapping.Span);
            if (XAead.TryOpen(wrapping.Span, box[..XAead.NonceLength], box[XAead.NonceLength..], associated, secret))
                return null;
        }
        reason = "another passphrase, or the file was changed";
        return KeyFileFault.PassphraseWrong;
    }

    private static bool TryLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf(LineFeed);
        line = end < 0 ? default : rest[..end];
        if (end < 0)
            return false;
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool TryField(ref ReadOnlySpan<byte> rest, string name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryLine(ref rest, out var line) || line.Length <= name.Length || !Ascii.Equals(line[..name.Length], name))
            return false;
        value = line[name.Length..];
        return true;
    }

    private static bool TryBase64(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes =
            text.Length == 0 || text.Length % 4 != 0
                ? []
                : new byte[(text.Length / 4 * 3) - text[^2..].Count((byte)'=')];
        return bytes.Length > 0 && TryBase64(text, bytes);
    }

    /// <summary>
    /// Decodes to exactly the destination's length. The platform's decoder passes over white space and stray last bits,
    /// so the bytes
    /// are encoded again and compared: one secret has one spelling.
    /// </summary>
    private static bool TryBase64(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        if (text.Length != Base64.GetMaxEncodedToUtf8Length(destination.Length))
            return false;
        using var again = new WipedBuffer(text.Length);
        return Base64.DecodeFromUtf8(text, destination, out _, out var written) == OperationStatus.Done
            && written == destination.Length
            && Base64.EncodeToUtf8(destination, again.Span, out _, out _) == OperationStatus.Done
            && text.SequenceEqual(again.Span);
    }

    private static string NameOf(KeyRole role) =>
        role switch
        {
            KeyRole.Identity => "identity",
            KeyRole.Log => "log",
            KeyRole.Cosign => "cosign",
            KeyRole.LinkTls => "link-tls",
            KeyRole.Hpke => "hpke",
            KeyRole.LineSecret => "line-secret",
            _ => throw new ArgumentOutOfRangeException(nameof(role)),
        };

    private static string NameOf(KeyKind kind) =>
        kind switch
        {
            KeyKind.Ed25519 => "ed25519",
            KeyKind.X25519 => "x25519",
            KeyKind.P256 => "p256",
            KeyKind.Shared => "shared",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private static string NameOf(Argon2Cost cost) => cost == Argon2Cost.Interactive ? InteractiveName : ModerateName;

    private static Argon2Cost? CostOf(ReadOnlySpan<byte> name) =>
        Ascii.Equals(name, InteractiveName) ? Argon2Cost.Interactive
        : Ascii.Equals(name, ModerateName) ? Argon2Cost.Moderate
        : null;
}
