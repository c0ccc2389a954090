using System.Buffers.Binary;
using System.Text;

namespace Parley.Crypto;

/// <summary>
/// HPKE (RFC 9180) in mode_psk with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305: what is sealed for a
/// card's key opens only
/// for its holder, and only where both sides hold the same pre-shared key. Messages open in the order in which they
/// were sealed.
/// One <see cref="HpkeSender"/> or <see cref="HpkeReceiver"/> serves one caller at a time.
/// </summary>
public static class Hpke
{
    /// <summary>Bytes in an encapsulated key.</summary>
    public const int EncapsulatedLength = AgreementKey.Length;

    /// <summary>Bytes that sealing adds to a message.</summary>
    public const int Overhead = Aead.TagLength;

    /// <summary>Fewest bytes in a pre-shared key (RFC 9180, section 9.5).</summary>
    public const int MinPsk = 32;

    private const byte ModePsk = 1;
    private static readonly byte[] KemSuite = [.. "KEM"u8, 0x00, 0x20];
    private static readonly byte[] Suite = [.. "HPKE"u8, 0x00, 0x20, 0x00, 0x01, 0x00, 0x03];

    /// <summary>The shared secret of DHKEM from what X25519 agreed (section 4.1).</summary>
    internal static void Decapsulated(
        ReadOnlySpan<byte> agreed,
        ReadOnlySpan<byte> encapsulated,
        ReadOnlySpan<byte> receiver,
        Span<byte> shared
    )
    {
        using var eae = new WipedBuffer(Hkdf.PrkLength);
        Extract(KemSuite, [], "eae_prk", agreed, eae.Span);
        Expand(KemSuite, eae.Span, "shared_secret", [.. encapsulated, .. receiver], shared);
    }

    /// <summary>The key schedule of mode_psk (section 5.1). Writes key, base nonce and exporter secret.</summary>
    internal static void Schedule(
        ReadOnlySpan<byte> shared,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> psk,
        ReadOnlySpan<byte> pskId,
        Span<byte> key,
        Span<byte> baseNonce,
        Span<byte> exporter
    )
    {
        if (psk.Length < MinPsk)
            throw new ArgumentException($"a pre-shared key has at least {MinPsk} bytes", nameof(psk));
        if (pskId.IsEmpty)
            throw new ArgumentException("a pre-shared key has an id", nameof(pskId));
        var context = new byte[1 + (2 * Hash.Length)];
        context[0] = ModePsk;
        Extract(Suite, [], "psk_id_hash", pskId, context.AsSpan(1, Hash.Length));
        Extract(Suite, [], "info_hash", info, context.AsSpan(1 + Hash.Length));
        using var secret = new WipedBuffer(Hkdf.PrkLength);
        Extract(Suite, shared, "secret", psk, secret.Span);
        Expand(Suite, secret.Span, "key", context, key);
        Expand(Suite, secret.Span, "base_nonce", context, baseNonce);
        Expand(Suite, secret.Span, "exp", context, exporter);
    }

    /// <summary>Section 5.3: a secret for another use, bound to the context.</summary>
    internal static void Export(ReadOnlySpan<byte> exporter, ReadOnlySpan<byte> context, Span<byte> output) =>
        Expand(Suite, exporter, "sec", context, output);

    private static void Extract(
        ReadOnlySpan<byte> suite,
        ReadOnlySpan<byte> salt,
        string label,
        ReadOnlySpan<byte> input,
        Span<byte> prk
    )
    {
        using var labeled = new WipedBuffer(VersionLabel.Length + suite.Length + label.Length + input.Length);
        input.CopyTo(labeled.Span[Label(suite, label, labeled.Span)..]);
        Hkdf.Extract(salt, labeled.Span, prk);
    }

    private static void Expand(
        ReadOnlySpan<byte> suite,
        ReadOnlySpan<byte> prk,
        string label,
        ReadOnlySpan<byte> info,
        Span<byte> output
    )
    {
        var labeled = new byte[2 + VersionLabel.Length + suite.Length + label.Length + info.Length];
        BinaryPrimitives.WriteUInt16BigEndian(labeled, checked((ushort)output.Length));
        info.CopyTo(labeled.AsSpan(2 + Label(suite, label, labeled.AsSpan(2))));
        Hkdf.Expand(prk, labeled, output);
    }

    private static ReadOnlySpan<byte> VersionLabel => "HPKE-v1"u8;

    private static int Label(ReadOnlySpan<byte> suite, string label, Span<byte> to)
    {
        VersionLabel.CopyTo(to);
        suite.CopyTo(to[VersionLabel.Length..]);
        return VersionLabel.Length
            + suite.Length
            + Encoding.ASCII.GetBytes(label, to[(VersionLabel.Length + suite.Length)..]);
    }
}

/// <summary>What both ends of a context share: key, counted nonces, exporter secret. Zeroed on disposal.</summary>
public abstract class HpkeContext : IDisposable
{
    private readonly WipedBuffer key = new(Aead.KeyLength);
    private readonly WipedBuffer baseNonce = new(Aead.NonceLength);
    private readonly WipedBuffer exporter = new(Hash.Length);
    private ulong sequence;

    private protected HpkeContext(
        ReadOnlySpan<byte> shared,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> psk,
        ReadOnlySpan<byte> pskId
    ) => Hpke.Schedule(shared, info, psk, pskId, key.Span, baseNonce.Span, exporter.Span);

    private protected ReadOnlySpan<byte> Key => key.Span;

    /// <summary>The nonce of the next message (section 5.2).</summary>
    private protected void NextNonce(Span<byte> nonce)
    {
        baseNonce.Span.CopyTo(nonce);
        var tail = nonce[^sizeof(ulong)..];
        BinaryPrimitives.WriteUInt64BigEndian(tail, BinaryPrimitives.ReadUInt64BigEndian(tail) ^ sequence);
    }

    private protected void Advance() => sequence = checked(sequence + 1);

    /// <summary>Fills <paramref name="output"/> with a secret that both ends of this context can make, for another use
    /// than sealing (section 5.3).</summary>
    public void Export(ReadOnlySpan<byte> context, Span<byte> output) => Hpke.Export(exporter.Span, context, output);

    public void Dispose()
    {
        key.Dispose();
        baseNonce.Dispose();
        exporter.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Seals messages for the holder of one X25519 key. <see cref="Encapsulated"/> goes before them.</summary>
public sealed class HpkeSender : HpkeContext
{
    private HpkeSender(
        byte[] encapsulated,
        ReadOnlySpan<byte> shared,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> psk,
        ReadOnlySpan<byte> pskId
    )
        : base(shared, info, psk, pskId) => Encapsulated = encapsulated;

    /// <summary>What the receiver needs to make the same context: <see cref="Hpke.EncapsulatedLength"/> bytes, no
    /// secret.</summary>
    public byte[] Encapsulated { get; }

    /// <summary>A context with a fresh key; null where <paramref name="receiver"/> is no key that anything can be
    /// sealed for.</summary>
    /// <param name="receiver">The receiver's X25519 public key.</param>
    /// <param name="info">What the context is for; the receiver states the same.</param>
    /// <param name="psk">The pre-shared key, at least <see cref="Hpke.MinPsk"/> bytes.</param>
    /// <param name="pskId">Names the pre-shared key; not empty.</param>
    public static HpkeSender? Create(
        ReadOnlySpan<byte> receiver,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> psk,
        ReadOnlySpan<byte> pskId
    )
    {
        using var fresh = AgreementKey.Generate();
        return Create(fresh, receiver, info, psk, pskId);
    }

    /// <summary>As above with a given ephemeral key, for the published vectors.</summary>
    internal static HpkeSender? Create(
        AgreementKey fresh,
        ReadOnlySpan<byte> receiver,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> psk,
        ReadOnlySpan<byte> pskId
    )
    {
        using var agreed = new WipedBuffer(AgreementKey.Length);
        if (!fresh.Agree(receiver, agreed.Span))
            return null;
        using var shared = new WipedBuffer(Hash.Length);
        var encapsulated = fresh.PublicBytes;
        Hpke.Decapsulated(agreed.Span, encapsulated, receiver, shared.Span);
        return new HpkeSender(encapsulated, shared.Span, info, psk, pskId);
    }

    /// <summary>Writes the next message, <see cref="Hpke.Overhead"/> longer than the plaintext.</summary>
    public void Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated, Span<byte> output)
    {
        Span<byte> nonce = stackalloc byte[Aead.NonceLength];
        NextNonce(nonce);
        Aead.Seal(Key, nonce, plaintext, associated, output);
        Advance();
    }
}

/// <summary>Opens what an <see cref="HpkeSender"/> sealed, in its order.</summary>
public sealed class HpkeReceiver : HpkeContext
{
    private HpkeReceiver(
        ReadOnlySpan<byte> shared,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> psk,
        ReadOnlySpan<byte> pskId
    )
        : base(shared, info, psk, pskId) { }

    /// <summary>The context of an encapsulated key; null where that is none. Whether it is the sender's shows when the
    /// first message opens.</summary>
    public static HpkeReceiver? Create(
        AgreementKey own,
        ReadOnlySpan<byte> encapsulated,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> psk,
        ReadOnlySpan<byte> pskId
    )
    {
        ArgumentNullException.ThrowIfNull(own);
        using var agreed = new WipedBuffer(AgreementKey.Length);
        if (!own.Agree(encapsulated, agreed.Span))
            return null;
        using var shared = new WipedBuffer(Hash.Length);
        Hpke.Decapsulated(agreed.Span, encapsulated, own.PublicBytes, shared.Span);
        return new HpkeReceiver(shared.Span, info, psk, pskId);
    }

    /// <summary>Opens the next message. False, with <paramref name="plaintext"/> zeroed, where it is not the next one,
    /// or was changed: then the same one is expected again.</summary>
    public bool TryOpen(ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated, Span<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[Aead.NonceLength];
        NextNonce(nonce);
        if (!Aead.TryOpen(Key, nonce, box, associated, plaintext))
            return false;
        Advance();
        return true;
    }
}
