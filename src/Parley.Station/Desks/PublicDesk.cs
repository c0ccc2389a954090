using System.Text;
using Parley.Record;
using Parley.Station.Exports;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Traffic;
using Parley.Traffic.Public;

namespace Parley.Station.Desks;

/// <summary>
/// What may be given to the public, with the proof of each entry by itself. Of no other entry of the line is there a file:
/// neither its size nor its kind nor its time gets out this way. PUBLIC-10.
/// </summary>
internal sealed class PublicDesk(Premises premises, LineTable lines, Integrity integrity)
{
    /// <summary>Readouts, statements and what is said of them that are looked at of one party: the newest. Nobody's
    /// flood hides what others said.</summary>
    internal const int MaxOfParty = 20_000;

    /// <summary>Bytes of their bodies that are held of one party, the newest of them.</summary>
    internal const long MaxBytesOfParty = 16 << 20;
    private const int PageEntries = 4096;

    private readonly EmbargoClock embargo = new(
        premises.Clock,
        premises.Clock == TimeProvider.System ? premises.Clock : null
    );
    private const long PageBytes = 8 << 20;

    /// <summary>What was released to the public, the newest first.</summary>
    /// <param name="line">The line.</param>
    /// <param name="skip">So many of the newest are left out.</param>
    /// <param name="limit">So many are given.</param>
    internal Task<Outcome<PublicWordView>> WordAsync(LineId line, int skip, int limit, CancellationToken ct) =>
        Task.Run(
            () =>
            {
                if (!lines.Find(line).TryGet(out var open, out var unknown))
                    return unknown;
                return integrity.Guarded<PublicWordView>(() =>
                {
                    var document = open.Document;
                    var (entries, uncounted) = Read(document, ct);
                    var texts = PublicWord.Of(entries, document, embargo.Now);
                    var keys = PublicKeySheet.Of(document);
                    PublicText[] page = [.. texts.Skip(skip).Take(limit)];
                    return new PublicWordView(
                        line,
                        premises.Self,
                        [.. document.Parties],
                        keys.Fingerprint.Hash.ToHex(),
                        premises.Now,
                        texts.Count,
                        [.. page.Select(text => ViewOf(line, text))],
                        [
                            .. page.SelectMany(text => text.Shown)
                                .Select(entry => entry.Id)
                                .Distinct()
                                .Select(entry => ProofOf(document, keys, entry)),
                        ],
                        uncounted,
                        (long?)embargo.Ahead?.TotalSeconds
                    );
                });
            },
            ct
        );

    private PublicTextView ViewOf(LineId line, PublicText text) =>
        new(
            text.By,
            text.Text.Id,
            LeafOf(line, text.Text.Id),
            text.Release.Id,
            text.Release.Header.At,
            text.Text.Header.Mark,
            [.. text.Agreements.Select(entry => entry.Id)],
            text.CorrectedBy,
            text.Withdrawal?.Id,
            text.Call
        );

    private string LeafOf(LineId line, EntryId entry) =>
        premises.Store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is { } stored
            ? MerkleHash.Leaf(stored.Header).ToHex()
            : "";

    private PublicProofView ProofOf(LineDocument document, PublicKeySheet keys, EntryId entry) =>
        EntryProofs.Of(premises.Store, document, keys, entry, out var leaf).TryGet(out var proof, out var why)
            ? new PublicProofView(entry, leaf, Encoding.UTF8.GetString(proof.Encode()), null)
            : new PublicProofView(entry, leaf, null, why);

    private (IReadOnlyCollection<TrafficEntry> Entries, long Uncounted) Read(
        LineDocument document,
        CancellationToken ct
    )
    {
        var shares = document.Parties.ToDictionary(party => party, _ => new Share());
        long arrival = 0;
        while (
            premises.Store.ReadRecord(document.Id, arrival, PageEntries, PageBytes, withBodies: false)
                is { Count: > 0 } page
        )
        {
            ct.ThrowIfCancellationRequested();
            foreach (var stored in page)
            {
                var header = StoredHeader.Read(stored);
                if (!PublicWord.Wants(header) || !shares.TryGetValue(header.From, out var share))
                    continue;
                var body = StoredHeader.WantsBody(header)
                    ? premises.Store.ReadEntry(stored.Feed, stored.Seq)?.Body
                    : null;
                share.Add(TrafficEntry.From(header, body is null ? null : body.AsMemory()));
            }
            arrival = page[^1].Arrival;
        }
        return ([.. shares.Values.SelectMany(share => share.Newest)], shares.Values.Sum(share => share.LeftOut));
    }

    /// <summary>The newest of one party's entries, as many as are held of it.</summary>
    private sealed class Share
    {
        private long bytes;

        internal Queue<TrafficEntry> Newest { get; } = new();

        internal long LeftOut { get; private set; }

        internal void Add(TrafficEntry entry)
        {
            Newest.Enqueue(entry);
            bytes += entry.Header.Size;
            while (Newest.Count > MaxOfParty || bytes > MaxBytesOfParty)
            {
                bytes -= Newest.Dequeue().Header.Size;
                LeftOut++;
            }
        }
    }
}
