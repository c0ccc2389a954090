using System.CommandLine;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

internal static class AckCommand
{
    internal static Command Create(CommandContext context)
    {
        var entry = new Argument<string>("ENTRY") { Description = "The entry, such as ru/17" };
        var line = CommandContext.Line();
        var note = new Option<string?>("--note") { Description = "What to say with it", HelpName = "TEXT" };
        var mark = ActOptions.MarkOption("actual");
        var wait = SendCommand.WaitOption();
        var json = CommandContext.Json();
        var officer = new OfficerOptions();
        var command = new Command("ack", "Acknowledge an entry, on the record") { entry, line, note, mark, wait, json };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                if (!EntryId.TryParse(parsed.GetValue(entry), out var id))
                    throw new Failure($"'{parsed.GetValue(entry)}' is not an entry such as ru/17", Program.Usage);
                using var station = context.Client(parsed);
                var path = $"lines/{await station.LineAsync(parsed.GetValue(line), ct)}/entries/{id}/ack";
                var request = new AckRequest(
                    officer.Of(parsed),
                    parsed.GetValue(note),
                    SendCommand.MarkOf(parsed.GetValue(mark))
                );
                return await SendCommand.SendAsync(
                    context.Screen,
                    station,
                    path,
                    request,
                    ApiJson.Readable.AckRequest,
                    SendCommand.Wait(parsed.GetValue(wait)),
                    parsed.GetValue(json),
                    ct
                );
            }
        );
        return command;
    }
}
