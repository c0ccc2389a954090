using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>Whole attachments in the store: salt ‖ body.</summary>
internal static class Attachments
{
    /// <summary>True when the bytes held hash to the commitment.</summary>
    internal static bool Matches(IStationStore store, AttachmentId attachment)
    {
        if (store.ReadAttachment(attachment) is not { } state || state.Held != state.Length)
            return false;
        using var hash = new RunningSha256();
        var buffer = new byte[LinkLimits.AttachmentChunkBytes];
        for (long offset = 0; offset < state.Length; )
        {
            var read = store.ReadAttachmentChunk(attachment, offset, buffer);
            if (read == 0)
                return false;
            hash.Append(buffer.AsSpan(0, read));
            offset += read;
        }
        return hash.Finish() == attachment.Commitment;
    }
}
