using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Conformance.Peer;
using Parley.Record;

namespace Parley.Conformance;

/// <summary>How the suite is silent.</summary>
internal enum Silence
{
    None,

    /// <summary>Every connection is cut.</summary>
    CutOff,

    /// <summary>Requests are taken, and nothing is said.</summary>
    Unanswered,
}

/// <summary>One run: the party that the suite plays, its feed, what it holds of the station's, and both ways to the
/// station.</summary>
internal sealed class ConformanceSession : IAsyncDisposable
{
    private static readonly TimeSpan PullHold = TimeSpan.FromSeconds(20);

    private readonly PeerPort port;

    internal ConformanceSession(ConformanceOptions options, PeerSeat seat, LineDocument line, TimeProvider clock)
    {
        (Options, Party, Line, port, Clock) = (options, seat.Party, line, seat.Port, clock);
        Station = options.Station.Party;
        Own = new OwnFeed(Party, line, clock);
        Theirs = new StationFeed(Party, line, Station, clock);
        DialAt(options.Address ?? options.Station.Addresses[0]);
        port.Station = options.Station.Identity;
        port.Answering = AnswerAsync;
    }

    internal ConformanceOptions Options { get; }
    internal TestingParty Party { get; }
    internal LineDocument Line { get; }
    internal PartyId Station { get; }
    internal string Address { get; private set; } = "";
    internal TimeProvider Clock { get; }
    internal OwnFeed Own { get; }
    internal StationFeed Theirs { get; }
    internal Caller Caller { get; private set; } = null!;

    /// <summary>Entries of our feed that the station has cosigned.</summary>
    internal int Cosigned { get; set; }

    /// <summary>What is answered to a push in the place of what would be; null for that.</summary>
    internal Func<Heard, (int Status, string Type, byte[] Body)?>? InPlace { get; set; }

    /// <summary>How requests of the station go unanswered.</summary>
    internal Silence Silent { get; set; }

    /// <summary>The size from which the suite wants its own feed back (LINK-63); null where it has it.</summary>
    internal int? Wants { get; set; }

    /// <summary>The line's secret, once it was handed over.</summary>
    internal Crypto.LineSecret? Secret { get; set; }

    /// <summary>The line of three, once it was accepted.</summary>
    internal ThreeParties? Three { get; set; }

    internal string Heartbeats => $"/parley/v1/lines/{Line.Id}/heartbeat";

    internal IEnumerable<Heard> Pushes(DateTimeOffset since) =>
        port.Heard.Where(h => h.At >= since && h.Method == "POST" && h.Path == Theirs.Path);

    internal IEnumerable<Heard> Requests(DateTimeOffset since, string path) =>
        port.Heard.Where(h => h.At >= since && h.Path == path);

    internal IEnumerable<Heard> HeartbeatsHeard(DateTimeOffset since) =>
        port.Heard.Where(h => h.At >= since && h.Path == Heartbeats);

    internal void DialAt(string address)
    {
        Caller?.Dispose();
        Address = address;
        Caller = new Caller(address, Options.Station, Party.Certificate(Clock.GetUtcNow()), Clock);
    }

    /// <summary>A heartbeat as the page of messages has it. MESSAGES-6.</summary>
    internal string Beat(TimeSpan ahead = default)
    {
        var checkpoints = new JsonObject();
        if (Cosigned > 0 && Wants is null)
            checkpoints[Party.Id.Value] = Own.NoteAt(Cosigned);
        if (Theirs.Note is { } note)
            checkpoints[Station.Value] = note;
        var beat = new JsonObject
        {
            ["parley"] = 1,
            ["at"] = UtcText.Of(Clock.GetUtcNow().Plus(ahead)),
            ["attended"] = true,
            ["checkpoints"] = checkpoints,
        };
        if (Wants is { } from)
            beat["wants"] = from;
        return beat.ToJsonString();
    }

    /// <summary>Waits until the station is on the line; false where nobody accepted it in time.</summary>
    internal async Task<bool> AcceptedAsync(CancellationToken ct)
    {
        var end = Clock.GetUtcNow().Plus(Options.Acceptance);
        while (Clock.GetUtcNow() < end)
        {
            if ((await BeatAsync(ct).ConfigureAwait(false)).Status is not (0 or 403 or 404))
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(500), Clock, ct).ConfigureAwait(false);
        }
        return false;
    }

    /// <summary>Asks who is at the station; true where the station did it.</summary>
    internal Task<bool> AskAsync(OfficerTask task, CancellationToken ct) => Options.Officer!(task, ct);

    /// <summary>A path of a file that is handed over.</summary>
    internal string File(string name) => Path.Combine(Options.Folder, name);

    internal Task<Answer> BeatAsync(CancellationToken ct) => Caller.PostAsync(Heartbeats, Beat(), ct);

    /// <summary>Pushes what the station has not cosigned, and checks the cosignature. LINK-14.</summary>
    internal async Task<string?> DeliverAsync(CancellationToken ct)
    {
        var answer = await Caller.PostAsync(Own.Path, Own.Push(Cosigned), ct).ConfigureAwait(false);
        if (answer.Status != 200)
            return $"a sound push was answered {answer.Shown}";
        if (IsCosigned(answer, Own.CheckpointAt(Own.Size)) is { } fault)
            return fault;
        Cosigned = Own.Size;
        return null;
    }

    /// <summary>LINK-10, LINK-81, LOG-13, LOG-26: null where one line is a cosignature by the station's key.</summary>
    internal string? IsCosigned(Answer answer, Checkpoint on)
    {
        var key = Line.CosignKey(Station);
        foreach (var line in answer.Text.TrimEnd('\n').Split('\n'))
        {
            if (!NoteSignature.ParseLine(line).TryGet(out var signature, out var why))
                return $"the answer has a line that is no signature: {why}";
            if (!signature.IsBy(key))
                continue;
            if (!Cosignature.Verify(signature, key, on.Text))
                return "its cosignature does not hold";
            return Cosignature.TryGetTimestamp(signature, out _) ? null : "its cosignature states no time";
        }
        return "no line of the answer is by the key that cosigns for it";
    }

    /// <summary>How much of our feed the station says that it holds: what it answers to an old size that is wrong.
    /// LINK-11.</summary>
    internal async Task<int?> HeldAsync(CancellationToken ct)
    {
        // Nobody holds one more than was ever written.
        var beyond = Own.Branch().Say("never pushed").Say("nor this");
        var answer = await Caller.PostAsync(Own.Path, beyond.Push(beyond.Size - 1), ct).ConfigureAwait(false);
        return
            answer is { Status: 409, Type: "text/x.tlog.size" }
            && int.TryParse(answer.Text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var held)
            ? held
            : null;
    }

    /// <summary>Waits until it holds; false where it does not within the time.</summary>
    internal async Task<bool> UntilAsync(Func<bool> holds, TimeSpan within, CancellationToken ct)
    {
        var end = Clock.GetUtcNow().Plus(within);
        while (!holds())
        {
            if (Clock.GetUtcNow() >= end)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(50), Clock, ct).ConfigureAwait(false);
        }
        return true;
    }

    private Task<(int Status, string Type, byte[] Body)> AnswerAsync(Heard request, CancellationToken ct)
    {
        if (Silent == Silence.CutOff)
            return Task.FromResult((PeerPort.CutOff, "", Array.Empty<byte>()));
        if (Silent == Silence.Unanswered)
            return NeverAsync(ct);
        if (InPlace?.Invoke(request) is { } other)
            return Task.FromResult(other);
        if (request.Path == Heartbeats)
            return Task.FromResult(Ok("application/json", Beat()));
        if (request.Path == Theirs.Path)
        {
            var (status, text) = Theirs.Take(request.Body);
            return Task.FromResult(
                (status, status == 409 ? "text/x.tlog.size" : "text/plain", Encoding.UTF8.GetBytes(text))
            );
        }
        if (request.Path == $"{Theirs.Path}/recover")
            return Task.FromResult(GiveBack(request.Body));
        if (request.Path == $"{Own.Path}/pull")
            return HoldPullAsync(ct);
        return Task.FromResult(
            request.Path.EndsWith("/off-record", StringComparison.Ordinal)
                ? Ok("text/plain", "held in memory\n")
                : (404, "text/plain", Encoding.UTF8.GetBytes("not here\n"))
        );
    }

    private static async Task<(int Status, string Type, byte[] Body)> NeverAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false);
        return (PeerPort.CutOff, "", []);
    }

    /// <summary>The suite delivers by pushes: a pull is held for its time, and brings nothing. LINK-20.</summary>
    private async Task<(int Status, string Type, byte[] Body)> HoldPullAsync(CancellationToken ct)
    {
        await Task.Delay(PullHold, Clock, ct).ConfigureAwait(false);
        return (204, "text/plain", []);
    }

    private (int, string, byte[]) GiveBack(byte[] question)
    {
        var text = Encoding.ASCII.GetString(question).TrimEnd('\n');
        if (
            !text.StartsWith("from ", StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var from)
        )
        {
            Theirs.Faults.Add("a question for its own entries that is not 'from <size>'");
            return (400, "text/plain", Encoding.UTF8.GetBytes("not a question\n"));
        }
        return Theirs.From(from) is { } entries ? (200, "application/octet-stream", entries) : (204, "text/plain", []);
    }

    private static (int, string, byte[]) Ok(string type, string text) => (200, type, Encoding.UTF8.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        if (Three is not null)
            await Three.DisposeAsync().ConfigureAwait(false);
        Secret?.Dispose();
        Caller.Dispose();
        await port.DisposeAsync().ConfigureAwait(false);
        Party.Dispose();
    }
}
