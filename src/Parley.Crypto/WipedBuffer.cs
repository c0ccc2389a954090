using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>
/// A working buffer for secrets on their way between a file and guarded memory: pinned, so that the collector leaves no
/// copies
/// behind, and zeroed on <see cref="Dispose"/>.
/// </summary>
internal sealed class WipedBuffer(int length) : IDisposable
{
    private readonly byte[] bytes = GC.AllocateArray<byte>(length, pinned: true);

    internal Span<byte> Span => bytes;

    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
