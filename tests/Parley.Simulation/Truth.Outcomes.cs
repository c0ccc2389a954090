using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Simulation;

/// <summary>What officers asked for and were told, what stations say of each other, and how it all ends.</summary>
internal sealed partial class Truth
{
    private sealed class Wanted(PartyId author, Origin feed, IReadOnlyList<NewEntry> drafts)
    {
        internal PartyId Author { get; } = author;
        internal Origin Feed { get; } = feed;
        internal IReadOnlyList<NewEntry> Entries { get; } = drafts;
        internal AppendOutcome? Outcome { get; set; }
        internal bool IsForgotten { get; set; }
    }

    private readonly List<Wanted> wanted = [];
    private readonly Dictionary<(SimLine Line, long Token), Wanted> open = [];

    internal void Asked(SimLine line, long token, IReadOnlyList<NewEntry> drafts)
    {
        if (!Watches(line.Station))
            return;
        var ask = new Wanted(line.Station.Id, line.Identity.Own, drafts);
        wanted.Add(ask);
        open.Add((line, token), ask);
    }

    internal void Settled(SimLine line, long token, AppendOutcome outcome)
    {
        if (open.Remove((line, token), out var ask))
            ask.Outcome = outcome;
    }

    private void ForgetAppends(PartyId author, Origin feed, ulong known)
    {
        foreach (var ask in wanted)
        {
            if (ask.Author != author || ask.Feed != feed)
                continue;
            if (
                ask.Outcome is not AppendOutcome.Recorded recorded
                || recorded.First.Seq + (ulong)recorded.Count > known
            )
                ask.IsForgotten = true;
        }
    }

    internal void Reported(SimLine line, LineReport what)
    {
        if (!Watches(line.Station))
            return;
        var self = line.Station.Id;
        switch (what)
        {
            case LineReport.PeerLostEntries { Peer: var peer }:
                Broken.Unless(
                    !IsHonest(peer) || restored.Contains(peer),
                    () => $"{self} says that {peer} lost entries, which it never did: {what}"
                );
                break;
            case LineReport.PeerHeldBack { Peer: var peer }:
                Broken.Unless(
                    !IsHonest(peer) || restored.Contains(peer),
                    () => $"{self} holds {peer} back, which never lost anything: {what}"
                );
                break;
            // A station that lost entries itself is spoken to about some that it does not have.
            case LineReport.Refused { Peer: var peer }:
                Broken.Unless(
                    MayBeForked(new Origin(line.Id, peer)) || restored.Contains(self),
                    () => $"{self} refuses {peer}, which keeps the protocol: {what}"
                );
                break;
            case LineReport.Forked { Feed: var feed }:
                Broken.Unless(MayBeForked(feed), () => $"{self} accuses {feed.Party} of a fork, which never lied");
                break;
            case LineReport.Stored stored:
                Broken.Unless(
                    line.Station.Durable.GetValueOrDefault(stored.Feed) >= stored.To,
                    () => $"{self} reports entries as stored that are not"
                );
                break;
            case LineReport.OffRecordArrived arrived:
                Heard(line, arrived);
                break;
            case LineReport.OffRecordDelivered delivered:
                Broken.Unless(
                    !IsHonest(delivered.To) || heard.Contains((line.Id, delivered.To, delivered.Id)),
                    () => $"{self} shows {delivered.Id} as delivered to {delivered.To}, which never had it"
                );
                break;
        }
    }

    // --- off the record

    internal const string OffRecordMark = "never-on-the-record";
    private readonly List<(SimLine From, PartyId To, string Id)> spoken = [];
    private readonly HashSet<(LineId Line, PartyId By, string Id)> heard = [];
    private readonly HashSet<(SimLine Line, string Id)> shown = [];

    internal void Spoke(SimLine from, PartyId to, string id)
    {
        if (Watches(from.Station) && IsHonest(to))
            spoken.Add((from, to, id));
    }

    private void Heard(SimLine line, LineReport.OffRecordArrived arrived)
    {
        if (!IsHonest(arrived.From))
            return;
        heard.Add((line.Id, line.Station.Id, arrived.Message.Id));
        Broken.Unless(
            shown.Add((line, arrived.Message.Id)),
            () => $"{line.Station.Id} shows {arrived.Message.Id} of {arrived.From} twice"
        );
    }

    /// <summary>Where both processes lived on, what was said off the record arrives.</summary>
    internal bool IsEverythingHeard() =>
        spoken.All(s => !IsAlive(s.From) || s.From.Status.Stopped || heard.Contains((s.From.Id, s.To, s.Id)));

    private static bool IsAlive(SimLine line) => line.Station.Up && line.Station.Lines[line.Id] == line;

    // --- how it stands

    /// <summary>True when every line that nobody has forked is whole: each feed is at all, cosigned by all, and every
    /// attachment is where it belongs.</summary>
    internal bool IsSettled() => world.Stations.All(s => s.Up && s.Lines.All.All(IsSettled)) && IsEverythingHeard();

    /// <summary>
    /// True for a line that nobody honest can bring to rest: it was forked, or the liar alone has shown a restored
    /// station, with that station's own signature, that there is more of its
    /// feed, and does not give it back. Then nothing is signed there, and it is shown why: that is the promise.
    /// </summary>
    private bool IsBeyondRepair(LineId line) =>
        forked.Contains(line)
        || (
            world.Liar is { } liar
            && world.Honest.Any(s =>
                restored.Contains(s.Id)
                && s.Lines[line] is { Status.CatchingUp: true } waiting
                && waiting.Document.Parties.Contains(liar.Id)
                && world.Honest.All(other =>
                    other == s
                    || other.Durable.GetValueOrDefault(new Origin(line, s.Id)) <= waiting.Machine.SizeOf(s.Id)
                )
            )
        );

    internal bool IsSettled(SimLine line)
    {
        if (!Watches(line.Station) || IsBeyondRepair(line.Id))
            return true;
        if (line.Unsettled > 0 || line.Status.CatchingUp)
            return false;
        // A liar is held back for up to an hour, and so takes what it takes when it takes it; the others do not wait
        // for it.
        var honest = line.Document.Parties.Where(IsHonest).ToList();
        foreach (var author in honest)
        {
            var size = line.Machine.SizeOf(author);
            if (size == 0 || size != world[author].Durable.GetValueOrDefault(new Origin(line.Id, author)))
                return false;
            if (
                author == line.Station.Id
                && honest.Exists(other => other != author && line.Machine.CosignedBy(author, other) != size)
            )
                return false;
            if (honest.Count == line.Document.Parties.Count() && line.Machine.SealedSize(author) != size)
                return false;
        }
        // Attachments do not come back from peers: what a restored author lost of them stays open, and is shown so.
        return honest.Count < line.Document.Parties.Count() || restored.Count > 0 || !line.HasOpenAttachments;
    }

    /// <summary>Among the honest alone, who may have nothing but files: each holds the others' feeds, knows that the
    /// others hold its own, and has what was attached.</summary>
    internal bool IsSettledBetweenHonest() =>
        world.Honest.All(s =>
            s.Lines.All.All(line =>
            {
                if (forked.Contains(line.Id))
                    return true;
                if (line.Unsettled > 0)
                    return false;
                foreach (var other in line.Document.Parties.Where(p => p != s.Id && IsHonest(p)))
                {
                    var size = line.Machine.SizeOf(other);
                    if (
                        size == 0
                        || size != world[other].Durable.GetValueOrDefault(new Origin(line.Id, other))
                        || line.Machine.CosignedBy(s.Id, other) != line.Machine.SizeOf(s.Id)
                    )
                        return false;
                }
                return line.Document.Parties.Any(p => !IsHonest(p)) || !line.HasOpenAttachments;
            })
        );

    /// <summary>
    /// The view that was kept is the view that a reader of the stored record comes to; every entry that somebody is
    /// still to acknowledge, and every entry that a peer
    /// has not cosigned, is shown with its time.
    /// </summary>
    internal void CheckViews(SimLine line)
    {
        var now = line.Station.Clock.GetUtcNow();
        var fresh = new LineView(line.Document);
        var owed = new Dictionary<EntryId, (EntryHeader Header, HashSet<PartyId> By)>();
        var held = line.Document.Parties.ToDictionary(
            p => p,
            p =>
                line.Station.Store.ReadFeed(
                    new Origin(line.Id, p),
                    0,
                    StoreLimits.MaxReadEntries,
                    long.MaxValue,
                    withBodies: true
                )
        );
        foreach (var author in line.Document.Parties)
        {
            foreach (var entry in held[author])
            {
                var header = EntryHeader.Parse(entry.Header).Required();
                fresh.Fold(header, entry.Body);
                if (header.Kind == Kinds.MessageSent)
                    owed[header.Id] = (
                        header,
                        [
                            .. line.Document.Parties.Where(p =>
                                p != author && (header.To is null || header.To.Contains(p))
                            ),
                        ]
                    );
            }
        }
        var (kept, expected) = (Describe(line.View, now), Describe(fresh, now));
        Broken.Unless(
            kept == expected,
            () => $"{line.Station.Id}'s view of {line.Id} differs from its record: {FirstDifference(kept, expected)}"
        );
        foreach (var entry in held.Values.SelectMany(f => f))
        {
            var header = EntryHeader.Parse(entry.Header).Required();
            foreach (var re in header.Re)
            {
                if (!owed.TryGetValue(re, out var debt))
                    continue;
                if (header.From == re.Party)
                    debt.By.Clear(); // its author's own later word may take it back or replace it
                else
                    debt.By.Remove(header.From);
            }
        }
        var waiting = line.View.Waiting.ToDictionary(w => w.Id);
        foreach (var (id, (header, by)) in owed)
        {
            if (by.Count == 0)
                continue;
            Broken.Unless(
                waiting.TryGetValue(id, out var shownAs)
                    && shownAs.At == header.At
                    && by.All(shownAs.WaitingFor.Contains),
                () => $"{line.Station.Id} does not show that {id} waits for {string.Join(", ", by)}, or since when"
            );
        }
        CheckUndelivered(line, held[line.Station.Id]);
    }

    private static void CheckUndelivered(SimLine line, IReadOnlyList<StoredEntry> own)
    {
        var status = line.Status;
        foreach (var peer in status.Peers)
        {
            Broken.Unless(
                peer.OurSizeCosigned >= status.OwnSealed && status.OwnSize <= (ulong)own.Count,
                () => $"{line.Station.Id} shows more as sealed than {peer.Peer} cosigned"
            );
            if (peer.OurSizeCosigned >= status.OwnSize)
                continue;
            // The oldest that is not delivered is the one at the size cosigned; its age follows from when it was
            // stored.
            Broken.Unless(
                own[(int)peer.OurSizeCosigned].Seq == peer.OurSizeCosigned
                    && own[(int)peer.OurSizeCosigned].StoredAt != default,
                () => $"{line.Station.Id} cannot tell since when {peer.Peer} lacks {peer.OurSizeCosigned}"
            );
        }
    }

    private static string Describe(LineView view, DateTimeOffset now) =>
        string.Join(
            '\n',
            view.Open(now)
                .Concat(view.RecentlySettled(now))
                .OrderBy(i => i.Id.ToString(), StringComparer.Ordinal)
                .Select(i =>
                    $"{i.Id} {i.Family.Name} {i.State} {i.Since:O} {string.Join(',', i.Applied.Select(a => a.Id))}"
                )
                .Concat(
                    view.Waiting.Select(w =>
                            $"{w.Id} {w.Kind} {w.At:O} waits for {string.Join(',', w.WaitingFor.Select(p => p.Value).Order(StringComparer.Ordinal))}"
                        )
                        .Order(StringComparer.Ordinal)
                )
        );

    private static string FirstDifference(string kept, string expected)
    {
        var missing = expected.Split('\n').Except(kept.Split('\n'), StringComparer.Ordinal).FirstOrDefault();
        var extra = kept.Split('\n').Except(expected.Split('\n'), StringComparer.Ordinal).FirstOrDefault();
        return $"in the record '{missing}', in the view '{extra}'";
    }

    /// <summary>After everything has settled: both ends have the same, whole, once and in order; and the liar, where it
    /// forked, is named with evidence.</summary>
    internal void CheckOutcome()
    {
        foreach (var station in world.Honest)
        {
            Loaded(station, station.Lines.All.First().Snapshot());
            foreach (var line in station.Lines.All)
            {
                CheckViews(line);
                CheckEvidence(line);
                if (!IsBeyondRepair(line.Id))
                    Broken.Unless(
                        !line.Status.Stopped && !line.Status.CatchingUp,
                        () => $"{station.Id} does not write on {line.Id}, and nothing is wrong with it"
                    );
                foreach (
                    var entry in line.Document.Parties.SelectMany(p =>
                        station.Store.ReadFeed(
                            new Origin(line.Id, p),
                            0,
                            StoreLimits.MaxReadEntries,
                            long.MaxValue,
                            withBodies: true
                        )
                    )
                )
                    Broken.Unless(
                        entry.Body is null
                            || entry.Body.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(OffRecordMark)) < 0,
                        () => $"{station.Id} stores what was said off the record in {entry.Feed}/{entry.Seq}"
                    );
            }
        }
        var places = feeds.ToDictionary(
            f => f.Key,
            f =>
                f.Value.Parsed.Where(h => h.Body is not null)
                    .GroupBy(h => h.Body!.Value)
                    .ToDictionary(g => g.Key, g => g.ToList())
        );
        foreach (var ask in wanted)
            CheckAsk(ask, places.GetValueOrDefault(ask.Feed) ?? []);
    }

    private void CheckAsk(Wanted ask, Dictionary<Hash, List<EntryHeader>> places)
    {
        for (var i = 0; i < ask.Entries.Count; i++)
        {
            if (ask.Entries[i] is not { Body: { } body, Salt: { } salt })
                continue;
            var found = places.GetValueOrDefault(Body.Commit(salt, body)) ?? [];
            Broken.Unless(
                found.Count <= 1,
                () =>
                    $"what {ask.Author} said once stands {found.Count} times: {string.Join(", ", found.Select(f => f.Id))}"
            );
            if (ask.Outcome is AppendOutcome.Refused refused && refused != AppendOutcome.InDoubt)
                Broken.Unless(
                    found.Count == 0,
                    () =>
                        $"{ask.Author} was told that it was not recorded ({refused.Code}), and it stands at {found[0].Id}"
                );
            if (ask.Outcome is not AppendOutcome.Recorded recorded || ask.IsForgotten)
                continue;
            Broken.Unless(
                found.Count == 1 && found[0].Seq == recorded.First.Seq + (ulong)i,
                () => $"{ask.Author} was told that it was recorded as {recorded.First}, and it does not stand there"
            );
            if (IsBeyondRepair(ask.Feed.Line))
                continue;
            foreach (var holder in world.Honest.Where(s => s.Lines[ask.Feed.Line] is not null))
            {
                var isFor =
                    ask.Entries[i].To is null || holder.Id == ask.Author || ask.Entries[i].To!.Contains(holder.Id);
                var entry = holder.Store.ReadEntry(ask.Feed, found[0].Seq);
                Broken.Unless(entry is not null, () => $"{holder.Id} lacks {found[0].Id}, which was acknowledged");
                var mayBeLost = restored.Contains(ask.Author) || restored.Contains(holder.Id);
                Broken.Unless(
                    !isFor ? entry!.Body is null : mayBeLost || entry!.Body.AsSpan().SequenceEqual(body),
                    () => $"{holder.Id} holds {found[0].Id} with another body, or none"
                );
            }
        }
    }

    private void CheckEvidence(SimLine line)
    {
        foreach (var fork in line.Station.Store.ReadForks(line.Id))
        {
            Broken.Unless(
                MayBeForked(fork.Feed),
                () => $"{line.Station.Id} keeps a fork of {fork.Feed.Party}, which never lied"
            );
            var evidence = KeptForks.Evidence(line.Station.Store, line.Document, fork);
            Broken.Unless(
                evidence is not null || fork.Feed.Party == line.Station.Id,
                () => $"{line.Station.Id} accuses {fork.Feed.Party} with evidence that does not convince"
            );
        }
        if (!forked.Contains(line.Id))
            Broken.Unless(
                !line.Status.Stopped,
                () => $"{line.Station.Id} has stopped {line.Id}, and keeps no evidence why"
            );
    }

    /// <summary>True when a station has stopped the line and keeps evidence that names the liar.</summary>
    internal static bool IsNamed(SimLine line, PartyId liar) =>
        line.Status.Stopped && line.Station.Store.ReadForks(line.Id).Any(f => f.Feed.Party == liar);
}
