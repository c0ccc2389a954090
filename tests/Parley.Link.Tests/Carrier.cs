using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Somebody with a stick: takes what one station has for another, and brings it.</summary>
internal static class Carrier
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What the station gives for the peer, from the size that it knows the peer to hold; null where it gives
    /// nothing now.</summary>
    internal static List<CarryPart>? Take(LineNetwork net, string from, string to, ulong? start = null)
    {
        var station = net[from];
        var parts = new List<CarryPart>();
        var cosigned = Ask(net, station, token => new LinkEvent.CosignatureWanted(token, net[to].Id));
        if (cosigned is null or { Status: not (200 or 204) })
            return null;
        if (cosigned.Status == 200)
            parts.Add(new CarryPart.Cosigned(SignedCheckpoint.Parse(cosigned.Body.Span).Required()));
        var until = station.Machine.SizeOf(station.Id);
        for (var next = start ?? Math.Min(until, station.Machine.CosignedBy(station.Id, net[to].Id)); ; )
        {
            var answer = Ask(net, station, token => new LinkEvent.PushWanted(token, net[to].Id, next));
            if (answer is { Status: 204 })
                break;
            if (answer is not { Status: 200 })
                return null;
            parts.Add(new CarryPart.Push(answer.Body));
            var end = EntryBatch.ReadOffer(answer.Body, out _).Required().Checkpoint.Checkpoint.Size;
            if (end == next || end >= until)
                break;
            next = end;
        }
        return parts;
    }

    /// <summary>Brings the parts; what the station answered to each, null where it answered nothing (it
    /// crashed).</summary>
    internal static List<LinkAnswer?> Bring(LineNetwork net, string from, string to, IEnumerable<CarryPart> parts) =>
        [.. parts.Select(part => Ask(net, net[to], token => new LinkEvent.CarriedArrived(token, net[from].Id, part)))];

    internal static LinkAnswer? Ask(LineNetwork net, LineStation station, Func<long, LinkEvent> what)
    {
        LinkAnswer? answer = null;
        if (!station.Up)
            return null;
        station.Ask(what, a => answer = a);
        net.RunUntil(() => answer is not null || !station.Up, Patience);
        return answer;
    }
}
