using System.Text;
using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Checking;

/// <summary>One stored cosignature or delivery, and what the feed's tree has as its root at that size; null where the
/// tree cannot be made.</summary>
internal readonly record struct SignatureToCheck(RawSignature Row, Hash? Root, string Table);

/// <summary>Checks stored signatures on a feed's checkpoints. Each takes two Ed25519 verifications, so they are done on
/// all cores.</summary>
internal sealed class SignatureScan(LineDocument document, Origin feed, VerifierKey author)
{
    internal const string Cosignatures = "cosignatures";
    internal const string Deliveries = "deliveries";

    /// <summary>What a peer could write before it was refused. LOG-12</summary>
    internal const string Extended = "the checkpoint has extension lines";

    private readonly Dictionary<string, VerifierKey> cosigners = document
        .Parties.Where(p => p != feed.Party)
        .ToDictionary(p => p.Value, document.CosignKey, StringComparer.Ordinal);

    /// <summary>The faults of these rows, in order.</summary>
    internal IReadOnlyList<Damage> Check(IReadOnlyList<SignatureToCheck> rows, CancellationToken ct)
    {
        var faults = new string?[rows.Count];
        if (rows.Count < 4)
            for (var i = 0; i < rows.Count; i++)
                faults[i] = FaultOf(rows[i]);
        else
            Parallel.For(
                0,
                rows.Count,
                new ParallelOptions { CancellationToken = ct },
                i => faults[i] = FaultOf(rows[i])
            );
        var damage = new List<Damage>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (faults[i] is not { } fault)
                continue;
            var row = rows[i].Row;
            var entry = row.Size > 0 ? new EntryId(feed.Party, (ulong)row.Size - 1).ToString() : null;
            damage.Add(
                new Damage(
                    rows[i].Table,
                    feed.Line.Value,
                    feed.Party.Value,
                    entry,
                    $"of {Shown(row.Cosigner)} on {row.Size} entries: {fault}",
                    fault == Extended ? Remedies.Extended
                        : rows[i].Table == Deliveries ? Remedies.Delivered
                        : Remedies.Cosigned
                )
            );
        }
        return damage;
    }

    /// <summary>Why a stored checkpoint is not the author's statement of that size and root, or null.</summary>
    internal static string? CheckpointFaultOf(
        ReadOnlySpan<byte> note,
        Origin feed,
        VerifierKey author,
        long size,
        Hash? root,
        out string text
    )
    {
        text = "";
        if (!SignedCheckpoint.Parse(note).TryGet(out var signed, out var why))
            return $"the checkpoint cannot be read: {why}";
        text = signed.Checkpoint.Text;
        if (signed.Checkpoint.Origin != feed.ToString())
            return "the checkpoint is of another feed";
        if (!signed.Checkpoint.IsOf(feed))
            return Extended;
        if (size < 0 || signed.Checkpoint.Size != (ulong)size)
            return $"the checkpoint is on {signed.Checkpoint.Size} entries";
        if (root is { } expected && signed.Checkpoint.Root != expected)
            return "the checkpoint's root is not that of the entries";
        return signed.Check(author) == SignatureCheck.Valid
            ? null
            : "the author's signature on the checkpoint does not verify";
    }

    private string? FaultOf(SignatureToCheck row)
    {
        if (!cosigners.TryGetValue(row.Row.Cosigner, out var key))
            return "it is by nobody who could cosign on this line";
        if (CheckpointFaultOf(row.Row.Checkpoint, feed, author, row.Row.Size, row.Root, out var text) is { } fault)
            return fault;
        if (!NoteSignature.ParseLine(row.Row.NoteLine).TryGet(out var line, out var why))
            return $"the signature cannot be read: {why}";
        if (!Cosignature.Verify(line, key, text))
            return "the cosignature does not verify";
        return
            row.Row.At is { } at
            && (!Cosignature.TryGetTimestamp(line, out var stated) || stated.ToUnixTimeMilliseconds() != at)
            ? "the time kept is not the one that the cosignature states"
            : null;
    }

    /// <summary>A name out of a damaged row may hold anything.</summary>
    private static string Shown(string cosigner) =>
        PartyId.TryParse(cosigner, out var party)
            ? party.Value
            : $"{Encoding.UTF8.GetByteCount(cosigner)} bytes that are no party's name";
}
