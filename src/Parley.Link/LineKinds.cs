namespace Parley.Link;

/// <summary>The kinds of entries that the link itself understands. Entry 0 is <see cref="Record.LineOpened"/>. Every
/// other kind passes through it unread.</summary>
public static class LineKinds
{
    /// <summary>The party suspends the line; FLASH and line tests still pass (design §4).</summary>
    public const string Suspended = Record.Suspension.Suspended;

    /// <summary>The party takes its suspension back.</summary>
    public const string Resumed = Record.Suspension.Resumed;

    /// <summary>The station says that an attachment is whole at its side; <c>re</c> names the entry.</summary>
    public const string AttachmentReceived = "attachment.received";

    /// <summary>The station says that it got the entry that <c>re</c> names without the body that is addressed to it,
    /// because its author has lost it.</summary>
    public const string BodyMissing = "body.missing";
}
