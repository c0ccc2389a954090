using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>A whole attachment as a seekable stream, read from the store piece by piece: the body, or with the salt in
/// front of it.</summary>
internal sealed class AttachmentStream(IStationStore store, AttachmentState state, bool withSalt = false) : Stream
{
    private readonly int skipped = withSalt ? 0 : Body.SaltLength;
    private long position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => state.Length - skipped;
    public override long Position
    {
        get => position;
        set => position = value is >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (position >= Length || buffer.Length == 0)
            return 0;
        var read = store.ReadAttachmentChunk(
            state.Attachment,
            position + skipped,
            buffer[..(int)Math.Min(buffer.Length, Length - position)]
        );
        position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => position + offset,
            _ => Length + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
