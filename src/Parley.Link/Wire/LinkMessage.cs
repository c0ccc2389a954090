using System.Text;

namespace Parley.Link.Wire;

/// <summary>What a station asks of its peer on one line.</summary>
public enum LinkVerb
{
    /// <summary>The author offers new entries of its feed; the answer carries the cosignature.</summary>
    Push,

    /// <summary>A party that cannot accept connections asks for the entries of the peer's feed, and returns its
    /// cosignature on the last ones.</summary>
    Pull,

    /// <summary>Sign of life, sizes held, and the checkpoints held.</summary>
    Heartbeat,

    /// <summary>A message off the record: authenticated by the connection, logged by nobody.</summary>
    OffRecord,

    /// <summary>An author that lost part of its own feed asks a peer for it.</summary>
    Recover,

    /// <summary>Brings an author the entries of its own feed, because its heartbeat said that it wants them and it
    /// cannot ask.</summary>
    Bring,

    /// <summary>How many bytes of an attachment the peer holds.</summary>
    AttachmentHeld,

    /// <summary>A chunk of an attachment, from its author.</summary>
    AttachmentPut,

    /// <summary>Asks the author for a chunk of an attachment.</summary>
    AttachmentGet,

    /// <summary>Messages of a blind check, both ways. They are no entries and no machine sees them.</summary>
    Blind,

    /// <summary>The frames of a call, both ways, for as long as it lasts. No machine sees them.</summary>
    Call,
}

/// <summary>One request on the link. The line is fixed by the machine that makes or takes it; the peer by the
/// connection.</summary>
/// <param name="Verb">What is asked.</param>
/// <param name="Body">The bytes, owned by the request until it is answered.</param>
/// <param name="Seq">For attachments: the entry's index in the author's feed.</param>
/// <param name="Offset">For attachments: first byte of the chunk. For entries that are brought: index of the
/// first.</param>
public sealed record LinkRequest(LinkVerb Verb, ReadOnlyMemory<byte> Body, ulong Seq = 0, long Offset = 0);

/// <summary>One answer on the link: an HTTP status, a media type and a bounded body.</summary>
public sealed record LinkAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public const string Text = "text/plain; charset=utf-8";
    public const string Json = "application/json";
    public const string Bytes = "application/octet-stream";

    /// <summary>The held size in decimal and a newline: the body of a 409 (C2SP tlog-witness).</summary>
    public const string TlogSize = "text/x.tlog.size";

    public static LinkAnswer Refuse(int status, string reason) =>
        new(status, Text, Encoding.UTF8.GetBytes(reason + "\n"));

    public static LinkAnswer Conflict(ulong held) => new(409, TlogSize, Encoding.ASCII.GetBytes($"{held}\n"));

    public static LinkAnswer Ok(string contentType, ReadOnlyMemory<byte> body) => new(200, contentType, body);

    public static readonly LinkAnswer Nothing = new(204, Text, ReadOnlyMemory<byte>.Empty);

    /// <summary>The status of a station that has no room for an attachment. LINK-91.</summary>
    internal const int NoRoom = 507;

    internal static readonly LinkAnswer StoreHasFailed = Refuse(503, "the station's store has failed");

    /// <summary>The first line of a refusal, cut to what a log line can carry; never a body's content.</summary>
    public string Reason
    {
        get
        {
            var text = Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, 300)]);
            var end = text.IndexOfAny(['\n', '\r']);
            return end < 0 ? text : text[..end];
        }
    }
}
