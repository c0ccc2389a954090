using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Station.Carry;
using Parley.Station.Data;
using Parley.Station.Relay;

namespace Parley.Station.Desks;

/// <summary>The record by another path than the wire: sealed files, made and taken. What the machine says decides; here
/// bytes are moved. CARRY-1 to CARRY-9.</summary>
/// <param name="premises">What the desk stands on.</param>
/// <param name="lines">The lines that files are for.</param>
/// <param name="secrets">The lines' secrets.</param>
/// <param name="agreement">Opens what was sealed for us.</param>
/// <param name="reserve">Room that peers may not fill.</param>
internal sealed class Carriage(
    Premises premises,
    LineTable lines,
    LineSecrets secrets,
    AgreementKey agreement,
    DiskReserve reserve
) : ICarrierDesk
{
    /// <summary>The fingerprint of the line's secret; null in the view where it has none.</summary>
    internal Outcome<LineSecretView> Secret(LineId line) =>
        lines.Find(line).TryGet(out _, out var unknown) ? Describe(line, secrets.Of(line)?.Fingerprint) : unknown;

    /// <summary>Keeps the secret of a line; another one than it has only where <paramref name="replace"/>.</summary>
    internal Outcome<LineSecretView> KeepSecret(LineId line, ReadOnlyMemory<byte> keyFile, bool replace)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (open.Host.Identity.Peers.Count == 0)
            return Refusal.Invalid("a journal is shared with nobody");
        return secrets.Keep(line, keyFile.Span, replace).TryGet(out var fingerprint, out var why)
            ? Describe(line, fingerprint)
            : why;
    }

    private static LineSecretView Describe(LineId line, Hash? fingerprint) =>
        fingerprint is { } hash && Fingerprint.Of(hash) is var shown
            ? new LineSecretView(line, hash.ToHex(), shown.Words)
            : new LineSecretView(line, null, null);

    /// <summary>Why the line cannot be carried; null where it has its secret.</summary>
    internal Refusal? NoSecret(LineId line) =>
        secrets.Of(line) is not null
            ? null
            : new(
                "no-secret",
                $"line {line} has no secret yet: make one with 'parley line secret --new FILE' and hand it to the other party in person",
                409
            );

    /// <summary>Fixes what is to be carried to a party: from the size it is known to hold, or <paramref name="from"/>,
    /// to the size now.</summary>
    internal Task<Outcome<CarryOut>> BeginCarryAsync(LineId line, PartyId to, ulong? from) =>
        BeginCarryAsync(line, to, from, long.MaxValue);

    /// <param name="target">Bytes after which nothing more is added; what is left out goes with the next file.</param>
    private async Task<Outcome<CarryOut>> BeginCarryAsync(LineId line, PartyId to, ulong? from, long target)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (!open.Host.Identity.Peers.Contains(to))
            return Refusal.UnknownParty(to.Value);
        if (NoSecret(line) is { } none)
            return none;
        return await CarryFile.BeginAsync(open.Host, premises.Store, secrets.Of(line)!, to, from, premises.Now, target);
    }

    /// <summary>Takes what was carried here, part by part; what was taken before something failed stays
    /// taken.</summary>
    public async Task<Outcome<CarriedView>> TakeAsync(Stream content, CancellationToken ct)
    {
        var head = new byte[CarrySeal.HeadLength];
        if (
            await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct) < head.Length
            || !CarrySeal.IsHead(head)
        )
            return Refusal.Invalid("this is no file that parley carry export made");
        using var opener = Recognise(head);
        if (opener is null || !lines.TryGet(opener.Line, out var open))
        {
            return new Refusal(
                Refusal.NotForUs,
                "this file is for none of our lines: it was sealed for another party, or with another secret than the line's (compare: parley line secret)",
                409
            );
        }
        return await new CarriedReader(open.Host, opener, () => reserve.Refusal).TakeAsync(content, ct);
    }

    /// <summary>Who sealed it, and on which line: each line with a secret is tried, at the price of one key derivation
    /// for each of its parties.</summary>
    private CarryOpener? Recognise(ReadOnlySpan<byte> head)
    {
        foreach (var open in lines.All)
        {
            if (secrets.Of(open.Id) is not { } secret)
                continue;
            if (CarriedReader.Recognise(head, open.Host.Identity, agreement, secret) is { } opener)
                return opener;
        }
        return null;
    }

    Task<Outcome<CarryOut>> ICarrierDesk.CarryAsync(LineId line, PartyId to, ulong? from) =>
        BeginCarryAsync(line, to, from, RelayLimits.TargetFile);

    string? ICarrierDesk.SlotFor(LineId line, PartyId to) =>
        secrets.Of(line) is { } secret ? CarrySeal.Slot(secret, line, premises.Self, to) : null;
}
