using Parley.Record;

namespace Parley.Station.Traffic;

/// <summary>An act that one officer wrote and another is to release (design §1.6), as it is kept: nothing of it is on
/// the record yet.</summary>
internal sealed record Proposal(
    string Id,
    LineId Line,
    string? Act,
    DateTimeOffset At,
    string Kind,
    byte[]? Body,
    Officer By,
    Precedence Precedence,
    Mark Mark,
    IReadOnlyList<EntryId> Re,
    IReadOnlyList<PartyId>? To,
    string? Lang
)
{
    /// <summary>Proposals that may wait at a time.</summary>
    internal const int Max = 256;

    /// <summary>Of these, places that only FLASH takes.</summary>
    internal const int ForFlash = 64;

    /// <summary>Proposals of one officer that may wait at a time: those of FLASH, and all others.</summary>
    internal const int MaxFlashOfOne = 16,
        MaxOfOne = 32;
    internal const string Prefix = "proposal/";

    /// <summary>Why there is no room for one more. No officer takes another's places, and nothing else takes those of
    /// FLASH.</summary>
    internal static string? NoRoom(IReadOnlyCollection<Proposal> waiting, Proposal one)
    {
        var isFlash = one.Precedence == Precedence.Flash;
        Proposal[] alike = [.. waiting.Where(p => p.Precedence == Precedence.Flash == isFlash)];
        var (most, places) = isFlash ? (MaxFlashOfOne, ForFlash) : (MaxOfOne, Max - ForFlash);
        if (alike.Count(p => p.By.IsNamed(one.By.Name)) >= most)
            return $"{most} proposals of {one.By.Name} wait for a second officer: take one back, or have one released, first";
        return alike.Length >= places
            ? $"{places} proposals wait for a second officer: have one released or refused first"
            : null;
    }

    /// <summary>What goes on the record once <paramref name="second"/> releases it.</summary>
    internal EntryDraft ReleasedBy(Officer second) =>
        new(Kind, Body, By with { ReleasedBy = second with { ReleasedBy = null } }, Precedence, Mark, Re, To, Lang);

    internal ProposalView View() => new(Id, Line, Act, Kind, By, At, Precedence, Mark, Re, To, Lang, Body);
}

/// <summary>A proposal that was not released, kept so that whoever proposed it learns by whom and why.</summary>
/// <param name="By">Who refused it, or took it back.</param>
internal sealed record RefusedProposal(Proposal Proposal, Officer By, string? Reason, DateTimeOffset At)
{
    /// <summary>The newest that are kept.</summary>
    internal const int Max = 64;
    internal const string Prefix = "refused/";

    /// <summary>Longest reason, in characters.</summary>
    internal const int MaxReason = 4_096;

    internal RefusedProposalView View() => new(Proposal.View(), By, Reason, At);
}

/// <summary>What an officer has not sent, as it is kept.</summary>
internal sealed record KeptDraft(DateTimeOffset At, LineId? Line, string? Kind, Officer? By, string Content)
{
    internal const int Max = 1_000;

    /// <summary>Drafts of one officer.</summary>
    internal const int MaxOfOne = 250;

    /// <summary>How long a draft is its author's alone: then any officer may throw it away, and nobody changes
    /// it.</summary>
    internal static readonly TimeSpan StaleAfter = TimeSpan.FromDays(7);

    /// <summary>Why there is no room for one more; a draft that names nobody is the token's, which is the
    /// operator's.</summary>
    internal static string? NoRoom(IReadOnlyCollection<KeptDraft> kept, KeptDraft one) =>
        one.By is { } by && kept.Count(d => d.By?.IsNamed(by.Name) == true) >= MaxOfOne
            ? $"{by.Name} keeps {MaxOfOne} drafts: send or delete one first"
            : null;

    /// <summary>Longest content, in characters of its JSON.</summary>
    internal const int MaxContent = 256 * 1024;
    internal const string Prefix = "draft/";
}
