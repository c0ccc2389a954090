using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Bodies too large to travel beside their header.</summary>
public sealed class AttachmentTests
{
    private const int Length = 3 * LinkLimits.AttachmentChunkBytes + 1234;

    private static MemoryLineStore.Attachment? At(LineNetwork net, string reader, NewEntry file) =>
        net[reader].Store.Attachments.GetValueOrDefault(Id(net, "us", file));

    private static AttachmentId Id(LineNetwork net, string author, NewEntry file) =>
        new(net[author].Identity.Own, file.Attachment!.Value.Commitment);

    private static List<EntryHeader> Receipts(LineNetwork net, string reader) =>
        [
            .. net[reader]
                .Store.Feeds[net[reader].Id]
                .All.Select(e => EntryHeader.Parse(e.Header).Required())
                .Where(h => h.Kind == LineKinds.AttachmentReceived),
        ];

    // LINK-70, LINK-73
    [Theory]
    [InlineData("us", "ru", "icrc")]
    [InlineData("us", "-ru", "icrc")]
    public void A_file_reaches_those_it_is_addressed_to_whole_and_they_say_so_on_the_record(params string[] parties)
    {
        var net = Lines.Opened(parties);
        var file = net.File("us", Length, to: ["ru"]);
        net["us"].Append(file);
        Assert.True(
            net.RunUntil(
                () => net.IsSettled() && Receipts(net, "ru").Count == 1 && net["us"].Store.OpenAttachments.Count == 0,
                TimeSpan.FromMinutes(1)
            )
        );
        Assert.True(At(net, "ru", file)!.Complete);
        Assert.Equal(file.Attachment!.Value.Commitment, Sha256.Of(At(net, "ru", file)!.Held));
        Assert.Null(At(net, "icrc", file));
        Assert.Equal([new EntryId(net["us"].Id, 1)], Assert.Single(Receipts(net, "ru")).Re);
        Assert.Empty(Receipts(net, "icrc"));
        foreach (var station in net.Stations)
            Assert.Empty(station.Store.OpenAttachments);
    }

    // LINK-71
    [Theory]
    [InlineData("cut", "us", "ru")]
    [InlineData("cut", "us", "-ru")]
    [InlineData("reader", "us", "ru")]
    [InlineData("reader", "us", "-ru")]
    [InlineData("author", "us", "ru")]
    [InlineData("author", "us", "-ru")]
    public void A_file_goes_on_where_it_stopped(string what, params string[] parties)
    {
        var net = Lines.Opened(parties);
        var file = net.File("us", Length);
        net["us"].Append(file);
        Assert.True(
            net.RunUntil(
                () => At(net, "ru", file) is { Held.Length: >= 2 * LinkLimits.AttachmentChunkBytes },
                TimeSpan.FromMinutes(1)
            )
        );
        var before = net.Sent.Count;
        if (what == "cut")
            net.Cut("us", "ru");
        else
            net[what == "reader" ? "ru" : "us"].Crash();
        net.Run(TimeSpan.FromMinutes(1));
        Assert.False(At(net, "ru", file)!.Complete);
        net.Heal();
        if (what != "cut")
            net[what == "reader" ? "ru" : "us"].Restart();
        Assert.True(
            net.RunUntil(
                () => net.IsSettled() && Receipts(net, "ru").Count == 1 && net["us"].Store.OpenAttachments.Count == 0,
                TimeSpan.FromMinutes(1)
            )
        );
        var chunks = net
            .Sent.Skip(before)
            .Where(s => s.Request.Verb is LinkVerb.AttachmentPut or LinkVerb.AttachmentGet)
            .ToList();
        Assert.DoesNotContain(chunks, s => s.Request.Offset < 2 * LinkLimits.AttachmentChunkBytes);
    }

    // LINK-72
    [Theory]
    [InlineData("us", "ru")]
    [InlineData("us", "-ru")]
    public void Bytes_that_do_not_match_the_header_are_dropped_and_asked_for_again(params string[] parties)
    {
        var net = Lines.Opened(parties);
        var file = net.File("us", Length);
        var good = At(net, "us", file)!.Held;
        At(net, "us", file)!.Held = [.. good[..^1], (byte)(good[^1] ^ 1)];
        net["us"].Append(file);
        Assert.True(
            net.RunUntil(
                () => net["ru"].Reports.Any(r => r is LineReport.Refused { Status: 422 }),
                TimeSpan.FromMinutes(1)
            )
        );
        Assert.False(At(net, "ru", file) is { Complete: true });
        Assert.Empty(Receipts(net, "ru"));
        At(net, "us", file)!.Held = good;
        Assert.True(
            net.RunUntil(
                () => At(net, "ru", file) is { Complete: true } && Receipts(net, "ru").Count == 1,
                TimeSpan.FromMinutes(1)
            )
        );
    }

    // LINK-70
    [Fact]
    public void A_flash_is_not_delayed_by_a_file()
    {
        var net = Lines.Opened("us", "ru");
        net["us"].Append(net.File("us", 20 << 20));
        Assert.True(
            net.RunUntil(
                () => net.Sent.Count(s => s.Request.Verb == LinkVerb.AttachmentPut) == 2,
                TimeSpan.FromMinutes(1)
            )
        );
        var sent = net.Now;
        net["us"].Append(net.Message("stop", Precedence.Flash));
        Assert.True(net.RunUntil(() => net["us"].Machine.SealedSize(net["us"].Id) == 3, TimeSpan.FromSeconds(1)));
        Assert.InRange(net.Now - sent, TimeSpan.Zero, TimeSpan.FromMilliseconds(6));
        Assert.Contains(new EntryId(net["us"].Id, 1), net["us"].Store.OpenAttachments);
    }

    // LINK-71, MESSAGES-11, MESSAGES-12
    [Fact]
    public void A_chunk_at_another_offset_is_answered_with_what_is_held_and_one_past_the_end_is_refused()
    {
        var net = Lines.Opened("us", "ru");
        net.Intercept = (_, _, request) => request.Verb is LinkVerb.AttachmentPut;
        var file = net.File("us", Length);
        net["us"].Append(file);
        net.Run(TimeSpan.FromSeconds(1));
        var later = net.Answer("us", "ru", new LinkRequest(LinkVerb.AttachmentPut, net.Bytes(10), 1, 5));
        Assert.Equal((409, 0L), (later.Status, AttachmentHeld.Parse(later.Body.Span).Required().Held));
        Assert.Equal(
            413,
            net.Answer(
                "us",
                "ru",
                new LinkRequest(LinkVerb.AttachmentPut, net.Bytes(LinkLimits.AttachmentChunkBytes + 1), 1)
            ).Status
        );
        Assert.Equal(413, net.Answer("us", "ru", new LinkRequest(LinkVerb.AttachmentPut, default, 1)).Status);
        Assert.Null(At(net, "ru", file));
    }

    // LINK-70
    [Fact]
    public void A_party_that_a_file_is_not_addressed_to_cannot_fetch_it()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        net.CutDialling("us", "icrc");
        net["us"].Append(net.File("us", Length, to: ["icrc"]));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(404, net.Answer("ru", "us", new LinkRequest(LinkVerb.AttachmentGet, default, 1)).Status);
        Assert.Equal(200, net.Answer("icrc", "us", new LinkRequest(LinkVerb.AttachmentGet, default, 1)).Status);
    }

    // LINK-74: headers go to all, so anybody on the line knows the commitment of a file that is still on its way to
    // somebody else.
    [Fact]
    public void A_party_that_announces_the_commitment_of_anothers_file_as_its_own_does_not_disturb_that_file()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        net.Intercept = (from, _, request) => from.Value == "us" && request.Verb is LinkVerb.AttachmentPut;
        var file = net.File("us", Length);
        net["us"].Append(file);
        net.Run(TimeSpan.FromSeconds(1));
        foreach (var other in new[] { "us", "ru" })
            net.Cut("icrc", other);
        var thief = new Author(net, "icrc");
        thief.Write(
            new Entry(
                thief
                    .Header(h => h with { Body = file.Attachment!.Value.Commitment, Size = Body.MaxInline + 7 })
                    .Encode(),
                null,
                null
            )
        );
        Assert.Equal(200, net.Answer("icrc", "ru", thief.Push(thief.Size - 1)).Status);
        var junk = net.Bytes(Body.MaxInline + 7 + Body.SaltLength);
        Assert.Equal(
            200,
            net.Answer(
                "icrc",
                "ru",
                new LinkRequest(LinkVerb.AttachmentPut, junk.AsMemory(0, 100), thief.Size - 1)
            ).Status
        );
        net.Intercept = null;
        Assert.True(net.RunUntil(() => At(net, "ru", file) is { Complete: true }, TimeSpan.FromMinutes(1)));
        Assert.Equal(
            422,
            net.Answer(
                "icrc",
                "ru",
                new LinkRequest(LinkVerb.AttachmentPut, junk.AsMemory(100), thief.Size - 1, 100)
            ).Status
        );
        Assert.True(At(net, "ru", file)!.Complete);
        Assert.Equal(file.Attachment!.Value.Commitment, Sha256.Of(At(net, "ru", file)!.Held));
        Assert.Empty(net.StoreFaults);
        Assert.Equal([new EntryId(net["us"].Id, 1)], Assert.Single(Receipts(net, "ru")).Re);
    }

    // LINK-74
    [Fact]
    public void A_chunk_that_does_not_fit_what_the_store_holds_fails_that_transfer_and_not_the_line()
    {
        var net = Lines.Opened("us", "ru");
        net.Intercept = (_, _, request) => request.Verb is LinkVerb.AttachmentPut;
        var file = net.File("us", Length);
        net["us"].Append(file);
        net.Run(TimeSpan.FromSeconds(1));
        var bytes = At(net, "us", file)!.Held;
        // Somebody else's hand in the store, between what was looked up and what is written.
        net["ru"].Store.Attachments[Id(net, "us", file)] = new MemoryLineStore.Attachment(bytes.Length)
        {
            Held = bytes[..500],
        };
        var answer = net.Answer("us", "ru", new LinkRequest(LinkVerb.AttachmentPut, bytes.AsMemory(0, 100), 1));
        Assert.Equal(503, answer.Status);
        Assert.Contains("did not take it", answer.Reason, StringComparison.Ordinal);
        var waiting = net["ru"].Append(net.Message("meanwhile"));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.IsType<AppendOutcome.Recorded>(net["ru"].Outcomes[waiting]);
        Assert.False(net["ru"].Machine.IsBroken);
        net.Intercept = null;
        Assert.True(net.RunUntil(() => net.IsSettled() && Receipts(net, "ru").Count == 1, TimeSpan.FromMinutes(1)));
        Assert.Equal(file.Attachment!.Value.Commitment, Sha256.Of(At(net, "ru", file)!.Held));
    }

    // LINK-75
    [Fact]
    public void However_many_files_an_author_announces_a_bounded_number_is_open_and_all_arrive_in_the_end()
    {
        var net = Lines.Opened("us", "ru");
        net.Intercept = (_, _, request) => request.Verb is LinkVerb.AttachmentPut;
        var files = Enumerable
            .Range(0, LinkLimits.MaxOpenAttachments + 20)
            .Select(_ => net.File("us", Body.MaxInline + 1))
            .ToList();
        foreach (var file in files)
            net["us"].Append(file);
        net.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(
            200,
            net.Answer(
                "us",
                "ru",
                new LinkRequest(LinkVerb.AttachmentHeld, default, LinkLimits.MaxOpenAttachments)
            ).Status
        );
        var over = net.Answer(
            "us",
            "ru",
            new LinkRequest(LinkVerb.AttachmentHeld, default, LinkLimits.MaxOpenAttachments + 1)
        );
        Assert.Equal(429, over.Status);
        Assert.Contains("waits for its turn", over.Reason, StringComparison.Ordinal);
        net.Intercept = null;
        net["ru"].Crash();
        net["ru"].Restart();
        Assert.True(
            net.RunUntil(
                () =>
                    net.IsSettled()
                    && Receipts(net, "ru").Count == files.Count
                    && net["us"].Store.OpenAttachments.Count == 0,
                TimeSpan.FromMinutes(2)
            )
        );
    }

    // LINK-71: the same bytes announced twice are taken once.
    [Fact]
    public void Two_entries_that_commit_to_the_same_bytes_do_not_disturb_each_other()
    {
        var net = Lines.Opened("us", "ru");
        var file = net.File("us", Length);
        net["us"].Append(file, file);
        Assert.True(net.RunUntil(() => net.IsSettled() && Receipts(net, "ru").Count == 2, TimeSpan.FromMinutes(1)));
        Assert.Empty(net.StoreFaults);
    }

    // LINK-91
    [Theory]
    [InlineData("us", "ru", "icrc")]
    [InlineData("us", "-ru", "icrc")]
    public void A_party_that_has_filled_its_part_is_told_so_and_nobody_elses_attachment_waits(params string[] parties)
    {
        var net = Lines.Opened(parties);
        net["ru"].RestartWithQuota(Length + Length / 2);
        var (first, second, anothers) = (
            net.File("us", Length, to: ["ru"]),
            net.File("us", Length, to: ["ru"]),
            net.File("icrc", Length, to: ["ru"])
        );
        net["us"].Append(first, second);
        net["icrc"].Append(anothers);
        Assert.True(
            net.RunUntil(
                () => Receipts(net, "ru").Count == 2 && net["ru"].StatusOf(net["us"].Id).UntakenHere is not null,
                TimeSpan.FromMinutes(2)
            )
        );
        net.Run(TimeSpan.FromMinutes(1));
        Assert.True(At(net, "ru", first)!.Complete);
        Assert.Null(At(net, "ru", second));
        Assert.True(net["ru"].Store.Attachments[Id(net, "icrc", anothers)].Complete);
        var waits = net["ru"].StatusOf(net["us"].Id).UntakenHere!;
        Assert.Equal(new EntryId(net["us"].Id, 2), waits.Entry);
        Assert.Contains("attachments of us on this line may take", waits.Reason, StringComparison.Ordinal);
        Assert.Null(net["ru"].StatusOf(net["icrc"].Id).UntakenHere);
        Assert.Single(net["ru"].Reports.OfType<LineReport.AttachmentUntaken>());
        if (parties[1] == "ru")
            Assert.Equal(waits.Reason, net["us"].StatusOf(net["ru"].Id).UntakenThere!.Reason);
        Assert.Empty(net["ru"].Store.Refusals); // it is our own state, and no fault of theirs

        net["ru"].RestartWithQuota(10 * Length);
        Assert.True(
            net.RunUntil(
                () => Receipts(net, "ru").Count == 3 && net["us"].Store.OpenAttachments.Count == 0,
                TimeSpan.FromMinutes(2)
            )
        );
        Assert.Null(net["ru"].StatusOf(net["us"].Id).UntakenHere);
        Assert.Null(net["us"].StatusOf(net["ru"].Id).UntakenThere);
    }

    // LINK-91: what was dropped is room again, and a restart counts as the machine did.
    [Fact]
    public void Bytes_that_did_not_match_cost_no_room_and_those_under_way_do()
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].RestartWithQuota(Length + Body.SaltLength);
        var file = net.File("us", Length);
        var good = At(net, "us", file)!.Held;
        At(net, "us", file)!.Held = [.. good[..^1], (byte)(good[^1] ^ 1)];
        net["us"].Append(file);
        Assert.True(
            net.RunUntil(
                () => net["ru"].Reports.OfType<LineReport.Refused>().Count(r => r.Status == 422) >= 3,
                TimeSpan.FromMinutes(2)
            )
        );
        At(net, "us", file)!.Held = good;
        Assert.True(
            net.RunUntil(() => At(net, "ru", file) is { Held.Length: > 0, Complete: false }, TimeSpan.FromMinutes(1))
        );
        net["ru"].RestartWithQuota(Length + Body.SaltLength);
        Assert.True(
            net.RunUntil(() => Receipts(net, "ru").Count == 1, TimeSpan.FromMinutes(1)),
            "one that was begun goes on"
        );
        var more = net.File("us", Body.MaxInline + 1);
        net["us"].Append(more);
        net["ru"].RestartWithQuota(Length + Body.SaltLength);
        Assert.True(
            net.RunUntil(() => net["us"].StatusOf(net["ru"].Id).UntakenThere is not null, TimeSpan.FromMinutes(1))
        );
        Assert.Null(At(net, "ru", more));
    }

    // LINK-91
    [Theory]
    [InlineData(LinkVerb.AttachmentPut)]
    [InlineData(LinkVerb.AttachmentHeld)]
    public void A_peer_without_room_is_looked_at_every_five_seconds_and_then_every_thirty(LinkVerb refused)
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].RestartWithQuota(1);
        // A station whose disk is full answers the question, and refuses the chunk.
        if (refused == LinkVerb.AttachmentPut)
            net.Bend = (_, verb, answer) =>
                verb == LinkVerb.AttachmentHeld
                    ? LinkAnswer.Ok(LinkAnswer.Json, new AttachmentHeld { Held = 0, Complete = false }.Encode())
                    : answer;
        net["us"].Append(net.File("us", 2 * LinkLimits.AttachmentChunkBytes));
        net.Run(TimeSpan.FromMinutes(5));
        var before = Asked();
        net.Run(TimeSpan.FromMinutes(10));
        Assert.InRange(Asked() - before, 15, 21);
        var told = net["us"].StatusOf(net["ru"].Id).UntakenThere!;
        Assert.Equal(new EntryId(net["us"].Id, 1), told.Entry);
        Assert.Contains("may take 1 bytes here", told.Reason, StringComparison.Ordinal);
        net.Bend = null;
        net["ru"].RestartWithQuota(LinkLimits.AttachmentQuota);
        Assert.True(net.RunUntil(() => net["us"].Store.OpenAttachments.Count == 0, TimeSpan.FromMinutes(1)));
        Assert.Null(net["us"].StatusOf(net["ru"].Id).UntakenThere);

        int Asked() => net.Sent.Count(s => s.From == net["us"].Id && s.Request.Verb == refused);
    }
}
