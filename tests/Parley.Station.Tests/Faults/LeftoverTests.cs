using Microsoft.Extensions.Logging.Abstractions;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>An attachment that did not become an entry takes no room.</summary>
public sealed class LeftoverTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_that_fails_in_the_middle_of_an_attachment_keeps_no_piece_of_it_once_it_works_again()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        var us = line["us"].Folder;
        await using var store = new FaultyStore(
            await StationStore.OpenAsync($"sqlite:{us.Directory.Database}", TimeProvider.System, Stop)
        );
        Assert.True(
            StationKeys
                .Read(us.Directory, us.Card, null, TimeProvider.System.GetUtcNow())
                .TryGet(out var keys, out var why),
            why
        );
        using (keys)
        {
            using var certificate = LinkCertificate.WithKey(keys.LinkCertificate, keys.Link);
            await using var runtime = await StationRuntime.LoadAsync(
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
            var fingerprints = new Dictionary<string, string> { ["ru"] = line["ru"].Folder.Card.Fingerprint.Hex };
            Assert.True(
                (
                    await runtime.Desks.Ceremony.AcceptLineAsync(
                        new AcceptLine(line.Document.Bytes, fingerprints),
                        Stop
                    )
                ).TryGet(out _, out var refused),
                refused?.Reason
            );

            var content = new MemoryStream(new byte[3 << 20]);
            store.Fails = changes => changes[0] is PutAttachmentChunk { Offset: > 0 } or DropAttachment; // the first piece is there, and cannot be taken back
            Assert.False(
                (
                    await runtime.Desks.Attachments.AttachAsync(
                        line.Id,
                        new NewAttachment("x", null, content.Length, new Officer("watch", "Ada")),
                        content,
                        null,
                        Stop
                    )
                ).TryGet(out _, out var refusal)
            );
            Assert.Equal("station-faulted", refusal.Code);
            Assert.NotEmpty((await store.LoadAsync(Stop)).IncompleteAttachments);
            store.Fails = _ => false;
            using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while ((await store.LoadAsync(Stop)).IncompleteAttachments.Count > 0)
                await poll.WaitForNextTickAsync(Stop);
        }
        Assert.Empty(Directory.GetFiles(us.Directory.Path, "spool-*"));
    }

    [Fact]
    public async Task What_a_killed_station_left_half_taken_in_is_gone_after_the_next_start()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        await line["us"].StopAsync();
        var us = line["us"].Folder;
        await File.WriteAllTextAsync(Path.Combine(us.Directory.Path, "spool-0123"), "half a file", Stop);
        await using (
            var store = await StationStore.OpenAsync($"sqlite:{us.Directory.Database}", TimeProvider.System, Stop)
        )
        {
            var nobodys = new AttachmentId(new Origin(line.Id, PartyId.Parse("us")), Sha256.Of("nobody's"u8));
            await store.CommitAsync(
                [new BeginAttachment(nobodys, 1000), new PutAttachmentChunk(nobodys, 0, new byte[10])],
                Stop
            );
        }
        await line["us"].StartAsync();
        await line["us"].StopAsync();
        Assert.Empty(Directory.GetFiles(us.Directory.Path, "spool-*"));
        await using var after = await StationStore.OpenAsync(
            $"sqlite:{us.Directory.Database}",
            TimeProvider.System,
            Stop
        );
        Assert.Empty((await after.LoadAsync(Stop)).IncompleteAttachments);
    }
}
