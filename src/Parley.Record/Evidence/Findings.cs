namespace Parley.Record;

/// <summary>Collects findings up to a limit. One thread at a time; workers fill their own lists, which are added in
/// order.</summary>
internal sealed class Findings
{
    private readonly List<EvidenceFinding> list = [];
    private long notListed;

    internal bool HasFaults { get; private set; }
    internal bool HasLacks { get; private set; }
    internal IReadOnlyList<EvidenceFinding> Listed => list;
    internal long NotListed => notListed;

    internal void Add(EvidenceFinding finding)
    {
        HasFaults |= finding.IsFault;
        HasLacks |= finding.IsLack;
        if (list.Count < EvidenceVerifier.MaxFindings)
            list.Add(finding);
        else
            notListed++;
    }

    internal void Fault(string path, string reason, PartyId? feed = null, EntryId? entry = null) =>
        Add(new(feed, entry, path, reason, IsFault: true));

    internal void Lack(string path, string reason, PartyId feed) =>
        Add(new(feed, null, path, reason, IsFault: false) { IsLack = true });

    internal void Notice(string path, string reason, PartyId? feed = null, EntryId? entry = null) =>
        Add(new(feed, entry, path, reason, IsFault: false));
}
