using System.Text;
using Parley.Contract;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Lines;
using Parley.Station.Tests.Link;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>What officers are told of a fault of the store is what came of it: a beginning of what they sent is on the
/// record, and they know how much.</summary>
public sealed class ToldTruthTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private const int Chunk = 512;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static bool IsAppend(IReadOnlyList<StoreChange> changes) => changes.Any(c => c is AppendEntries);

    private static async IAsyncEnumerable<EntryDraft> Chunks(
        int count,
        Func<int, int, EntryDraft> draft,
        Func<int, Task>? before = null
    )
    {
        for (var chunk = 0; chunk < count; chunk++)
        {
            if (before is not null)
                await before(chunk);
            for (var i = 0; i < Chunk; i++)
                yield return draft(chunk, i);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Of_a_slow_batch_nothing_is_recorded_after_the_part_that_a_fault_refused_though_the_store_works_again(
        int failing
    )
    {
        await using var line = await FaultyLine.StartAsync();
        var outcome = await line.Station.Desks.Sending.AppendBatchAsync(
            line.Id,
            Chunks(
                6,
                (chunk, i) => FaultyLine.Message($"{chunk}/{i}"),
                async chunk =>
                {
                    if (chunk == failing)
                    {
                        await line.UntilAsync(async () => await line.SizeAsync() == (ulong)(1 + failing * Chunk));
                        (line.Store.Fails, line.Store.IsAway) = (IsAppend, true);
                    }
                    if (chunk != failing + 1)
                        return;
                    await line.UntilAsync(StationState.Faulted);
                    (line.Store.Fails, line.Store.IsAway) = (_ => false, false);
                    await line.UntilAsync(StationState.Ready);
                }
            ),
            null,
            Stop
        );
        Assert.False(outcome.TryGet(out _, out var refusal));
        Assert.Equal("store-fault", refusal.Code);
        Assert.Contains(
            $"({failing * Chunk} entries before it are recorded)",
            refusal.Reason,
            StringComparison.Ordinal
        );
        Assert.Equal((ulong)(1 + failing * Chunk), await line.SizeAsync());
        Assert.True(
            (await line.Station.Desks.Sending.AppendAsync(line.Id, FaultyLine.Message("goes on"), null, Stop)).TryGet(
                out var recorded,
                out refusal
            ),
            refusal?.Reason
        );
        Assert.Equal((ulong)(1 + failing * Chunk), recorded.Id.Seq);
    }

    [Fact]
    public async Task Of_a_fast_batch_nothing_is_recorded_after_a_part_that_was_refused_either()
    {
        await using var line = await FaultyLine.StartAsync();
        var outcome = await line.Station.Desks.Sending.AppendBatchAsync(
            line.Id,
            Chunks(6, (chunk, i) => FaultyLine.Message($"{chunk}/{i}", chunk == 1 && i == 7 ? "atlantis" : null)),
            null,
            Stop
        );
        Assert.False(outcome.TryGet(out _, out var refusal));
        Assert.Equal("bad-draft", refusal.Code);
        Assert.Contains($"({Chunk} entries before it are recorded)", refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(1UL + Chunk, await line.SizeAsync());
    }

    [Fact]
    public async Task What_was_in_doubt_and_is_recorded_is_shown_to_those_who_follow_without_waiting_for_the_next_entry()
    {
        await using var line = await FaultyLine.StartAsync();
        var after = (await line.Store.LoadAsync(Stop)).LastArrival;
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var seen = new TaskCompletionSource<EntryView>(TaskCreationOptions.RunContinuationsAsynchronously);
        var following = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var follower = Task.Run(
            async () =>
            {
                await foreach (var what in line.Station.Desks.Events.Subscribe(line.Id, after, null, reading.Token))
                {
                    following.TrySetResult();
                    if (what is StationEvent.Entry { View: var entry })
                        seen.TrySetResult(entry);
                }
            },
            Stop
        );
        await following.Task;
        line.Store.LeavesInDoubt = IsAppend;
        Assert.False(
            (
                await line.Station.Desks.Sending.AppendAsync(
                    line.Id,
                    FaultyLine.Message("said or not said"),
                    null,
                    Stop
                )
            ).TryGet(out _, out var refusal)
        );
        line.Store.LeavesInDoubt = _ => false;
        Assert.Equal("in-doubt", refusal.Code);
        Assert.Equal(new EntryId(line.Us.Party, 1), (await seen.Task.WaitAsync(Patience, Stop)).Id);
        await reading.CancelAsync();
        await follower;
    }

    [Fact]
    public async Task Who_waits_for_a_seal_learns_of_it_though_the_store_could_not_say_that_the_cosignature_is_kept()
    {
        await using var line = await FaultyLine.StartAsync();
        var sent = line.Station.Desks.Sending.AppendAsync(
            line.Id,
            FaultyLine.Message("wait for it"),
            TimeSpan.FromMinutes(30),
            Stop
        );
        await line.UntilAsync(() =>
            Task.FromResult(
                line.Station.Desks.Lines.LineStatus(line.Id).TryGet(out var status, out _) && status.OwnSize == 2
            )
        );
        var (held, cosignature) = (0UL, (NoteSignature?)null);
        while (held < 2)
        {
            var push = await line.AskAsync(LinkVerb.Pull, new PullRequest(held, cosignature).Encode());
            Assert.True(EntryBatch.ReadOffer(push.Body, out _).TryGet(out var offer, out var why), why);
            held = offer.Checkpoint.Checkpoint.Size;
            cosignature = Cosignature.Sign(
                offer.Checkpoint.Checkpoint,
                line.Ru.Party,
                line.Ru.Cosign,
                TimeProvider.System.GetUtcNow()
            );
        }
        line.Store.LeavesInDoubt = changes => changes.Any(c => c is PutCosignature);
        var failure = line.Store.Failure;
        var next = line.AskAsync(LinkVerb.Pull, new PullRequest(held, cosignature).Encode());
        await failure;
        line.Store.LeavesInDoubt = _ => false;
        Assert.True((await sent.WaitAsync(Patience, Stop)).TryGet(out var appended, out var refusal), refusal?.Reason);
        Assert.True(appended.Sealed);
        Assert.Equal(503, (await next).Status);
    }

    [Fact]
    public async Task What_is_with_the_store_when_damage_stops_the_station_is_told_to_be_in_doubt_not_refused()
    {
        await using var line = await FaultyLine.StartAsync();
        var (asked, held) = (
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        line.Store.Holds = changes =>
        {
            if (!IsAppend(changes))
                return Task.CompletedTask;
            asked.TrySetResult();
            return held.Task;
        };
        var sent = line.Station.Desks.Sending.AppendAsync(line.Id, FaultyLine.Message("said or not said"), null, Stop);
        await asked.Task;
        line.Store.IsDamaged = true;
        Assert.False(
            line.Station.Desks.Record.ReadEntry(line.Id, new EntryId(line.Us.Party, 0)).TryGet(out _, out var damaged)
        );
        Assert.Equal("station-faulted", damaged.Code);
        Assert.False((await sent.WaitAsync(Patience, Stop)).TryGet(out _, out var refusal));
        Assert.Equal("in-doubt", refusal.Code);
        Assert.DoesNotContain("the store failed", refusal.Reason, StringComparison.Ordinal);
        held.SetResult();
        await line.UntilAsync(async () => await line.SizeAsync() == 2); // and so it was
        Assert.False(
            (await line.Station.Desks.Sending.AppendAsync(line.Id, FaultyLine.Message("too late"), null, Stop)).TryGet(
                out _,
                out refusal
            )
        );
        Assert.Equal("station-faulted", refusal.Code);
    }

    // LINK-60
    [Fact]
    public async Task A_mark_that_the_store_did_not_take_is_made_all_the_same_and_a_restarted_station_signs_nothing()
    {
        await using var line = await FaultyLine.StartAsync();
        var key = LineLoader.ForeignKey(line.Id);
        bool IsMark(IReadOnlyList<StoreChange> changes) => changes.Any(c => c is PutMeta put && put.Key == key);
        var marks = 0;
        line.Store.Fails = changes => IsMark(changes) && ++marks == 1;
        var later = new HandheldFeed(line.Us, line.Document).Write("one", "two");
        var heartbeat = new Heartbeat
        {
            Parley = 1,
            At = TimeProvider.System.GetUtcNow(),
            Attended = true,
            Checkpoints = new Dictionary<string, string>
            {
                ["us"] = Encoding.UTF8.GetString(later.Checkpoint(3).Encode()),
            },
        };
        var failure = line.Store.Failure;
        await line.AskAsync(LinkVerb.Heartbeat, heartbeat.Encode());
        await failure;
        await line.UntilAsync(async () => (await line.Store.LoadAsync(Stop)).Meta.ContainsKey(key));
        await line.Station.DisposeAsync();
        await line.LoadAsync();
        Assert.False(
            (
                await line.Station.Desks.Sending.AppendAsync(
                    line.Id,
                    FaultyLine.Message("before the next heartbeat"),
                    null,
                    Stop
                )
            ).TryGet(out _, out var refusal)
        );
        Assert.Equal("own-feed-foreign", refusal.Code);
    }
}
