using System.CommandLine;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Cli.Commands;

/// <summary>The gate before fire is returned (R28): what was tried first, how it failed, on whose authority, with
/// notice. CEASEFIRE-28.</summary>
internal static class ReturnFireCommands
{
    internal static Command Create(CommandContext context) =>
        new("returnfire", "Give notice before fire is returned: what was tried, how it failed, who ordered it")
        {
            new EntryCommand(
                context,
                "notify",
                "Say what was tried first, how it failed and who ordered it: FLASH, by two officers; the time since runs",
                Kinds.ReturnFireNotified
            )
                .Text("--notice", "notice", "The notice to the other side")
                .Text("--tried", "tried", "What of the mechanism was tried first")
                .Time("--tried-at", "triedAt", "When")
                .Text("--failure", "failure", "How it failed")
                .Text("--authority", "authority", "On whose authority: an office", "OFFICE")
                .Text("--incident", "incident", "The incident that it answers", "ENTRY")
                .Place("place")
                .Time("--from", "from", "From when fire is returned")
                .Build(),
            new EntryCommand(
                context,
                "answer",
                "Answer the notice; no answer is leave to fire",
                Kinds.ReturnFireAnswered
            )
                .On("The notice")
                .Choice("--answer", "answer", "What there is to say", FireAnswer.Known)
                .Text("--note", "note", "What to say with it")
                .Build(),
            new EntryCommand(context, "begin", "Say that fire is being returned", Kinds.ReturnFireBegun)
                .On("The notice")
                .Text("--reason", "reason", "Why")
                .Build(),
            new EntryCommand(context, "end", "Say that no fire is returned, or no longer", Kinds.ReturnFireEnded)
                .On("The notice")
                .Text("--reason", "reason", "Why")
                .Build(),
        };
}
