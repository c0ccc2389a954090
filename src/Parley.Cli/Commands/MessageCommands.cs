using System.CommandLine;
using System.Text.Json.Nodes;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Cli.Commands;

/// <summary>Everything else an officer writes: clarifications, notices, accidents, tests, conditions, what is done
/// about a message, and the line itself.</summary>
internal static class MessageCommands
{
    internal static IEnumerable<Command> Create(CommandContext context)
    {
        EntryCommand Make(string name, string description, string kind) => new(context, name, description, kind);
        EntryCommand Reasoned(string name, string description, string kind, string on) =>
            Make(name, description, kind).On(on).Text("--reason", "reason", "Why");

        yield return new Command("clarify", "Ask for clarification, and answer requests")
        {
            Make("ask", "Ask what something is about: the other side has 48 hours", Kinds.ClarificationRequested)
                .Said("CONCERN", "concern", "What worries you")
                .Text("--type", "type", "What it is about: movement, exercise, flight, …", "WORD")
                .Place("place")
                .Build(),
            Make("answer", "Answer a request for clarification", Kinds.ClarificationAnswered)
                .On("The request")
                .Said("NOTE", "note", "What to say beside the fields", optional: true)
                .Text("--purpose", "purpose", "What for")
                .Place("place")
                .Time("--until", "endDate", "When it ends")
                .Text("--designation", "designation", "Of the force")
                .Text("--subordination", "subordination", "Under whom")
                .Text("--formations", "formations", "Which formations")
                .Text("--equipment", "equipment", "Which equipment")
                .Material()
                .Build(),
            Reasoned(
                    "insufficient",
                    "The answer does not suffice: the clock runs again",
                    Kinds.ClarificationInsufficient,
                    "Your request"
                )
                .Build(),
            Meeting(
                    Make("meeting", "Ask for a meeting within 48 hours", Kinds.ClarificationMeetingAsked)
                        .On("Your request")
                )
                .Build(),
            Meeting(Make("agree-meeting", "Agree to the meeting", Kinds.ClarificationMeetingAgreed).On("The request"))
                .Build(),
            Reasoned("close", "The matter is settled", Kinds.ClarificationClosed, "Your request").Build(),
            Reasoned("withdraw", "Take the request back", Kinds.ClarificationWithdrawn, "Your request").Build(),
        };
        yield return new Command("notice", "Give notice of what is planned, under way or observed")
        {
            Notice(Make("give", "Give notice in advance", Kinds.NoticeGiven))
                .Choice(
                    "--template",
                    "template",
                    "Sets the lead time",
                    [.. TrafficDefaults.LeadTimes.Keys.Order(StringComparer.Ordinal)]
                )
                .Build(),
            Notice(Make("activity", "Give notice of an activity at a place", Kinds.NoticeActivity)).Build(),
            Notice(Make("observed", "Report what was observed, with its material", Kinds.NoticeObserved)).Build(),
            Notice(Make("update", "Put a newer text in a notice's place", Kinds.NoticeUpdated).On("Your notice"))
                .Build(),
            Reasoned("cancel", "Cancel a notice", Kinds.NoticeCancelled, "Your notice").Build(),
            Make("read-back", "Say back the place as you understood it", Kinds.NoticeReadBack)
                .On("The notice")
                .Place("place")
                .Build(),
        };
        yield return new Command("accident", "Report an accident")
        {
            Accident(Make("report", "Report an accident: not hostile", Kinds.AccidentReported)).Build(),
            Accident(Make("update", "Say more about it", Kinds.AccidentUpdated).On("The report")).Build(),
            Reasoned("close", "The matter is settled", Kinds.AccidentClosed, "Your report").Build(),
        };
        yield return new Command("test", "Test the line")
        {
            Make(
                    "send",
                    "Send a staffed test: fresh text, echoed word for word, or with --lang in the other language",
                    Kinds.TestSent
                )
                .Said("TEXT", "text", "Fresh text")
                .With((_, body) => body["style"] = "staffed")
                .Build(),
            Make("answer", "Answer a test with its echo", Kinds.TestAnswered)
                .On("The test")
                .Said("TEXT", "text", "The echo", optional: true)
                .Build(),
            Reasoned("decline", "Decline a test", Kinds.TestDeclined, "The test").Build(),
        };
        yield return new Command("condition", "Raise and lower the condition of the line, or of this party's watch")
        {
            Make("raise", "Raise a condition", Kinds.ConditionRaised)
                .Said("REASON", "reason", "Why")
                .Choice("--level", "level", "Which", Condition.LevelsKnown, "heightened")
                .Choice("--scope", "scope", "Of what", ["line", "watch"], "line")
                .OrInternal("Keep it in this party's journal")
                .Build(),
            Reasoned("lower", "The condition ends", Kinds.ConditionLowered, "The condition").Build(),
        };
        yield return Make(
                "statement",
                "Release a statement (to the public it takes two officers, where the line says so)",
                Kinds.StatementReleased
            )
            .Said("TEXT", "text", "The statement")
            .Choice("--level", "level", "Release level", Release.Levels, "internal")
            .OrInternal("Keep it in this party's journal")
            .Build();
        yield return Make(
                "restate",
                "Correct a statement of this party's; both texts stay readable",
                Kinds.StatementCorrected
            )
            .On("The statement")
            .Said("TEXT", "text", "The statement as it is to stand")
            .Choice("--level", "level", "Release level", Release.Levels, "public")
            .Build();
        yield return Make(
                "retract",
                "Take a statement of this party's back; that it was made stays known",
                Kinds.StatementWithdrawn
            )
            .On("The statement")
            .Text("--reason", "reason", "Why, for the public to read")
            .Build();
        yield return new Command("claim", "Record a claim and who makes it, or dissent from one")
        {
            Claim(Make("make", "Put a claim on the record, with its source", Kinds.ClaimMade)).Build(),
            Claim(Make("dispute", "Dissent: what you say stands beside the claim", Kinds.ClaimDisputed).On("The claim"))
                .Build(),
        };
        yield return Make(
                "translate",
                "Put a translation beside a message; the author's language stays authoritative",
                Kinds.MessageTranslated
            )
            .On("The message")
            .Said("TEXT", "text", "The translation; its language is --lang")
            .Text("--translator", "translator", "Who translated", "NAME")
            .Text("--reviewer", "reviewer", "Who reviewed it", "NAME")
            .Choice("--status", "status", "How far it is to be trusted", ["draft", "certified"], "draft")
            .Flag("--machine", "machine", "A machine made it")
            .Build();
        yield return Make("pass-on", "Note that a message was passed on", Kinds.MessagePassedOn)
            .On("The message")
            .Said("ECHELON", "echelon", "To whom")
            .Time("--at", "at", "When (default: now)")
            .Build();
        yield return Make("supersede", "Replace your message with a newer text", Kinds.MessageSuperseded)
            .On("Your message")
            .Said("TEXT", "text", "The newer text")
            .Build();
        yield return Reasoned(
                "cancel",
                "Cancel your message; it stays on the record, marked cancelled",
                Kinds.MessageCancelled,
                "Your message"
            )
            .Build();
    }

    /// <summary>What belongs under <c>parley line</c>.</summary>
    internal static IEnumerable<Command> OfLine(CommandContext context)
    {
        EntryCommand Reasoned(string name, string description, string kind) =>
            new EntryCommand(context, name, description, kind).Said("REASON", "reason", "Why", optional: true);
        yield return Reasoned(
                "suspend",
                "Suspend the line: it takes FLASH and tests only (takes two officers)",
                Kinds.LineSuspended
            )
            .Build();
        yield return Reasoned("resume", "Resume a suspended line (takes two officers)", Kinds.LineResumed).Build();
        yield return Reasoned("warn", "Warn that the line may be suspended", Kinds.LineSuspensionWarned).Build();
    }

    private static EntryCommand Meeting(EntryCommand command) =>
        command
            .Text("--where", "where", "Where to meet")
            .Time("--at", "at", "When to meet")
            .Text("--note", "note", "What to say with it");

    private static EntryCommand Notice(EntryCommand command) =>
        command
            .Said("WHAT", "what", "What it is")
            .Time("--from", "from", "When it begins")
            .Time("--until", "until", "When it ends")
            .Place("place")
            .Material();

    private static EntryCommand Claim(EntryCommand command) =>
        command
            .Said("TEXT", "text", "What is said")
            .Text("--source", "source", "Who says it, or where it comes from")
            .Choice("--level", "level", "Release level (default: no further than the line)", Release.Levels)
            .Flag("--contested", "contested", "Whether others are known to contest it: true or false");

    private static EntryCommand Accident(EntryCommand command) =>
        command
            .Said("WHAT", "what", "What happened")
            .Time("--when", "when", "When")
            .Place("where")
            .Number("--heading", "heading", "Degrees from true north", "DEGREES")
            .Flag("--armed", "armed", "Whether it is armed: true or false")
            .Text("--note", "note", "What else is known");
}
