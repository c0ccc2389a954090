using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>Acts that wait for their second officer, and those that were refused lately. Nothing of them is on the
/// record.</summary>
internal sealed class ProposalBook(Premises premises)
{
    internal Shelf<Proposal> Waiting { get; } =
        new(premises.Store, Proposal.Prefix, KeptJson.Default.Proposal, Proposal.Max, Proposal.NoRoom);

    internal Shelf<RefusedProposal> Refused { get; } =
        new(premises.Store, RefusedProposal.Prefix, KeptJson.Default.RefusedProposal, RefusedProposal.Max);

    /// <summary>Takes over what an earlier run of the station kept; names what cannot be read.</summary>
    internal IEnumerable<string> Load(IReadOnlyDictionary<string, byte[]> meta) =>
        [.. Waiting.Load(meta), .. Refused.Load(meta)];

    /// <summary>What waits, oldest first.</summary>
    internal IReadOnlyList<ProposalView> All()
    {
        return
        [
            .. Waiting
                .All.Select(p => p.Value.View())
                .OrderBy(p => p.At)
                .ThenBy(p => p.Proposal, StringComparer.Ordinal),
        ];
    }

    /// <summary>What was refused or taken back lately, the newest first.</summary>
    internal IReadOnlyList<RefusedProposalView> RefusedProposals()
    {
        return
        [
            .. Refused
                .All.Select(r => r.Value.View())
                .OrderByDescending(r => r.At)
                .ThenBy(r => r.Proposal.Proposal, StringComparer.Ordinal),
        ];
    }

    /// <summary>Why a proposal cannot be decided on: refused already, or never known.</summary>
    internal Refusal Unknown(string proposal) =>
        Refused.Find(proposal) is { } refused
            ? new Refusal(
                "proposal-refused",
                $"{refused.By.Name} refused it{(refused.Reason is { } reason ? $": {reason}" : "")}",
                409
            )
            : NotWaiting;

    internal static Refusal NotWaiting =>
        new("unknown-proposal", "no such proposal waits: it was released, refused, or never made", 404);
}
