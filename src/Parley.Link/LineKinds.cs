using System.Text;
using Parley.Record;

namespace Parley.Link;

/// <summary>The kinds of entries that the link itself understands. Every other kind passes through it unread.</summary>
public static class LineKinds
{
    /// <summary>Entry 0 of every feed: its body names the line document that the party accepted.</summary>
    public const string Opened = "line.opened";
    /// <summary>The party suspends the line; FLASH and line tests still pass (design §4).</summary>
    public const string Suspended = "line.suspended";
    /// <summary>The party takes its suspension back.</summary>
    public const string Resumed = "line.resumed";
    /// <summary>The station says that an attachment is whole at its side; <c>re</c> names the entry.</summary>
    public const string AttachmentReceived = "attachment.received";

    /// <summary>The one body that entry 0 may have for this document.</summary>
    public static byte[] OpenedBody(LineDocument document) => Encoding.UTF8.GetBytes($"{{\"document\":\"sha256:{document.Hash.ToHex()}\"}}");
}
