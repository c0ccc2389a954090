using System.Text.Json;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Lines;
using Parley.Station.Link;
using Parley.Station.Traffic;
using Parley.Traffic;

namespace Parley.Station;

/// <summary>
/// Entries under our key that this station did not write, two officers' word that it may sign on, and peers of which
/// two stations run.
/// </summary>
internal sealed partial class StationRuntime
{
    /// <summary>How long accepting a line waits for its first entry, so that whoever accepts it can write at
    /// once.</summary>
    private static readonly TimeSpan BeginsWithin = TimeSpan.FromSeconds(5);

    /// <summary>A line document's time may lie this far ahead of our clock and still be one of this run.</summary>
    private static readonly TimeSpan ClockRoom = TimeSpan.FromMinutes(10);

    private readonly Shelf<SignOnWord> signOnWords;

    /// <summary>By line: the last decision, as stored.</summary>
    private readonly System.Collections.Concurrent.ConcurrentDictionary<LineId, SignOnWord> signedOn = new();
    private readonly RunBook runs;

    /// <summary>Since when the store holds all that these keys have signed; null where it may not.</summary>
    private DateTimeOffset? wholeSince;

    string ILinkDesk.Run => runs.Own;

    void ILinkDesk.HeardRun(PublicKey identity, string? run)
    {
        if (runs.Heard(identity, run))
            MeetTwo(identity);
    }

    private void MeetTwo(PublicKey identity)
    {
        StationMetrics.Doubled.Add(1);
        foreach (var open in lines.All)
        {
            if (
                open.Host.Identity.Document.Cards.FirstOrDefault(c => c.Identity == identity) is not { } theirs
                || theirs.Party == Self
            )
                continue;
            LineLog.TwoStations(log, open.Host.Identity.Line.Value, theirs.Party.Value);
            Touch(open.Host.Identity.Line);
        }
    }

    private DateTimeOffset? DoubledSince(StationLine open, PartyId peer) =>
        runs.DoubledSince(open.Host.Identity.Document.CardOf(peer)!.Identity);

    private void LoadOwnFeeds(IReadOnlyDictionary<string, byte[]> meta)
    {
        wholeSince = StoreBond.WholeSince(meta);
        const string prefix = "signed-on/";
        foreach (var (key, value) in meta.Where(m => m.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (LineId.TryParse(key[prefix.Length..], out var line) && Read(value) is { } word)
                signedOn[line] = word;
        }

        static SignOnWord? Read(byte[] kept)
        {
            try
            {
                return JsonSerializer.Deserialize(kept, TrafficApiJson.Default.SignOnWord);
            }
            catch (JsonException)
            {
                return null; // of another version: it is a note, and decides nothing
            }
        }
    }

    /// <summary>What may stand on a line whose document came from elsewhere, by what this store can tell. LINE-15,
    /// LINE-16.</summary>
    private OpeningDoubt DoubtOf(LineDocument document)
    {
        var now = clock.GetUtcNow();
        if (wholeSince is not { } whole || document.Created > now.Plus(ClockRoom))
            return OpeningDoubt.AskEverybody;
        // Before this store was, these keys signed nothing; and what was made in this very run, an earlier state of
        // this store cannot have signed. Between the two
        // the station may have run on a state that was taken away since.
        return document.Created <= whole || document.Created >= startedAt
            ? OpeningDoubt.AskReachable
            : OpeningDoubt.AskEverybody;
    }

    private void MeetForeign(LineId line, ForeignFeed met)
    {
        wholeSince = null;
        StationMetrics.Foreign.Add(1);
        LineLog.OwnFeedForeign(log, line.Value, met.Sentence(Self));
        Touch(line);
    }

    private const string TwoStations = "two-stations.";

    /// <summary>What stands for as long as it is so, beside what the traffic gives cause for.</summary>
    private IEnumerable<AlarmCause> OwnCauses(StationLine open)
    {
        var line = open.Host.Identity;
        if (open.Host.Status().Foreign is { } met)
            yield return new AlarmCause(
                "own-feed-foreign",
                new EntryId(Self, met.Held),
                null,
                Precedence.Flash,
                Mark.Actual,
                AlarmLevel.Arrived,
                "own-feed-foreign",
                met.At,
                [],
                Self
            );
        foreach (var peer in line.Peers)
        {
            if (DoubledSince(open, peer) is { } since)
                yield return new AlarmCause(
                    $"{TwoStations}{peer}",
                    null,
                    null,
                    Precedence.Flash,
                    Mark.Actual,
                    AlarmLevel.Arrived,
                    $"two stations of {peer} answer at once",
                    since,
                    [peer],
                    peer
                );
        }
        foreach (var cause in RoomCauses(open))
            yield return cause;
    }

    private OwnFeedView? OwnFeed(Parley.Link.LineStatus status)
    {
        signedOn.TryGetValue(status.Line, out var decided);
        if (!status.CatchingUp && decided is null)
            return null;
        var pending = status.CatchingUp ? Pending(status) : null;
        return new OwnFeedView(
            status.Foreign is not null ? OwnFeedState.Foreign
                : !status.CatchingUp ? OwnFeedState.Ours
                : status.IsOpening ? OwnFeedState.Opening
                : OwnFeedState.Restored,
            status.Foreign?.Sentence(Self),
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
        signOnWords.Find(status.Line.Value) is { } word
        && word.MetAt?.ToUnixTimeMilliseconds() == status.Foreign?.At.ToUnixTimeMilliseconds() // as it is kept
        && (clock.GetUtcNow() - word.At).Duration() < SignOnWord.Stands
            ? word
            : null;

    public async Task<Outcome<SignOnView>> SignOnAsync(
        LineId line,
        SignOnRequest request,
        Officer by,
        CancellationToken ct
    )
    {
        if (!TryOpen(line, out var open))
            return Refusal.UnknownLine(line.Value);
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
                return (await signOnWords.RemoveAsync(line.Value)).TryGet(out _, out var left)
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
                    clock.GetUtcNow(),
                    Text(request.Reason),
                    without,
                    status.Foreign?.At,
                    status.Foreign?.Held,
                    status.Foreign?.Proven
                );
                return (await signOnWords.PutAsync(line.Value, word)).TryGet(out var kept, out var full)
                    ? kept.View()
                    : full;
            }
            var decided = pending with
            {
                Second = by with { ReleasedBy = null },
                At = clock.GetUtcNow(),
                Reason = Text(request.Reason) ?? pending.Reason,
            };
            var answer = await open.Host.AskAsync(token => new LinkEvent.SignOnDecided(
                token,
                without,
                JsonSerializer.SerializeToUtf8Bytes(decided, TrafficApiJson.Default.SignOnWord)
            ));
            if (answer.Status != 204)
                return answer.Status == 503
                    ? Refusal.Faulted(answer.Reason)
                    : new Refusal("sign-on-refused", answer.Reason, 409);
            signedOn[line] = decided;
            if (status.Foreign is not null)
                StationMetrics.Foreign.Add(-1);
            LineLog.SignedOn(log, line.Value, without.Count);
            if (!(await signOnWords.RemoveAsync(line.Value)).TryGet(out _, out var kept2))
                StationLog.NotKept(log, "that two officers decided", kept2.Reason);
            Touch(line);
            return decided.View();
        }
        finally
        {
            deciding.Release();
        }
    }

    private static string? Text(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();

    private static Refusal NothingToDecide =>
        new(
            "nothing-to-decide",
            "nothing is waited for here: this station signs on this line, or nobody has proposed that it does",
            409
        );
}
