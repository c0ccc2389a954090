namespace Parley.Record;

/// <summary>An answer of a verdict. The three are never summed up in one word.</summary>
public enum PublicAnswer
{
    /// <summary>Nobody asked, or nothing could be looked at.</summary>
    NotAsked,
    Yes,
    No,
}

/// <summary>An answer, and what stands against it where it is no.</summary>
public sealed record PublicResult(PublicAnswer Answer, string Reason)
{
    internal static PublicResult Yes { get; } = new(PublicAnswer.Yes, "");

    internal static PublicResult No(string reason) => new(PublicAnswer.No, reason);

    internal static PublicResult NotAsked(string reason) => new(PublicAnswer.NotAsked, reason);
}

/// <summary>
/// What a proof file shows, in three results that are kept apart: it is well-formed; it is signed by its author and
/// cosigned by all others; the keys are those that the reader knows. Whether what the entry says is true is not among
/// them.
/// </summary>
/// <param name="WellFormed">Every part is in its one form and speaks of the same entry. // PUBLIC-1 to PUBLIC-4</param>
/// <param name="Signed">Author's signature, every other party's cosignature and the inclusion hold. // PUBLIC-6</param>
/// <param name="Trusted">The keys have the fingerprint that the reader gave. // PUBLIC-5</param>
/// <param name="Cosignatures">Who cosigned, and when by its own clock; those that hold.</param>
public sealed record PublicVerdict(
    PublicResult WellFormed,
    PublicResult Signed,
    PublicResult Trusted,
    IReadOnlyList<EvidenceSignature> Cosignatures
)
{
    /// <summary>The file, where it is well-formed.</summary>
    public PublicProof? Proof { get; private init; }

    /// <summary>True where nothing speaks against it. That nobody compared the keys does not.</summary>
    public bool HasNoFault =>
        WellFormed.Answer == PublicAnswer.Yes && Signed.Answer == PublicAnswer.Yes && Trusted.Answer != PublicAnswer.No;

    /// <summary>Reads a file and judges it.</summary>
    public static PublicVerdict Of(ReadOnlySpan<byte> file, string? fingerprint)
    {
        if (PublicProof.Parse(file).TryGet(out var proof, out var reason))
            return Of(proof, fingerprint);
        var unread = PublicResult.NotAsked("not looked at: the file is not well-formed");
        return new PublicVerdict(PublicResult.No(reason), unread, unread, []);
    }

    internal static PublicVerdict Of(PublicProof proof, string? fingerprint)
    {
        var held = new List<EvidenceSignature>();
        var fault = FaultOf(proof, held);
        return new PublicVerdict(
            PublicResult.Yes,
            fault is null ? PublicResult.Yes : PublicResult.No(fault),
            fingerprint is null ? PublicResult.NotAsked("no fingerprint was given")
                : proof.Keys.Fingerprint.Matches(fingerprint) ? PublicResult.Yes
                : PublicResult.No("the keys in the file are not those of the fingerprint"),
            held
        )
        {
            Proof = proof,
        };
    }

    private static string? FaultOf(PublicProof proof, List<EvidenceSignature> held)
    {
        var signed = proof.Proof.Checkpoint;
        var author = proof.Keys.KeysOf(proof.Header.From)!.Log;
        PartyKeys[] others = [.. proof.Keys.Parties.Where(party => party.Party != proof.Header.From)];
        VerifierKey[] known = [author, .. others.Select(party => party.Cosign)];
        string? fault = null;
        if (signed.Note.Signatures.Any(line => !known.Any(line.IsBy)))
            fault = "a signature line is by a key that is not of this line";
        if (known.Any(key => signed.Note.Signatures.Count(line => line.IsBy(key)) > 1))
            fault ??= "a key has two signature lines";
        if (signed.Check(author) != SignatureCheck.Valid)
            fault ??= "the author's signature is missing or does not verify";
        foreach (var other in others)
        {
            var check = signed.Check(other.Cosign);
            if (
                check == SignatureCheck.Valid
                && Cosignature.TryGetTimestamp(
                    signed.Note.Signatures.First(line => line.IsBy(other.Cosign)),
                    out var at
                )
            )
                held.Add(new EvidenceSignature(other.Party, at));
            else
                fault ??=
                    check == SignatureCheck.Absent
                        ? $"{other.Party} did not cosign"
                        : $"the cosignature of {other.Party} does not verify";
        }
        if (others.Length == 0)
            fault ??= "the line has one party: nobody else holds the entry";
        var checkpoint = signed.Checkpoint;
        if (
            !InclusionProof.Verify(
                proof.Proof.Index,
                checkpoint.Size,
                MerkleHash.Leaf(proof.HeaderBytes),
                proof.Proof.Hashes.ToArray(),
                checkpoint.Root
            )
        )
            fault ??=
                $"the entry does not stand at index {proof.Proof.Index} of the {checkpoint.Size} that the checkpoint covers";
        return fault;
    }
}
