using System.Collections.Concurrent;
using System.Text;
using Parley.Record;
using Parley.Station.Link;
using Parley.Station.Relay;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>Relays, from both sides: the parties that this station relays for, and the relays that its lines
/// use.</summary>
/// <param name="premises">What the desk stands on.</param>
/// <param name="lines">The lines that use relays.</param>
/// <param name="carriage">Makes and takes what goes by a relay: none of it is a sign of an officer here.</param>
/// <param name="relayed">The parties that are served here.</param>
/// <param name="dialer">How a relay is reached.</param>
internal sealed class RelayRoutes(
    Premises premises,
    LineTable lines,
    Carriage carriage,
    RelayDesk relayed,
    LinkDialer dialer
) : IAsyncDisposable
{
    private const string Prefix = "relay/";

    private readonly ConcurrentDictionary<LineId, RelayCourier> couriers = new();

    /// <summary>Of the store that the station started from, until <see cref="Begin"/>.</summary>
    private readonly List<(LineId Line, Card Relay)> kept = [];

    private RelayPace pace = RelayPace.Usual;

    internal void Load(IReadOnlyDictionary<string, byte[]> meta)
    {
        foreach (var (key, value) in meta)
        {
            if (
                key.StartsWith(Prefix, StringComparison.Ordinal)
                && LineId.TryParse(key[Prefix.Length..], out var line)
                && Card.Parse(value).TryGet(out var relay, out _)
            )
                kept.Add((line, relay));
        }
    }

    /// <summary>Begins to serve, and to use the relays that lines were given. After this the station talks to them by
    /// itself.</summary>
    /// <param name="every">How often a relay is looked at.</param>
    internal void Begin(RelayPace every)
    {
        pace = every;
        relayed.Load();
        foreach (var (line, relay) in kept)
            Use(line, relay);
    }

    /// <summary>The relay of a line, and how it goes with it; null where it has none.</summary>
    internal RelayView? Of(LineId line) => couriers.TryGetValue(line, out var courier) ? courier.Shown : null;

    internal IReadOnlyList<RelayedView> Relayed() =>
        [
            .. relayed
                .Parties.Select(c => (Card: c, Waiting: relayed.Waiting(c.Identity)))
                .Select(p => new RelayedView(p.Card.Party, p.Card.Name, p.Waiting.Files, p.Waiting.Bytes)),
        ];

    internal Outcome<RelayedView> Admit(CardRequest request) =>
        Confirmed(request).TryGet(out var theirs, out var why) && relayed.Admit(theirs).TryGet(out theirs, out why)
            ? new RelayedView(theirs.Party, theirs.Name, 0, 0)
            : why;

    internal Outcome<RelayedView> Dismiss(PartyId party) =>
        relayed.Dismiss(party).TryGet(out var gone, out var why) ? new RelayedView(gone.Party, gone.Name, 0, 0) : why;

    /// <summary>Has the line use a relay, or none.</summary>
    internal async Task<Outcome<RelayView>> UseAsync(LineId line, CardRequest? request)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (request is null)
            return await KeepAsync(line, null) is { } fault
                ? fault
                : new RelayView(null, null, null, null, null, null, 0);
        if (!Confirmed(request).TryGet(out var relay, out var why))
            return why;
        if (open.Document.Cards.Any(c => c.Identity == relay.Identity))
            return Refusal.Invalid($"{relay.Party} is on the line itself: a relay is not");
        if (relay.Addresses.Count == 0)
            return Refusal.Invalid("the relay's card names no address");
        if (carriage.NoSecret(line) is { } none)
            return none;
        return await KeepAsync(line, relay) is { } refused ? refused : couriers[line].Shown;
    }

    private async Task<Refusal?> KeepAsync(LineId line, Card? relay)
    {
        try
        {
            await premises.Store.CommitAsync([new PutMeta($"{Prefix}{line}", relay?.Encode())]);
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
        if (couriers.TryRemove(line, out var old))
            await old.DisposeAsync();
        if (relay is not null)
            Use(line, relay);
        return null;
    }

    private void Use(LineId line, Card relay)
    {
        if (premises.Mode == StationMode.Reading || !lines.TryGet(line, out var open))
            return;
        couriers[line] = new RelayCourier(relay, open.Host, carriage, dialer, premises.Clock, pace);
    }

    /// <summary>A card counts only with the fingerprint that was read out over another channel.</summary>
    private static Outcome<Card> Confirmed(CardRequest request)
    {
        if (!Card.Parse(Encoding.UTF8.GetBytes(request.Card)).TryGet(out var theirs, out var why))
            return Refusal.Invalid($"the card cannot be read: {why}");
        if (request.Fingerprint is not { } typed)
            return Refusal.FingerprintsWanted(
                $"compare by another channel, then give the fingerprint of {theirs.Party}"
            );
        return theirs.Fingerprint.FaultOf(typed) is { } fault
            ? Refusal.FingerprintMismatch(theirs.Party.Value, fault)
            : theirs;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var courier in couriers.Values)
            await courier.DisposeAsync();
    }
}
