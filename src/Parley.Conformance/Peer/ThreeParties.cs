using System.Text;
using Parley.Record;

namespace Parley.Conformance.Peer;

/// <summary>A line of three of its own: the station under test, and two parties that the suite plays.</summary>
internal sealed class ThreeParties : IAsyncDisposable
{
    private ThreeParties(ConformanceSession first, ConformanceSession second) => (First, Second) = (first, second);

    internal ConformanceSession First { get; }
    internal ConformanceSession Second { get; }
    internal LineDocument Line => First.Line;

    internal static async Task<ThreeParties> MakeAsync(
        ConformanceOptions options,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var port = options.Listen.Port;
        var first = await PeerSeat
            .TakeAsync(options, PartyId.Parse($"{options.Party}-a"), port == 0 ? 0 : port + 1, clock, ct)
            .ConfigureAwait(false);
        var second = await PeerSeat
            .TakeAsync(options, PartyId.Parse($"{options.Party}-b"), port == 0 ? 0 : port + 2, clock, ct)
            .ConfigureAwait(false);
        var line = ConformanceRun.LineOf("conformance-three", options, clock, first, second);
        return new ThreeParties(
            new ConformanceSession(options, first, line, clock),
            new ConformanceSession(options, second, line, clock)
        );
    }

    /// <summary>True where what the station sent to one of the two since then has a cosignature that the other one made
    /// on a checkpoint of the station: as an offer (LINK-15) or beside entries (LINK-22).</summary>
    internal static bool Brought(ConformanceSession to, ConformanceSession by, DateTimeOffset since)
    {
        var key = to.Line.CosignKey(by.Party.Id);
        var origin = Encoding.UTF8.GetBytes($"{to.Theirs.Origin}\n");
        foreach (var push in to.Pushes(since))
        {
            for (var at = 0; ; at++)
            {
                var next = push.Body.AsSpan(at).IndexOf(origin);
                if (next < 0)
                    break;
                at += next;
                if (IsCosigned(Encoding.UTF8.GetString(push.Body.AsSpan(at)), key))
                    return true;
            }
        }
        return false;
    }

    private static bool IsCosigned(string note, VerifierKey key)
    {
        var end = note.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        foreach (var line in note[(end + 2)..].Split('\n').TakeWhile(l => l.StartsWith('—')))
        {
            if (
                NoteSignature.ParseLine(line).TryGet(out var signature, out _)
                && signature.IsBy(key)
                && Cosignature.Verify(signature, key, note[..(end + 1)])
            )
                return true;
        }
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync().ConfigureAwait(false);
        await Second.DisposeAsync().ConfigureAwait(false);
    }
}
