using System.Runtime.InteropServices;

namespace Parley.Crypto;

/// <summary>
/// Memory for one private key: libsodium puts it between guard pages, locks it out of swap and core dumps, and zeroes
/// it before it
/// is freed. It is read-only once filled. As a SafeHandle it is freed only after the last use that is under way has
/// ended, also when
/// another thread disposes of the key meanwhile.
/// </summary>
internal sealed unsafe class GuardedMemory : SafeHandle
{
    /// <summary>Allocates <paramref name="length"/> bytes for its owner to fill and then
    /// <see cref="Freeze"/>.</summary>
    internal GuardedMemory(int length)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
        var memory = Sodium.sodium_malloc((nuint)length);
        if (memory == null)
            throw new InvalidOperationException("no guarded memory for a private key");
        SetHandle((nint)memory);
    }

    internal int Length { get; }

    /// <summary>The memory, while the owner's constructor fills it.</summary>
    internal byte* Unfrozen => (byte*)handle;

    /// <summary>Ends the filling: from here on a stray write faults. Where the kernel refuses, the guard pages still
    /// stand.</summary>
    internal void Freeze() => _ = Sodium.sodium_mprotect_readonly((void*)handle);

    public override bool IsInvalid => handle == 0;

    /// <summary>Lends the bytes until the lease is disposed of. Memory that was freed throws.</summary>
    internal Lease Lend() => new(this);

    protected override bool ReleaseHandle()
    {
        Sodium.sodium_free((void*)handle); // overwrites, then unmaps
        return true;
    }

    internal readonly ref struct Lease
    {
        private readonly GuardedMemory owner;

        internal Lease(GuardedMemory owner)
        {
            var taken = false;
            owner.DangerousAddRef(ref taken);
            this.owner = owner;
        }

        internal byte* Pointer => (byte*)owner.handle;
        internal ReadOnlySpan<byte> Bytes => new((void*)owner.handle, owner.Length);

        public void Dispose() => owner.DangerousRelease();
    }
}
