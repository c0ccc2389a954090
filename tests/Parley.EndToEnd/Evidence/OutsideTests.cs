using System.Text;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Evidence;

/// <summary>A record of some hundred entries, more than one tile, read by software that is not ours.</summary>
[Collection(SharedPair.Name)]
public sealed class OutsideTests(SharedPair pair) : IAsyncLifetime
{
    private const int Messages = 600;
    private readonly TestFolder folder = new();
    private ulong entries;

    private string Export => folder["export"];

    public async ValueTask InitializeAsync()
    {
        foreach (var (station, count) in ((TestStation, int)[])[(pair.Us, Messages), (pair.Ru, 3)])
        {
            var lines = string.Join(
                '\n',
                Enumerable.Range(0, count).Select(i => StationApi.Message($"Outside {i}").ToJsonString())
            );
            var batch = await station.Api.PostAsync(
                $"lines/{pair.Line}/entries/batch?wait=sealed&timeout=60",
                new StringContent(lines, Encoding.UTF8, "application/x-ndjson")
            );
            Assert.True(batch["sealed"]!.GetValue<bool>());
            Assert.Equal(count, batch["count"]!.GetValue<int>());
        }
        await pair.Open.SealedAsync();
        entries = (await pair.Us.RunAsync("record", "export", "--out", Export, "--json")).Ended(0).Json[
            "entries"
        ]!.GetValue<ulong>();
    }

    [Fact]
    public async Task The_go_transparency_log_packages_read_and_prove_it_and_refuse_a_flipped_bit()
    {
        var tool = await OutsideTool.GoAsync(folder.Path);
        var proofs = new List<string>();
        foreach (
            var (party, seq) in ((string, int)[])[("us", 0), ("us", 255), ("us", 256), ("us", Messages), ("ru", 1)]
        )
        {
            var path = folder[$"{party}-{seq}.tlog-proof"];
            await File.WriteAllTextAsync(
                path,
                await pair.Us.Api.GetTextAsync($"lines/{pair.Line}/entries/{party}/{seq}/proof"),
                TestContext.Current.CancellationToken
            );
            proofs.AddRange([path, party, $"{seq}"]);
        }
        var good = await tool.VerifyAsync([Export, .. proofs]);
        Assert.StartsWith($"good: 2 feeds, {entries} entries, ", good, StringComparison.Ordinal);
        Assert.EndsWith(" 2 cosignatures, 5 proofs", good, StringComparison.Ordinal);

        Assert.StartsWith(
            "bad: proof of us/254",
            await tool.VerifyAsync(Export, proofs[3], "us", "254"),
            StringComparison.Ordinal
        );
        await RefusesAsync(tool, "feeds/us/tile/1/000.p/*");
        await RefusesAsync(tool, "feeds/us/tile/0/000");
    }

    [Fact]
    public async Task Nodes_own_cryptography_verifies_it_and_refuses_a_flipped_bit()
    {
        var tool = OutsideTool.Node();
        Assert.Equal($"good: 2 feeds, {entries} entries", await tool.VerifyAsync(Export));
        await RefusesAsync(tool, "feeds/us/tile/0/000");
    }

    /// <summary>Of a file of each sort, and of the one that is asked for, one bit is changed and changed
    /// back.</summary>
    private async Task RefusesAsync(OutsideTool tool, string further)
    {
        foreach (
            var wanted in (string[])
                [
                    "feeds/us/checkpoint",
                    "feeds/us/tile/entries/001",
                    "feeds/ru/tile/entries/000.p/*",
                    "bodies/*",
                    further,
                ]
        )
        {
            var path = Directory.GetFiles(
                Path.Combine(Export, Path.GetDirectoryName(wanted)!),
                Path.GetFileName(wanted)
            )[0];
            var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            // Not the checkpoint's last byte, which is the newline, nor one of the unused bits of the Base64 before it.
            await File.WriteAllBytesAsync(
                path,
                SmallExport.Flipped(bytes, bytes.Length - 20),
                TestContext.Current.CancellationToken
            );
            Assert.StartsWith("bad: ", await tool.VerifyAsync(Export), StringComparison.Ordinal);
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        }
        Assert.StartsWith("good: ", await tool.VerifyAsync(Export), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
