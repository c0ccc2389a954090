using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Relay;

namespace Parley.Station.Checking;

/// <summary>Looks at what lies beside the record and the station's own keys: the secrets of lines, and what the station
/// keeps as a relay for others.</summary>
internal static class BesideCheck
{
    private const string SecretSuffix = ".secret";

    /// <summary>Each secret can be read, is as long as one is, is nobody else's to read, and is of a line that stands
    /// here. CARRY-9.</summary>
    /// <param name="directory">Of the station or the backup.</param>
    /// <param name="passphrase">Opens what is protected; null leaves it unopened, which a notice says.</param>
    /// <param name="lines">Ids of the lines in the record.</param>
    /// <param name="damages">Takes what is wrong.</param>
    /// <param name="notices">Takes what is only to be known.</param>
    internal static void Secrets(
        DataDirectory directory,
        string? passphrase,
        IReadOnlySet<string> lines,
        Damages damages,
        List<string> notices
    )
    {
        if (!Directory.Exists(directory.Keys))
            return;
        foreach (
            var path in Directory.EnumerateFiles(directory.Keys, $"*{SecretSuffix}*").Order(StringComparer.Ordinal)
        )
        {
            var name = Path.GetFileName(path);
            var file = $"keys/{name}";
            if (!name.EndsWith(SecretSuffix, StringComparison.Ordinal))
            {
                notices.Add($"{file} is left of a station that was killed while it kept a secret: delete it");
                continue;
            }
            if (KeyFile.ReadLineSecret(path, passphrase) is var read && read.TryGet(out var secret, out var refusal))
                secret.Dispose();
            else if (refusal!.Fault == KeyFileFault.PassphraseNeeded)
                notices.Add($"{file} is protected and was not opened (PARLEY_PASSPHRASE, PARLEY_PASSPHRASE_FILE)");
            else
                damages.Add(new Damage(file, null, null, null, refusal.Reason, Remedies.Secret));
            var line = name[..^SecretSuffix.Length];
            if (!LineId.TryParse(line, out _))
                damages.Add(new Damage(file, null, null, null, "it is named after no line", Remedies.Secret));
            else if (!lines.Contains(line))
                notices.Add($"{file} is the secret of a line that is not in this record");
        }
    }

    /// <summary>Who is served has a card that can be read, under its own name; what waits is whole sealed files for one
    /// of them. RELAY-1 to RELAY-4.</summary>
    internal static void Relayed(DataDirectory directory, Damages damages, List<string> notices)
    {
        var served = new HashSet<string>(StringComparer.Ordinal);
        if (Directory.Exists(directory.Keys))
        {
            foreach (
                var path in Directory
                    .EnumerateFiles(directory.Keys, $"{RelayDesk.CardPrefix}*{RelayDesk.CardSuffix}")
                    .Order(StringComparer.Ordinal)
            )
            {
                var name = Path.GetFileName(path);
                var identity = name[RelayDesk.CardPrefix.Length..^RelayDesk.CardSuffix.Length];
                if (
                    new FileInfo(path).Length > Card.MaxLength
                    || !Card.Parse(File.ReadAllBytes(path)).TryGet(out var card, out _)
                )
                    Wrong($"keys/{name}", "it is no card, and the station does not start with it", Remedies.Served);
                else if (card.Identity.ToHex() != identity)
                    Wrong($"keys/{name}", $"it is the card of another identity, {card.Party}", Remedies.Served);
                else
                    served.Add(identity);
            }
        }
        if (!Directory.Exists(directory.Relay))
            return;
        foreach (var folder in Directory.EnumerateDirectories(directory.Relay).Order(StringComparer.Ordinal))
        {
            var of = Path.GetFileName(folder);
            if (!served.Contains(of))
                notices.Add($"relay/{of} holds files for a party that is not served: delete it");
            foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                var file = $"relay/{of}/{Path.GetFileName(path)}";
                if (Path.GetFileName(path).StartsWith('.'))
                    notices.Add($"{file} was not left whole; the next start deletes it");
                else if (!RelayDesk.IsName(Path.GetFileName(path)) || !IsSealed(path))
                    Wrong(file, "it is no sealed file that a relay took", Remedies.Waiting);
            }
        }

        void Wrong(string where, string what, string remedy) =>
            damages.Add(new Damage(where, null, null, null, what, remedy));
    }

    /// <summary>Its outside alone: what is in it opens for its receiver only.</summary>
    private static bool IsSealed(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[CarrySeal.HeadLength];
        return file.Length <= RelayLimits.MaxFile
            && file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && CarrySeal.IsHead(head);
    }
}
