using Parley.Crypto;
using Parley.Record;
using Parley.Station.Backup;
using Parley.Station.Data;
using Parley.Storage;

namespace Parley.Station.Checking;

/// <summary>
/// Looks a station's data through, or a backup's, beside a running station or without one. Nothing is written. Whatever
/// the files hold, the outcome is a
/// report: an exception would leave an operator in trouble with less than nothing.
/// </summary>
public static class StationCheck
{
    /// <summary>Checks a data directory, or a folder that <see cref="StationBackup"/> made.</summary>
    /// <param name="directory">Which.</param>
    /// <param name="store">As of <c>parley run --store</c>; null for what the settings say.</param>
    /// <param name="passphrase">Opens keys that are protected; null leaves those unopened, which a notice says.</param>
    /// <param name="inUse">What a running station says of its store; null where none runs.</param>
    /// <param name="clock">For the times of faults.</param>
    /// <param name="progress">Told how many entries are read, of how many.</param>
    /// <param name="ct">Gives up.</param>
    public static CheckReport Run(
        DataDirectory directory,
        string? store,
        string? passphrase,
        string? inUse,
        TimeProvider clock,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        var damages = new Damages();
        var notices = new List<string>();
        try
        {
            string location;
            if (!directory.HoldsStation && File.Exists(Path.Combine(directory.Path, BackupManifest.FileName)))
            {
                if (!BackupManifest.Read(directory.Path).TryGet(out var manifest, out var unread))
                    return Unusable(directory.Path, unread);
                if (BackupFiles.FaultOf(directory.Path, manifest, static (_, _) => { }, ct) is { } fault)
                    damages.Add(new Damage(BackupManifest.FileName, null, null, null, fault, "Use another backup"));
                location = $"sqlite:{Path.Combine(directory.Path, BackupManifest.RecordFolder, "record.db")}";
                if (manifest.Store != "sqlite")
                {
                    notices.Add(
                        "tables copied from PostgreSQL were compared with their hashes only: restore them to an empty database to check what they hold"
                    );
                    return Report($"backup {directory.Path}", damages, notices, null);
                }
            }
            else
            {
                if (!StationSettings.Read(directory).TryGet(out var settings, out var unread))
                    return Unusable(directory.Path, unread, directory.IsClosed ? Remedies.OtherUser : Remedies.Restore);
                location = settings.Location(directory, store);
            }
            if (!Card.Parse(File.ReadAllBytes(directory.Card)).TryGet(out var card, out var why))
                return Unusable(directory.Path, $"the card {directory.Card} cannot be read: {why}. {Remedies.Keys}");
            if (WhyNoLook(directory) is { } other)
                return Unusable(directory.Path, other, Remedies.OtherUser);
            CheckKeys(directory, card, passphrase, damages, notices);
            BesideCheck.Relayed(directory, damages, notices);
            return CheckStore(location, directory, card, passphrase, inUse, damages, notices, clock, progress, ct);
        }
        catch (StoreFaultException e) when (e.Fault.Kind == StoreFaultKind.Unsuitable)
        {
            return Unusable(directory.Path, e.Message, Remedies.Other);
        }
        catch (UnauthorizedAccessException e)
        {
            return Unusable(directory.Path, e.Message, Remedies.OtherUser);
        }
        catch (Exception e) when (e is StoreFaultException or IOException or FormatException)
        {
            return Unusable(directory.Path, e.Message);
        }
    }

    /// <summary>That this user cannot look at all, which says nothing of what is there.</summary>
    private static string? WhyNoLook(DataDirectory directory)
    {
        var read = KeyFile.ReadSigningKey(directory.Key(KeyRole.Log), KeyRole.Log);
        if (read.TryGet(out var key, out var refusal))
            key.Dispose();
        return refusal?.Fault is KeyFileFault.WrongOwner ? refusal.Reason : null;
    }

    private static CheckReport CheckStore(
        string location,
        DataDirectory directory,
        Card card,
        string? passphrase,
        string? inUse,
        Damages damages,
        List<string> notices,
        TimeProvider clock,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        using var reading = StoreReading.Open(location, clock);
        if (StoreInUse.Contradiction(reading, inUse) is { } contradiction)
            return Unusable(reading.Description, contradiction);
        if (
            StoreBond.RefusalToRead(
                directory,
                reading.Description,
                reading.Meta().ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal)
            ) is
            { } another
        )
            return Unusable(reading.Description, another, Remedies.Other);
        if (reading.Migration < StoreReading.KnownMigration(reading.Kind))
            return Unusable(
                reading.Description,
                $"it has migration {reading.Migration} of an older Parley; a start of this one brings it up to {StoreReading.KnownMigration(reading.Kind)}",
                Remedies.Upgrade
            );
        // The database's look at itself takes about as long as ours: a second connection, on another core.
        BesideCheck.Secrets(
            directory,
            passphrase,
            reading.Lines().Select(l => l.Line).ToHashSet(StringComparer.Ordinal),
            damages,
            notices
        );
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var database = Task.Run(() => DatabaseFindings(location, clock, stop.Token), CancellationToken.None);
        var check = new StoreCheck(reading, card, damages, progress, ct);
        try
        {
            check.Run();
        }
        catch
        {
            stop.Cancel();
            Task.WaitAny([database], CancellationToken.None);
            throw;
        }
        foreach (var finding in database.GetAwaiter().GetResult())
        {
            if (finding.IsFault)
                damages.Add(new Damage("database", null, null, null, finding.What, Remedies.Indexes));
            else
                notices.Add(finding.What);
        }
        notices.AddRange(check.Notices);
        return Report(reading.Description, damages, notices, check.Counts);
    }

    private static IReadOnlyList<DatabaseFinding> DatabaseFindings(
        string location,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        try
        {
            using var reading = StoreReading.Open(location, clock);
            return reading.CheckDatabase(ct);
        }
        catch (StoreFaultException e)
        {
            return [new DatabaseFinding(e.Fault.Message, IsFault: true)];
        }
    }

    private static void CheckKeys(
        DataDirectory directory,
        Card card,
        string? passphrase,
        Damages damages,
        List<string> notices
    )
    {
        Look(
            KeyRole.Identity,
            KeyFile.ReadSigningKey(directory.Key(KeyRole.Identity), KeyRole.Identity, passphrase),
            key => key.PublicKey == card.Identity
        );
        Look(
            KeyRole.Log,
            KeyFile.ReadSigningKey(directory.Key(KeyRole.Log), KeyRole.Log, passphrase),
            key => key.PublicKey == card.Log
        );
        Look(
            KeyRole.Cosign,
            KeyFile.ReadSigningKey(directory.Key(KeyRole.Cosign), KeyRole.Cosign, passphrase),
            key => key.PublicKey == card.Cosign
        );
        Look(
            KeyRole.LinkTls,
            KeyFile.ReadLinkKey(directory.Key(KeyRole.LinkTls), passphrase),
            key => key.SubjectPublicKeyInfo.AsSpan().SequenceEqual(card.LinkTls)
        );
        Look(
            KeyRole.Hpke,
            KeyFile.ReadAgreementKey(directory.Key(KeyRole.Hpke), passphrase),
            key => key.PublicBytes.AsSpan().SequenceEqual(card.Hpke)
        );

        void Look<TKey>(KeyRole role, Verdict<TKey, KeyFileFault> read, Func<TKey, bool> isOnCard)
            where TKey : class, IDisposable
        {
            var file = $"keys/{Path.GetFileName(directory.Key(role))}";
            if (read.TryGet(out var key, out var refusal))
            {
                if (!isOnCard(key))
                    damages.Add(new Damage(file, null, null, null, "it is not the key on the card", Remedies.Keys));
                key.Dispose();
            }
            else if (refusal.Fault == KeyFileFault.PassphraseNeeded)
            {
                notices.Add($"{file} is protected and was not opened (PARLEY_PASSPHRASE, PARLEY_PASSPHRASE_FILE)");
            }
            else if (role == KeyRole.Identity && refusal.Fault == KeyFileFault.Missing)
            {
                notices.Add($"{file} is not here; no backup of this directory holds it");
            }
            else
            {
                damages.Add(new Damage(file, null, null, null, refusal.Reason, Remedies.Keys));
            }
        }
    }

    private static CheckReport Unusable(string store, string why, string remedy = Remedies.Restore) =>
        new()
        {
            Verdict = CheckVerdict.Unusable,
            Store = store,
            NotListed = 0,
            Notices = [],
            Damage = [new Damage("store", null, null, null, why, remedy)],
        };

    private static CheckReport Report(string store, Damages damages, List<string> notices, StoreCounts? counts) =>
        new()
        {
            Verdict = damages.Count == 0 ? CheckVerdict.Sound : CheckVerdict.Damaged,
            Store = store,
            Damage = damages.Listed,
            NotListed = damages.NotListed,
            Notices = notices,
            Lines = counts?.Lines ?? 0,
            Feeds = counts?.Feeds ?? 0,
            Entries = counts?.Entries ?? 0,
            Bodies = counts?.Bodies ?? 0,
            Signatures = counts?.Signatures ?? 0,
            Attachments = counts?.Attachments ?? 0,
        };
}
