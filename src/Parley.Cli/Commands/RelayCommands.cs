using System.CommandLine;
using System.Globalization;
using System.Text;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>Relays, from both sides: whom this station relays for, and which relay a line uses while its wire is
/// cut.</summary>
internal static class RelayCommands
{
    internal static Command Create(CommandContext context) =>
        new("relay", "Relay sealed files between parties whose wire is cut; a relay can read none of them")
        {
            CreateList(context),
            CreateAdmit(context),
            CreateDismiss(context),
        };

    private static Command CreateList(CommandContext context)
    {
        var json = CommandContext.Json();
        var command = new Command("list", "Parties that this station relays for, and what waits for them") { json };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var answer = await station.GetAsync("relayed", ct);
                if (parsed.GetValue(json))
                    context.Screen.Json(answer);
                else
                {
                    var parties = StationClient.Read(answer, ApiJson.Default.IReadOnlyListRelayedView);
                    if (parties.Count == 0)
                        context.Screen.Line("This station relays for nobody: parley relay admit CARD");
                    foreach (var party in parties)
                        context.Screen.Line(
                            $"{context.Screen.Bold(party.Party.Value)}  {SafeText.ShowLine(party.Name)}  {(party.Waiting == 0 ? "nothing waits" : $"{party.Waiting} sealed {(party.Waiting == 1 ? "file waits" : "files wait")}, {party.Bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes")}"
                        );
                }
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateAdmit(CommandContext context)
    {
        var file = new Argument<string>("CARD") { Description = "The party's card" };
        var fingerprint = Fingerprint();
        var json = CommandContext.Json();
        var command = new Command("admit", "Relay for a party from now on") { file, fingerprint, json };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var answer = await station.PostAsync(
                    "relayed",
                    Request(context.Screen, parsed.GetValue(file)!, parsed.GetValue(fingerprint)),
                    ApiJson.Default.CardRequest,
                    ct
                );
                var admitted = StationClient.Read(answer, ApiJson.Default.RelayedView);
                if (parsed.GetValue(json))
                    context.Screen.Json(answer);
                else
                    context.Screen.Line(
                        $"{admitted.Party} is relayed for. Give it this station's card: it runs parley line relay --via CARD"
                    );
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateDismiss(CommandContext context)
    {
        var party = new Argument<string>("PARTY")
        {
            Description = "Party to stop relaying for; what waits for it is discarded",
        };
        var json = CommandContext.Json();
        var command = new Command("dismiss", "Relay for a party no more") { party, json };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                await station.DeleteAsync($"relayed/{Uri.EscapeDataString(parsed.GetValue(party)!)}", ct);
                return new ReportPrinter(context.Screen, parsed.GetValue(json)).Done(
                    "dismissed",
                    parsed.GetValue(party)!,
                    $"{SafeText.ShowLine(parsed.GetValue(party)!)} is relayed for no more."
                );
            }
        );
        return command;
    }

    /// <summary>Under <c>parley line</c>: which relay it uses.</summary>
    internal static Command CreateUse(CommandContext context)
    {
        var line = CommandContext.Line();
        var via = new Option<string?>("--via") { Description = "The relay's card", HelpName = "CARD" };
        var none = new Option<bool>("--none") { Description = "Use no relay" };
        var fingerprint = Fingerprint();
        var json = CommandContext.Json();
        var command = new Command(
            "relay",
            "Have a line use a relay while a peer is not heard: a station that is not on the line and can read nothing"
        )
        {
            line,
            via,
            none,
            fingerprint,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                if (parsed.GetValue(via) is null != parsed.GetValue(none))
                    throw new Failure("say --via CARD or --none", Program.Usage);
                using var station = context.Client(parsed);
                var path = $"lines/{await station.LineAsync(parsed.GetValue(line), ct)}/relay";
                if (parsed.GetValue(via) is not { } card)
                {
                    await station.DeleteAsync(path, ct);
                    return new ReportPrinter(context.Screen, parsed.GetValue(json)).Done(
                        "relay",
                        null,
                        "The line uses no relay."
                    );
                }
                var content = new ByteArrayContent(
                    System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                        Request(context.Screen, card, parsed.GetValue(fingerprint)),
                        ApiJson.Default.CardRequest
                    )
                )
                {
                    Headers = { ContentType = new("application/json") },
                };
                var answer = await station.PutAsync(path, content, ct);
                if (parsed.GetValue(json))
                    context.Screen.Json(answer);
                else
                    context.Screen.Line(
                        $"While a peer is not heard, what it lacks is left sealed at {StationClient.Read(answer, ApiJson.Default.RelayView).Relay}, and what waits there for us is taken. The link is shown as it is: down."
                    );
                return Program.Done;
            }
        );
        return command;
    }

    private static Option<string?> Fingerprint() =>
        new("--fingerprint")
        {
            Description = "What was read out over another channel: the 16 words, or at least 32 hex digits",
            HelpName = "WORDS|HEX",
        };

    private static CardRequest Request(Screen screen, string path, string? fingerprint)
    {
        var card = CardCommand.Load(path);
        if (fingerprint is null)
            CardCommand.PrintFingerprint(screen, card);
        return new CardRequest(Encoding.UTF8.GetString(card.Encode()), fingerprint);
    }
}
