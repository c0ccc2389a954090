using System.CommandLine;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>Lets an officer into the console: a link that signs them in once, with which they register a
/// passkey.</summary>
internal static class InviteCommand
{
    internal static Command Create(CommandContext context)
    {
        var name = new Option<string>("--name")
        {
            Description = "The officer's name, as their entries are to carry it",
            HelpName = "NAME",
            Required = true,
        };
        var seat = new Option<string[]>("--seat")
        {
            Description = $"A seat they may sit in, besides those they have: {string.Join(", ", Seats.All)}",
            HelpName = "SEAT",
        };
        var json = CommandContext.Json();
        var command = new Command("invite", "Print a link that signs an officer in to the console once")
        {
            name,
            seat,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var seats = parsed.GetValue(seat) ?? [];
                if (seats.FirstOrDefault(s => !Seats.All.Contains(s)) is { } unknown)
                    throw new Failure($"--seat takes {string.Join(", ", Seats.All)}, not '{unknown}'", Program.Usage);
                using var station = context.Client(parsed);
                var officer = parsed.GetRequiredValue(name);
                var link = await LinkAsync(station, officer, seats, ct);
                if (parsed.GetValue(json))
                    context.Screen.Json(JsonSerializer.Serialize(link, ApiJson.Default.SignInLink));
                else
                {
                    context.Screen.Line(link.Url);
                    context.Screen.Line(
                        $"Valid once, until {Times.Group(link.Until)}, for {SafeText.ShowLine(officer)} alone. They register a passkey with it."
                    );
                }
                return Program.Done;
            }
        );
        return command;
    }

    internal static async Task<SignInLink> LinkAsync(
        StationClient station,
        string name,
        IReadOnlyList<string> seats,
        CancellationToken ct
    ) =>
        StationClient.Read(
            await station.PostAsync(
                $"users/{Uri.EscapeDataString(name)}/invite",
                new InviteRequest(seats),
                ApiJson.Default.InviteRequest,
                ct
            ),
            ApiJson.Default.SignInLink
        );
}
