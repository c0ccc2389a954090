using Parley.Crypto; using Parley.Record; using Parley.Storage;
namespace Parley.Station.Lines;
internal sealed record AttachmentState(Hash Commitment, long Length, long Held, bool Complete);
internal sealed record BeginAttachment(Hash C, long L) : PutMetaShim; internal sealed record PutAttachmentChunk(Hash C, long O, byte[] B) : PutMetaShim; internal sealed record CompleteAttachment(Hash C) : PutMetaShim; internal sealed record DropAttachment(Hash C) : PutMetaShim;
internal record PutMetaShim { public static implicit operator StoreChange(PutMetaShim s) => new PutMeta("x", null); }
internal static class Shim { internal static AttachmentState? ReadAttachment(this IStationStore s, Hash h) => null; internal static int ReadAttachmentChunk(this IStationStore s, Hash h, long o, Span<byte> b) => 0; }
