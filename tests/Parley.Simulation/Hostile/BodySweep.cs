using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Simulation.Stores;
using Parley.Traffic.Families;

namespace Parley.Simulation.Hostile;

/// <summary>
/// Every member of every kind's body with every extreme value, through the whole API: as an own officer's act, which is
/// recorded or refused for a reason, and as a peer's entry,
/// with which every GET is still answered. What is found names the kind and the body.
/// </summary>
internal static class BodySweep
{
    /// <summary>Bodies of which one is pushed before the answers are looked at.</summary>
    private const int Batch = 60;

    internal sealed record Total(int Kinds, int Bodies, IReadOnlyList<string> Findings);

    /// <param name="share">One body in so many; 1 for all.</param>
    /// <param name="within">After so long, no further kind is begun.</param>
    internal static Total Run(int share, TimeSpan within)
    {
        var watch = Stopwatch.StartNew();
        var gate = new Lock();
        var total = new Total(0, 0, []);
        ThreadPool.SetMinThreads(16, Environment.ProcessorCount);
        Parallel.ForEach(
            BodyMaker.AllKinds.Select((kind, i) => (kind, i)),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            of =>
            {
                if (watch.Elapsed > within)
                    return;
                var bodies = BodyMaker.Swept(of.kind).Where((_, i) => (i + of.i) % share == 0).ToList();
                var found = Of(of.kind, bodies);
                lock (gate)
                    total = new Total(total.Kinds + 1, total.Bodies + bodies.Count, [.. total.Findings, .. found]);
            }
        );
        return total;
    }

    internal static int Begin()
    {
        var watch = Stopwatch.StartNew();
        var total = Run(1, TimeSpan.MaxValue);
        foreach (var finding in total.Findings)
            Console.WriteLine(finding);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{total.Bodies} bodies of {total.Kinds} kinds, {total.Findings.Count} findings; {watch.Elapsed.TotalSeconds:F0} s"
            )
        );
        return total.Findings.Count == 0 ? 0 : 1;
    }

    private static List<string> Of(string kind, List<byte[]> bodies)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var findings = new List<string>();
        if (Try(kind, bodies, asPeer: true) is { } peer)
            findings.Add(Narrow(kind, bodies, asPeer: true, peer));
        if (Try(kind, bodies, asPeer: false) is { } own)
            findings.Add(Narrow(kind, bodies, asPeer: false, own));
        return findings;
    }

    /// <summary>Half of the bodies as long as one half still fails.</summary>
    private static string Narrow(string kind, List<byte[]> bodies, bool asPeer, string failure)
    {
        while (bodies.Count > 1)
        {
            var half = bodies[..(bodies.Count / 2)];
            var rest = bodies[(bodies.Count / 2)..];
            if (Try(kind, half, asPeer) is { } first)
                (bodies, failure) = (half, first);
            else if (Try(kind, rest, asPeer) is { } second)
                (bodies, failure) = (rest, second);
            else
                break;
        }
        return $"{(asPeer ? "a peer's" : "an officer's")} {kind} with {bodies.Count} bodies, the first {Encoding.UTF8.GetString(bodies[0].AsSpan(0, Math.Min(bodies[0].Length, 500)))}: {failure}";
    }

    private static string? Try(string kind, List<byte[]> bodies, bool asPeer)
    {
        try
        {
            using var world = new HostileWorld(kind.Length, 1, StoreKind.Memory);
            var us = world.Stations[0];
            if (asPeer)
                AsPeer(world, us, kind, bodies);
            else
                AsOfficer(world, us, kind, bodies);
            us.Restart();
            world.Until(
                () => !us.Get("traffic").GetProperty("folding").GetBoolean(),
                () => "the folding after a start does not end"
            );
            us.Stop();
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e is Broken ? e.Message : e.ToString();
        }
    }

    private static void AsPeer(HostileWorld world, HonestStation us, string kind, List<byte[]> bodies)
    {
        var opener = OpenerOf(kind);
        for (var at = 0; at < bodies.Count; at += Batch)
        {
            var first = (ulong)world.Feed.Size;
            foreach (var body in bodies.Skip(at).Take(Batch))
            {
                // Each in a thing of its own, so that one that ends it keeps no other out.
                EntryId[] re =
                    opener is null ? []
                    : world.Feed.Write(
                        new Wanted(opener, Encoding.UTF8.GetBytes(BodyMaker.ReadableOf(opener)[0].ToJsonString()))
                    )
                        is { } root
                        ? [root]
                    : [];
                world.Feed.Write(new Wanted(kind, body) { Re = re });
            }
            world.Push(us, int.MaxValue);
            Bounds.Fold(us, world.Clock);
            ApiWalk.Of(us, world, new Random(at));
            for (var seq = first; seq < (ulong)world.Feed.Size; seq++)
            {
                foreach (
                    var path in (string[])
                        [
                            $"items/{world.Feed.Party}/{seq}",
                            $"entries/{world.Feed.Party}/{seq}",
                            $"entries/{world.Feed.Party}/{seq}/receipts",
                        ]
                )
                {
                    var (status, answer) = us.Ask("GET", $"/api/v1/lines/{us.Document.Id}/{path}");
                    Broken.Unless(
                        status == 200 || ApiWalk.IsDocumented(status, answer),
                        () => $"GET {path} is answered {status}"
                    );
                }
            }
        }
    }

    private static void AsOfficer(HostileWorld world, HonestStation us, string kind, List<byte[]> bodies)
    {
        var opener = OpenerOf(kind);
        for (var at = 0; at < bodies.Count; at++)
        {
            var root = opener is null
                ? ""
                : Post(us, opener, Encoding.UTF8.GetBytes(BodyMaker.ReadableOf(opener)[0].ToJsonString()), "");
            Post(us, kind, bodies[at], root.Length == 0 ? "" : $"\"{root}\"");
            if (at % Batch == Batch - 1)
                ApiWalk.Of(us, world, new Random(at));
        }
        ApiWalk.Of(us, world, new Random(0));
    }

    /// <summary>Records an act, or is told why not; gives the entry's id where it was recorded.</summary>
    private static string Post(HonestStation us, string kind, byte[] body, string re)
    {
        byte[] request =
        [
            .. Encoding.UTF8.GetBytes(
                $"{{\"kind\":\"{kind}\",\"by\":{{\"seat\":\"principal\",\"name\":\"Ada\"}},\"releasedBy\":{{\"seat\":\"principal\",\"name\":\"Grace\"}},\"precedence\":\"flash\",\"re\":[{re}],\"body\":"
            ),
            .. body,
            (byte)'}',
        ];
        var (status, answer) = us.Ask("POST", $"/api/v1/lines/{us.Document.Id}/entries", request);
        Broken.Unless(
            status == 201 || ApiWalk.IsDocumented(status, answer),
            () => $"is answered {status}: {Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, 300)))}"
        );
        if (status != 201)
            return "";
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>A kind that opens what this kind is a step of; null where it opens something itself, or answers
    /// nothing.</summary>
    private static string? OpenerOf(string kind)
    {
        if (AllFamilies.Of(kind) is not { } family || family.Table.Opens(kind))
            return null;
        return BodyMaker.AllKinds.FirstOrDefault(k =>
            AllFamilies.Of(k) == family && family.Table.Opens(k) && BodyMaker.ReadableOf(k).Count > 0
        );
    }
}
