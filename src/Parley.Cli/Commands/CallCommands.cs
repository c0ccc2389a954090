using System.CommandLine;
using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>Calls: asking for one, answering, and the log of one that was held by whatever means (R20, R22).</summary>
internal static class CallCommands
{
    internal static Command Create(CommandContext context)
    {
        EntryCommand Make(string name, string description, string kind) => new(context, name, description, kind);
        var call = new Command("call", "Request, answer, hold and log calls")
        {
            Windows(
                    Between(Make("request", "Ask for a call", Kinds.CallRequested))
                        .Text("--topic", "topic", "What it is to be about")
                        .Text("--interpreter", "interpreter", "An interpreter is needed: yes, or the language")
                )
                .Time("--expires", "expires", "When an answer is no longer of use (default: 48 hours from now)")
                .Build(),
            Accept(context),
            Windows(Make("counter", "Propose other times", Kinds.CallCountered).On("The request"))
                .Text("--note", "note", "What to say with it")
                .Build(),
            Make("decline", "Decline a call, with a reason or without", Kinds.CallDeclined)
                .On("The request")
                .Text("--reason", "reason", "Why")
                .Build(),
            Make("refuse-subject", "The call may be held, but not about this", Kinds.CallSubjectRefused)
                .On("The request")
                .Said("SUBJECT", "subject", "What is not to be spoken about")
                .Text("--reason", "reason", "Why")
                .Build(),
            Make("withdraw", "Take a request back", Kinds.CallWithdrawn)
                .On("Your request")
                .Text("--reason", "reason", "Why")
                .Build(),
            Make("start", "The call begins", Kinds.CallStarted)
                .On("The request")
                .Texts("--participant", "participants", "Who is in it, besides the principals", "WHO")
                .Time("--at", "at", "When it began (default: now)")
                .Build(),
            Between(
                    Make("end", "Log a call that was held: one that was asked for here, or any other", Kinds.CallHeld)
                        .On("The request; none for a call that was not asked for on this line", optional: true)
                )
                .Text("--topic", "topic", "What it was about")
                .Time("--started", "started", "When it began")
                .Time("--ended", "ended", "When it ended")
                .Number("--minutes", "minutes", "How long it took", "N")
                .Texts("--participant", "participants", "Who was in it, besides the principals", "WHO")
                .Text("--interpreter", "interpreter", "Who interpreted")
                .Number("--hold", "holdSeconds", "How long somebody was kept waiting on the line", "SECONDS")
                .Text("--means", "means", "How it was held: line, telephone, video, in person", "HOW")
                .Text("--asked", "asked", "What was asked for")
                .Text("--outcome", "outcome", "What came of it")
                .Build(),
        };
        foreach (var one in LiveCallCommands.Create(context))
            call.Subcommands.Add(one);
        return call;
    }

    /// <summary>Without a request to answer, what was asked for outside the record is stated.</summary>
    private static Command Accept(CommandContext context) =>
        Between(
                new EntryCommand(
                    context,
                    "accept",
                    "Accept a call: one that was asked for here, or by other means",
                    Kinds.CallAccepted
                ).On("The request; none for what was asked for outside the record", optional: true)
            )
            .Text("--topic", "topic", "Of a call that was asked for outside the record")
            .Each("--window", "window", "Which of the times proposed", "FROM/UNTIL", Window)
            .With(
                (_, body) =>
                {
                    var outside = new JsonObject();
                    foreach (var member in (string[])["between", "topic"])
                    {
                        if (body.Remove(member, out var value))
                            outside[member] = value;
                    }
                    if (outside.Count > 0)
                        body["outside"] = outside;
                    if (body.Remove("window", out var windows))
                        body["window"] = windows!.AsArray() is [{ } one]
                            ? one.DeepClone()
                            : throw new Failure("one window is accepted, not several", Program.Usage);
                }
            )
            .Build();

    private static EntryCommand Between(EntryCommand command) =>
        command.Each(
            "--between",
            "between",
            "Who is to speak, by office; once for each party",
            "PARTY=OFFICE[;RANK]",
            Principal
        );

    private static JsonObject? Principal(string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } party, { Length: > 0 } named])
            return null;
        var principal = new JsonObject { ["party"] = party };
        var parts = named.Split(';', 2, StringSplitOptions.TrimEntries);
        principal["office"] = parts[0];
        if (parts is [_, { Length: > 0 } rank])
            principal["rank"] = rank;
        return principal;
    }

    private static EntryCommand Windows(EntryCommand command) =>
        command.Each("--window", "windows", "A span in which it could be held, UTC", "FROM/UNTIL", Window);

    private static JsonObject? Window(string text) =>
        text.Split('/') is [var from, var until]
            ? new JsonObject
            {
                ["from"] = UtcText.Of(Instant.Read("--window", from)),
                ["until"] = UtcText.Of(Instant.Read("--window", until)),
            }
            : null;
}
