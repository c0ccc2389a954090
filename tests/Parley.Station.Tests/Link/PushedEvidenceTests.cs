using System.Buffers.Binary;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Tests.Faults;
using Parley.Storage;
using Xunit;
using CheckVerdict = Parley.Station.Checking.CheckVerdict;
using StationCheck = Parley.Station.Checking.StationCheck;

namespace Parley.Station.Tests.Link;

/// <summary>What a station cosigned it must be able to show: whatever push is answered 200, its export is
/// good.</summary>
public sealed class PushedEvidenceTests : IAsyncLifetime
{
    private LiveLine line = null!;
    private LiveStation us = null!;
    private HandheldFeed theirs = null!;
    private LinkCaller caller = null!;

    public async ValueTask InitializeAsync()
    {
        line = LiveLine.Make("us", "ru", "icrc");
        us = line["us"];
        await line.OpenAsync("us"); // the others are the test's
        theirs = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        caller = LinkCaller.As(line["ru"].Folder, us);
        Assert.Equal(200, (await caller.PostAsync(theirs.Path, theirs.Push(0, 1))).Status);
    }

    private SignedCheckpoint Signed(string text, params IReadOnlyList<NoteSignature> lines) =>
        SignedCheckpoint
            .Parse(
                new SignedNote(
                    text,
                    [NoteSignature.Sign(text, theirs.Origin.ToString(), line["ru"].Folder.Log), .. lines]
                ).Encode()
            )
            .Required();

    private byte[] Push(int from, SignedCheckpoint checkpoint)
    {
        var plain = EntryBatch.ReadOffer(theirs.Push(from, (int)theirs.Size), out _).Required();
        return HandheldFeed.Push(plain with { Checkpoint = checkpoint }, theirs.Entries.Skip(from));
    }

    private NoteSignature ByIcrc(Checkpoint on, DateTimeOffset at) =>
        Cosignature.Sign(on, line["icrc"].Party, line["icrc"].Folder.Cosign, at);

    /// <summary>A cosignature that states no time, which no writer of ours makes.</summary>
    private NoteSignature Timeless(Checkpoint on)
    {
        var sound = ByIcrc(on, DateTimeOffset.UnixEpoch.AddSeconds(1));
        return sound with
        {
            Signature =
            [
                .. new byte[8],
                .. line["icrc"].Folder.Cosign.Sign(Encoding.UTF8.GetBytes($"cosignature/v1\ntime 0\n{on.Text}")),
            ],
        };
    }

    private async Task IsGoodAsync(string after)
    {
        var report = await line.VerifyAsync("us");
        // The others have no station here, so that it is good in part.
        Assert.True(
            report.Verdict is Record.Verdict.Good or Record.Verdict.GoodInPart,
            $"after {after}: {string.Join('\n', report.Findings)}"
        );
    }

    [Fact] // LINK-80, LOG-25, LOG-26, EVIDENCE-14, EVIDENCE-15
    public async Task Whatever_push_is_answered_200_the_export_is_good_and_shows_it()
    {
        var random = new Random(13);
        var (taken, refused) = (0, 0);
        for (var round = 0; round < 60; round++)
        {
            var from = (int)(await us.PeerAsync(line.Id, line["ru"].Party)).GetProperty("theirSizeHeld").GetUInt64();
            if (random.Next(3) > 0 || from == (int)theirs.Size)
                theirs.Write([.. Enumerable.Range(0, random.Next(0, 3)).Select(i => $"{round} {i}")]);
            var plain = theirs.Checkpoint((int)theirs.Size).Checkpoint;
            var text = random.Next(3) == 0 ? $"{plain.Text}extension {round}\n" : plain.Text;
            var said = Signed(text).Checkpoint;
            List<NoteSignature> lines = [];
            for (var i = random.Next(0, 6); i > 0; i--)
            {
                lines.Add(
                    random.Next(7) switch
                    {
                        0 => NoteSignature.Sign(text, theirs.Origin.ToString(), line["ru"].Folder.Log),
                        1 => ByIcrc(said, TimeProvider.System.GetUtcNow()),
                        2 => ByIcrc(said, DateTimeOffset.UnixEpoch.AddDays(random.Next(1, 100_000))),
                        3 => Timeless(said),
                        4 => ByIcrc(theirs.Checkpoint(1).Checkpoint, TimeProvider.System.GetUtcNow()),
                        5 => new NoteSignature("stranger", 7, [1, 2, 3]),
                        _ => Cosignature.Sign(
                            said,
                            line["ru"].Party,
                            line["ru"].Folder.Cosign,
                            TimeProvider.System.GetUtcNow()
                        ),
                    }
                );
            }
            var (status, reason, _) = await caller.PostAsync(theirs.Path, Push(from, Signed(text, lines)));
            Assert.Contains(status, new[] { 200, 403, 422 });
            if (status == 200)
                taken++;
            else
                refused++;
            await IsGoodAsync($"round {round}, answered {status} {reason}");
            if (status != 200)
                continue;
            var report = await line.VerifyAsync("us");
            Assert.InRange(report.Feeds.Single(f => f.Party == line["ru"].Party).Size, 1UL, theirs.Size);
        }
        Assert.InRange(taken, 15, 59);
        Assert.InRange(refused, 5, 45);
    }

    [Theory] // EVIDENCE-15: as an older program stored it
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_record_that_holds_a_checkpoint_with_extension_lines_and_a_timeless_cosignature_exports_good_and_is_named_by_the_check(
        bool behindSoundOnes
    )
    {
        if (behindSoundOnes)
            Assert.Equal(200, (await caller.PostAsync(theirs.Path, theirs.Write("sound").Push(1, 2))).Status);
        await us.StopAsync();
        await using (
            var store = await StationStore.OpenAsync(
                $"sqlite:{us.Folder.Directory.Database}",
                TimeProvider.System,
                TestContext.Current.CancellationToken
            )
        )
        {
            var size = theirs.Size;
            theirs.Write("the last one, to be repudiated");
            var text = $"{theirs.Checkpoint((int)theirs.Size).Checkpoint.Text}a line of its own\n";
            var bad = Signed(text);
            var header = theirs.Entries[^1];
            PartyId[] required = [us.Party, line["icrc"].Party];
            await store.CommitAsync(
                [
                    new AppendEntries(
                        theirs.Origin,
                        size,
                        [header],
                        [],
                        theirs.Size,
                        bad.Checkpoint.Root,
                        bad.Encode(),
                        TimeProvider.System.GetUtcNow()
                    ),
                    new PutCosignature(
                        theirs.Origin,
                        theirs.Size,
                        us.Party,
                        Cosignature
                            .Sign(bad.Checkpoint, us.Party, us.Folder.Cosign, TimeProvider.System.GetUtcNow())
                            .ToLine(),
                        bad.Encode(),
                        required
                    ),
                    new PutCosignature(
                        theirs.Origin,
                        theirs.Size,
                        line["icrc"].Party,
                        Timeless(bad.Checkpoint).ToLine(),
                        bad.Encode(),
                        required
                    ),
                ],
                TestContext.Current.CancellationToken
            );
        }
        var found = StationCheck.Run(
            us.Folder.Directory,
            null,
            null,
            null,
            TimeProvider.System,
            (_, _) => { },
            TestContext.Current.CancellationToken
        );
        Assert.Equal(CheckVerdict.Damaged, found.Verdict);
        const string remedy =
            "Its author wrote it so, which is refused by now: the entries are sound, exports leave the checkpoint out, and the author's next entries replace it";
        Assert.Contains(
            $"feeds, line {line.Id}, ru: on {theirs.Size} entries: the checkpoint has extension lines. {remedy}",
            found.Damage.Select(d => d.ToString())
        );
        Assert.Contains(
            $"cosignatures, line {line.Id}, ru/{theirs.Size - 1}: of us on {theirs.Size} entries: the checkpoint has extension lines. {remedy}",
            found.Damage.Select(d => d.ToString())
        );
        Assert.All(found.Damage, d => Assert.Equal(("ru", remedy), (d.Feed, d.Remedy))); // nothing else is amiss, and nobody is told to restore a backup
        await us.StartAsync();
        await IsGoodAsync("an old record was opened");
        Assert.True(await us.IsReadyAsync());
        // The author goes on, plainly, and everything is provable again.
        Assert.Equal(
            200,
            (
                await caller.PostAsync(theirs.Path, theirs.Write("more").Push((int)theirs.Size - 1, (int)theirs.Size))
            ).Status
        );
        var report = await line.VerifyAsync("us");
        Assert.Equal(
            (Record.Verdict.GoodInPart, theirs.Size),
            (report.Verdict, report.Feeds.Single(f => f.Party == line["ru"].Party).Size)
        );
    }

    public async ValueTask DisposeAsync()
    {
        caller.Dispose();
        await line.DisposeAsync();
    }
}
