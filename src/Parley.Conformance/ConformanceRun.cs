using Parley.Conformance.Checks;
using Parley.Conformance.Peer;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance;

/// <summary>
/// Plays the other party of a line against a station of any make, and says by clause what it did. Made on a line of its
/// own, which an officer of that station accepts; the last checks show it a fork, after which the line is of no use.
/// </summary>
public sealed class ConformanceRun : IAsyncDisposable
{
    private const int Heartbeat = 2,
        LineTest = 3;

    private readonly ConformanceSession session;

    private ConformanceRun(ConformanceSession session) => this.session = session;

    /// <summary>What the station's officers accept.</summary>
    public LineDocument Line => session.Line;

    internal TestingParty Party => session.Party;

    /// <summary>Dials elsewhere than the card says.</summary>
    internal void DialAt(string address) => session.DialAt(address);

    /// <summary>The suite's card, whose fingerprint they compare.</summary>
    public Card Card => session.Party.Card;

    /// <summary>Draws keys, listens, and makes the line.</summary>
    public static async Task<ConformanceRun> BeginAsync(
        ConformanceOptions options,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        var seat = await PeerSeat
            .TakeAsync(options, options.Party, options.Listen.Port, clock, ct)
            .ConfigureAwait(false);
        return new ConformanceRun(
            new ConformanceSession(options, seat, LineOf("conformance", options, clock, seat), clock)
        );
    }

    /// <summary>A line of the station under test and those that the suite plays; what is done by the clock is done
    /// soon.</summary>
    internal static LineDocument LineOf(
        string slug,
        ConformanceOptions options,
        TimeProvider clock,
        params PeerSeat[] seats
    ) =>
        LineDocument.Create(
            slug,
            "Conformance suite",
            DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()),
            Randomness.Bytes(LineDocument.NonceLength),
            [options.Station, .. seats.Select(s => s.Party.Card)],
            LinePolicy.Default with
            {
                Heartbeat = Heartbeat,
                LineTest = LineTest,
            }
        );

    /// <summary>Waits until the station is on the line; false where nobody accepted it in time.</summary>
    public Task<bool> AcceptedAsync(CancellationToken ct) => session.AcceptedAsync(ct);

    /// <summary>Runs every check in its order.</summary>
    public async Task<ConformanceReport> RunAsync(Action<CheckResult>? told, CancellationToken ct)
    {
        var results = new List<CheckResult>();
        string? broken = null;
        var fallen = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var check in AllChecks.InOrder)
        {
            if (!IsWanted(check))
                continue;
            var began = session.Clock.GetTimestamp();
            var (outcome, detail) =
                broken is not null ? (CheckOutcome.NotTried, broken)
                : check.IsLong && !session.Options.Long ? (CheckOutcome.NotTried, "takes long: ask for it with --long")
                : check.NeedsOfficer && session.Options.Officer is null
                    ? (CheckOutcome.NotTried, "needs somebody at the station: ask for it with --officer")
                : check.StandsOn is { } first && fallen.GetValueOrDefault(first)
                    ? (CheckOutcome.NotTried, $"the first check of '{first}' did not pass, and this one stands on it")
                : await TryAsync(check, ct).ConfigureAwait(false);
            if (outcome == CheckOutcome.Failed && check.IsNeeded)
                broken = $"'{check.Name}' failed, and all that follows needs it";
            if (check.StandsOn is { } group)
                fallen.TryAdd(group, outcome != CheckOutcome.Passed);
            var result = new CheckResult(
                check.Clause,
                check.Name,
                outcome,
                detail,
                session.Clock.GetElapsedTime(began)
            );
            results.Add(result);
            told?.Invoke(result);
        }
        return new ConformanceReport(session.Station.Value, session.Line.Id.Value, results);
    }

    /// <summary>What others build on is made whatever is asked for.</summary>
    private bool IsWanted(Check check) =>
        check.IsNeeded
        || (check.StandsOn is not null && AllChecks.OpensWhatIsAskedFor(check, Matches))
        || Matches(check);

    private bool Matches(Check check) =>
        session.Options.Only is not { } only
        || check.Clause.Equals(only, StringComparison.OrdinalIgnoreCase)
        || check.Name.Contains(only, StringComparison.OrdinalIgnoreCase);

    private async Task<(CheckOutcome, string?)> TryAsync(Check check, CancellationToken ct)
    {
        var faults = session.Theirs.Faults.Count;
        try
        {
            var found = await check.RunAsync(session, ct).ConfigureAwait(false);
            if (found is null && session.Theirs.Faults.Count > faults)
                found = $"meanwhile the station sent {session.Theirs.Faults[^1]}";
            return found is null ? (CheckOutcome.Passed, null) : (CheckOutcome.Failed, found);
        }
        finally
        {
            session.InPlace = null;
            session.Silent = Silence.None;
        }
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();
}
