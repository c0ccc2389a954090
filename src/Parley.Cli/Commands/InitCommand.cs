using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Parley.Cli.Terminal;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Data;

namespace Parley.Cli.Commands;

internal static class InitCommand
{
    internal static Command Create(CommandContext context)
    {
        var party = new Option<string>("--party")
        {
            Description = "The party's short id: a-z, 0-9, hyphens",
            Required = true,
            HelpName = "ID",
        };
        var name = new Option<string>("--name")
        {
            Description = "The party's full name",
            Required = true,
            HelpName = "NAME",
        };
        var address = new Option<string[]>("--address")
        {
            Description = "Where peers reach this station's link (without a port, 7474); none if it only dials",
            HelpName = "HOST[:PORT]",
        };
        var language = new Option<string[]>("--language")
        {
            Description = "A language its officers work in, such as en",
            HelpName = "TAG",
        };
        var passphrase = new Option<bool>("--passphrase")
        {
            Description =
                "Protect the private keys with a passphrase (asked for, or PARLEY_PASSPHRASE, or PARLEY_PASSPHRASE_FILE)",
        };
        var json = CommandContext.Json();
        var command = new Command("init", "Make a station: its keys, and the card that other parties accept")
        {
            party,
            name,
            address,
            language,
            passphrase,
            json,
        };
        command.SetAction(parsed =>
        {
            var directory = context.Directory(parsed);
            var secret = parsed.GetValue(passphrase) ? Passphrase.ForNewKeys(context.Screen) : "";
            if (secret.Length == 0 && Passphrase.IsNamed)
                context.Screen.ErrorPlain(
                    "A passphrase is named in the environment and not used: the keys have none. With --passphrase they get it."
                );
            var card = NewStation.Make(
                directory,
                parsed.GetValue(party)!,
                parsed.GetValue(name)!,
                [.. (parsed.GetValue(address) ?? []).Select(CardAddress.Read)],
                parsed.GetValue(language) ?? [],
                secret,
                context.Screen.Clock
            );
            if (parsed.GetValue(json))
            {
                CardCommand.PrintJson(context.Screen, card, directory.Card, secret.Length > 0);
                return Program.Done;
            }
            context.Screen.Line($"Station {card.Party} is made in {directory.Path}.");
            if (secret.Length > 0)
                context.Screen.Line("Its keys are protected by the passphrase.");
            CardCommand.PrintFingerprint(context.Screen, card);
            context.Screen.Line("Next: start it with  parley run  and hand out its card with  parley card --out FILE");
            return Program.Done;
        });
        return command;
    }
}

/// <summary>Makes the data directory of a new station. All or nothing: what a failed attempt made is taken away
/// again.</summary>
internal static class NewStation
{
    private const int TokenLength = 32;

    /// <summary>What a new volume holds that was mounted there.</summary>
    private const string OfTheVolume = "lost+found";

    internal static Card Make(
        DataDirectory directory,
        string partyText,
        string name,
        IReadOnlyList<string> addresses,
        IReadOnlyList<string> languages,
        string passphrase,
        TimeProvider clock
    )
    {
        if (!PartyId.TryParse(partyText, out var party))
            throw new Failure(
                $"'{partyText}' is not a party id: 1 to {PartyId.MaxLength} of a-z, 0-9, inner hyphens",
                Program.Usage
            );
        if (directory.HoldsStation)
            throw new Failure($"{directory.Path} holds a station already; its keys are not replaced");
        var existed = Directory.Exists(directory.Path);
        if (
            existed && Directory.EnumerateFileSystemEntries(directory.Path).Any(e => Path.GetFileName(e) != OfTheVolume)
        )
            throw new Failure($"{directory.Path} is not empty");
        try
        {
            MakePrivate(directory.Path);
            MakePrivate(Path.GetDirectoryName(directory.LinkCertificate)!);
            return Fill(directory, party, name, addresses, languages, passphrase, clock.GetUtcNow());
        }
        catch
        {
            Undo(directory, existed);
            throw;
        }
    }

    private static Card Fill(
        DataDirectory directory,
        PartyId party,
        string name,
        IReadOnlyList<string> addresses,
        IReadOnlyList<string> languages,
        string passphrase,
        DateTimeOffset now
    )
    {
        using var identity = SigningKey.Generate();
        using var log = SigningKey.Generate();
        using var cosign = SigningKey.Generate();
        using var link = LinkKey.Generate();
        using var hpke = AgreementKey.Generate();
        var contents = new CardContents(
            party,
            name,
            languages,
            addresses,
            Whole(now),
            log.PublicKey,
            cosign.PublicKey,
            link.SubjectPublicKeyInfo,
            hpke.PublicBytes
        );
        var card = CardCommand.Sign(contents, identity);
        KeyFile.Write(directory.Key(KeyRole.Identity), KeyRole.Identity, identity, passphrase);
        KeyFile.Write(directory.Key(KeyRole.Log), KeyRole.Log, log, passphrase);
        KeyFile.Write(directory.Key(KeyRole.Cosign), KeyRole.Cosign, cosign, passphrase);
        KeyFile.Write(directory.Key(KeyRole.LinkTls), link, passphrase);
        KeyFile.Write(directory.Key(KeyRole.Hpke), hpke, passphrase);
        WriteNew(directory.LinkCertificate, LinkCertificate.Create(link, identity, now));
        WriteNew(directory.Card, card.Encode());
        WriteNew(
            directory.Token,
            Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenLength)) + "\n")
        );
        WriteNew(directory.StoreId, StoreBond.Unused());
        WriteNew(directory.Settings, new StationSettings(party.Value, name).Encode()); // last: it says that the station is whole
        return card;
    }

    internal static DateTimeOffset Whole(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    /// <summary>Replaces a file so that a reader finds the old or the new one, whole.</summary>
    internal static void Replace(string path, byte[] content) => UnfinishedFile.Replace(path, content);

    private static void WriteNew(string path, byte[] content)
    {
        using var file = UnfinishedFile.OpenNew(path);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new Failure("a station needs POSIX file modes");
        Directory.CreateDirectory(path, UnfinishedFile.OwnersFolder);
        File.SetUnixFileMode(path, UnfinishedFile.OwnersFolder);
    }

    private static void Undo(DataDirectory directory, bool existed)
    {
        try
        {
            if (!existed)
                Directory.Delete(directory.Path, recursive: true);
            else
                foreach (var path in (string[])[directory.Settings, directory.Card, directory.Token, directory.StoreId])
                    File.Delete(path);
            if (existed)
                Directory.Delete(Path.GetDirectoryName(directory.LinkCertificate)!, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the reason for the failure itself is what matters
        }
    }
}
