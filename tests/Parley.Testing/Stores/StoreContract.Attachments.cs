using Parley.Crypto;
using Parley.Record;
using Parley.Storage;
using Xunit;
using static Parley.Testing.Stores.StoreSample;

namespace Parley.Testing.Stores;

public abstract partial class StoreContract
{
    private static AttachmentId File(string name = "file", string author = "us", char line = 'a') =>
        new(Feed(author, line), Digest(name));

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

    /// <summary>A new database of schema 1, as the first release made it, with the rows that this SQL adds.</summary>
    /// <param name="rows">Makes the SQL, given how the database names a table and how it writes bytes.</param>
    protected abstract Task<string> CreateFirstSchemaAsync(
        Func<Func<string, string>, Func<byte[], string>, string> rows
    );

    [Fact]
    public async Task Attachments_of_the_first_schema_belong_to_the_feeds_that_announced_them_afterwards()
    {
        var (announced, orphan, content) = (Digest("announced"), Digest("orphan"), Content(60));
        byte[] Announcing(int seq) => Bytes($"{{\"seq\":{seq}, \"body\" : \"sha256:{announced.ToHex()}\"}}");
        var location = await CreateFirstSchemaAsync(
            (table, blob) =>
                $"""
                    INSERT INTO {table("lines")} (id, line, document, standing, at) VALUES (1, '{Line()}', {blob([
                        1,
                    ])}, 1, 0);
                    INSERT INTO {table("feeds")} (id, line, party, size, root, checkpoint) VALUES (1, 1, 'us', 2, {blob(
                        announced.ToArray()
                    )}, {blob([1])}), (2, 1, 'ua', 1, {blob(announced.ToArray())}, {blob([1])});
                    INSERT INTO {table("entries")} (arrival, line, feed, seq, stored_at, header, salt, body) VALUES
                      (1, 1, 1, 0, 0, {blob(Announcing(0))}, NULL, NULL), (2, 1, 1, 1, 0, {blob(
                        Announcing(1)
                    )}, NULL, NULL), (3, 1, 2, 0, 0, {blob(Announcing(0))}, NULL, NULL);
                    """
                + Held(1, announced, content[..50], content[50..])
                + Held(2, orphan, content)
        );
        var store = await OpenAsync(location);
        foreach (var author in new[] { "us", "ua" })
        {
            var id = new AttachmentId(Feed(author), announced);
            Assert.Equal(new AttachmentState(id, 60, 60, Complete: true), store.ReadAttachment(id));
            var read = new byte[60];
            Assert.Equal(60, store.ReadAttachmentChunk(id, 0, read));
            Assert.Equal(content, read);
            Assert.Null(store.ReadAttachment(new AttachmentId(Feed(author), orphan)));
        }
        await store.CommitAsync([new DropAttachment(new AttachmentId(Feed("ua"), announced), EvenComplete: true)], Ct);
        Assert.NotNull(store.ReadAttachment(new AttachmentId(Feed(), announced)));
        await store.DisposeAsync();
        await (await OpenAsync(location)).ProbeAsync(Ct);
    }

    /// <summary>SQL that puts a complete attachment into a database of the first schema.</summary>
    protected abstract string Held(int id, Hash commitment, params IReadOnlyList<byte[]> chunks);

    [Fact]
    public async Task An_attachment_resumes_after_a_sudden_death_and_reads_back_whole()
    {
        var (store, location) = await WithFeedAsync();
        var content = Content(2_500_000);
        await store.CommitAsync(
            [
                new BeginAttachment(File(), content.Length),
                new PutAttachmentChunk(File(), 0, content[..StoreLimits.MaxChunkLength]),
            ],
            Ct
        );

        store = await OpenAsync(await AbandonAsync(store, location));
        var held = Assert.Single((await store.LoadAsync(Ct)).IncompleteAttachments);
        Assert.Equal(new AttachmentState(File(), content.Length, StoreLimits.MaxChunkLength, Complete: false), held);
        await store.CommitAsync([new BeginAttachment(File(), content.Length)], Ct);
        for (var at = (int)held.Held; at < content.Length; at += 700_000)
            await store.CommitAsync(
                [new PutAttachmentChunk(File(), at, content[at..Math.Min(at + 700_000, content.Length)])],
                Ct
            );
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
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([new PutAttachmentChunk(File(), 0, [1])], Ct)
        );
        await store.CommitAsync(
            [new BeginAttachment(File(), 50), new PutAttachmentChunk(File(), 0, content[..30])],
            Ct
        );
        foreach (var offset in new[] { 0, 29, 31 })
        {
            var conflict = await Assert.ThrowsAsync<StoreConflictException>(() =>
                store.CommitAsync([new PutAttachmentChunk(File(), offset, [9])], Ct)
            );
            Assert.Equal(30UL, conflict.StoredSize);
        }
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([new PutAttachmentChunk(File(), 30, new byte[21])], Ct)
        );
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([new CompleteAttachment(File())], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([new BeginAttachment(File(), 51)], Ct)
        );
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([new PutAttachmentChunk(File(), 30, [4]), new CompleteAttachment(File())], Ct)
        );
        await store.CommitAsync(
            [new PutAttachmentChunk(File(), 30, content[30..]), new CompleteAttachment(File())],
            Ct
        );
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([new PutAttachmentChunk(File(), 50, [6])], Ct)
        );
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([new BeginAttachment(File(), 50)], Ct)
        );
        var read = new byte[50];
        Assert.Equal(50, store.ReadAttachmentChunk(File(), 0, read));
        Assert.Equal(content, read);
    }

    // LINK-76
    [Fact]
    public async Task A_body_that_comes_later_joins_its_entry_once_and_never_replaces_one()
    {
        var (store, location) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 2), Append(Feed(), 2, 1, bodyLength: -1)], Ct);
        var (salt, body) = (Digest("salt").ToArray(), Content(70));
        await store.CommitAsync([new PutBody(Feed(), 2, salt, body)], Ct);
        await store.CommitAsync([new PutBody(Feed(), 2, salt, [1]), new PutBody(Feed(), 1, salt, [1])], Ct);
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([new PutBody(Feed(), 3, salt, body)], Ct)
        );
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([new PutBody(Feed("ua"), 0, salt, body)], Ct)
        );
        store = await OpenAsync(await AbandonAsync(store, location));
        Assert.Equal(salt, store.ReadEntry(Feed(), 2)!.Salt);
        Assert.Equal(body, store.ReadEntry(Feed(), 2)!.Body);
        Assert.Equal(Entry(Feed(), 1).Body, store.ReadEntry(Feed(), 1)!.Body);
    }

    [Fact]
    public async Task A_dropped_attachment_is_gone_and_can_begin_again()
    {
        var (store, _) = await WithFeedAsync();
        await store.CommitAsync(
            [
                new BeginAttachment(File(), 40),
                new PutAttachmentChunk(File(), 0, Content(40)),
                new CompleteAttachment(File()),
            ],
            Ct
        );
        await store.CommitAsync(
            [new DropAttachment(File(), EvenComplete: true), new DropAttachment(File("another"))],
            Ct
        );
        Assert.Null(store.ReadAttachment(File()));
        Assert.Equal(0, store.ReadAttachmentChunk(File(), 0, new byte[4]));
        await store.CommitAsync([new BeginAttachment(File(), 33), new PutAttachmentChunk(File(), 0, [7])], Ct);
        Assert.Equal(1, store.ReadAttachment(File())!.Held);
    }

    [Fact]
    public async Task A_complete_attachment_is_not_dropped_by_the_way()
    {
        var (store, location) = await WithFeedAsync();
        var content = Content(40);
        await store.CommitAsync(
            [
                new BeginAttachment(File(), 40),
                new PutAttachmentChunk(File(), 0, content),
                new CompleteAttachment(File()),
            ],
            Ct
        );
        await store.CommitAsync([new DropAttachment(File())], Ct);
        await store.DisposeAsync();
        store = await OpenAsync(location);
        var read = new byte[40];
        Assert.True(store.ReadAttachment(File())!.Complete);
        Assert.Equal(40, store.ReadAttachmentChunk(File(), 0, read));
        Assert.Equal(content, read);
    }

    // LINK-74
    [Fact]
    public async Task The_same_commitment_on_another_line_or_by_another_author_is_another_attachment()
    {
        var (store, location) = await WithFeedAsync();
        AttachmentId ours = File(),
            theirs = File(author: "ua"),
            elsewhere = File(line: 'b');
        var content = Content(50);
        await store.CommitAsync([new BeginAttachment(ours, 50), new PutAttachmentChunk(ours, 0, content[..20])], Ct);
        await store.CommitAsync([new BeginAttachment(theirs, 33), new PutAttachmentChunk(theirs, 0, [1])], Ct); // another length, too
        await store.CommitAsync([new BeginAttachment(elsewhere, 50), new PutAttachmentChunk(elsewhere, 0, [2])], Ct);
        await store.CommitAsync([new DropAttachment(elsewhere)], Ct);
        store = await OpenAsync(await AbandonAsync(store, location));
        await store.CommitAsync([new PutAttachmentChunk(ours, 20, content[20..]), new CompleteAttachment(ours)], Ct);
        Assert.Null(store.ReadAttachment(elsewhere));
        Assert.Equal(new AttachmentState(theirs, 33, 1, Complete: false), store.ReadAttachment(theirs));
        Assert.Equal(theirs, Assert.Single((await store.LoadAsync(Ct)).IncompleteAttachments).Attachment);
        var read = new byte[50];
        Assert.Equal(50, store.ReadAttachmentChunk(ours, 0, read));
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task An_attachment_shorter_than_its_salt_or_longer_than_the_limit_is_our_own_mistake()
    {
        var (store, _) = await WithFeedAsync();
        foreach (var length in new[] { 0, 31, Body.MaxAttachment + 33 })
        {
            await Assert.ThrowsAsync<ArgumentException>(async () =>
                await store.CommitAsync([new BeginAttachment(File(), length)], Ct)
            );
        }
    }
}
