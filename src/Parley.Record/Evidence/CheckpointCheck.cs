namespace Parley.Record;

/// <summary>Checks a feed's checkpoint and every signature line under it. // EVIDENCE-3, EVIDENCE-4,
/// EVIDENCE-14</summary>
internal sealed class CheckpointCheck
{
    private readonly List<EvidenceSignature> signatures = [];
    private readonly List<PartyId> missing = [];

    /// <summary>The checkpoint, when it can be read and speaks of this feed; else null.</summary>
    internal Checkpoint? Checkpoint { get; private set; }

    /// <summary>True when the feed is not in this export.</summary>
    internal bool IsMissing { get; private set; }
    internal IReadOnlyList<EvidenceSignature> Signatures => signatures;
    internal IReadOnlyList<PartyId> Missing => missing;

    /// <summary>Signatures of a sealed checkpoint: the author and every other party.</summary>
    internal int Expected { get; private set; }

    internal static CheckpointCheck Run(IEvidenceSource source, LineDocument document, PartyId party, Findings findings)
    {
        var check = new CheckpointCheck { Expected = document.Cards.Count };
        var path = EvidenceFolder.CheckpointOf(party);
        using var file = BoundedFile.Read(source, path, SignedNote.MaxLength);
        if (file.Fault is not null)
        {
            check.missing.AddRange(document.Parties.Where(other => other != party));
            check.IsMissing = file.Fault == BoundedFile.Missing;
            if (check.IsMissing)
                findings.Lack(path, "the feed is not in this export", party);
            else
                findings.Fault(path, file.Fault, party);
        }
        else if (!SignedCheckpoint.Parse(file.Bytes).TryGet(out var signed, out var reason))
        {
            findings.Fault(path, reason, party);
        }
        else
        {
            check.Read(signed, document, party, path, findings);
        }
        return check;
    }

    private void Read(SignedCheckpoint signed, LineDocument document, PartyId party, string path, Findings findings)
    {
        var checkpoint = signed.Checkpoint;
        if (!checkpoint.IsOf(new Origin(document.Id, party)))
        {
            findings.Fault(path, "the checkpoint is not one of this feed", party);
            return;
        }
        Checkpoint = checkpoint;
        var author = document.LogKey(party);
        if (signed.Check(author) == SignatureCheck.Valid)
            signatures.Add(new(party, null));
        else
            findings.Fault(path, "the author's signature is missing or does not verify", party);
        foreach (var other in document.Parties)
        {
            if (other == party)
                continue;
            var key = document.CosignKey(other);
            var result = signed.Check(key);
            if (result == SignatureCheck.Invalid)
                findings.Fault(path, $"the cosignature of {other} does not verify", party);
            if (result == SignatureCheck.Absent)
                missing.Add(other);
            if (
                result == SignatureCheck.Valid
                && Cosignature.TryGetTimestamp(signed.Note.Signatures.Last(s => s.IsBy(key)), out var at)
            )
                signatures.Add(new(other, at));
        }
        foreach (var line in signed.Note.Signatures)
        {
            if (
                !line.IsBy(author)
                && !document.Parties.Any(other => other != party && line.IsBy(document.CosignKey(other)))
            )
                findings.Fault(path, "a signature line is by a key that is not of this line", party);
        }
        foreach (
            var repeated in signed
                .Note.Signatures.CountBy(line => (line.Name, line.KeyId))
                .Where(count => count.Value > 1)
        )
            findings.Notice(
                path,
                $"{repeated.Value} signature lines are by the key of {(repeated.Key.Name == author.Name ? party.Value : repeated.Key.Name)}; they count once",
                party
            );
        if (missing.Count != 0)
            findings.Lack(path, $"not sealed: no cosignature of {string.Join(", ", missing)}", party);
    }
}
