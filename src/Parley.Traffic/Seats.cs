namespace Parley.Traffic;

/// <summary>The seats an officer sits in, and what may be written from each (design §2). What a seat may not write, its station refuses; a peer's word is not judged by it.</summary>
public static class Seats
{
    public const string Watch = "watch", Principal = "principal", Interpreter = "interpreter", Spokesperson = "spokesperson", Planner = "planner", Auditor = "auditor", Administrator = "administrator";

    public static IReadOnlyList<string> All { get; } = [Watch, Principal, Interpreter, Spokesperson, Planner, Auditor, Administrator];

    /// <summary>The seats that may write a kind, the usual one first. A kind that is not known here is the watch's to send.</summary>
    public static IReadOnlyList<string> That(string kind) => kind switch
    {
        Kinds.MessageTranslated => [Interpreter, Watch],
        Kinds.MessageAcknowledged or Kinds.MessagePassedOn => [Watch, Principal, Interpreter, Spokesperson, Planner, Administrator],
        Kinds.MessageSent or Kinds.MessageAttachment or Kinds.MessageSuperseded or Kinds.MessageCancelled => [Watch, Principal, Planner, Administrator],
        Kinds.StatementReleased or Kinds.ReadoutReleased => [Spokesperson, Principal],
        Kinds.ClaimMade or Kinds.ClaimDisputed => [Spokesperson, Principal, Watch],
        Kinds.LineSuspended or Kinds.LineResumed or Kinds.LineSuspensionWarned => [Principal, Administrator],
        Kinds.PartyAdmitted => [Administrator, Principal],
        Kinds.ReadoutAgreed => [Principal, Watch],
        _ => Family(kind) switch
        {
            "call" or "readout" or "clarification" or "accident" or "condition" => [Watch, Principal],
            "blind" => [Planner, Watch, Principal],
            "notice" or "activity" or "area" or "movement" => [Watch, Planner, Principal],
            "test" or "watch" => [Watch],
            "line" => [Administrator],
            _ => [Watch, Principal],
        },
    };

    /// <summary>True when an officer in that seat may write that kind. A word that names no seat may write nothing: a slip of the pen must not pass for the watch.</summary>
    public static bool May(string seat, string kind) => That(kind).Contains(seat);

    // What an officer typed may have no dot at all; that it is no kind, the header's own grammar says.
    private static string Family(string kind) => kind.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? kind[..dot] : kind;
}
