using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Carry;
using Parley.Station.Desks;

namespace Parley.Station;

/// <summary>The record by another path than the wire: sealed files, made and taken. What the machine says decides; here
/// bytes are moved. CARRY-1 to CARRY-9.</summary>
internal sealed partial class StationRuntime : ICarryOperations
{
    private readonly LineSecrets secrets;

    public Outcome<LineSecretView> Secret(LineId line) =>
        !TryOpen(line, out _) ? Refusal.UnknownLine(line.Value) : Describe(line, secrets.Of(line)?.Fingerprint);

    public Outcome<LineSecretView> KeepSecret(LineId line, ReadOnlyMemory<byte> keyFile, bool replace)
    {
        if (!TryOpen(line, out var open))
            return Refusal.UnknownLine(line.Value);
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

    public Task<Outcome<CarryOut>> BeginCarryAsync(LineId line, PartyId to, ulong? from)
    {
        return BeginCarryAsync(line, to, from, long.MaxValue);
    }

    /// <param name="target">Bytes after which nothing more is added; what is left out goes with the next file.</param>
    private async Task<Outcome<CarryOut>> BeginCarryAsync(LineId line, PartyId to, ulong? from, long target)
    {
        if (!TryOpen(line, out var open))
            return Refusal.UnknownLine(line.Value);
        if (!open.Host.Identity.Peers.Contains(to))
            return Refusal.UnknownParty(to.Value);
        if (secrets.Of(line) is not { } secret)
            return NoSecret(line);
        return await CarryFile.BeginAsync(open.Host, store, secret, to, from, clock.GetUtcNow(), target);
    }

    private static Refusal NoSecret(LineId line) =>
        new(
            "no-secret",
            $"line {line} has no secret yet: make one with 'parley line secret --new FILE' and hand it to the other party in person",
            409
        );

    public Task<Outcome<CarriedView>> TakeCarriedAsync(Stream content, CancellationToken ct)
    {
        return TakeAsync(content, ct);
    }

    /// <summary>As above, when no officer brought it.</summary>
    private async Task<Outcome<CarriedView>> TakeAsync(Stream content, CancellationToken ct)
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
            if (CarriedReader.Recognise(head, open.Host.Identity, keys.Agreement, secret) is { } opener)
                return opener;
        }
        return null;
    }
}
