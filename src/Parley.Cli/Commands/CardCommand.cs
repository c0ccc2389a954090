using System.CommandLine;
using System.Text;
using Parley.Cli.Terminal;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Data;

namespace Parley.Cli.Commands;

internal static class CardCommand
{
    internal static Command Create(CommandContext context)
    {
        var output = new Option<string?>("--out") { Description = "Write the card to a file", HelpName = "FILE" };
        var address = new Option<string[]>("--address")
        {
            Description = "Sign the card anew with these addresses of the link (needs the identity key)",
            HelpName = "HOST:PORT",
        };
        var command = new Command("card", "Show this party's card, to be handed to other parties") { output, address };
        command.SetAction(parsed =>
        {
            var screen = context.Screen;
            var directory = context.Directory(parsed);
            var card = Read(directory);
            if (parsed.GetValue(address) is { Length: > 0 } addresses)
                card = SignAnew(directory, card, addresses, screen);
            if (parsed.GetValue(output) is { } file)
            {
                UnfinishedFile.Replace(file, card.Encode(), UnfinishedFile.Public);
                screen.Line($"The card of {card.Party} is in {file}.");
            }
            else
            {
                screen.Line(Encoding.UTF8.GetString(card.Encode()).TrimEnd('\n'));
            }
            if (screen.IsTerminal || parsed.GetValue(output) is not null)
                PrintFingerprint(screen, card);
            return Program.Done;
        });
        return command;
    }

    internal static Card Read(DataDirectory directory)
    {
        if (!StationSettings.Read(directory).TryGet(out _, out var reason))
            throw new Failure(reason);
        return Load(directory.Card);
    }

    internal static Card Load(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= Card.MaxLength })
            throw new Failure($"{path}: no card of at most {Card.MaxLength} bytes is there");
        return Card.Parse(File.ReadAllBytes(path)).TryGet(out var card, out var reason)
            ? card
            : throw new Failure($"{path}: {reason}");
    }

    internal static void PrintFingerprint(Screen screen, Card card) =>
        PrintFingerprint(
            screen,
            card.Fingerprint,
            $"Fingerprint of {card.Party}, to be read out over another channel:"
        );

    internal static void PrintFingerprint(Screen screen, Fingerprint fingerprint, string title)
    {
        screen.Line(title);
        foreach (var line in screen.Wrap(fingerprint.Words, 2))
            screen.Line(line);
        foreach (var line in screen.Wrap(fingerprint.Hex, 2))
            screen.Line(line);
    }

    /// <summary>Signs; contents that no card may have end the command with the reason.</summary>
    internal static Card Sign(CardContents contents, SigningKey identity)
    {
        try
        {
            return Card.Sign(contents, identity);
        }
        catch (ArgumentException e)
        {
            throw new Failure(
                e.ParamName is null
                    ? e.Message
                    : e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal),
                Program.Usage
            );
        }
    }

    private static Card SignAnew(DataDirectory directory, Card old, string[] addresses, Screen screen)
    {
        var path = directory.Key(KeyRole.Identity);
        var read = KeyFile.ReadSigningKey(path, KeyRole.Identity);
        if (!read.TryGet(out var identity, out var refusal))
        {
            if (refusal.Fault != KeyFileFault.PassphraseNeeded)
                throw new Failure(refusal.Reason);
            if (
                !KeyFile
                    .ReadSigningKey(path, KeyRole.Identity, Passphrase.ForOpening(screen))
                    .TryGet(out identity, out refusal)
            )
                throw new Failure(refusal.Reason);
        }
        using (identity)
        {
            if (identity.PublicKey != old.Identity)
                throw new Failure($"{path} is not the identity of the card in {directory.Path}");
            var card = Sign(
                old.Contents with
                {
                    Addresses = addresses,
                    Issued = NewStation.Whole(screen.Clock.GetUtcNow()),
                },
                identity
            );
            NewStation.Replace(directory.Card, card.Encode());
            screen.ErrorPlain(
                "The card is signed anew. A running station shows it after its next start; lines that are open keep the card they were opened with."
            );
            return card;
        }
    }
}
