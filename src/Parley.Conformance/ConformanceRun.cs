using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
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
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var port = new PeerPort(clock);
        X509Certificate2? certificate = null;
        var listening = await port.StartAsync(options.Listen.Address, options.Listen.Port, () => certificate!, ct)
            .ConfigureAwait(false);
        var host = options.Host ?? Shown(options.Listen.Address);
        var party = TestingParty.Make(
            options.Party,
            string.Create(CultureInfo.InvariantCulture, $"{host}:{listening}"),
            now
        );
        certificate = party.Certificate(now);
        var line = LineDocument.Create(
            "conformance",
            "Conformance suite",
            now,
            Randomness.Bytes(LineDocument.NonceLength),
            [options.Station, party.Card],
            LinePolicy.Default with
            {
                Heartbeat = Heartbeat,
                LineTest = LineTest,
            }
        );
        return new ConformanceRun(new ConformanceSession(options, party, line, port, clock));
    }

    /// <summary>Waits until the station is on the line; false where nobody accepted it in time.</summary>
    public async Task<bool> AcceptedAsync(CancellationToken ct)
    {
        var end = session.Clock.GetUtcNow().Plus(session.Options.Acceptance);
        while (session.Clock.GetUtcNow() < end)
        {
            if ((await session.BeatAsync(ct).ConfigureAwait(false)).Status is not (0 or 403 or 404))
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(500), session.Clock, ct).ConfigureAwait(false);
        }
        return false;
    }

    /// <summary>Runs every check in its order.</summary>
    public async Task<ConformanceReport> RunAsync(Action<CheckResult>? told, CancellationToken ct)
    {
        var results = new List<CheckResult>();
        string? broken = null;
        foreach (var check in AllChecks.InOrder)
        {
            if (!IsWanted(check))
                continue;
            var began = session.Clock.GetTimestamp();
            var (outcome, detail) =
                broken is not null ? (CheckOutcome.NotTried, broken)
                : check.IsLong && !session.Options.Long ? (CheckOutcome.NotTried, "takes long: ask for it with --long")
                : await TryAsync(check, ct).ConfigureAwait(false);
            if (outcome == CheckOutcome.Failed && check.IsNeeded)
                broken = $"'{check.Name}' failed, and all that follows needs it";
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
        || session.Options.Only is not { } only
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
        }
    }

    private static string Shown(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";

    public ValueTask DisposeAsync() => session.DisposeAsync();
}
