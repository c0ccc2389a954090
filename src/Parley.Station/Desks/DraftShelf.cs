using System.Text;
using System.Text.Json;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Desks;

/// <summary>What officers have not sent yet. It is this station's own, and nothing of it leaves by itself.</summary>
internal sealed class DraftShelf(Premises premises) : IDisposable
{
    private const int IdBytes = 8;

    private readonly Shelf<KeptDraft> drafts = new(
        premises.Store,
        KeptDraft.Prefix,
        KeptJson.Default.KeptDraft,
        KeptDraft.Max,
        KeptDraft.NoRoom
    );

    /// <summary>One change of a draft at a time, so that none is made over another that was not seen.</summary>
    private readonly SemaphoreSlim drafting = new(1, 1);

    /// <summary>Takes over what an earlier run of the station kept; names what cannot be read.</summary>
    internal IReadOnlyList<string> Load(IReadOnlyDictionary<string, byte[]> meta) => drafts.Load(meta);

    /// <summary>Places that are left, and for that officer.</summary>
    internal int RoomFor(Officer? by)
    {
        var all = drafts.All;
        var own = by is null ? 0 : all.Count(d => d.Value.By?.IsNamed(by.Name) == true);
        return Math.Min(KeptDraft.Max - all.Count, by is null ? int.MaxValue : KeptDraft.MaxOfOne - own);
    }

    internal IReadOnlyList<DraftView> All()
    {
        return
        [
            .. drafts
                .All.Select(d => View(d.Key, d.Value))
                .OrderBy(d => d.At)
                .ThenBy(d => d.Draft, StringComparer.Ordinal),
        ];
    }

    /// <summary>Keeps a draft, a new one when <paramref name="draft"/> is null, whatever is wrong with it
    /// (P7).</summary>
    internal async Task<Outcome<DraftView>> KeepAsync(
        string? draft,
        DraftRequest request,
        DateTimeOffset? changed = null
    )
    {
        var content = request.Content.GetRawText();
        if (content.Length > KeptDraft.MaxContent)
            return Refusal.TooLarge($"a draft is at most {KeptDraft.MaxContent} characters");
        if (request is { By: { } by, Kind: { } kind } && AuthorCheck.Seat(by, kind) is { } seat)
            return seat;
        await drafting.WaitAsync();
        try
        {
            var old = draft is null ? null : drafts.Find(draft);
            if (draft is not null && old is null)
                return UnknownDraft;
            if (old is not null && IsOther(old, changed))
                return ChangedDraft(old);
            var id = draft ?? $"d-{Convert.ToHexStringLower(Randomness.Bytes(IdBytes))}";
            // Its time is its version: never twice the same, whatever the clock does.
            var at = premises.Now;
            if (old is not null && at < old.At.Plus(DraftStep))
                at = old.At.Plus(DraftStep);
            return (
                await drafts.PutAsync(id, new KeptDraft(at, request.Line, request.Kind, request.By, content))
            ).TryGet(out var kept, out var why)
                ? View(id, kept)
                : why;
        }
        finally
        {
            drafting.Release();
        }
    }

    internal async Task<Outcome<DraftView>> DeleteAsync(string draft, DateTimeOffset? changed = null)
    {
        await drafting.WaitAsync();
        try
        {
            if (drafts.Find(draft) is { } kept && IsOther(kept, changed))
                return ChangedDraft(kept);
            if (!(await drafts.RemoveAsync(draft)).TryGet(out var gone, out var why))
                return why;
            return gone is null ? UnknownDraft : View(draft, gone);
        }
        finally
        {
            drafting.Release();
        }
    }

    /// <summary>Least time between two states of a draft: what the API's times tell apart.</summary>
    private static readonly TimeSpan DraftStep = TimeSpan.FromMilliseconds(1);

    private static bool IsOther(KeptDraft kept, DateTimeOffset? changed) =>
        changed is { } at && (kept.At - at).Duration() >= DraftStep;

    private static Refusal ChangedDraft(KeptDraft kept) =>
        new(
            "draft-changed",
            $"the draft was changed{(kept.By is { } by ? $" by {by.Name}" : "")} meanwhile: nothing was kept",
            412
        );

    private static DraftView View(string id, KeptDraft draft)
    {
        var content = JsonSerializer.Deserialize(draft.Content, TrafficApiJson.Default.JsonElement);
        var problem =
            draft.Kind is { } kind
            && TrafficBodies.IsKnown(kind)
            && !TrafficBodies.Read(kind, Encoding.UTF8.GetBytes(draft.Content)).TryGet(out _, out var why)
                ? why
                : null;
        return new DraftView(id, draft.At, draft.Line, draft.Kind, draft.By, content, problem);
    }

    private static Refusal UnknownDraft => new("unknown-draft", "there is no such draft", 404);

    public void Dispose() => drafting.Dispose();
}
