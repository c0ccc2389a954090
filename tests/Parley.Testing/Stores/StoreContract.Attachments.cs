using Parley.Crypto;
using Parley.Record;
using Parley.Storage;
using Xunit;
using static Parley.Testing.Stores.StoreSample;

namespace Parley.Testing.Stores;

public abstract partial class StoreContract
{
    private static Hash File(string name = "file") => Digest(name);

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
        await store.CommitAsync([new BeginAttachment(File(), content.Length), new PutAttachmentChunk(File(), 0, content[..StoreLimits.MaxChunkLength])], Ct);

        store = await OpenAsync(await AbandonAsync(store, location));
        var held = Assert.Single((await store.LoadAsync(Ct)).IncompleteAttachments);
        Assert.Equal(new AttachmentState(File(), content.Length, StoreLimits.MaxChunkLength, Complete: false), held);
        await store.CommitAsync([new BeginAttachment(File(), content.Length)], Ct);
        for (var at = (int)held.Held; at < content.Length; at += 700_000)
            await store.CommitAsync([new PutAttachmentChunk(File(), at, content[at..Math.Min(at + 700_000, content.Length)])], Ct);
        await store.CommitAsync([new CompleteAttachment(File())], Ct);

        Assert.True(store.ReadAttachment(File())!.Complete);
        Assert.Empty((await store.LoadAsync(Ct)).IncompleteAttachments);
        var read = new byte[content.Length + 10];
        Assert.Equal(content.Length, store.ReadAttachmentChunk(File(), 0, read));
        Assert.Equal(content, read[..content.Length]);
        var middle = new byte[1_000_000];
        Assert.Equal(middle.Length, store.ReadAttachmentChunk(File(), 1_000_001, middle));
        Assert.Equal(content[1_000_001..2_000_001], middle);
        Assert.Equal(0, store.ReadAttachmentChunk(File(), content.Length, read));
    }

    [Fact]
    public async Task A_chunk_that_does_not_follow_what_is_held_is_a_conflict()
    {
        var (store, _) = await WithFeedAsync();
        var content = Content(50);
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(File(), 0, [1])], Ct));
        await store.CommitAsync([new BeginAttachment(File(), 50), new PutAttachmentChunk(File(), 0, content[..30])], Ct);
        foreach (var offset in new[] { 0, 29, 31 })
        {
            var conflict = await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(File(), offset, [9])], Ct));
            Assert.Equal(30UL, conflict.StoredSize);
        }
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(File(), 30, new byte[21])], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new CompleteAttachment(File())], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new BeginAttachment(File(), 51)], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(File(), 30, [4]), new CompleteAttachment(File())], Ct));
        await store.CommitAsync([new PutAttachmentChunk(File(), 30, content[30..]), new CompleteAttachment(File())], Ct);
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new PutAttachmentChunk(File(), 50, [6])], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new BeginAttachment(File(), 50)], Ct));
        var read = new byte[50];
        Assert.Equal(50, store.ReadAttachmentChunk(File(), 0, read));
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task A_dropped_attachment_is_gone_and_can_begin_again()
    {
        var (store, _) = await WithFeedAsync();
        await store.CommitAsync([new BeginAttachment(File(), 40), new PutAttachmentChunk(File(), 0, Content(40)), new CompleteAttachment(File())], Ct);
        await store.CommitAsync([new DropAttachment(File()), new DropAttachment(File("another"))], Ct);
        Assert.Null(store.ReadAttachment(File()));
        Assert.Equal(0, store.ReadAttachmentChunk(File(), 0, new byte[4]));
        await store.CommitAsync([new BeginAttachment(File(), 33), new PutAttachmentChunk(File(), 0, [7])], Ct);
        Assert.Equal(1, store.ReadAttachment(File())!.Held);
    }

    [Fact]
    public async Task An_attachment_shorter_than_its_salt_or_longer_than_the_limit_is_our_own_mistake()
    {
        var (store, _) = await WithFeedAsync();
        foreach (var length in new[] { 0, 31, Body.MaxAttachment + 33 })
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await store.CommitAsync([new BeginAttachment(File(), length)], Ct));
        }
    }
}
