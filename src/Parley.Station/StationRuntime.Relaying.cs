using System.Collections.Concurrent;
using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Desks;
using Parley.Station.Relay;
using Parley.Storage;

namespace Parley.Station;

/// <summary>Relays, from both sides: the parties that this station relays for, and the relays that its lines
/// use.</summary>
internal sealed partial class StationRuntime : IRelayOperations, ICarrierDesk
{
    private const string RelayPrefix = "relay/";

    private readonly RelayDesk relayDesk;
    private readonly ConcurrentDictionary<LineId, RelayCourier> couriers = new();
    private readonly List<(LineId Line, Card Relay)> relaysKept = [];

    /// <summary>For tests: how often a relay is looked at.</summary>
    internal RelayPace RelayPace { get; set; } = RelayPace.Usual;

    RelayPort Link.ILinkDesk.RelayPort => new(relayDesk);

    /// <summary>Begins to use the relays that lines were given. After this the station talks to them by
    /// itself.</summary>
    internal void BeginRelaying()
    {
        relayDesk.Load();
        foreach (var (line, relay) in relaysKept)
            Use(line, relay);
    }

    /// <summary>Of the snapshot that the station started from: the relays that its lines were given.</summary>
    private void LoadRelays(IReadOnlyDictionary<string, byte[]> meta)
    {
        foreach (var (key, value) in meta)
        {
            if (
                key.StartsWith(RelayPrefix, StringComparison.Ordinal)
                && LineId.TryParse(key[RelayPrefix.Length..], out var line)
                && Record.Card.Parse(value).TryGet(out var relay, out _)
            )
                relaysKept.Add((line, relay));
        }
    }

    public IReadOnlyList<RelayedView> Relayed() =>
        [
            .. relayDesk
                .Parties.Select(c => (Card: c, Waiting: relayDesk.Waiting(c.Identity)))
                .Select(p => new RelayedView(p.Card.Party, p.Card.Name, p.Waiting.Files, p.Waiting.Bytes)),
        ];

    public Outcome<RelayedView> AdmitToRelay(CardRequest request) =>
        Confirmed(request).TryGet(out var theirs, out var why) && relayDesk.Admit(theirs).TryGet(out theirs, out why)
            ? new RelayedView(theirs.Party, theirs.Name, 0, 0)
            : why;

    public Outcome<RelayedView> DismissFromRelay(PartyId party) =>
        relayDesk.Dismiss(party).TryGet(out var gone, out var why) ? new RelayedView(gone.Party, gone.Name, 0, 0) : why;

    public async Task<Outcome<RelayView>> UseRelayAsync(LineId line, CardRequest? request)
    {
        if (!TryOpen(line, out var open))
            return Refusal.UnknownLine(line.Value);
        if (request is null)
            return await KeepRelayAsync(line, null) is { } fault
                ? fault
                : new RelayView(null, null, null, null, null, null, 0);
        if (!Confirmed(request).TryGet(out var relay, out var why))
            return why;
        if (open.Host.Identity.Document.Cards.Any(c => c.Identity == relay.Identity))
            return Refusal.Invalid($"{relay.Party} is on the line itself: a relay is not");
        if (relay.Addresses.Count == 0)
            return Refusal.Invalid("the relay's card names no address");
        if (secrets.Of(line) is null)
            return NoSecret(line);
        return await KeepRelayAsync(line, relay) is { } refused ? refused : couriers[line].Shown;
    }

    // What a relay brings and takes is no sign of an officer here: neither of these attends.
    Task<Outcome<CarryOut>> ICarrierDesk.CarryAsync(LineId line, PartyId to, ulong? from) =>
        BeginCarryAsync(line, to, from, RelayLimits.TargetFile);

    Task<Outcome<CarriedView>> ICarrierDesk.TakeAsync(Stream content, CancellationToken ct) => TakeAsync(content, ct);

    string? ICarrierDesk.SlotFor(LineId line, PartyId to) =>
        secrets.Of(line) is { } secret ? CarrySeal.Slot(secret, line, Self, to) : null;

    private RelayView? RelayOf(LineId line) => couriers.TryGetValue(line, out var courier) ? courier.Shown : null;

    private async Task<Refusal?> KeepRelayAsync(LineId line, Card? relay)
    {
        try
        {
            await store.CommitAsync([new PutMeta($"{RelayPrefix}{line}", relay?.Encode())]);
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
        if (mode == StationMode.Reading || !lines.TryGet(line, out var open))
            return;
        couriers[line] = new RelayCourier(relay, open.Host, this, dialer, clock, RelayPace);
    }

    /// <summary>A card counts only with the fingerprint that was read out over another channel.</summary>
    private static Outcome<Card> Confirmed(CardRequest request)
    {
        if (!Record.Card.Parse(System.Text.Encoding.UTF8.GetBytes(request.Card)).TryGet(out var theirs, out var why))
            return Refusal.Invalid($"the card cannot be read: {why}");
        if (request.Fingerprint is not { } typed)
            return Refusal.FingerprintsWanted(
                $"compare by another channel, then give the fingerprint of {theirs.Party}"
            );
        return theirs.Fingerprint.Matches(typed) ? theirs : Refusal.FingerprintMismatch(theirs.Party.Value);
    }

    private async Task StopCouriersAsync()
    {
        foreach (var courier in couriers.Values)
            await courier.DisposeAsync();
    }
}
