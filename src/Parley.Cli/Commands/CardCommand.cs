using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
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
            HelpName = "HOST[:PORT]",
        };
        var json = CommandContext.Json();
        var command = new Command("card", "Show this party's card, to be handed to other parties")
        {
            output,
            address,
            json,
            CreateShow(context),
        };
        command.SetAction(parsed =>
        {
            var screen = context.Screen;
            var directory = context.Directory(parsed);
            var card = Read(directory);
            if (parsed.GetValue(address) is { Length: > 0 } addresses)
                card = SignAnew(directory, card, [.. addresses.Select(CardAddress.Read)], screen);
            if (parsed.GetValue(output) is { } file)
            {
                UnfinishedFile.Replace(file, card.Encode(), UnfinishedFile.Public);
                if (!parsed.GetValue(json))
                    screen.Line($"The card of {card.Party} is in {file}.");
            }
            else if (!parsed.GetValue(json))
            {
                screen.Line(Encoding.UTF8.GetString(card.Encode()).TrimEnd('\n'));
            }
            if (parsed.GetValue(json))
                PrintJson(screen, card, parsed.GetValue(output) ?? directory.Card);
            else if (screen.IsTerminal || parsed.GetValue(output) is not null)
                PrintFingerprint(screen, card);
            return Program.Done;
        });
        return command;
    }

    /// <summary>A card that was received, before anything is made of it.</summary>
    private static Command CreateShow(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The card of any party" };
        var json = CommandContext.Json();
        var command = new Command("show", "Look at a card: whose it is, where it is reached, its fingerprint")
        {
            file,
            json,
        };
        command.SetAction(parsed =>
        {
            var screen = context.Screen;
            var path = parsed.GetValue(file)!;
            var card = Load(path);
            if (parsed.GetValue(json))
            {
                PrintJson(screen, card, path);
                return Program.Done;
            }
            screen.Line($"{screen.Bold(card.Party.Value)}  {SafeText.ShowLine(card.Name)}");
            screen.Line(
                card.Addresses.Count == 0
                    ? "  no address: it dials, and nobody can dial it"
                    : $"  reached at {SafeText.ShowLine(string.Join(", ", card.Addresses))}"
            );
            screen.Line($"  signed {Times.GroupAndAge(card.Contents.Issued, screen.Clock)}");
            PrintFingerprint(
                screen,
                card.Fingerprint,
                $"Its fingerprint, which an officer of {card.Party} reads out to you over another channel:"
            );
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

    /// <summary>A card for programs.</summary>
    /// <param name="screen">Where it goes.</param>
    /// <param name="card">The card.</param>
    /// <param name="file">Where it lies.</param>
    /// <param name="isProtected">Whether the keys that were made with it have a passphrase; null where none
    /// were.</param>
    internal static void PrintJson(Screen screen, Card card, string file, bool? isProtected = null)
    {
        var json = new JsonObject
        {
            ["party"] = card.Party.Value,
            ["name"] = card.Name,
            ["addresses"] = new JsonArray([.. card.Addresses.Select(a => JsonValue.Create(a))]),
            ["fingerprint"] = new JsonObject { ["hex"] = card.Fingerprint.Hex, ["words"] = card.Fingerprint.Words },
            ["card"] = Encoding.UTF8.GetString(card.Encode()),
            ["file"] = file,
        };
        if (isProtected is { } passphrase)
            json["protected"] = passphrase;
        screen.Json(json.ToJsonString(ApiJson.Readable.Options));
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
