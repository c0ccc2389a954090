using Parley.Link;
using Parley.Record;
using Parley.Station.Data;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>What a line's machine wants durable, in the store's words.</summary>
internal static class StoredChanges
{
    /// <param name="change">What the machine asks for.</param>
    /// <param name="document">Of its line.</param>
    /// <param name="now">The clock on the wall.</param>
    internal static IEnumerable<StoreChange> Of(LineChange change, LineDocument document, DateTimeOffset now)
    {
        switch (change)
        {
            case LineChange.AppendFeed append:
                yield return new AppendEntries(
                    append.Feed,
                    append.OldSize,
                    append.Entries,
                    append.Subtrees,
                    append.Checkpoint.Checkpoint.Size,
                    append.Root,
                    append.Checkpoint.Encode(),
                    now
                );
                break;
            case LineChange.AddBody body:
                yield return new PutBody(body.Feed, body.Seq, body.Salt, body.Body);
                break;
            case LineChange.AddCosignature added:
                yield return new PutCosignature(
                    added.Feed,
                    added.Checkpoint.Checkpoint.Size,
                    added.Cosigner,
                    added.Cosignature.ToLine(),
                    added.Checkpoint.Encode(),
                    [.. document.Parties.Where(p => p != added.Feed.Party)]
                )
                {
                    StatedAt = Cosignature.TryGetTimestamp(added.Cosignature, out var stated) ? stated : null,
                    ArrivedAt = now,
                };
                break;
            case LineChange.RecordFork fork:
                yield return new PutFork(document.Id, fork.Feed, fork.Held.Encode(), fork.Offered.Encode(), now);
                yield return new PutLine(document.Id, document.Bytes, LineStanding.Stopped, now);
                break;
            case LineChange.BeginAttachment begin:
                yield return new BeginAttachment(begin.Attachment, begin.Length);
                break;
            case LineChange.AppendAttachment chunk:
                yield return new PutAttachmentChunk(chunk.Attachment, chunk.Offset, chunk.Bytes);
                break;
            case LineChange.CompleteAttachment complete:
                yield return new CompleteAttachment(complete.Attachment);
                break;
            case LineChange.DropAttachment drop:
                yield return new DropAttachment(drop.Attachment);
                break;
            case LineChange.TrackAttachment track:
                yield return new PutMeta(LineLoader.AttachmentKey(track.Line, track.Entry), track.Open ? [1] : null);
                break;
            case LineChange.SetSuspended suspended:
                yield return new PutMeta(
                    LineLoader.SuspendedKey(suspended.Line),
                    suspended.By.Count == 0 ? null : LineLoader.EncodeParties(suspended.By)
                );
                break;
            case LineChange.MarkForeign mark:
                yield return new PutMeta(LineLoader.ForeignKey(mark.Line), LineLoader.Encode(mark.Met));
                yield return new PutMeta(StoreBond.WholeKey, null); // it is not all that these keys have signed
                break;
            case LineChange.SignOn word:
                yield return new PutMeta(LineLoader.ForeignKey(word.Line), null);
                yield return new PutMeta(LineLoader.SignOnKey(word.Line), word.Word);
                break;
            case LineChange.MarkCatchingUp:
                yield return new PutMeta(StoreBond.RestoredKey, [1]);
                yield return new PutMeta(StoreBond.WholeKey, null);
                break;
            default:
                throw new InvalidOperationException($"unknown change {change.GetType().Name}");
        }
    }
}
