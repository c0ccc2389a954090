using System.Text.Json.Nodes;
using Parley.Conformance.Peer;
using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>A line of three, of which the suite plays two. The last check shows a fork of one party by the
/// other.</summary>
internal static class ThreePartyChecks
{
    private const string Group = "three parties";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    internal static IReadOnlyList<Check> All { get; } =
    [
        Of("LINE-11", "a line of three opens towards both others", OpensAsync),
        Of("LINK-15", "the cosignature of each of them is brought to the other", BroughtAsync),
        Of("LINK-12", "an entry for the third party is taken without its body, and refused with it", AddressedAsync),
        Of(
            "LINK-4",
            "who does not speak for a feed is answered 403",
            async (three, ct) =>
                Finding.Status(
                    await three
                        .First.Caller.PostAsync(
                            three.Second.Own.Path,
                            three.Second.Own.Branch().Say("by another").Push(three.Second.Cosigned),
                            ct
                        )
                        .ConfigureAwait(false),
                    403
                )
        ),
        Of("LINK-14", "a party that is away delays nothing to the other", AwayAsync),
        Of("LINK-17", "a party that comes back is given everything", BackAsync),
        Of("LINK-50", "a fork of one party that another shows by a heartbeat stops the line", ForkAsync),
    ];

    private static Check Of(string clause, string name, Func<ThreeParties, CancellationToken, Task<string?>> run) =>
        new(
            clause,
            name,
            async (session, ct) =>
            {
                if (session.Three is null)
                {
                    session.Three = await ThreeParties
                        .MakeAsync(session.Options, session.Clock, ct)
                        .ConfigureAwait(false);
                    session.Three.First.DialAt(session.Address);
                    session.Three.Second.DialAt(session.Address);
                }
                var three = session.Three;
                var faults = Faults(three);
                var found = await run(three, ct).ConfigureAwait(false);
                return found ?? Faults(three).Skip(faults.Count).FirstOrDefault();
            }
        )
        {
            NeedsOfficer = true,
            StandsOn = Group,
        };

    private static List<string> Faults(ThreeParties three) =>
        [.. three.First.Theirs.Faults, .. three.Second.Theirs.Faults];

    private static async Task<string?> OpensAsync(ThreeParties three, CancellationToken ct)
    {
        var path = three.First.File("conformance-three.line");
        await File.WriteAllBytesAsync(path, three.Line.Bytes, ct).ConfigureAwait(false);
        if (
            !await three
                .First.AskAsync(
                    new OfficerTask(
                        OfficerAct.AcceptLine,
                        three.Line,
                        $"Accept the line in {path}: {string.Join(" ", new[] { three.First, three.Second }.Select(s => $"--fingerprint {s.Party.Id}={s.Party.Card.Fingerprint.Hash.ToHex()}"))}."
                    )
                    {
                        File = path,
                    },
                    ct
                )
                .ConfigureAwait(false)
        )
            return "nobody accepted it";
        foreach (var one in new[] { three.First, three.Second })
        {
            if (!await one.AcceptedAsync(ct).ConfigureAwait(false))
                return "the station does not know the line";
            one.Own.Open();
            if (await one.DeliverAsync(ct).ConfigureAwait(false) is { } fault)
                return fault;
        }
        foreach (var one in new[] { three.First, three.Second })
        {
            if (!await one.UntilAsync(() => one.Theirs.Size > 0, Patience, ct).ConfigureAwait(false))
                return $"its opening did not come to {one.Party.Id}";
        }
        return null;
    }

    private static async Task<string?> BroughtAsync(ThreeParties three, CancellationToken ct)
    {
        var since = DateTimeOffset.MinValue;
        return Finding.Unless(
            await three
                .First.UntilAsync(
                    () =>
                        ThreeParties.Brought(three.First, three.Second, since)
                        && ThreeParties.Brought(three.Second, three.First, since),
                    Patience,
                    ct
                )
                .ConfigureAwait(false),
            $"the other's cosignature came to {three.First.Party.Id}: {ThreeParties.Brought(three.First, three.Second, since)}, to {three.Second.Party.Id}: {ThreeParties.Brought(three.Second, three.First, since)}"
        );
    }

    private static async Task<string?> AddressedAsync(ThreeParties three, CancellationToken ct)
    {
        var one = three.First;
        one.Own.Say("for the third", h => h with { To = [three.Second.Party.Id] });
        var with = await one.Caller.PostAsync(one.Own.Path, one.Own.Push(one.Cosigned), ct).ConfigureAwait(false);
        if (Finding.Status(with, 422) is { } other)
            return other;
        var without = await one
            .Caller.PostAsync(one.Own.Path, one.Own.Push(one.Cosigned, bodies: false), ct)
            .ConfigureAwait(false);
        if ((Finding.Status(without, 200) ?? one.IsCosigned(without, one.Own.CheckpointAt(one.Own.Size))) is { } fault)
            return fault;
        one.Cosigned = one.Own.Size;
        return null;
    }

    private static async Task<string?> AwayAsync(ThreeParties three, CancellationToken ct)
    {
        three.Second.Silent = Silence.CutOff;
        var had = three.First.Theirs.Size;
        return Finding.Unless(
            await three.First.UntilAsync(() => three.First.Theirs.Size >= had + 2, Patience, ct).ConfigureAwait(false),
            $"{three.First.Theirs.Size - had} entries came to who is there"
        );
    }

    private static async Task<string?> BackAsync(ThreeParties three, CancellationToken ct)
    {
        three.Second.Silent = Silence.None;
        var all = three.First.Theirs.Size;
        return Finding.Unless(
            await three.Second.UntilAsync(() => three.Second.Theirs.Size >= all, Patience, ct).ConfigureAwait(false),
            $"{three.Second.Theirs.Size} of {all} entries came"
        );
    }

    private static async Task<string?> ForkAsync(ThreeParties three, CancellationToken ct)
    {
        var (shows, forked) = (three.First, three.Second);
        var beat = (JsonObject)JsonNode.Parse(shows.Beat())!;
        beat["checkpoints"]![forked.Party.Id.Value] = forked.Own.NoteByLog(
            $"{forked.Own.Origin}\n{forked.Cosigned}\n{MerkleHash.Empty.ToBase64()}\n"
        );
        var shown = await shows.Caller.PostAsync(shows.Heartbeats, beat.ToJsonString(), ct).ConfigureAwait(false);
        return Finding.Status(shown, 200)
            ?? await StopsAsync(forked, ct).ConfigureAwait(false)
            ?? await StopsAsync(shows, ct).ConfigureAwait(false);
    }

    private static async Task<string?> StopsAsync(ConformanceSession session, CancellationToken ct)
    {
        var push = session.Own.Branch().Say("after it").Push(session.Cosigned);
        return Finding.Status(
            await session.Caller.PostAsync(session.Own.Path, push, ct).ConfigureAwait(false),
            503,
            422
        );
    }
}
