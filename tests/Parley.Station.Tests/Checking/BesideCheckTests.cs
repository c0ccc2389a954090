using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Station.Backup;
using Parley.Station.Checking;
using Parley.Station.Data;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Checking;

/// <summary><c>parley check</c> looks at what lies beside the record: secrets of lines, and what a relay
/// keeps.</summary>
public sealed class BesideCheckTests
{
    private static CheckReport Check(StationFolder of) =>
        StationCheck.Run(
            of.Directory,
            null,
            null,
            null,
            TimeProvider.System,
            (_, _) => { },
            TestContext.Current.CancellationToken
        );

    private static async Task<LiveLine> StoppedAsync()
    {
        var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        await line["us"].StopAsync();
        return line;
    }

    [Fact] // CARRY-9
    public async Task A_lines_secret_that_is_whole_is_sound_and_one_that_is_damaged_or_open_to_others_is_named()
    {
        await using var line = await StoppedAsync();
        var us = line["us"].Folder;
        var path = us.Directory.LineSecret(line.Id);
        using var secret = LineSecret.Generate();
        KeyFile.Write(path, secret);
        var sound = Check(us);
        Assert.Equal((CheckVerdict.Sound, 0), (sound.Verdict, sound.Notices.Count));

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal($"keys/{line.Id}.secret", Assert.Single(Check(us).Damage).Where);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        foreach (
            var damaged in (byte[][])[bytes[..^30], [], [.. bytes[..^12], (byte)(bytes[^12] ^ 1), .. bytes[^11..]]]
        )
        {
            await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
            Assert.Equal($"keys/{line.Id}.secret", Assert.Single(Check(us).Damage).Where);
        }
    }

    [Fact] // decision 0032
    public async Task The_database_of_another_station_and_another_record_of_this_one_are_refused_and_not_called_sound()
    {
        await using var line = await StoppedAsync();
        await line["ru"].StartAsync();
        await line["ru"].StopAsync();
        var (us, ru) = (line["us"].Folder, line["ru"].Folder);
        var own = await File.ReadAllBytesAsync(us.Directory.Database, TestContext.Current.CancellationToken);
        File.Copy(ru.Directory.Database, us.Directory.Database, overwrite: true);
        var other = Check(us);
        Assert.Equal(CheckVerdict.Unusable, other.Verdict);
        Assert.Contains("another record", Assert.Single(other.Damage).What, StringComparison.Ordinal);
        Assert.Equal("store", other.Damage[0].Where);

        // Of the same party with the same keys, and whole in itself: yet not what these keys have signed.
        var mark = await File.ReadAllBytesAsync(us.Directory.StoreId, TestContext.Current.CancellationToken);
        File.Delete(us.Directory.Database);
        File.WriteAllBytes(us.Directory.StoreId, StoreBond.Unused());
        await line["us"].StartAsync();
        await line["us"].StopAsync();
        File.WriteAllBytes(us.Directory.StoreId, mark);
        Assert.Equal(CheckVerdict.Unusable, Check(us).Verdict);

        await File.WriteAllBytesAsync(us.Directory.Database, own, TestContext.Current.CancellationToken);
        Assert.Equal(CheckVerdict.Sound, Check(us).Verdict);
    }

    [Fact] // CARRY-9
    public async Task A_secret_of_no_line_of_this_record_and_one_left_half_written_are_told_and_a_name_that_is_no_lines_is_damage()
    {
        await using var line = await StoppedAsync();
        var us = line["us"].Folder;
        using var secret = LineSecret.Generate();
        KeyFile.Write(us.Directory.LineSecret(LineId.Parse("gone-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")), secret);
        KeyFile.Write($"{us.Directory.LineSecret(line.Id)}.new", secret);
        var report = Check(us);
        Assert.Equal((CheckVerdict.Sound, 2), (report.Verdict, report.Notices.Count));
        KeyFile.Write(Path.Combine(us.Directory.Keys, "nothing.secret"), secret);
        Assert.Equal("keys/nothing.secret", Assert.Single(Check(us).Damage).Where);
    }

    [Theory]
    [InlineData("\"files\": [", "\"files\": [null,")]
    [InlineData("\"lines\": [", "\"lines\": [null,")]
    public async Task A_backups_manifest_that_holds_null_in_a_list_is_refused(string text, string bent)
    {
        var folder = Directory.CreateTempSubdirectory("parley-m-").FullName;
        var manifest = new BackupManifest(
            1,
            DateTimeOffset.UnixEpoch,
            "us",
            "0.1.0",
            "sqlite",
            1,
            [new BackupLine("l", [])],
            [new BackupFile(BackupManifest.SettingsName, 1, "a"), new BackupFile("card", 1, "b")]
        ).Encode();
        await File.WriteAllTextAsync(
            Path.Combine(folder, "backup.json"),
            System.Text.Encoding.UTF8.GetString(manifest).Replace(text, bent, StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        Assert.False(BackupManifest.Read(folder).TryGet(out _, out var why));
        Assert.Contains("null", why, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact] // RELAY-4
    public async Task What_a_relay_keeps_is_looked_at_by_its_outside()
    {
        await using var line = await StoppedAsync();
        var (us, ru) = (line["us"].Folder, line["ru"].Folder);
        var of = Path.Combine(us.Directory.Relay, ru.Card.Identity.ToHex());
        Directory.CreateDirectory(of);
        var card = Path.Combine(us.Directory.Keys, $"relayed-{ru.Card.Identity.ToHex()}.card");
        File.WriteAllBytes(card, ru.Card.Encode());
        using var secret = LineSecret.Generate();
        using var sealer = CarrySealer.Create(line.Id, us.Party, ru.Card, secret, us.Log)!;
        byte[] content =
        [
            .. sealer.Head.Span,
            .. sealer.Seal(
                new CarryPart.Opening(new string('a', 2 * CarryPart.IdLength), DateTimeOffset.UnixEpoch, 0, 0)
            ),
            .. sealer.SealEnd(),
        ];
        var file = Path.Combine(
            of,
            $"{new string('0', 28)}.{us.Card.Identity.ToHex()}.{new string('1', 2 * CarrySeal.SlotLength)}.carry"
        );
        File.WriteAllBytes(file, content);
        Assert.Equal((CheckVerdict.Sound, 0), (Check(us).Verdict, Check(us).Notices.Count));

        File.WriteAllBytes(Path.Combine(of, ".half.part"), content);
        Assert.Single(Check(us).Notices);
        content[3] ^= 1;
        File.WriteAllBytes(file, content);
        Assert.StartsWith("relay/", Assert.Single(Check(us).Damage).Where, StringComparison.Ordinal);
        File.Delete(file);
        File.WriteAllBytes(card, us.Card.Encode());
        var other = Check(us);
        Assert.Contains("another identity", Assert.Single(other.Damage).What, StringComparison.Ordinal);
        Assert.Contains(other.Notices, n => n.Contains("not served", StringComparison.Ordinal));
    }
}
