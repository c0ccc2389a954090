using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>Attachments on their way to the record.</summary>
internal interface IAttachmentIntake
{
    /// <summary>
    /// Stores a stream as an attachment entry of our feed (kind <see cref="NewAttachment.Kind"/>). The caller has
    /// limited
    /// <paramref name="content"/> to <see cref="Body.MaxAttachment"/> bytes; a failing read of it leaves nothing
    /// behind.
    /// </summary>
    Task<Outcome<Attached>> AttachAsync(
        LineId line,
        NewAttachment draft,
        Stream content,
        TimeSpan? wait,
        CancellationToken ct
    );
}
