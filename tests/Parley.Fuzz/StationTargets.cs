using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Station.Backup;
using Parley.Station.Data;
using Parley.Testing.Lines;

namespace Parley.Fuzz;

/// <summary>Files that a station is given from outside, or that somebody may have been at: its settings, the manifest
/// of a backup, key files, and what was carried.</summary>
internal sealed class StationTargets : IDisposable
{
    private static readonly LineId Line = LineId.Parse("north-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    private readonly LineSecret secret = LineSecret.Generate();
    private readonly string folder = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        $"parley-fuzz-{Guid.NewGuid():N}"
    );
    private readonly LineParty us = LineParty.Named("us"),
        ru = LineParty.Named("ru");

    internal StationTargets(Samples samples)
    {
        Directory.CreateDirectory(folder);
        var settings = new StationSettings(
            "us",
            "Ministry of us",
            "127.0.0.1:7474",
            "http://127.0.0.1:8080",
            "sqlite",
            1 << 20,
            true,
            "https://parley.example",
            8,
            true,
            new BlindSettings(1000, 1024, 0.5, 0.5)
        ).Encode();
        var manifest = new BackupManifest(
            BackupManifest.Layout,
            LineNetwork.Epoch,
            "us",
            "0.1.0",
            "sqlite",
            3,
            [new BackupLine(Line.Value, [new BackupFeed("us", 3, new string('a', 64))])],
            [
                new BackupFile(BackupManifest.SettingsName, 10, new string('b', 64)),
                new BackupFile("card", 20, new string('c', 64)),
                new BackupFile("keys/log.key", 30, new string('d', 64)),
            ]
        ).Encode();
        var key = KeyFile.Encode(secret);
        All =
        [
            new("station settings", [settings], b => StationSettings.Parse(b).TryGet(out _, out var why) ? null : why)
            {
                Share = 40,
            },
            new("backup manifest", [manifest], Manifest) { Share = 10, Allocation = (1024 * 1024, 400) },
            new(
                "line secret",
                [key],
                b =>
                {
                    if (!KeyFile.ParseLineSecret(b).TryGet(out var read, out var why))
                        return why.Reason;
                    read.Dispose();
                    return null;
                }
            )
            {
                Share = 20,
            },
            // Sealed by who has the secret, with parts of any content: the outside is that of another target.
            new("carried file", [Seal(samples)], Open) { Share = 20, Allocation = (1024 * 1024, 400) },
        ];
    }

    internal IReadOnlyList<Target> All { get; }

    private string? Manifest(byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(folder, BackupManifest.FileName), bytes);
        File.WriteAllBytes(Path.Combine(folder, BackupManifest.SumsName), []);
        return
            BackupManifest.Read(folder).TryGet(out _, out var why)
            || why.Contains("do not belong together", StringComparison.Ordinal)
            ? null
            : why;
    }

    private byte[] Seal(Samples samples)
    {
        using var sealer = CarrySealer.Create(Line, us.Id, ru.Card(dialable: true), secret, us.Log)!;
        return
        [
            .. sealer.Head.Span,
            .. sealer.Seal(new CarryPart.Opening(new string('a', 2 * CarryPart.IdLength), LineNetwork.Epoch, 0, 2)),
            .. sealer.Seal(new CarryPart.Push(samples.Pushes[0])),
            .. sealer.SealEnd(),
        ];
    }

    private string? Open(byte[] file)
    {
        if (file.Length < CarrySeal.HeadLength)
            return "short";
        using var opener = CarryOpener.Create(
            file.AsSpan(0, CarrySeal.HeadLength),
            Line,
            us.Card(dialable: true),
            ru.Id,
            ru.Agreement,
            secret
        );
        if (opener is null)
            return "not for us";
        for (var at = CarrySeal.HeadLength; at < file.Length; )
        {
            if (file.Length - at < CarrySeal.LengthBytes)
                return "cut within a length";
            var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            at += CarrySeal.LengthBytes;
            if (length > file.Length - at)
                return "cut within a part";
            if (!opener.Open(file.AsSpan(at, (int)length)).TryGet(out _, out var why))
                return why;
            at += (int)length;
        }
        return opener.Ended ? null : "ends before its end";
    }

    public void Dispose()
    {
        secret.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
