using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// One item of a feed as it is kept: the exact header bytes (the Merkle leaf's data, never re-encoded) and, at the
/// parties it was
/// meant for, the salt and body that the header commits to.
/// </summary>
/// <param name="Header">Entry header, UTF-8 JSON, exactly as the author wrote it.</param>
/// <param name="Salt">32 random bytes, null exactly when <paramref name="Body"/> is null.</param>
/// <param name="Body">At most <see cref="Record.Body.MaxInline"/> bytes; null when there is none, it is not for this
/// party, or it is an attachment.</param>
public sealed record Entry(byte[] Header, byte[]? Salt, byte[]? Body);

/// <summary>How a header commits to a body: <c>SHA-256(salt ‖ body)</c>, so that a withheld body cannot be guessed from
/// its hash.</summary>
public static class Body
{
    /// <summary>Bytes of random salt in front of a body.</summary>
    public const int SaltLength = 32;

    /// <summary>Largest body that travels beside its header, in bytes. A larger one is an attachment.</summary>
    public const int MaxInline = 48 * 1024;

    /// <summary>Largest attachment, in bytes.</summary>
    public const long MaxAttachment = 256L << 20;

    public static Hash Commit(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> body)
    {
        if (salt.Length != SaltLength)
            throw new ArgumentException($"a salt is {SaltLength} bytes", nameof(salt));
        return Sha256.Of(salt, body);
    }
}

/// <summary>The mark every entry carries, signed and unchangeable (R2).</summary>
public enum Mark
{
    Actual,
    Exercise,
    Test,
}

/// <summary>How urgent an entry is; it sets when an acknowledgement is due (R4).</summary>
public enum Precedence
{
    Routine,
    Priority,
    Immediate,
    Flash,
}

/// <summary>Who wrote an entry: the seat and the name of the officer, and of the second officer who released it, if
/// any.</summary>
public sealed record Officer(string Seat, string Name, Officer? ReleasedBy = null)
{
    /// <summary>True for a seat and a name as an entry may state them: a lower-case word, and what can be shown in one
    /// line and in its order (ENTRY-9).</summary>
    public static bool IsSound(string seat, string name) =>
        EntryGrammar.TrySeat(seat, out _) && EntryGrammar.TryName(name, out _);

    /// <summary>True when the two names are one officer's: case, spaces, unseen characters, other forms of a letter and
    /// the way an accent is written make no other.</summary>
    public bool IsNamed(string name) => IsNamed(name, LinePolicy.NewestFold);

    /// <inheritdoc cref="IsNamed(string)"/>
    /// <param name="name">The other name.</param>
    /// <param name="fold">By which version of the line's rules: <see cref="LinePolicy.Fold"/>.</param>
    public bool IsNamed(string name, int fold) => OfficerNames.AreOne(Name, name, fold);

    /// <summary>True when another officer released it, by that version of the line's rules.</summary>
    public bool HasSecond(int fold) => ReleasedBy is { } second && !IsNamed(second.Name, fold);

    /// <summary>Why there is no second officer for an act that takes two; null when there is.</summary>
    /// <param name="act">The act, in the words of the line's policy.</param>
    /// <param name="fold">By which version of the line's rules.</param>
    public string? LacksSecond(string act, int fold) =>
        ReleasedBy is not { } second ? $"{act} takes two officers: one proposes, another releases"
        : IsNamed(second.Name, fold) ? $"{act} takes two officers, and {Name} is one"
        : null;
}
