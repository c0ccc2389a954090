using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Parley.Link;
using Parley.Link.Wire;

namespace Parley.Station.Link;

/// <summary>
/// One request of the link that stays open while two stations have a call: frames go both ways in it, each its length
/// (2 bytes), its kind (1) and what it carries. What waits too long is dropped, the oldest of the voice first: traffic
/// never waits for it. CALL-11.
/// </summary>
internal sealed class CallStream : IDisposable
{
    private const int HeadLength = 3;

    private readonly Channel<byte[]> words = Channel.CreateBounded<byte[]>(LinkLimits.MaxCallFramesWaiting);
    private readonly Channel<byte[]> voice = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(LinkLimits.MaxCallFramesWaiting) { FullMode = BoundedChannelFullMode.DropOldest }
    );

    /// <summary>At most one wake waits: it says that there is something to send.</summary>
    private readonly Channel<bool> wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly CancellationTokenSource ended = new();

    /// <summary>Told each frame that comes, one at a time; what is in it is its own only during the call.</summary>
    internal required FrameTaker Taker { get; init; }

    internal delegate void FrameTaker(CallStream by, MediaFrameKind kind, ReadOnlySpan<byte> content);

    /// <summary>When a frame came last, by the clock of whoever asks: <see cref="TimeProvider.GetTimestamp"/>.</summary>
    internal long HeardAt { get; set; }

    internal CancellationToken Ended => ended.Token;

    internal bool IsOver => ended.IsCancellationRequested;

    /// <summary>Puts a frame up to be sent; false where it finds no room, or the stream is over.</summary>
    internal bool Send(MediaFrameKind kind, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest)
    {
        var length = 1 + head.Length + rest.Length;
        if (length > LinkLimits.MaxCallFrameBytes || IsOver)
            return false;
        var frame = new byte[2 + length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)length);
        frame[2] = (byte)kind;
        head.CopyTo(frame.AsSpan(HeadLength));
        rest.CopyTo(frame.AsSpan(HeadLength + head.Length));
        var isPut = (kind == MediaFrameKind.Media ? voice : words).Writer.TryWrite(frame);
        wakes.Writer.TryWrite(true);
        return isPut;
    }

    internal void End()
    {
        try
        {
            ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It is over already.
        }
    }

    /// <summary>Writes what is put up until the stream is over. What consoles say goes before what they speak.</summary>
    internal async Task WriteAsync(Stream to, CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, ended.Token);
        try
        {
            while (!both.IsCancellationRequested)
            {
                while (words.Reader.TryRead(out var frame) || voice.Reader.TryRead(out frame))
                    await to.WriteAsync(frame, both.Token);
                await to.FlushAsync(both.Token);
                await wakes.Reader.ReadAsync(both.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // The connection went; whoever needs it opens another.
        }
        finally
        {
            End();
        }
    }

    /// <summary>Reads frames until the peer ends, or sends what is none.</summary>
    /// <returns>Null, or what was wrong with what came.</returns>
    internal async Task<string?> ReadAsync(PipeReader from, CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, ended.Token);
        try
        {
            while (true)
            {
                var read = await from.ReadAsync(both.Token);
                var rest = read.Buffer;
                string? wrong;
                while (TryFrame(ref rest, out var frame, out wrong))
                    Take(frame);
                if (wrong is not null)
                    return wrong;
                from.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                    return null;
            }
        }
        catch (Exception e)
            when (e
                    is OperationCanceledException
                        or IOException
                        or HttpRequestException
                        or Microsoft.AspNetCore.Http.BadHttpRequestException
            )
        {
            return null;
        }
        finally
        {
            End();
        }
    }

    private static bool TryFrame(ref ReadOnlySequence<byte> from, out ReadOnlySequence<byte> frame, out string? wrong)
    {
        frame = default;
        wrong = null;
        if (from.Length < 2)
            return false;
        Span<byte> prefix = stackalloc byte[2];
        from.Slice(0, 2).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        if (length is 0 or > LinkLimits.MaxCallFrameBytes)
        {
            wrong = $"a frame of a call is 1 to {LinkLimits.MaxCallFrameBytes} bytes";
            return false;
        }
        if (from.Length < 2 + length)
            return false;
        frame = from.Slice(2, length);
        from = from.Slice(2 + length);
        return true;
    }

    private void Take(ReadOnlySequence<byte> frame)
    {
        if (frame.IsSingleSegment)
        {
            Taker(this, (MediaFrameKind)frame.FirstSpan[0], frame.FirstSpan[1..]);
            return;
        }
        var length = (int)frame.Length;
        var whole = ArrayPool<byte>.Shared.Rent(length);
        frame.CopyTo(whole);
        Taker(this, (MediaFrameKind)whole[0], whole.AsSpan(1, length - 1));
        ArrayPool<byte>.Shared.Return(whole);
    }

    /// <summary>The stream as the body of the request that opens it.</summary>
    internal HttpContent AsContent() => new Body(this);

    private sealed class Body(CallStream stream) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream to, TransportContext? context) =>
            stream.WriteAsync(to, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream to, TransportContext? context, CancellationToken ct) =>
            stream.WriteAsync(to, ct);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    public void Dispose()
    {
        End();
        ended.Dispose();
    }
}
