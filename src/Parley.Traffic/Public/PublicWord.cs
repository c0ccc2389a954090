using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic.Public;

/// <summary>A text that a party gave to the public, as it stands now.</summary>
public sealed record PublicText
{
    /// <summary>The party that released it.</summary>
    public required PartyId By { get; init; }

    /// <summary>The entry that holds the text.</summary>
    public required TrafficEntry Text { get; init; }

    /// <summary>The entry that released it; of a statement the same as <see cref="Text"/>.</summary>
    public required TrafficEntry Release { get; init; }

    /// <summary>By every other party, the entry that agreed to exactly this text; empty for a party's own.
    /// PUBLIC-11.</summary>
    public IReadOnlyList<TrafficEntry> Agreements { get; init; } = [];

    /// <summary>The text that took its place; null while it stands.</summary>
    public EntryId? CorrectedBy { get; init; }

    /// <summary>The entry that took it back; null while it stands.</summary>
    public TrafficEntry? Withdrawal { get; init; }

    /// <summary>What it is about, by its first entry: the call of a readout, the claim of a dissent and of the claim
    /// itself; null for statements.</summary>
    public EntryId? Call { get; init; }

    public bool IsJoint => Agreements.Count > 0;

    /// <summary>The entries that an outsider may be shown whole: no other entry of the line is released by this one.
    /// PUBLIC-10.</summary>
    public IEnumerable<TrafficEntry> Shown =>
        Withdrawal is { } withdrawal ? [withdrawal] : new[] { Text, Release }.Concat(Agreements).DistinctBy(e => e.Id);
}

/// <summary>
/// What of a line was released to the public, folded over the whole record: readouts and statements, what corrected them
/// and what took them back. Only what two officers released counts, whatever the line's policy asks for. Pure.
/// PUBLIC-9 to PUBLIC-13.
/// </summary>
public static class PublicWord
{
    /// <summary>True for entries that <see cref="Of"/> has to be given.</summary>
    public static bool Wants(EntryHeader header) =>
        header.Kind.StartsWith("readout.", Comparison)
        || header.Kind.StartsWith("statement.", Comparison)
        || header.Kind is Kinds.ClaimMade or Kinds.ClaimDisputed;

    private const StringComparison Comparison = StringComparison.Ordinal;

    /// <summary>The texts that are public at a time, the newest release first.</summary>
    /// <param name="entries">All that <see cref="Wants"/> names, in any order.</param>
    /// <param name="line">Whose they are.</param>
    /// <param name="now">What is under embargo until later is not public yet.</param>
    public static IReadOnlyList<PublicText> Of(
        IReadOnlyCollection<TrafficEntry> entries,
        LineDocument line,
        DateTimeOffset now
    )
    {
        PartyId[] parties = [.. line.Parties];
        var counting = CausalOrder.Sort([
            .. entries.Where(e =>
                TwoPeople.Missing(e, line.Policy) is null && EarlyBook.Unseen(e.Header, line.Policy) is null
            ),
        ]);
        return
        [
            .. Statements(counting, line.Policy)
                .Concat(Readouts(counting, parties, line.Policy))
                .Concat(Claims(counting, line.Policy))
                .Where(text => !(EmbargoOf(text) > now))
                .OrderByDescending(text => text.Release.Header.At)
                .ThenBy(text => text.Text.Id.ToString(), StringComparer.Ordinal),
        ];
    }

    private static DateTimeOffset? EmbargoOf(PublicText text) => (text.Text.Body as Readout)?.Embargo;

    private static bool IsByTwo(TrafficEntry entry, LinePolicy policy) => entry.Header.By.HasSecond(policy.Fold);

    private static bool IsPublic(TrafficEntry entry) => entry.Body is IReleasedBody { Level: Release.Public };

    private static IEnumerable<PublicText> Statements(List<TrafficEntry> entries, LinePolicy policy)
    {
        var texts = new Dictionary<EntryId, PublicText>();
        foreach (var entry in entries)
        {
            var header = entry.Header;
            if (
                header.Kind is Kinds.StatementReleased or Kinds.StatementCorrected
                && IsPublic(entry)
                && IsByTwo(entry, policy)
            )
            {
                texts[entry.Id] = new PublicText
                {
                    By = header.From,
                    Text = entry,
                    Release = entry,
                };
            }
            if (header.Kind is not (Kinds.StatementCorrected or Kinds.StatementWithdrawn) || !IsByTwo(entry, policy))
                continue;
            foreach (var id in header.Re)
            {
                if (id.Party != header.From || !texts.TryGetValue(id, out var former) || former.Withdrawal is not null)
                    continue;
                // What corrects it and is not public itself says nothing to the public: the text stands there as it was.
                if (header.Kind == Kinds.StatementWithdrawn)
                    Withdraw(texts, id, entry);
                else if (texts.ContainsKey(entry.Id))
                    texts[id] = former with { CorrectedBy = former.CorrectedBy ?? entry.Id };
            }
        }
        return texts.Values;
    }

    /// <summary>With a text go those that it corrected and those that corrected it: otherwise what was taken back would
    /// stand there in another version.</summary>
    private static void Withdraw(Dictionary<EntryId, PublicText> texts, EntryId from, TrafficEntry by)
    {
        var reached = new Queue<EntryId>([from]);
        while (reached.TryDequeue(out var id))
        {
            if (!texts.TryGetValue(id, out var text) || text.Withdrawal is not null)
                continue;
            texts[id] = text with { Withdrawal = by };
            if (text.CorrectedBy is { } later)
                reached.Enqueue(later);
            foreach (var earlier in texts.Values.Where(t => t.CorrectedBy == id).Select(t => t.Text.Id).ToList())
                reached.Enqueue(earlier);
        }
    }

    /// <summary>Claims, and the dissent of others beside them: each as far as its own party released it.
    /// PUBLIC-20.</summary>
    private static IEnumerable<PublicText> Claims(List<TrafficEntry> entries, LinePolicy policy)
    {
        var made = new Dictionary<EntryId, PartyId>();
        foreach (var entry in entries.Where(e => e.Body is Claim))
        {
            var isDissent = entry.Header.Kind == Kinds.ClaimDisputed;
            var about = entry.Id;
            if (!isDissent)
                made[entry.Id] = entry.Header.From;
            else if (
                entry.Header.Re is [var first, ..]
                && made.TryGetValue(first, out var claimant)
                && claimant != entry.Header.From
            )
                about = first;
            else
                continue;
            if (IsPublic(entry) && IsByTwo(entry, policy))
                yield return new PublicText
                {
                    By = entry.Header.From,
                    Text = entry,
                    Release = entry,
                    Call = about,
                };
        }
    }

    private static IEnumerable<PublicText> Readouts(List<TrafficEntry> entries, PartyId[] parties, LinePolicy policy)
    {
        var family = AllFamilies.All.OfType<ReadoutFamily>().Single();
        var threads = new Dictionary<EntryId, List<TrafficEntry>>();
        foreach (var entry in entries.Where(e => AllFamilies.Of(e.Header.Kind) is ReadoutFamily))
        {
            var known = family.Continued(entry.Header).Where(threads.ContainsKey).ToList();
            if (known.Count > 0)
                threads[entry.Id] = threads[known[0]];
            else if (family.Table.Opens(entry.Header.Kind))
                threads[entry.Id] = [];
            else
                continue;
            threads[entry.Id].Add(entry);
        }
        return threads
            .Values.Distinct()
            .Select(thread => Item.Fold(family, thread, parties, policy.Fold))
            .SelectMany(item => Readouts(item, parties, policy));
    }

    private static IEnumerable<PublicText> Readouts(Item item, PartyId[] parties, LinePolicy policy)
    {
        if (ReadoutFamily.Newest(item) is not { Body: Readout } newest)
            yield break;
        var call = item.Root.Header.Re.Count == 0 ? (EntryId?)null : item.Root.Header.Re[0];
        // Those that count for exactly this text: the fold has compared their hash with it. PUBLIC-11
        var isJoint = newest.Header.Kind == Kinds.ReadoutDrafted;
        TrafficEntry[] agreements = isJoint
            ?
            [
                .. item
                    .Applied.Where(e => e.Body is ReadoutAgreement && e.Follows(newest))
                    .DistinctBy(e => e.Header.From),
            ]
            : [];
        if (isJoint && !parties.All(p => p == newest.Header.From || agreements.Any(a => a.Header.From == p)))
            yield break;
        foreach (var release in item.Applied.Where(e => e.Body is Release && IsPublic(e) && IsByTwo(e, policy)))
        {
            var by = release.Header.From;
            var recall = ReadoutFamily.RecallBy(item, by);
            TrafficEntry[] texts =
            [
                newest,
                .. item.Applied.Where(e =>
                    e.Header.Kind == Kinds.ReadoutCorrected && e.Body is Readout && IsByTwo(e, policy)
                ),
            ];
            // Corrected before anybody outside had read it, only what it says now was released.
            var first = Array.FindLastIndex(texts, text => release.Follows(text));
            for (var i = Math.Max(first, 0); i < texts.Length; i++)
            {
                yield return new PublicText
                {
                    By = by,
                    Text = texts[i],
                    Release = i > Math.Max(first, 0) ? texts[i] : release,
                    Agreements = agreements,
                    CorrectedBy = i + 1 < texts.Length ? texts[i + 1].Id : null,
                    Withdrawal = recall,
                    Call = call,
                };
            }
        }
    }
}
