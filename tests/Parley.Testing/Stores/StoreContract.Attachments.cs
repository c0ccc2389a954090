using Parley.Record;
using Parley.Storage;
using Xunit;
using static Parley.Testing.Stores.StoreSample;

namespace Parley.Testing.Stores;

public abstract partial class StoreContract
{
    private static readonly byte[] salt = Digest("attachment salt").ToArray();

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(7).NextBytes(content);
        return content;
    }

    private async Task<(IStationStore Store, string Location)> WithFeedAsync()
    {
        var (store, location) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 3)], Ct);
        return (store, location);
    }

    [Fact]
    public async Task An_attachment_resumes_after_a_sudden_death_and_reads_back_whole()
    {
        var (store, location) = await WithFeedAsync();
        var content = Content(2_500_000);
        await store.CommitAsync([new BeginAttachment(Feed(), 2, salt, content.Length), new PutAttachmentChunk(Feed(), 2, 0, content[..StoreLimits.MaxChunkLength])], Ct);

        store = await OpenAsync(await AbandonAsync(store, location));
        var held = Assert.Single((await store.LoadAsync(Ct)).IncompleteAttachments);
        Assert.Equal((Feed(), 2UL, (long)content.Length, (long)StoreLimits.MaxChunkLength, false), (held.Feed, held.Seq, held.Size, held.Held, held.Complete));
        Assert.Equal(salt, held.Salt);
        await store.CommitAsync([new BeginAttachment(Feed(), 2, salt, content.Length)], Ct);
        for (var at = (int)held.Held; at < content.Length; at += 700_000)
            await store.CommitAsync([new PutAttachmentChunk(Feed(), 2, at, content[at..Math.Min(at + 700_000, content.Length)])], Ct);
        await store.CommitAsync([new CompleteAttachment(Feed(), 2)], Ct);

        Assert.True(store.ReadAttachment(Feed(), 2)!.Complete);
        Assert.Empty((await store.LoadAsync(Ct)).IncompleteAttachments);
        var read = new byte[content.Length + 10];
        Assert.Equal(content.Length, store.ReadAttachmentChunk(Feed(), 2, 0, read));
        Assert.Equal(content, read[..content.Length]);
        var middle = new byte[1_000_000];
        Assert.Equal(middle.Length, store.ReadAttachmentChunk(Feed(), 2, 1_000_001, middle));
        Assert.Equal(content[1_000_001..2_000_001], middle);
        Assert.Equal(0, store.ReadAttachmentChunk(Feed(), 2, content.Length, read));
    }

    [Fact]
    public async Task A_chunk_that_does_not_follow_what_is_held_is_a_conflict()
    {
        var (store, _) = await WithFeedAsync();
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(Feed(), 2, 0, [1])], Ct));
        await store.CommitAsync([new BeginAttachment(Feed(), 2, salt, 5), new PutAttachmentChunk(Feed(), 2, 0, [1, 2, 3])], Ct);
        foreach (var offset in new[] { 0, 2, 4 })
        {
            var conflict = await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(Feed(), 2, offset, [9])], Ct));
            Assert.Equal(3UL, conflict.StoredSize);
        }
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(Feed(), 2, 3, [4, 5, 6])], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new CompleteAttachment(Feed(), 2)], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new BeginAttachment(Feed(), 2, salt, 6)], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(Feed(), 2, 3, [4]), new CompleteAttachment(Feed(), 2)], Ct));
        await store.CommitAsync([new PutAttachmentChunk(Feed(), 2, 3, [4, 5]), new CompleteAttachment(Feed(), 2)], Ct);
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(Feed(), 2, 5, [6])], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new BeginAttachment(Feed(), 2, salt, 5)], Ct));
        var read = new byte[5];
        Assert.Equal(5, store.ReadAttachmentChunk(Feed(), 2, 0, read));
        Assert.Equal([1, 2, 3, 4, 5], read);
    }

    [Fact]
    public async Task A_dropped_attachment_is_gone_and_can_begin_again()
    {
        var (store, _) = await WithFeedAsync();
        await store.CommitAsync([new BeginAttachment(Feed(), 2, salt, 2), new PutAttachmentChunk(Feed(), 2, 0, [1, 2]), new CompleteAttachment(Feed(), 2)], Ct);
        await store.CommitAsync([new DropAttachment(Feed(), 2), new DropAttachment(Feed(), 1), new DropAttachment(Feed("nobody"), 1)], Ct);
        Assert.Null(store.ReadAttachment(Feed(), 2));
        Assert.Equal(0, store.ReadAttachmentChunk(Feed(), 2, 0, new byte[4]));
        await store.CommitAsync([new BeginAttachment(Feed(), 2, salt, 1), new PutAttachmentChunk(Feed(), 2, 0, [7])], Ct);
        Assert.Equal(1, store.ReadAttachment(Feed(), 2)!.Held);
    }

    [Fact]
    public async Task An_empty_attachment_completes_without_a_chunk()
    {
        var (store, _) = await WithFeedAsync();
        await store.CommitAsync([new BeginAttachment(Feed(), 0, salt, 0), new CompleteAttachment(Feed(), 0)], Ct);
        Assert.True(store.ReadAttachment(Feed(), 0)!.Complete);
    }
}
