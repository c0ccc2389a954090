using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Traffic;

/// <summary>What the station adds to a handover of the watch because it knows it better than whoever writes at the end
/// of a watch (R6).</summary>
internal static class HandingOver
{
    private static readonly TrafficJson Written = new(
        new JsonSerializerOptions(TrafficBodies.OwnOptions()) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    /// <summary>With what is open, where the officer lists nothing. Whoever takes what was offered to them takes it as
    /// it was offered, unless they say otherwise.</summary>
    /// <param name="draft">As the officer wrote it.</param>
    /// <param name="open">What a handover on this line lists.</param>
    /// <param name="offered">The offer of this party's watch that stands, if any.</param>
    internal static EntryDraft Complete(EntryDraft draft, Func<IReadOnlyList<OpenItem>> open, Func<Handover?> offered)
    {
        if (
            draft.IsPlayed
            || TrafficBodies.Types.GetValueOrDefault(draft.Kind) != typeof(Handover)
            || !TrafficBodies.ReadOwn(draft.Kind, draft.Body).TryGet(out var body, out _)
            || body is not Handover said
        )
            return draft; // what it is not, its judge says
        var whole = said;
        if (said.Open.Count == 0 && open() is { Count: > 0 } list)
            whole = whole with { Open = [.. list.Take(Handover.MaxOpen)] };
        if (draft.Kind == Kinds.WatchTaken && offered() is { } offer && offer.Communicator == said.Communicator)
            whole = whole with { Translator = said.Translator ?? offer.Translator, Until = said.Until ?? offer.Until };
        return whole == said
            ? draft
            : draft with
            {
                Body = JsonSerializer.SerializeToUtf8Bytes(whole, Written.Handover),
            };
    }
}
