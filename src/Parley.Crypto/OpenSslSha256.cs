using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Crypto;

/// <summary>
/// SHA-256 for short inputs by OpenSSL's own functions (<c>openssl/sha.h</c>: SHA256_Init, _Update, _Final), which the platform has loaded
/// already. <see cref="System.Security.Cryptography.SHA256"/> makes and frees a context for each call: for a Merkle node that is five times the cost of the
/// hash, and a feed's every entry is hashed four times. Where the functions are missing or do not give the hash of FIPS 180-4's
/// example, the platform's class is used, and nothing changes but the speed.
/// </summary>
internal static unsafe class OpenSslSha256
{
    /// <summary>Longer inputs go to the platform's class: its cost no longer matters, and the garbage collector is not kept waiting.</summary>
    internal const int MaxLength = 4096;

    private const int ContextLength = 128; // SHA256_CTX has 112 bytes, fixed by OpenSSL's binary interface since 0.9.8

    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, int> Init;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, void*, nuint, int> Update;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, void*, int> Final;

    /// <summary>True when the functions are there and work.</summary>
    internal static readonly bool IsUsable;

    static OpenSslSha256()
    {
        if (!NativeLibrary.TryLoad("libcrypto.so.3", out var library) || !NativeLibrary.TryGetExport(library, "SHA256_Init", out var init)
            || !NativeLibrary.TryGetExport(library, "SHA256_Update", out var update) || !NativeLibrary.TryGetExport(library, "SHA256_Final", out var final)) return;
        Init = (delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, int>)init;
        Update = (delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, void*, nuint, int>)update;
        Final = (delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, void*, int>)final;
        // FIPS 180-4's example, "abc", given in two parts.
        IsUsable = Of("a"u8, "bc"u8).ToHex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    }

    /// <summary>The hash of <paramref name="first"/> ‖ <paramref name="second"/>, together at most <see cref="MaxLength"/> bytes.</summary>
    [SkipLocalsInit]
    internal static Hash Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var context = stackalloc byte[ContextLength];
        var digest = stackalloc byte[Hash.Length];
        fixed (byte* a = first, b = second)
        {
            _ = Init(context); // of the three, none can fail: they have no provider to miss and no memory to ask for
            if (!first.IsEmpty) _ = Update(context, a, (nuint)first.Length);
            if (!second.IsEmpty) _ = Update(context, b, (nuint)second.Length);
            _ = Final(digest, context);
        }
        return new Hash(new ReadOnlySpan<byte>(digest, Hash.Length));
    }
}
