using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Contract;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Tests.Link;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>A peer that signs two truths, through the real port: both are kept, and the line is stopped for
/// good.</summary>
public sealed class ForkTests
{
    [Fact] // LINK-50 LINK-51
    public async Task Another_checkpoint_of_the_same_size_by_the_peers_real_key_is_kept_and_stops_the_line()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var truth = new HandheldFeed(line["ru"].Folder, line.Document).Write("we are here", "and stay");
        var (status, _, cosignature) = await ru.PostAsync(truth.Path, truth.Push(0, 3));
        Assert.Equal(200, status);
        Assert.True(
            NoteSignature.ParseLine(Encoding.UTF8.GetString(cosignature)).TryGet(out var receipt, out var why),
            why
        );
        Assert.True(
            Cosignature.Verify(receipt, line.Document.CosignKey(us.Party), truth.Checkpoint(3).Checkpoint.Text)
        );

        var lie = truth.Branch(2).Write("and leave");
        Assert.Equal(
            422,
            (
                await ru.PostAsync(truth.Path, HandheldFeed.Push(new CheckpointOffer(3, [], lie.Checkpoint(3)), []))
            ).Status
        );
        await HasStoppedAsync(us, line, line["ru"].Folder);
        Assert.Equal(503, (await ru.PostAsync(truth.Path, truth.Write("more").Push(3, 4))).Status);

        await us.StopAsync();
        await us.StartAsync();
        await HasStoppedAsync(us, line, line["ru"].Folder);
        Assert.True(await us.IsReadyAsync()); // its other lines go on
    }

    [Fact] // LINK-50
    public async Task A_lie_in_a_heartbeat_is_found_out_too()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var truth = new HandheldFeed(line["ru"].Folder, line.Document).Write("we are here", "and stay");
        Assert.Equal(200, (await ru.PostAsync(truth.Path, truth.Push(0, 3))).Status);
        var lie = truth.Branch(1).Write("and leave");
        var heartbeat = new Heartbeat
        {
            Parley = 1,
            At = TimeProvider.System.GetUtcNow(),
            Attended = true,
            Checkpoints = new Dictionary<string, string>
            {
                ["ru"] = Encoding.UTF8.GetString(lie.Checkpoint(2).Encode()),
            },
        };
        Assert.Equal(200, (await ru.PostAsync($"/parley/v1/lines/{line.Id}/heartbeat", heartbeat.Encode())).Status);
        await HasStoppedAsync(us, line, line["ru"].Folder);
    }

    [Fact] // LINK-52
    public async Task What_is_shown_of_a_fork_of_different_sizes_convinces_whoever_has_the_authors_key()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var truth = new HandheldFeed(line["ru"].Folder, line.Document).Write("we are here", "and stay", "and stay on");
        Assert.Equal(200, (await ru.PostAsync(truth.Path, truth.Push(0, 4))).Status);
        var lie = truth.Branch(2).Write("and leave");
        Assert.Equal(
            409,
            (
                await ru.PostAsync(truth.Path, HandheldFeed.Push(new CheckpointOffer(0, [], lie.Checkpoint(3)), []))
            ).Status
        );
        await HasStoppedAsync(us, line, line["ru"].Folder);
        var fork = Assert.Single((await us.GetAsync($"lines/{line.Id}/forks")).Json.EnumerateArray());
        byte[] Note(string side) => Encoding.UTF8.GetBytes(fork.GetProperty(side).GetString()!);
        Assert.True(
            Parley
                .Link.ForkEvidence.Parse(Note("second"), Note("first"), fork.GetProperty("proof").GetString()!)
                .TryGet(out var evidence, out var why),
            why
        );
        Assert.Null(
            evidence.Refute(
                new Origin(line.Document.Id, line["ru"].Folder.Party),
                line.Document.LogKey(line["ru"].Folder.Party)
            )
        );
    }

    [Fact] // LINK-51
    public async Task Evidence_that_the_store_could_not_take_just_then_is_kept_once_it_can_and_nothing_is_written_meanwhile()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        var (us, ru) = (line["us"].Folder, line["ru"].Folder);
        await using var store = new FaultyStore(
            await StationStore.OpenAsync($"sqlite:{us.Directory.Database}", TimeProvider.System, Stop)
        );
        using var keys = StationKeys.Read(us.Directory, us.Card, null, TimeProvider.System.GetUtcNow()).Required();
        using var certificate = LinkCertificate.WithKey(keys.LinkCertificate, keys.Link);
        await using (var runtime = await RunAsync(us, keys, certificate, store))
        {
            var fingerprints = new Dictionary<string, string> { ["ru"] = ru.Card.Fingerprint.Hex };
            Assert.True(
                (
                    await runtime.Desks.Ceremony.AcceptLineAsync(
                        new AcceptLine(line.Document.Bytes, fingerprints),
                        Stop
                    )
                ).TryGet(out _, out var refused),
                refused?.Reason
            );
            var truth = new HandheldFeed(ru, line.Document).Write("we are here", "and stay");
            var lie = truth.Branch(2).Write("and leave");
            var desk = runtime.Link;
            Assert.Equal(
                200,
                (await desk.ServeAsync(line.Id, ru.Party, new LinkRequest(LinkVerb.Push, truth.Push(0, 3)))).Status
            );

            store.Fails = changes => changes.Any(c => c is PutFork);
            var (first, lying) = (store.Failure, HandheldFeed.Push(new CheckpointOffer(3, [], lie.Checkpoint(3)), []));
            Assert.InRange(
                (await desk.ServeAsync(line.Id, ru.Party, new LinkRequest(LinkVerb.Push, lying))).Status,
                422,
                503
            );
            await first;
            await store.Failure; // and once more when it was tried again: it is not given up
            Assert.Empty(store.ReadForks(line.Id));
            Assert.Equal(
                503,
                (
                    await desk.ServeAsync(
                        line.Id,
                        ru.Party,
                        new LinkRequest(LinkVerb.Push, truth.Write("more").Push(3, 4))
                    )
                ).Status
            );

            store.Fails = _ => false;
            using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (store.ReadForks(line.Id).Count == 0)
                await poll.WaitForNextTickAsync(Stop);
            Assert.Single(store.ReadForks(line.Id));
            Assert.Equal(
                503,
                (await desk.ServeAsync(line.Id, ru.Party, new LinkRequest(LinkVerb.Push, truth.Push(3, 4)))).Status
            );
        }
        Assert.Equal(
            LineStanding.Stopped,
            Assert.Single((await store.LoadAsync(Stop)).Lines, l => l.Line == line.Id).Standing
        );
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<StationRuntime> RunAsync(
        StationFolder us,
        StationKeys keys,
        System.Security.Cryptography.X509Certificates.X509Certificate2 certificate,
        IStationStore store
    ) =>
        StationRuntime.LoadAsync(
            new StationSetup
            {
                Directory = us.Directory,
                Card = us.Card,
                Keys = keys,
                Certificate = certificate,
                Store = store,
                Reserve = DiskReserve.None(TimeProvider.System),
                AcceptsConnections = true,
                Mode = StationMode.Duty,
                Clock = TimeProvider.System,
                Log = NullLogger.Instance,
            },
            Stop
        );

    /// <summary>The station keeps both checkpoints, each signed by the liar's log key, shows them, and writes nothing
    /// more on the line.</summary>
    internal static async Task HasStoppedAsync(LiveStation station, LiveLine line, StationFolder liar)
    {
        await station.UntilAsync(
            async () => (await station.StatusAsync(line.Id)).GetProperty("standing").GetString() == "stopped",
            "the line stopped"
        );
        await station.UntilAsync(
            async () => (await station.StatusAsync(line.Id)).GetProperty("forks").GetInt32() == 1,
            "the fork recorded"
        );
        var (status, forks) = await station.GetAsync($"lines/{line.Id}/forks");
        Assert.Equal(200, status);
        var fork = Assert.Single(forks.EnumerateArray());
        Assert.Equal(liar.Party.Value, fork.GetProperty("party").GetString());
        var notes = new List<SignedCheckpoint>();
        foreach (var side in new[] { "first", "second" })
        {
            Assert.True(
                SignedCheckpoint
                    .Parse(Encoding.UTF8.GetBytes(fork.GetProperty(side).GetString()!))
                    .TryGet(out var note, out var why),
                why
            );
            Assert.Equal(SignatureCheck.Valid, note.Note.Check(line.Document.LogKey(liar.Party)));
            notes.Add(note);
        }
        Assert.NotEqual(notes[0].Checkpoint.Root, notes[1].Checkpoint.Root);
        var (refused, refusal) = await station.SendAsync(line.Id, "no more");
        Assert.Equal((409, "line-stopped"), (refused, refusal.GetProperty("code").GetString()));
    }
}
