using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary><c>parley line sign-on</c>: two officers, one after the other, let a station sign on where it
/// waits.</summary>
internal static class SignOnCommand
{
    internal static Command Create(CommandContext context)
    {
        var line = CommandContext.Line();
        var reason = new Option<string?>("--reason")
        {
            Description = "Why: what was found out, and how",
            HelpName = "TEXT",
        };
        var without = new Option<string[]>("--without")
        {
            Description = "A party that has not shown what it holds of our feed and is not waited for",
            HelpName = "PARTY",
            AllowMultipleArgumentsPerToken = true,
        };
        var withdraw = new Option<bool>("--withdraw") { Description = "Take back the first officer's word" };
        var json = CommandContext.Json();
        var officer = new OfficerOptions();
        var command = new Command(
            "sign-on",
            "Let the station sign on where entries are not its own, or peers have not shown what they hold: two officers say so, one after the other"
        )
        {
            line,
            reason,
            without,
            withdraw,
            json,
        };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                using var station = context.Client(parsed);
                var body = new JsonObject { ["by"] = officer.Member(parsed), ["withdraw"] = parsed.GetValue(withdraw) };
                if (parsed.GetValue(reason) is { } why)
                    body["reason"] = why;
                if (parsed.GetValue(without) is { Length: > 0 } parties)
                    body["without"] = new JsonArray([.. parties.Select(p => (JsonNode)p)]);
                var content = new StringContent(
                    body.ToJsonString(ApiJson.Readable.Options),
                    Encoding.UTF8,
                    "application/json"
                );
                var answer = await station.PostAsync(
                    $"lines/{await station.LineAsync(parsed.GetValue(line), ct)}/sign-on",
                    content,
                    ct
                );
                var word = StationClient.Read(answer, ApiJson.Default.SignOnView);
                if (parsed.GetValue(json))
                    screen.Json(answer);
                else if (word.Withdrawn)
                    screen.Line($"The word of {SafeText.ShowLine(word.First.Name)} is taken back; nothing is signed.");
                else if (word.Decided)
                    screen.Line(
                        $"{SafeText.ShowLine(word.First.Name)} and {SafeText.ShowLine(word.Second!.Name)} have decided: the station signs on this line again."
                    );
                else
                    screen.Line(
                        $"Noted for {SafeText.ShowLine(word.First.Name)}. Nothing is signed until a second officer says the same, with the same --without."
                    );
                return Program.Done;
            }
        );
        return command;
    }
}
