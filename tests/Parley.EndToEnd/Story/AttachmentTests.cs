using System.Security.Cryptography;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>Files that are too large for an entry go beside it, and are as provable.</summary>
[Collection(SharedPair.Name)]
public sealed class AttachmentTests(SharedPair pair)
{
    private const int Size = 3_000_001;

    [Fact]
    public async Task A_file_of_three_megabytes_arrives_whole_and_is_in_the_evidence()
    {
        var content = new byte[Size];
        new Random(20261122).NextBytes(content);
        var file = pair.Open.Folder["chart.bin"];
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        var sent = (
            await pair.Us.RunAsync("send", "--attach", file, "--wait", "sealed", "--json", "The chart, as promised.")
        )
            .Ended(0)
            .Json;
        Assert.True(sent.IsSealed());

        var message = (await pair.Ru.RunAsync("record", "show", sent.Id(), "--json")).Ended(0).Json;
        var attachment = message["re"]!.AsArray().Select(e => e!.GetValue<string>()).Single();
        await Until.HoldsAsync(
            "the attachment is whole at ru",
            async () =>
            {
                using var body = await pair.Ru.Api.SendAsync(
                    HttpMethod.Get,
                    $"lines/{pair.Line}/entries/{attachment}/body"
                );
                return body.IsSuccessStatusCode
                    ? Convert.ToHexString(SHA256.HashData(await body.Content.ReadAsByteArrayAsync()))
                    : $"{body.StatusCode}";
            },
            hash => hash == Convert.ToHexString(SHA256.HashData(content))
        );

        foreach (var station in pair.Open.Stations)
        {
            var export = pair.Open.Folder[$"attached-{station.Party}"];
            (await station.RunAsync("record", "export", "--out", export)).Ended(0);
            (await ParleyCommand.RunAsync("verify", export)).Ended(0);
            var body = Assert.Single(
                Directory.GetFiles(Path.Combine(export, "bodies")),
                f => new FileInfo(f).Length == 32 + Size
            );
            Assert.Equal(content, (await File.ReadAllBytesAsync(body, TestContext.Current.CancellationToken))[32..]);
        }
    }
}
