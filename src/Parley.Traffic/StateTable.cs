namespace Parley.Traffic;

/// <summary>Which party of a line may take a step.</summary>
public enum Actor
{
    Anyone,

    /// <summary>The party that opened the item.</summary>
    Opener,

    /// <summary>Any other party.</summary>
    Counterpart,
}

/// <summary>One row of a state machine's table: in this state, an entry of this kind by this party leads to that
/// state.</summary>
/// <param name="From">A state, or empty: the entry opens an item.</param>
/// <param name="Kind">Kind of the entry.</param>
/// <param name="By">Who may write it.</param>
/// <param name="To">The state afterwards.</param>
public sealed record Transition(string From, string Kind, Actor By, string To);

/// <summary>What time alone does: once it is due, the state is another one.</summary>
public sealed record Expiry(string From, string To);

/// <summary>A state machine as a table, the same that docs/protocol/traffic.md prints.</summary>
public sealed class StateTable
{
    private readonly Dictionary<(string From, string Kind), Transition> rows;
    private readonly HashSet<string> settled,
        continuing;

    public StateTable(
        IReadOnlyList<Transition> transitions,
        IReadOnlyList<Expiry> expiries,
        IReadOnlyList<string> settled
    )
    {
        Transitions = transitions;
        Expiries = expiries;
        Settled = settled;
        rows = transitions.ToDictionary(t => (t.From, t.Kind));
        this.settled = [.. settled];
        continuing = [.. transitions.Where(t => t.From.Length > 0).Select(t => t.Kind)];
    }

    public IReadOnlyList<Transition> Transitions { get; }
    public IReadOnlyList<Expiry> Expiries { get; }

    /// <summary>States in which nobody waits for anything any more.</summary>
    public IReadOnlyList<string> Settled { get; }

    public bool IsSettled(string state) => settled.Contains(state);

    public bool Opens(string kind) => rows.ContainsKey(("", kind));

    /// <summary>True for a kind that opens an item and that no state takes.</summary>
    public bool OnlyOpens(string kind) => Opens(kind) && !continuing.Contains(kind);

    /// <summary>True for a kind that some state takes.</summary>
    public bool Continues(string kind) => continuing.Contains(kind);

    /// <summary>Kinds that go on from a state, in the order of the table.</summary>
    /// <param name="state">The item's.</param>
    /// <param name="isOpener">True for the party that opened it.</param>
    public IEnumerable<string> Next(string state, bool isOpener) =>
        state.Length == 0
            ? []
            : Transitions
                .Where(t => t.From == state && t.By != (isOpener ? Actor.Counterpart : Actor.Opener))
                .Select(t => t.Kind);

    /// <summary>The next state; or why the step is not to be taken.</summary>
    public bool TryStep(string state, string kind, bool isOpener, out string next, out string reason)
    {
        next = state;
        reason = "";
        if (!rows.TryGetValue((state, kind), out var row))
        {
            reason = settled.Contains(state) ? $"it is settled: {state}" : $"{kind} is no answer while it is {state}";
            return false;
        }
        if (row.By == Actor.Opener && !isOpener)
            reason = $"only the party that opened it may write {kind}";
        else if (row.By == Actor.Counterpart && isOpener)
            reason = $"the party that opened it may not write {kind} itself";
        else
            next = row.To;
        return reason.Length == 0;
    }

    public string? Expired(string state) => Expiries.FirstOrDefault(e => e.From == state)?.To;
}
