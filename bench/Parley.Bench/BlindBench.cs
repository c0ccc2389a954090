using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Record;

namespace Parley.Bench;

/// <summary>
/// A blind check between two sides in this process, each on a thread of its own, beside what libsodium's bare
/// operations would take for the same sets on
/// the same two cores, and beside @openmined/psi.js, which proves nothing and tells one side only. In one run.
/// Processor time stands beside the
/// time by the clock: other work on the machine lengthens only the latter, and for two busy threads more than for one.
/// </summary>
internal static class BlindBench
{
    private const int Probe = 4_000; // operations to time each bare operation with
    private static readonly int[] Sizes = [1_000, 4_000, 16_000];

    internal static Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        var bare = BareRate();
        var sizes = options.Entries is { } n ? [(int)n] : Sizes;
        var ours = new Dictionary<int, (TimeSpan Clock, TimeSpan Processor)>();
        foreach (var size in sizes)
        {
            ct.ThrowIfCancellationRequested();
            Report.Title(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"blind check: {size:N0} cells at each side, half of them common"
                )
            );
            var (time, processor, bucket, allocated) = Check(size);
            ours[size] = (time, processor);
            Report.Line(
                "both sides know, both proven",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{time.TotalSeconds:N2} s ({size / time.TotalSeconds:N0} cells/s; padded to {bucket:N0}); processor time {processor.TotalSeconds:N2} s for both"
                )
            );
            // What each side needs by the protocol: 1 map, 1 blinding, 1 evaluation, 1 weight for proving and 2 for
            // verifying, 3 additions.
            var bound = TimeSpan.FromSeconds(2 * bucket * (bare.Map + 5 * bare.Multiply + 3 * bare.Add));
            Report.Line(
                "libsodium's bare operations for these sets",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{bound.TotalSeconds:N2} s of processor time; reached {bound / processor:P0} of that rate"
                )
            );
            Report.Line("memory allocated by both", Report.Megabytes(allocated));
        }
        Peers(options, sizes, ours, ct);
        return Task.CompletedTask;
    }

    private static (TimeSpan Time, TimeSpan Processor, int Bucket, long Allocated) Check(int size)
    {
        var profile = BlindProfile
            .Create(
                (Vertex.OfDegrees(30, 45), Vertex.OfDegrees(32, 47)),
                (10_000_000, 10_000_000),
                (0, 3_000_000),
                300_000,
                new TimeWindow(
                    new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks,
                    new DateTime(2030, 1, 2, 0, 0, 0, DateTimeKind.Utc).Ticks
                ),
                TimeSpan.FromMinutes(15),
                Separation.None
            )
            .Required();
        BlindTerms Terms(bool isInitiator) =>
            BlindTerms.Of(
                profile,
                LineId.Parse("bench-" + new string('a', 32)),
                PartyId.Parse("us"),
                PartyId.Parse("ru"),
                new byte[32],
                new byte[32],
                isInitiator
            );
        CellCover Cover(int from) =>
            new(
                [
                    .. Enumerable
                        .Range(from, size)
                        .Select(i => new Cell((uint)(i % 96), (uint)(i / 96 % 200), (uint)(i / 19_200), 0)),
                ],
                []
            );

        using var a = BlindRun.Start(Terms(true), Cover(0), new BlindLimits());
        using var b = BlindRun.Start(Terms(false), Cover(size / 2), new BlindLimits());
        using var toA = new System.Collections.Concurrent.BlockingCollection<byte[]>();
        using var toB = new System.Collections.Concurrent.BlockingCollection<byte[]>();
        var before = GC.GetTotalAllocatedBytes();
        var used = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        var other = new Thread(() => Drive(b, toB, toA));
        other.Start();
        Drive(a, toA, toB);
        other.Join();
        var time = Stopwatch.GetElapsedTime(began);
        if (a.Result is not { } result || b.Result is null || result.Shared.Count != size - size / 2)
            throw new BenchFailure($"the check ended with {a.Aborted} and {b.Aborted}");
        return (time, Environment.CpuUsage.TotalTime - used, a.OwnBucket, GC.GetTotalAllocatedBytes() - before);
    }

    private static void Drive(
        BlindRun run,
        System.Collections.Concurrent.BlockingCollection<byte[]> inbox,
        System.Collections.Concurrent.BlockingCollection<byte[]> outbox
    )
    {
        while (true)
        {
            var need = run.Advance(out var message);
            if (message is not null)
                outbox.Add(message);
            if (need == BlindNeed.Nothing)
                return;
            if (need == BlindNeed.Reveal)
                run.Reveal();
            else if (need == BlindNeed.Message)
                run.Receive(inbox.Take());
        }
    }

    /// <summary>Seconds of processor time for one operation, with both cores at it: what two sides on this machine can
    /// have.</summary>
    private static (double Map, double Multiply, double Add) BareRate()
    {
        byte[] uniform = Randomness.Bytes(64),
            scalar = new byte[32];
        Ristretto255.Reduce(uniform, scalar);
        Span<byte> first = stackalloc byte[32];
        Ristretto255.FromUniform(uniform, first);
        var point = first.ToArray();
        var rates = (
            Both(() => Ristretto255.FromUniform(uniform, stackalloc byte[32])),
            Both(() => Ristretto255.TryMultiply(scalar, point, stackalloc byte[32])),
            Both(() => Ristretto255.TryAdd(point, point, stackalloc byte[32]))
        );
        Report.Title("libsodium's operations on ristretto255, called bare on both cores at once");
        Report.Line(
            "map to the group, multiplication, addition",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rates.Item1 * 1e6:N1} µs, {rates.Item2 * 1e6:N1} µs, {rates.Item3 * 1e6:N1} µs of processor time"
            )
        );
        return rates;
    }

    private static double Both(Action operation)
    {
        void Many()
        {
            for (var i = 0; i < Probe; i++)
                operation();
        }
        Many();
        var used = Environment.CpuUsage.TotalTime;
        var other = new Thread(Many);
        other.Start();
        Many();
        other.Join();
        return (Environment.CpuUsage.TotalTime - used).TotalSeconds / (2 * Probe);
    }

    private static void Peers(
        BenchOptions options,
        int[] sizes,
        Dictionary<int, (TimeSpan Clock, TimeSpan Processor)> ours,
        CancellationToken ct
    )
    {
        Report.Title("beside: @openmined/psi.js, one direction: one side learns, nothing is proven");
        var folder = options.Data ?? Path.Combine(AppContext.BaseDirectory, "../../../psi");
        if (!Directory.Exists(Path.Combine(folder, "node_modules/@openmined/psi.js")))
        {
            Report.Line(
                "not measured",
                $"it is not there: npm install --ignore-scripts --prefix {Path.GetFullPath(folder)} @openmined/psi.js@2.0.6"
            );
            return;
        }
        var start = new ProcessStartInfo(
            "node",
            [
                Path.Combine(AppContext.BaseDirectory, "psi.cjs"),
                Path.GetFullPath(folder),
                .. sizes.Select(s => s.ToString(CultureInfo.InvariantCulture)),
            ]
        )
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var node = Process.Start(start) ?? throw new BenchFailure("node does not start");
        while (node.StandardOutput.ReadLine() is { } line)
        {
            ct.ThrowIfCancellationRequested();
            using var measured = JsonDocument.Parse(line);
            TimeSpan Of(string name) => TimeSpan.FromMilliseconds(measured.RootElement.GetProperty(name).GetDouble());
            var cells = measured.RootElement.GetProperty("cells").GetInt32();
            var (time, processor, (clock, own)) = (Of("milliseconds"), Of("processor"), ours[cells]);
            Report.Line(
                string.Create(CultureInfo.InvariantCulture, $"{cells:N0} elements each"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{time.TotalSeconds:N2} s, processor time {processor.TotalSeconds:N2} s; ours is {time / clock:N1} × as fast by the clock, {2 * time / clock:N1} × where both sides are to learn"
                )
            );
            // psi.js has one thread; ours has one for each side, as two stations have.
            Report.Line(
                "  by processor time, on two cores of our own",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{processor / (own / 2):N1} × as fast, {2 * processor / (own / 2):N1} × where both sides are to learn"
                )
            );
        }
        node.WaitForExit();
        if (node.ExitCode != 0)
            throw new BenchFailure($"node ends with {node.ExitCode}");
    }
}
