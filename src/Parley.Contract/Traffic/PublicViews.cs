using Parley.Record;

namespace Parley.Contract;

/// <summary>A text that a party gave to the public, as it stands now (docs/protocol/public.md).</summary>
/// <param name="By">Who released it.</param>
/// <param name="Entry">The entry that holds the text.</param>
/// <param name="Hash">The entry's leaf hash, 64 digits: what it is known by to the public.</param>
/// <param name="Release">The entry that released it; of a statement the same.</param>
/// <param name="At">When it was released, by its author's clock.</param>
/// <param name="Agreements">By every other party, the entry that agreed to exactly this text; empty for a party's
/// own.</param>
/// <param name="CorrectedBy">The text that took its place.</param>
/// <param name="Withdrawal">The entry that took it back: the text is not for the public then.</param>
/// <param name="Call">The call that it is about.</param>
public sealed record PublicTextView(
    PartyId By,
    EntryId Entry,
    string Hash,
    EntryId Release,
    DateTimeOffset At,
    Mark Mark,
    IReadOnlyList<EntryId> Agreements,
    EntryId? CorrectedBy,
    EntryId? Withdrawal,
    EntryId? Call
);

/// <summary>The proof file of an entry that the public may have.</summary>
/// <param name="Hash">The entry's leaf hash.</param>
/// <param name="File">The proof file; null while there is none.</param>
/// <param name="Waits">Why there is none yet.</param>
public sealed record PublicProofView(EntryId Entry, string Hash, string? File, string? Waits);

/// <summary>What of a line was released to the public.</summary>
/// <param name="Self">Whose station says it.</param>
/// <param name="Keys">The fingerprint of the line's keys, by which an outsider knows them: 64 digits.</param>
/// <param name="At">As it stands at this time.</param>
/// <param name="Total">All such texts.</param>
/// <param name="Texts">A page of them, the newest release first.</param>
/// <param name="Proofs">Of every entry that these texts show.</param>
/// <param name="Uncounted">Entries beyond a party's share, the oldest, which were not looked at.</param>
/// <param name="ClockAheadSeconds">How far this station's clock went ahead while it ran: no embargo ends by that. Null
/// where it did not.</param>
public sealed record PublicWordView(
    LineId Line,
    PartyId Self,
    IReadOnlyList<PartyId> Parties,
    string Keys,
    DateTimeOffset At,
    int Total,
    IReadOnlyList<PublicTextView> Texts,
    IReadOnlyList<PublicProofView> Proofs,
    long Uncounted,
    long? ClockAheadSeconds
)
{
    /// <summary>Texts of one page.</summary>
    public const int MaxPage = 100;
}
