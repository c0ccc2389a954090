using System.Diagnostics;
using System.Globalization;
using System.Text;
using Parley.Crypto;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Bench;

/// <summary>
/// Folding a record into what is open: reading each header, reading the bodies that the state machines want, and taking
/// the entry. A day's mix of two
/// parties: messages and their acknowledgements, line tests, calls and clarifications, of which one in a hundred stays
/// open.
/// </summary>
internal static class FoldBench
{
    private const long DefaultEntries = 1_000_000;

    /// <summary>As many as a station reads from its store at a time.</summary>
    private const int Chunk = 1024;

    internal static Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        var entries = options.Entries ?? DefaultEntries;
        using var keys = new Parties();
        var writer = new MixedRecord(keys.Document, options.BodyBytes);
        var view = new LineView(keys.Document);
        Report.Title(
            string.Create(
                CultureInfo.InvariantCulture,
                $"fold: {entries:N0} entries of a mixed record into a view, on one thread"
            )
        );
        var spent = TimeSpan.Zero;
        long folded = 0,
            allocated = 0;
        foreach (var tenth in Enumerable.Range(1, 10))
        {
            while (folded < entries * tenth / 10)
            {
                ct.ThrowIfCancellationRequested();
                var chunk = writer.Next((int)Math.Min(Chunk, entries - folded));
                var before = GC.GetAllocatedBytesForCurrentThread();
                var began = Stopwatch.GetTimestamp();
                foreach (var (header, body) in chunk)
                    view.Fold(EntryHeader.Parse(header).Required(), body);
                spent += Stopwatch.GetElapsedTime(began);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                folded += chunk.Count;
            }
            var open = view.Open(writer.Now).Count;
            Report.Line(
                string.Create(CultureInfo.InvariantCulture, $"at {folded:N0}"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{open:N0} items open, {view.Waiting.Count:N0} entries unacknowledged, {view.FlagCount:N0} flagged, heap {Report.Megabytes(GC.GetTotalMemory(forceFullCollection: true))}"
                )
            );
        }
        Report.Rate("folded", folded, spent);
        Report.Line(
            "allocated",
            string.Create(CultureInfo.InvariantCulture, $"{(double)allocated / folded:F1} bytes an entry, header read")
        );
        return Task.CompletedTask;
    }

    private sealed class Parties : IDisposable
    {
        private readonly List<SigningKey> keys = [];

        internal Parties() =>
            Document = LineDocument.Create(
                "bench",
                "Bench",
                new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero),
                new byte[LineDocument.NonceLength],
                [Card("us"), Card("ru")],
                LinePolicy.Default
            );

        internal LineDocument Document { get; }

        private Card Card(string party)
        {
            var (identity, log, cosign) = (SigningKey.Generate(), SigningKey.Generate(), SigningKey.Generate());
            keys.AddRange([identity, log, cosign]);
            using var tls = System.Security.Cryptography.ECDsa.Create(
                System.Security.Cryptography.ECCurve.NamedCurves.nistP256
            );
            return Record.Card.Sign(
                new CardContents(
                    PartyId.Parse(party),
                    party,
                    ["en"],
                    [],
                    new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero),
                    log.PublicKey,
                    cosign.PublicKey,
                    tls.ExportSubjectPublicKeyInfo(),
                    Randomness.Bytes(32)
                ),
                identity
            );
        }

        public void Dispose() => keys.ForEach(key => key.Dispose());
    }

    /// <summary>Writes the record, entry by entry, as two stations would have.</summary>
    private sealed class MixedRecord(LineDocument document, int bodyBytes)
    {
        private static readonly PartyId Us = PartyId.Parse("us"),
            Ru = PartyId.Parse("ru");
        private readonly byte[] text = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', bodyBytes)}}"}""");
        private readonly Dictionary<PartyId, ulong> sizes = new() { [Us] = 0, [Ru] = 0 };
        private readonly Queue<(PartyId From, string Kind, byte[]? Body, EntryId? Re)> planned = new();
        private readonly Random chance = new(1);

        internal DateTimeOffset Now { get; private set; } = new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);

        internal List<(byte[] Header, ReadOnlyMemory<byte>? Body)> Next(int count)
        {
            var written = new List<(byte[], ReadOnlyMemory<byte>?)>(count);
            while (written.Count < count)
            {
                if (planned.Count == 0)
                    Plan();
                var (from, kind, body, re) = planned.Dequeue();
                Now += TimeSpan.FromSeconds(20);
                var other = from == Us ? Ru : Us;
                var header = new EntryHeader
                {
                    Line = document.Id,
                    From = from,
                    Seq = sizes[from]++,
                    At = Now,
                    Kind = kind,
                    Mark = Mark.Exercise,
                    Precedence = Precedence.Routine,
                    By = new Officer("watch", "Bench"),
                    Re = re is { } answered ? [answered] : [],
                    Seen = new Dictionary<PartyId, ulong> { [other] = sizes[other] },
                    Body = body is null ? null : default(Hash),
                    Size = body?.Length ?? 0,
                };
                written.Add((header.Encode(), body is null ? null : (ReadOnlyMemory<byte>?)body));
            }
            return written;
        }

        private void Plan()
        {
            var (from, to) = chance.Next(2) == 0 ? (Us, Ru) : (Ru, Us);
            var stays = chance.Next(100) == 0;
            EntryId first = new(from, sizes[from]);
            if (first.Seq == 0 || sizes[to] == 0)
            {
                planned.Enqueue((first.Seq == 0 ? from : to, LineOpened.Kind, null, null));
                return;
            }
            switch (chance.Next(10))
            {
                case 0:
                    planned.Enqueue((from, Kinds.TestSent, "{\"style\":\"automatic\"}"u8.ToArray(), null));
                    planned.Enqueue((to, Kinds.TestAnswered, null, first));
                    break;
                case 1:
                    planned.Enqueue(
                        (
                            from,
                            Kinds.CallRequested,
                            "{\"between\":[{\"party\":\"us\",\"office\":\"secretary\"},{\"party\":\"ru\",\"office\":\"minister\"}],\"expires\":\"2030-01-01T00:00:00Z\"}"u8.ToArray(),
                            null
                        )
                    );
                    if (!stays)
                        planned.Enqueue((to, Kinds.CallDeclined, "{\"reason\":\"no\"}"u8.ToArray(), first));
                    break;
                case 2:
                    planned.Enqueue(
                        (from, Kinds.ClarificationRequested, "{\"concern\":\"movement\"}"u8.ToArray(), null)
                    );
                    planned.Enqueue((to, Kinds.ClarificationAnswered, "{\"purpose\":\"exercise\"}"u8.ToArray(), first));
                    if (!stays)
                        planned.Enqueue((from, Kinds.ClarificationClosed, null, first));
                    break;
                default:
                    planned.Enqueue((from, Kinds.MessageSent, text, null));
                    if (!stays)
                        planned.Enqueue((to, Kinds.MessageAcknowledged, null, first));
                    break;
            }
        }
    }
}
