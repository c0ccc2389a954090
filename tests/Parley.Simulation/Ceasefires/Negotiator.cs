using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Link;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Simulation.Ceasefires;

/// <summary>The officers of a station: what they would write next, by what stands at it.</summary>
internal sealed class Negotiator(World world, Terms terms)
{
    private static readonly Officer Two = new("principal", "First", new Officer("principal", "Second")),
        One = new("principal", "First");

    private int texts;

    /// <summary>The agreement at a station, by its clock; null before its text is there.</summary>
    private static Item? AgreementAt(SimLine line) => KeptAt(line)?.At(line.Station.Clock.GetUtcNow());

    /// <summary>The agreement as a station keeps it: what time alone does is not done to it yet.</summary>
    internal static Item? KeptAt(SimLine line)
    {
        // Nobody sweeps these views: what ended by time is still among what was open at the beginning.
        return line
            .View.Open(World.Epoch)
            .Concat(line.View.RecentlySettled(World.Epoch))
            .Where(i => i.Family is AgreementFamily)
            .OrderBy(i => i.Id.Party.Value, StringComparer.Ordinal)
            .ThenBy(i => i.Id.Seq)
            .FirstOrDefault();
    }

    /// <summary>What brings the agreement on; null where this station's officers have nothing to do.</summary>
    internal NewEntry? Diligent(SimLine line)
    {
        if (AgreementAt(line) is not { } item)
            return line.Station.Index == 0 ? Text(Kinds.AgreementTabled, null) : null;
        if (
            AgreementFamily.Newest(item) is not { } newest
            || item.State is AgreementFamily.Ended or AgreementFamily.Denounced
        )
            return null;
        return item.State switch
        {
            AgreementFamily.Declined => Text(Kinds.AgreementCountered, item.Id),
            AgreementFamily.Tabled => OnHash(Kinds.AgreementOpened, item.Id, newest.Hash),
            _ => Consent(line, item, newest) ?? Sign(line, item, newest),
        };
    }

    /// <summary>What officers do in the heat of it: mostly what is next, and sometimes what crosses with the others'
    /// acts, or has no effect.</summary>
    internal NewEntry? Next(SimLine line, Random draws)
    {
        if (AgreementAt(line) is not { } item || AgreementFamily.Newest(item) is not { } newest)
            return Diligent(line);
        var isStanding =
            item.State is AgreementFamily.Signed or AgreementFamily.Suspended or AgreementFamily.UnderNotice;
        return (item.State, draws.Next(100)) switch
        {
            (AgreementFamily.Tabled, < 60) => Text(Kinds.AgreementCountered, item.Id),
            (AgreementFamily.Open or AgreementFamily.PartlySigned, < 8) => Text(Kinds.AgreementCountered, item.Id),
            (AgreementFamily.Open or AgreementFamily.PartlySigned, < 12) => Decline(item, newest),
            (AgreementFamily.Open or AgreementFamily.PartlySigned, < 30) => Sign(line, item, newest, draws),
            (_, < 34) => Astray(item, draws),
            (_, < 40) when isStanding => Text(Kinds.AgreementAmended, item.Id),
            (_, < 46) when isStanding && line.Station.Index < CeasefirePlan.Parties => Suspend(line, item),
            _ => Diligent(line),
        };
    }

    /// <summary>A party suspends or denounces what is in force, and states a time that is long past.</summary>
    internal void DateBack(SimLine line, Random draws)
    {
        if (
            line.Station.Index >= CeasefirePlan.Parties
            || AgreementAt(line) is not { State: AgreementFamily.Signed or AgreementFamily.Suspended } item
        )
            return;
        var isFinal = draws.Next(5) == 0;
        var clock = line.Station.Clock;
        var was = clock.Offset;
        clock.Offset -= TimeSpan.FromSeconds(draws.Next(30, 200));
        Write(
            line,
            Entry(
                isFinal ? Kinds.AgreementDenounced : Kinds.AgreementSuspended,
                item.Id,
                new JsonObject { ["reason"] = "as if it had been long ago" }
            )
        );
        clock.Offset = was;
    }

    /// <summary>Two acts that cross: one officer signs while another, whose wire to a third is cut, puts another text on
    /// the table.</summary>
    internal void Cross(IReadOnlyList<SimLine> up, Random draws)
    {
        var signing = up.Where(l =>
                AgreementAt(l) is { State: AgreementFamily.Open or AgreementFamily.PartlySigned } item
                && AgreementFamily.Newest(item) is { } newest
                && Sign(l, item, newest) is not null
            )
            .ToList();
        if (signing.Count == 0 || up.Count < 3)
            return;
        var signs = signing[draws.Next(signing.Count)];
        var others = up.Where(l => l != signs).ToArray();
        draws.Shuffle(others);
        if (AgreementAt(others[0]) is not { State: AgreementFamily.Open or AgreementFamily.PartlySigned } there)
            return;
        var (from, to) = (others[0].Station.Index, others[1].Station.Index);
        world.CutDialling(from, to);
        world.CutDialling(to, from);
        Write(others[0], Text(Kinds.AgreementCountered, there.Id));
        var at = AgreementAt(signs)!;
        Write(signs, Sign(signs, at, AgreementFamily.Newest(at)!));
    }

    /// <summary>A signature of this station's party in the capacity that the newest text gives it, where it has not
    /// signed; with chance, one that waits for another's consent.</summary>
    private static NewEntry? Sign(SimLine line, Item item, AgreementVersion newest, Random? draws = null)
    {
        var self = line.Station.Id;
        if (newest.Text.Signatories.FirstOrDefault(s => s.Party == self.Value) is not { } own)
            return null;
        var signatures = item.Applied.Where(e =>
            e.Header.From == self && e.Body is AgreementSignature s && s.Hash == newest.Hash
        );
        if (signatures.Any())
            return null;
        var body = new JsonObject { ["hash"] = newest.Hash, ["capacity"] = own.Capacity };
        if (draws is not null && draws.Next(2) == 0)
            body["conditionalOn"] = new JsonArray($"p{draws.Next(CeasefirePlan.Stations)}");
        return Entry(Kinds.AgreementSigned, item.Id, body);
    }

    /// <summary>This party's own consent, where somebody's signature waits for it.</summary>
    private static NewEntry? Consent(SimLine line, Item item, AgreementVersion newest)
    {
        var self = line.Station.Id;
        var isAsked = item.Applied.Any(e =>
            e.Body is AgreementSignature s && s.Hash == newest.Hash && s.ConditionalOn.Contains(self.Value)
        );
        var hasGiven = item.Applied.Any(e =>
            e.Header.From == self
            && e.Header.Kind == Kinds.AgreementConsented
            && e.Body is AgreementReference r
            && r.Hash == newest.Hash
        );
        return isAsked && !hasGiven ? OnHash(Kinds.AgreementConsented, item.Id, newest.Hash) : null;
    }

    private static NewEntry Decline(Item item, AgreementVersion newest) =>
        Entry(
            Kinds.AgreementDeclined,
            item.Id,
            new JsonObject { ["hash"] = newest.Hash, ["reason"] = "not like this" }
        );

    private static NewEntry Suspend(SimLine line, Item item) =>
        item.Applied.LastOrDefault(e =>
            e.Header.From == line.Station.Id && e.Header.Kind is Kinds.AgreementSuspended or Kinds.AgreementResumed
        )
            is { Header.Kind: Kinds.AgreementSuspended }
            ? Entry(Kinds.AgreementResumed, item.Id, new JsonObject { ["reason"] = "quiet again" })
            : Entry(Kinds.AgreementSuspended, item.Id, new JsonObject { ["reason"] = "shelling" });

    /// <summary>A signature that must not count: by one officer, on an earlier text, on none, or in a capacity that is
    /// not its own.</summary>
    private static NewEntry Astray(Item item, Random draws)
    {
        var versions = AgreementVersion.AllOf(item);
        var some = versions[draws.Next(versions.Count)].Hash;
        var sign = Entry(
            Kinds.AgreementSigned,
            item.Id,
            new JsonObject
            {
                ["hash"] = draws.Next(3) == 0 ? $"sha256:{new string('0', 64)}" : some,
                ["capacity"] = AgreementWords.Capacities[draws.Next(AgreementWords.Capacities.Count)],
            }
        );
        return draws.Next(3) == 0 ? sign with { By = One } : sign;
    }

    private NewEntry Text(string kind, EntryId? about)
    {
        var body = new JsonObject
        {
            ["title"] = $"Ceasefire, text {++texts}",
            ["languages"] = new JsonArray(
                new JsonObject { ["lang"] = "en", ["authoritative"] = true },
                new JsonObject { ["lang"] = "fr" }
            ),
            ["clauses"] = new JsonArray(Clause("en", $"No fire ({texts})."), Clause("fr", $"Pas de tir ({texts}).")),
            ["signatories"] = new JsonArray([
                .. Enumerable
                    .Range(0, CeasefirePlan.Stations)
                    .Select(i =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["party"] = $"p{i}",
                                ["capacity"] =
                                    i < CeasefirePlan.Parties ? AgreementWords.Party : AgreementWords.Guarantor,
                            }
                    ),
            ]),
        };
        if (terms.StartsAt is { } start)
            body["start"] = At(start);
        if (terms.EndsAt is { } end)
            body["ends"] = At(end);
        else
            body["noExpiry"] = true;
        // An amendment is to count from now on.
        if (kind == Kinds.AgreementAmended)
            body.Remove("start");
        return Entry(kind, about, body);
    }

    private static JsonObject Clause(string language, string text) =>
        new()
        {
            ["id"] = "1",
            ["kind"] = Parley.Traffic.Bodies.Clause.Prohibited,
            ["lang"] = language,
            ["text"] = text,
        };

    private static string At(int seconds) => UtcText.Of(World.Epoch.AddSeconds(seconds));

    private static NewEntry OnHash(string kind, EntryId about, string hash) =>
        Entry(kind, about, new JsonObject { ["hash"] = hash });

    private static NewEntry Entry(string kind, EntryId? about, JsonObject body) =>
        new()
        {
            Kind = kind,
            By = Two,
            Re = about is { } re ? [re] : [],
            Body = Encoding.UTF8.GetBytes(body.ToJsonString(JsonSerializerOptions.Web)),
        };

    /// <summary>Puts it on the record of a station.</summary>
    internal void Write(SimLine line, NewEntry? entry)
    {
        if (entry is not null)
            line.Append(entry with { Salt = world.Bytes(Body.SaltLength) });
    }
}
