using System.Text;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;

namespace Parley.Cli.Commands;

/// <summary>What officers should know of a line before they accept it, though nothing forbids it: notes on standard
/// error.</summary>
internal static class CeremonyNotes
{
    /// <summary>Lines that are looked at for parties of the same id.</summary>
    private const int MaxLooked = 200;

    internal static async Task OnOpeningAsync(
        Screen screen,
        StationClient station,
        IReadOnlyList<Card> others,
        CancellationToken ct
    )
    {
        var own = await OwnCardAsync(station, ct);
        NobodyDials(screen, [.. others, own]);
        await NamesakesAsync(screen, station, others, ct);
    }

    internal static async Task OnAcceptingAsync(
        Screen screen,
        StationClient station,
        StationView self,
        LineDocument document,
        CancellationToken ct
    )
    {
        NobodyDials(screen, document.Cards);
        var own = await OwnCardAsync(station, ct);
        if (
            document.CardOf(self.Party) is { } theirs
            && theirs.Identity == own.Identity
            && !theirs.Addresses.SequenceEqual(own.Addresses, StringComparer.Ordinal)
        )
            screen.ErrorPlain(
                $"note: the document has another card of ours, which names {Addresses(theirs)}; ours now names {Addresses(own)}. Peers dial what stands in the line, for good: if it is out of date, give them the card (parley card --out FILE) and have the line made anew"
            );
        await NamesakesAsync(screen, station, [.. document.Cards.Where(c => c.Party != self.Party)], ct);
    }

    private static async Task<Card> OwnCardAsync(StationClient station, CancellationToken ct) =>
        Card.Parse(Encoding.UTF8.GetBytes(await station.GetAsync("card", ct))).TryGet(out var card, out var why)
            ? card
            : throw new Failure($"our own card cannot be read: {why}");

    private static string Addresses(Card card) =>
        card.Addresses.Count == 0 ? "no address" : SafeText.ShowLine(string.Join(", ", card.Addresses));

    private static void NobodyDials(Screen screen, IReadOnlyList<Card> all)
    {
        if (all.All(c => c.Addresses.Count == 0))
            screen.ErrorPlain(
                "note: no party of this line has an address on its card: nobody can dial, and the line goes by files or a relay only (parley card --address, parley carry)"
            );
    }

    /// <summary>Two parties may have one id, and are shown by it: whoever knows one of them is told.</summary>
    private static async Task NamesakesAsync(
        Screen screen,
        StationClient station,
        IReadOnlyList<Card> cards,
        CancellationToken ct
    )
    {
        var lines = await station.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct);
        var told = new HashSet<PartyId>();
        foreach (var line in lines.Where(l => cards.Any(c => l.Parties.Contains(c.Party))).Take(MaxLooked))
        {
            var detail = await station.GetAsync($"lines/{line.Line}", ApiJson.Default.LineDetail, ct);
            foreach (var known in detail.Parties)
            {
                if (
                    cards.FirstOrDefault(c => c.Party == known.Party) is { } card
                    && card.Fingerprint.Hex != known.Fingerprint.Hex
                    && told.Add(card.Party)
                )
                    screen.ErrorPlain(
                        $"note: {card.Party} stands on {line.Line} with another identity ({SafeText.ShowLine(known.Name)}). Both are shown as {card.Party}: be sure that this one is whom you mean"
                    );
            }
        }
    }
}
