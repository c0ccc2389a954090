namespace Parley.Link;

/// <summary>
/// How many bytes of entries or of an attachment one request to a peer carries: what the wire between the two has been
/// taking in a few seconds. A request
/// that is larger than what a thin wire carries before the time limit would fail for ever, and a heartbeat behind it
/// would come too late. LINK-24.
/// </summary>
internal sealed class Stride
{
    internal int Bytes { get; private set; } = LinkLimits.FirstStrideBytes;

    /// <summary>A request was answered.</summary>
    /// <param name="carried">Its bytes.</param>
    /// <param name="time">Between its dispatch and its answer.</param>
    internal void Took(int carried, TimeSpan time)
    {
        if (time > LinkLimits.SlowRequest)
            Bytes = Math.Max(LinkLimits.LeastStrideBytes, Bytes / 2);
        else if (time < LinkLimits.QuickRequest && carried >= Bytes / 2)
            Bytes = Math.Min(LinkLimits.TargetPushBytes, Bytes * 2);
    }

    /// <summary>A request found no answer. Its size need not be why; a wire that is wide soon shows it again.</summary>
    internal void Failed() =>
        Bytes =
            Bytes > LinkLimits.FirstStrideBytes
                ? LinkLimits.FirstStrideBytes
                : Math.Max(LinkLimits.LeastStrideBytes, Bytes / 2);
}
