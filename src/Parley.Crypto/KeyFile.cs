using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Parley.Crypto;

/// <summary>What a private key is for. A file made for one role is refused in every other, so that keys cannot be
/// swapped.</summary>
public enum KeyRole
{
    /// <summary>Ed25519: signs the party's card and its link certificate.</summary>
    Identity,

    /// <summary>Ed25519: signs the checkpoints of the party's own feeds.</summary>
    Log,

    /// <summary>Ed25519: cosigns the other parties' checkpoints.</summary>
    Cosign,

    /// <summary>P-256: the key of the link certificate.</summary>
    LinkTls,

    /// <summary>X25519: receives what is sealed with HPKE.</summary>
    Hpke,

    /// <summary>32 bytes: the pre-shared key of one line.</summary>
    LineSecret,
}

/// <summary>Why a key file was refused.</summary>
public enum KeyFileFault
{
    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>A symbolic link, a directory, a device: not a plain file.</summary>
    NotAFile,

    /// <summary>It belongs to another user.</summary>
    WrongOwner,

    /// <summary>Group or others may access it; its mode must be 0600 or stricter.</summary>
    Exposed,

    /// <summary>The operating system would not let it be read.</summary>
    Unreadable,

    /// <summary>Not a key file of this version, or truncated, oversized or damaged.</summary>
    Malformed,

    /// <summary>A key file for another role, or with a key of another kind.</summary>
    WrongRole,

    /// <summary>It is protected and no passphrase was given.</summary>
    PassphraseNeeded,

    /// <summary>The passphrase is not the one it was protected with, or the file was changed.</summary>
    PassphraseWrong,
}

/// <summary>
/// Private keys on disk. A file is text, has mode 0600 from the instant it exists, is never overwritten, and appears
/// under its name
/// only when whole and synced. With a passphrase the secret is sealed with XChaCha20-Poly1305 under a key from
/// Argon2id, and the
/// whole header is bound as associated data. Reading checks the file's kind, owner and mode before its content; every
/// buffer that
/// held a secret is zeroed. The layout is <see cref="KeyFileText"/>'s.
/// </summary>
public static class KeyFile
{
    /// <summary>Largest key file, in bytes.</summary>
    public const int MaxLength = 2048;

    /// <summary>
    /// Writes a new key file. An empty passphrase leaves the secret unprotected but for the file's mode. Throws
    /// <see cref="IOException"/>
    /// when the name is taken or the disk fails; then no file of that name was made.
    /// </summary>
    public static void Write(
        string path,
        KeyRole role,
        SigningKey key,
        ReadOnlySpan<char> passphrase = default,
        Argon2Cost cost = Argon2Cost.Moderate
    ) => WriteAny(path, role, key, passphrase, cost);

    /// <inheritdoc cref="Write(string, KeyRole, SigningKey, ReadOnlySpan{char}, Argon2Cost)"/>
    public static void Write(
        string path,
        AgreementKey key,
        ReadOnlySpan<char> passphrase = default,
        Argon2Cost cost = Argon2Cost.Moderate
    ) => WriteAny(path, KeyRole.Hpke, key, passphrase, cost);

    /// <inheritdoc cref="Write(string, KeyRole, SigningKey, ReadOnlySpan{char}, Argon2Cost)"/>
    public static void Write(
        string path,
        LinkKey key,
        ReadOnlySpan<char> passphrase = default,
        Argon2Cost cost = Argon2Cost.Moderate
    ) => WriteAny(path, KeyRole.LinkTls, key, passphrase, cost);

    /// <inheritdoc cref="Write(string, KeyRole, SigningKey, ReadOnlySpan{char}, Argon2Cost)"/>
    public static void Write(
        string path,
        LineSecret secret,
        ReadOnlySpan<char> passphrase = default,
        Argon2Cost cost = Argon2Cost.Moderate
    ) => WriteAny(path, KeyRole.LineSecret, secret, passphrase, cost);

    /// <summary>Reads an Ed25519 key that was written for <paramref name="role"/>. The caller disposes it.</summary>
    public static Verdict<SigningKey, KeyFileFault> ReadSigningKey(
        string path,
        KeyRole role,
        ReadOnlySpan<char> passphrase = default
    ) =>
        KeyFileText.KindOf(role) == KeyKind.Ed25519
            ? Read(path, role, passphrase, SigningKey.FromSeed)
            : throw new ArgumentException($"{role} is not a signing role", nameof(role));

    /// <summary>Reads the X25519 key for HPKE. The caller disposes it.</summary>
    public static Verdict<AgreementKey, KeyFileFault> ReadAgreementKey(
        string path,
        ReadOnlySpan<char> passphrase = default
    ) => Read(path, KeyRole.Hpke, passphrase, AgreementKey.FromBytes);

    /// <summary>Reads the P-256 key of the link certificate. The caller disposes it.</summary>
    public static Verdict<LinkKey, KeyFileFault> ReadLinkKey(string path, ReadOnlySpan<char> passphrase = default) =>
        Read(path, KeyRole.LinkTls, passphrase, LinkKey.FromScalar);

    /// <summary>Reads the secret of a line. The caller disposes it.</summary>
    public static Verdict<LineSecret, KeyFileFault> ReadLineSecret(
        string path,
        ReadOnlySpan<char> passphrase = default
    ) => Read(path, KeyRole.LineSecret, passphrase, LineSecret.FromBytes);

    /// <summary>The text of an unprotected key file, to hand the secret to a station over its own socket. The caller
    /// zeroes it.</summary>
    public static byte[] Encode(LineSecret secret)
    {
        using var text = new WipedBuffer(MaxLength);
        return text.Span[..KeyFileText.Encode(KeyRole.LineSecret, secret, default, Argon2Cost.Moderate, text.Span)]
            .ToArray();
    }

    /// <summary>Reads the text that <see cref="Encode"/> gives. The caller disposes the secret.</summary>
    public static Verdict<LineSecret, KeyFileFault> ParseLineSecret(ReadOnlySpan<byte> text) =>
        text.Length > MaxLength
            ? new Refusal<KeyFileFault>(KeyFileFault.Malformed, $"more than {MaxLength} bytes")
            : Decode("the secret", text, KeyRole.LineSecret, default, LineSecret.FromBytes);

    private delegate TKey? FromSecret<TKey>(ReadOnlySpan<byte> secret);

    private static void WriteAny(
        string path,
        KeyRole role,
        IStoredKey key,
        ReadOnlySpan<char> passphrase,
        Argon2Cost cost
    )
    {
        if (KeyFileText.KindOf(role) != key.Kind)
            throw new ArgumentException($"{role} is not a role of a {key.Kind} key", nameof(role));
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("key files need POSIX modes");
        using var text = new WipedBuffer(MaxLength);
        var length = KeyFileText.Encode(role, key, passphrase, cost, text.Span);
        var full = Path.GetFullPath(path);
        var directory =
            Path.GetDirectoryName(full) ?? throw new ArgumentException("a key file needs a name", nameof(path));
        var unfinished = Path.Combine(
            directory,
            $".{Path.GetFileName(full)}.{Convert.ToHexStringLower(Randomness.Bytes(8))}.new"
        );
        try
        {
            // CreateNew is O_CREAT|O_EXCL: the mode is right from the first instant and no link can lead the secret
            // elsewhere.
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var file = new FileStream(unfinished, options))
            {
                file.Write(text.Span[..length]);
                file.Flush(flushToDisk: true);
            }
            PosixFile.MoveToNewName(unfinished, full);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
        PosixFile.SyncDirectory(directory);
    }

    private static Verdict<TKey, KeyFileFault> Read<TKey>(
        string path,
        KeyRole role,
        ReadOnlySpan<char> passphrase,
        FromSecret<TKey> create
    )
        where TKey : class, IStoredKey, IDisposable
    {
        using var text = new WipedBuffer(MaxLength + 1);
        int length;
        try
        {
            if (Load(path, text.Span, out length) is { } refusal)
                return refusal;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(KeyFileFault.Unreadable, path, e.Message);
        }
        return length > MaxLength
            ? Refuse(KeyFileFault.Malformed, path, $"more than {MaxLength} bytes")
            : Decode(path, text.Span[..length], role, passphrase, create);
    }

    private static Verdict<TKey, KeyFileFault> Decode<TKey>(
        string path,
        ReadOnlySpan<byte> text,
        KeyRole role,
        ReadOnlySpan<char> passphrase,
        FromSecret<TKey> create
    )
        where TKey : class, IStoredKey, IDisposable
    {
        using var secret = new WipedBuffer(StoredKey.SecretLength);
        var fault = KeyFileText.Decode(text, role, passphrase, secret.Span, out var statedPublic, out var reason);
        if (fault is { } found)
            return Refuse(found, path, reason);
        var key = create(secret.Span);
        if (key is not null && CryptographicOperations.FixedTimeEquals(key.EncodePublic(), statedPublic))
            return key;
        key?.Dispose();
        return Refuse(KeyFileFault.Malformed, path, "the secret and the public key do not belong together");
    }

    private static Refusal<KeyFileFault>? Load(string path, Span<byte> destination, out int length)
    {
        length = 0;
        if (PosixFile.At(path) is not { } named)
            return Refuse(KeyFileFault.Missing, path, "no such key file");
        if (Judge(named, path) is { } refusal)
            return refusal; // before opening: opening a pipe would wait for its writer
        using SafeFileHandle file = File.OpenHandle(path);
        var opened = PosixFile.Of(file, path);
        if (!opened.IsSameFileAs(named))
            return Refuse(KeyFileFault.NotAFile, path, "it was replaced while it was being opened");
        if (Judge(opened, path) is { } late)
            return late;
        int read;
        while (length < destination.Length && (read = RandomAccess.Read(file, destination[length..], length)) > 0)
            length += read;
        return null;
    }

    private static Refusal<KeyFileFault>? Judge(FileFacts facts, string path)
    {
        if (facts.IsSymbolicLink)
            return Refuse(KeyFileFault.NotAFile, path, "a symbolic link; a key file must be the file itself");
        if (!facts.IsRegular)
            return Refuse(KeyFileFault.NotAFile, path, "not a plain file");
        if (facts.Owner != PosixFile.User())
            return Refuse(
                KeyFileFault.WrongOwner,
                path,
                $"it belongs to user {facts.Owner}, this process runs as {PosixFile.User()}"
            );
        if (facts.IsShared)
            return Refuse(
                KeyFileFault.Exposed,
                path,
                "group or others can access it; chmod 600, and consider the key known to them"
            );
        return null;
    }

    private static Refusal<KeyFileFault> Refuse(KeyFileFault fault, string path, string reason) =>
        new(fault, $"{path}: {reason}");
}
