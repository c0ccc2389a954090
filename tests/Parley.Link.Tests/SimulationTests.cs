using System.Text;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Everything at once, from a seed: two to four stations, a bad network, crashes, full disks. A failing seed is in the message.</summary>
public sealed class SimulationTests
{
    private const int SeedsInOneTest = 20;
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromMinutes(3);

    public static TheoryData<int> Firsts => [.. Enumerable.Range(0, 10).Select(i => i * SeedsInOneTest)];

    // LINK-13, LINK-14, LINK-16, LINK-17, LINK-20
    [Theory]
    [MemberData(nameof(Firsts))]
    public void Whatever_the_network_and_the_machines_do_everything_recorded_is_sealed_once_they_behave_again(int first)
    {
        for (var seed = first; seed < first + SeedsInOneTest; seed++)
        {
            try
            {
                new Run(seed).Play();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    private sealed class Run
    {
        private readonly Random random;
        private readonly LineNetwork net;
        private readonly List<(LineStation Station, long Token)> appends = [];
        private readonly List<string> names;

        internal Run(int seed)
        {
            random = new Random(seed);
            names = [.. new[] { "us", "ru", "ua", "icrc" }.Take(random.Next(2, 5))];
            // At most one that cannot be dialled: two of them could not reach each other.
            var hidden = random.Next(3) == 0 ? random.Next(names.Count) : -1;
            net = new LineNetwork(seed, [.. names.Select((n, i) => i == hidden ? $"-{n}" : n)]);
        }

        private LineStation Any => net[names[random.Next(names.Count)]];

        internal void Play()
        {
            net.Faults = new NetworkFaults
            {
                Drop = random.NextDouble() * 0.2, LoseAnswer = random.NextDouble() * 0.2, Duplicate = random.NextDouble() * 0.2, Replay = random.NextDouble() * 0.1,
                MaxDelay = TimeSpan.FromMilliseconds(random.Next(1, 2000)), MaxStoreDelay = TimeSpan.FromMilliseconds(random.Next(1, 300)),
            };
            for (var i = 0; i < 40; i++)
            {
                Act();
                net.Run(TimeSpan.FromMilliseconds(random.Next(random.Next(4) == 0 ? 20_000 : 500)));
            }
            net.Faults = NetworkFaults.None;
            net.Heal();
            foreach (var station in net.Stations)
            {
                station.StoreFails = false;
                if (!station.Up) station.Restart();
            }
            if (!net.RunUntil(() => net.IsSettled() && net.Stations.All(s => s.Store.OpenAttachments.Count == 0), SettlesWithin)) throw new InvalidOperationException($"not settled: {Describe()}");
            CheckOutcome();
        }

        private void Act()
        {
            var station = Any;
            switch (random.Next(12))
            {
                case 0 when station.Up: station.Crash(made: random.Next(3)); break;
                case 1 or 2 when net.Stations.FirstOrDefault(s => !s.Up) is { } down: down.Restart(); break;
                case 3: net.CutDialling(names[random.Next(names.Count)], station.Id.Value); break;
                case 4: net.Cut(names[random.Next(names.Count)], station.Id.Value); break;
                case 5: net.Heal(); break;
                case 6: station.StoreFails = !station.StoreFails; break;
                case 7 when station.Up: Append(station, net.File(station.Id.Value, Body.MaxInline + random.Next(1, random.Next(4) == 0 ? 2 << 20 : 1 << 16), Addressees(station))); break;
                default:
                    Append(station, [.. Enumerable.Range(0, random.Next(1, random.Next(8) == 0 ? 300 : 4)).Select(n => net.Message($"{n}", to: Addressees(station)))]);
                    break;
            }
        }

        private List<string>? Addressees(LineStation author) =>
            random.Next(3) > 0 ? null : [.. names.Where(n => n != author.Id.Value).Where((_, i) => i == 0 || random.Next(2) == 0)];

        private void Append(LineStation station, params IReadOnlyList<Draft> drafts) => appends.Add((station, station.Append(drafts)));

        private void CheckOutcome()
        {
            foreach (var fault in net.StoreFaults) Assert.Equal("the disk is full", fault.Reason);
            foreach (var station in net.Stations)
            {
                Assert.Empty(station.Store.Forks);
                Assert.Empty(station.Store.Refusals); // nobody who keeps the protocol is refused
                Assert.False(station.Status.Stopped);
            }
            foreach (var (station, token) in appends)
            {
                // An outcome that never came belongs to a crash; one that says recorded must be true everywhere.
                if (station.Outcomes.GetValueOrDefault(token) is not AppendOutcome.Recorded recorded) continue;
                foreach (var holder in net.Stations) Assert.True(holder.Store.Feeds[station.Id].Size >= recorded.First.Seq + (ulong)recorded.Count);
            }
            foreach (var reader in net.Stations) CheckReceipts(reader);
        }

        private void CheckReceipts(LineStation reader)
        {
            var receipts = Headers(reader, reader.Id).Where(h => h.Kind == LineKinds.AttachmentReceived).SelectMany(h => h.Re).ToList();
            Assert.Equal(receipts.Count, receipts.Distinct().Count());
            var due = net.Stations.Where(s => s != reader).SelectMany(s => Headers(reader, s.Id)).Where(h => h.Size > Body.MaxInline && (h.To is null || h.To.Contains(reader.Id))).ToList();
            Assert.Equal(due.Count, receipts.Count);
            foreach (var header in due) Assert.True(reader.Store.Attachments[new AttachmentId(new Origin(net.Document.Id, header.From), header.Body!.Value)].Complete);
        }

        private static IEnumerable<EntryHeader> Headers(LineStation holder, PartyId author) => holder.Store.Feeds[author].All.Select(e => EntryHeader.Parse(e.Header).Required());

        private string Describe()
        {
            var text = new StringBuilder();
            foreach (var station in net.Stations)
            {
                text.AppendLine().Append(station.Id).Append(station.Identity.AcceptsConnections ? "" : " (undialable)").Append(": own ").Append(station.Status.OwnSize).Append(" sealed ").Append(station.Status.OwnSealed)
                    .Append(" stopped ").Append(station.Status.Stopped).Append(" catching up ").Append(station.Status.CatchingUp).Append(" open ").AppendJoin(',', station.Store.OpenAttachments);
                foreach (var peer in station.Status.Peers) text.AppendLine().Append("   ").Append(peer);
                foreach (var send in station.Sends.TakeLast(3)) text.AppendLine().Append("   sent ").Append(send.To).Append(' ').Append(send.Request.Verb);
            }
            return text.ToString();
        }
    }
}
