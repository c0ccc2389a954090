using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Parley.Storage;

namespace Parley.Station.Officers;

/// <summary>A browser that is signed in. Changed by its <see cref="OfficerBook"/> alone.</summary>
internal sealed class Session(SessionRow row) : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private volatile SessionRow row = row;
    private long mayChange;
    private int deeds;

    internal SessionRow Row
    {
        get => row;
        set => row = value;
    }

    /// <summary>Cancelled when the session ends, however it does: what streams to the browser then stops.</summary>
    internal CancellationToken Ended => ended.Token;

    /// <summary>
    /// Passkeys that were added later than this are news to its officer. In memory: after a restart it is the session's
    /// beginning.
    /// </summary>
    internal DateTimeOffset PasskeysKnown { get; init; } = row.Began;

    /// <summary>Until when its officer may change their passkeys: they have just come by a link, or shown one of them again.
    /// In memory alone.</summary>
    internal DateTimeOffset MayChangePasskeys
    {
        get => new(Volatile.Read(ref mayChange), TimeSpan.Zero);
        set => Volatile.Write(ref mayChange, value.UtcTicks);
    }

    /// <summary>The passkeys that were registered in this session, by their ids.</summary>
    internal ConcurrentDictionary<string, bool> OwnPasskeys { get; } = new(StringComparer.Ordinal);

    /// <summary>Its event streams, the oldest first.</summary>
    internal StreamShare Streams { get; } = new();

    /// <summary>Which of its pages can ring.</summary>
    internal ConsoleBells Bells { get; } = new();

    /// <summary>Its turns at what takes long to read.</summary>
    internal SemaphoreSlim LongReadings { get; } = new(OfficerLimits.MaxLongReadings);

    /// <summary>One more row for the door's book; false where one session has written enough there.</summary>
    internal bool MayWriteDoorBook() => Interlocked.Increment(ref deeds) <= OfficerLimits.MaxDeeds;

    internal void End() => ended.Cancel();

    public void Dispose()
    {
        ended.Dispose();
        LongReadings.Dispose();
    }
}

/// <summary>The event streams of one session: where one more is opened than it may have, the oldest ends.</summary>
internal sealed class StreamShare
{
    /// <summary>Guarded by itself.</summary>
    private readonly LinkedList<CancellationTokenSource> streams = new();

    /// <summary>Takes a place; what ends the stream is cancelled where the place is wanted for another. Give it back
    /// before the source is disposed.</summary>
    internal IDisposable Begin(CancellationTokenSource ends)
    {
        lock (streams)
        {
            var node = streams.AddLast(ends);
            if (streams.Count > OfficerLimits.MaxStreams)
            {
                streams.First!.Value.CancelAfter(TimeSpan.Zero); // not here: what follows from it is not to run under the lock
                streams.RemoveFirst();
            }
            return new Place(streams, node);
        }
    }

    private sealed class Place(
        LinkedList<CancellationTokenSource> streams,
        LinkedListNode<CancellationTokenSource> node
    ) : IDisposable
    {
        public void Dispose()
        {
            lock (streams)
            {
                if (node.List is not null)
                    streams.Remove(node);
            }
        }
    }
}

/// <summary>Who a request comes from, where that is a browser that is signed in. Stands in the request's
/// features.</summary>
/// <param name="Session">The session.</param>
/// <param name="User">Its user, as they stand now.</param>
internal sealed record SignedIn(Session Session, UserRow User)
{
    /// <summary>The seat they sit in; null where they have not chosen, or may not sit there any more.</summary>
    internal string? Seat => Session.Row.Seat is { } seat && User.Seats.Contains(seat) ? seat : null;
}

/// <summary>A session that has just begun, with its two halves: each is given to the browser now and never
/// again.</summary>
/// <param name="Who">The session, and its user.</param>
/// <param name="Cookie">What the browser sends by itself, to every port of this host.</param>
/// <param name="Page">What the page keeps, and brings in a header: pages of another origin, another port's among them,
/// cannot read it.</param>
internal sealed record BegunSession(SignedIn Who, string Cookie, string Page);

/// <summary>Secrets that a browser holds: made here, kept by hash.</summary>
internal static class Secrets
{
    /// <summary>Characters of one.</summary>
    internal static readonly int Length = Base64Url.GetEncodedLength(OfficerLimits.SecretBytes);

    internal static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(OfficerLimits.SecretBytes));

    internal static Hash HashOf(string secret) => Sha256.Of(Encoding.UTF8.GetBytes(secret));

    /// <summary>
    /// What a session is found by. Both halves go into it: one alone finds nothing, says nothing about the other, and
    /// is compared with nothing.
    /// </summary>
    internal static Hash OfSession(string cookie, string page) =>
        Sha256.Of([.. "parley session, two halves\0"u8, .. HashOf(cookie).ToArray(), .. HashOf(page).ToArray()]);
}
