using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Traffic;
using Wire = Parley.Link.Wire;

namespace Parley.Station.Desks;

/// <summary>What officers say off the record: authenticated, delivered, and kept nowhere but in memory.</summary>
internal sealed class OffRecordDesk(Premises premises, LineTable lines) : IOffRecordDesk
{
    /// <summary>How long a message is waited for before the sender is told how far it came.</summary>
    private static readonly TimeSpan OffRecordWait = TimeSpan.FromSeconds(5);

    public async Task<Outcome<IReadOnlyDictionary<PartyId, bool>>> SendOffRecordAsync(
        LineId line,
        NewOffRecord draft,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var peers = open.Host.Identity.Peers;
        if (draft.To?.FirstOrDefault(p => !peers.Contains(p)) is { Value.Length: > 0 } stranger)
            return Refusal.UnknownParty(stranger.Value);
        if (draft.Precedence == Precedence.Flash && open.Document.Policy.TwoPeople.Contains(LinePolicy.Flash))
            return new Refusal(
                AuthorCheck.TwoOfficers,
                "FLASH takes two officers on this line, and off the record nobody releases: send it on the record, or less urgently",
                409
            );
        var to = draft.To ?? peers;
        if (!Officer.IsSound(draft.By.Seat, draft.By.Name))
            return Refusal.Invalid(
                "the officer's seat is a lower-case word, and the name has no character that cannot be shown"
            );
        if (open.Host.OffRecordFullFor(to) is { } full)
            return new Refusal(
                "busy",
                $"{LinkLimits.MaxOffRecordHeld} messages off the record wait for {full} already; this one was not kept",
                429
            );
        var message = new Wire.OffRecordMessage
        {
            Id = Convert.ToHexStringLower(Randomness.Bytes(16)),
            At = premises.Now,
            Seat = draft.By.Seat,
            Name = draft.By.Name,
            Precedence = draft.Precedence,
            Mark = draft.Mark,
            Text = draft.Text,
        };
        if (!Wire.OffRecordMessage.Parse(message.Encode()).TryGet(out _, out _))
            return Refusal.TooLarge($"a message off the record is at most {LinkLimits.MaxOffRecordBytes} bytes");
        var delivered = open.OffRecord.Sent(premises.Self, message, to);
        open.Host.SendOffRecord(message, to);
        await Task.WhenAny(delivered, Task.Delay(OffRecordWait, premises.Clock, ct));
        return Outcome<IReadOnlyDictionary<PartyId, bool>>.Of(open.OffRecord.DeliveryOf(message.Id));
    }

    public Outcome<IReadOnlyList<Parley.Contract.OffRecordMessage>> OffRecord(LineId line)
    {
        return lines.Find(line).TryGet(out var open, out var unknown)
            ? Outcome<IReadOnlyList<Parley.Contract.OffRecordMessage>>.Of(open.OffRecord.All())
            : unknown;
    }
}
