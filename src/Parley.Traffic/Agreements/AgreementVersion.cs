using System.Runtime.CompilerServices;
using Parley.Crypto;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Agreements;

/// <summary>
/// One text that was tabled: what it says, and its manifest hash, which is that of the canonical form of its whole body
/// (CEASEFIRE-2). Clauses, languages, who signs as what and the counting rule stand in it; maps and annexes by the
/// hashes of their bytes, so that a changed byte of one is another text. Every version stays resolvable by its hash.
/// </summary>
/// <param name="Entry">The entry that brought it.</param>
/// <param name="Text">What it says.</param>
/// <param name="Hash"><c>sha256:…</c>.</param>
public sealed record AgreementVersion(TrafficEntry Entry, AgreementText Text, string Hash)
{
    /// <summary>What was computed of an entry, as long as the entry is held: a hash is asked for at each signature.</summary>
    private static readonly ConditionalWeakTable<TrafficEntry, StrongBox<Parsed<string>>> Known = [];

    /// <summary>The parties whose signatures bring it into force.</summary>
    public IEnumerable<PartyId> Parties =>
        Text
            .Signatories.Where(s => s.Capacity == AgreementWords.Party)
            .Select(s => PartyId.TryParse(s.Party, out var party) ? party : default)
            .Distinct();

    /// <summary>True for an entry that brings a text.</summary>
    public static bool IsText(TrafficEntry entry) =>
        entry.Header.Kind is Kinds.AgreementTabled or Kinds.AgreementCountered or Kinds.AgreementAmended;

    /// <summary>The version that an entry brings; why it brings none.</summary>
    public static Parsed<AgreementVersion> Of(TrafficEntry entry)
    {
        if (entry.Body is not AgreementText text)
            return new Rejected($"the text of {entry.Id} is not here");
        return HashOf(entry).TryGet(out var hash, out var why)
            ? new AgreementVersion(entry, text, hash)
            : new Rejected(why);
    }

    /// <summary>The manifest hash of a body: <c>sha256:</c> of its canonical form.</summary>
    public static Parsed<string> HashOf(ReadOnlyMemory<byte> body) =>
        CanonicalForm.Of(body).TryGet(out var bytes, out var why)
            ? $"sha256:{Sha256.Of(bytes).ToHex()}"
            : new Rejected(why);

    /// <summary>Every text that counts, oldest first.</summary>
    public static IReadOnlyList<AgreementVersion> AllOf(Item agreement)
    {
        var versions = new List<AgreementVersion>();
        foreach (var entry in agreement.Applied)
        {
            // Two who did not know of each other may have tabled the same.
            if (IsText(entry) && Of(entry).TryGet(out var version, out _) && versions.All(v => v.Hash != version.Hash))
                versions.Add(version);
        }
        return versions;
    }

    private static Parsed<string> HashOf(TrafficEntry entry) =>
        Known.GetValue(entry, e => new StrongBox<Parsed<string>>(HashOf(e.BodyBytes))).Value;
}
