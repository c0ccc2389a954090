using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Link;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;
using Parley.Traffic;

namespace Parley.Station.Desks;

/// <summary>Two officers' word that this station may sign on where it waits: the first one's until a second says the
/// same, then the decision.</summary>
internal sealed class SignOnDesk(Premises premises, LineTable lines) : ISignOnDesk, IDisposable
{
    private const string DecidedPrefix = "signed-on/";

    private readonly Shelf<SignOnWord> words = new(
        premises.Store,
        SignOnWord.Prefix,
        KeptJson.Default.SignOnWord,
        SignOnWord.Max
    );

    /// <summary>By line: the last decision, as stored.</summary>
    private readonly ConcurrentDictionary<LineId, SignOnWord> decisions = new();
    private readonly SemaphoreSlim deciding = new(1, 1);

    /// <summary>Takes over what an earlier run of the station kept; names what cannot be read.</summary>
    internal IEnumerable<string> Load(IReadOnlyDictionary<string, byte[]> meta)
    {
        foreach (var (key, value) in meta.Where(m => m.Key.StartsWith(DecidedPrefix, StringComparison.Ordinal)))
        {
            if (LineId.TryParse(key[DecidedPrefix.Length..], out var line) && Read(value) is { } word)
                decisions[line] = word;
        }
        return words.Load(meta);

        static SignOnWord? Read(byte[] kept)
        {
            try
            {
                return JsonSerializer.Deserialize(kept, KeptJson.Default.SignOnWord);
            }
            catch (JsonException)
            {
                return null; // of another version: it is a note, and decides nothing
            }
        }
    }

    /// <summary>How our own feed stands where that is worth saying; null where we sign as ever.</summary>
    internal OwnFeedView? View(Parley.Link.LineStatus status)
    {
        decisions.TryGetValue(status.Line, out var decided);
        if (!status.CatchingUp && decided is null)
            return null;
        var pending = status.CatchingUp ? Pending(status) : null;
        return new OwnFeedView(
            status.Foreign is not null ? OwnFeedState.Foreign
                : !status.CatchingUp ? OwnFeedState.Ours
                : status.IsOpening ? OwnFeedState.Opening
                : OwnFeedState.Restored,
            status.Foreign?.Sentence(premises.Self),
            status.Awaited
        )
        {
            Foreign = status.Foreign is { } met ? new ForeignView(met.Peer, met.Held, met.Proven, met.At) : null,
            Proposed = pending?.View(),
            Decided = decided?.View(),
        };
    }

    /// <summary>The first officer's word, where it is about what is so now: one that nobody took up in a day is not,
    /// whatever is waited for since.</summary>
    private SignOnWord? Pending(Parley.Link.LineStatus status) =>
        words.Find(status.Line.Value) is { } word
        && word.MetAt?.ToUnixTimeMilliseconds() == status.Foreign?.At.ToUnixTimeMilliseconds() // as it is kept
        && (premises.Now - word.At).Duration() < SignOnWord.Stands
            ? word
            : null;

    public async Task<Outcome<SignOnView>> SignOnAsync(
        LineId line,
        SignOnRequest request,
        Officer by,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (by.Seat is not (Seats.Watch or Seats.Principal or Seats.Administrator))
            return new Refusal(
                AuthorCheck.WrongSeat,
                $"the seat '{by.Seat}' does not decide on that: it is for {Seats.Watch}, {Seats.Principal} or {Seats.Administrator}",
                403
            );
        if (request.Reason?.Length > RefusedProposal.MaxReason)
            return Refusal.TooLarge($"a reason is at most {RefusedProposal.MaxReason} characters");
        await deciding.WaitAsync(ct);
        try
        {
            var status = open.Host.Status();
            if (!status.CatchingUp)
                return NothingToDecide;
            var pending = Pending(status);
            if (request.Withdraw)
            {
                if (pending is null)
                    return NothingToDecide;
                return (await words.RemoveAsync(line.Value)).TryGet(out _, out var left)
                    ? pending.View() with
                    {
                        Withdrawn = true,
                    }
                    : left;
            }
            var without = (request.Without ?? []).Distinct().OrderBy(p => p.Value, StringComparer.Ordinal).ToList();
            if (without.FirstOrDefault(p => !status.Awaited.Contains(p)) is { Value.Length: > 0 } stranger)
                return Refusal.Invalid($"{stranger} is not waited for on this line");
            if (pending is null || pending.First.IsNamed(by.Name) || !pending.Without.SequenceEqual(without))
            {
                var word = new SignOnWord(
                    line,
                    by with
                    {
                        ReleasedBy = null,
                    },
                    null,
                    premises.Now,
                    Text(request.Reason),
                    without,
                    status.Foreign?.At,
                    status.Foreign?.Held,
                    status.Foreign?.Proven
                );
                return (await words.PutAsync(line.Value, word)).TryGet(out var kept, out var full) ? kept.View() : full;
            }
            var decided = pending with
            {
                Second = by with { ReleasedBy = null },
                At = premises.Now,
                Reason = Text(request.Reason) ?? pending.Reason,
            };
            return await DecideAsync(open, decided, status.Foreign is not null);
        }
        finally
        {
            deciding.Release();
        }
    }

    private async Task<Outcome<SignOnView>> DecideAsync(StationLine open, SignOnWord decided, bool wasForeign)
    {
        var line = open.Id;
        var answer = await open.Host.AskAsync(token => new LinkEvent.SignOnDecided(
            token,
            decided.Without,
            JsonSerializer.SerializeToUtf8Bytes(decided, KeptJson.Default.SignOnWord)
        ));
        if (answer.Status != 204)
            return answer.Status == 503
                ? Refusal.Faulted(answer.Reason)
                : new Refusal("sign-on-refused", answer.Reason, 409);
        decisions[line] = decided;
        if (wasForeign)
            StationMetrics.Foreign.Add(-1);
        LineLog.SignedOn(premises.Log, line.Value, decided.Without.Count);
        if (!(await words.RemoveAsync(line.Value)).TryGet(out _, out var left))
            StationLog.NotKept(premises.Log, "that two officers decided", left.Reason);
        open.Bell.Ring();
        return decided.View();
    }

    private static string? Text(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();

    private static Refusal NothingToDecide =>
        new(
            "nothing-to-decide",
            "nothing is waited for here: this station signs on this line, or nobody has proposed that it does",
            409
        );

    public void Dispose() => deciding.Dispose();
}
