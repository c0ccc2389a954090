using Parley.Record;
using Parley.Station.Desks;
using Parley.Traffic;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Answers about ceasefires that hold not everything: each author has its share, and what is left out is
/// said. CEASEFIRE-42.</summary>
public sealed class ShareTests
{
    private static readonly DateTimeOffset Noon = FoldedLine.Noon;
    private static readonly PartyId Us = FoldedLine.Party("us"),
        Ru = FoldedLine.Party("ru");

    private static Watched Watch(string author, int seq, string reporter, string place, int from, int until) =>
        new(
            new EntryId(FoldedLine.Party(author), (ulong)seq),
            new Coverage
            {
                Reporter = reporter,
                Place = new Place { Name = place },
                From = Noon.AddMinutes(from),
                Until = Noon.AddMinutes(until),
            }
        );

    private static AgreementTexts Texts(AgreementText? inForce = null) =>
        new(
            inForce is null ? null : (new EntryId(Us, 1), inForce),
            inForce,
            inForce is null ? [] : [inForce],
            new Dictionary<PartyId, int>()
        );

    private static (IReadOnlyList<CoveredPlaces.Told> Places, IReadOnlyDictionary<PartyId, int> LeftOut) In(
        IEnumerable<Watched> watched,
        AgreementText? inForce = null,
        int minutes = 600
    ) => new CoveredPlaces([Us, Ru], Texts(inForce)).In((Noon, Noon.AddMinutes(minutes)), watched, null);

    [Theory] // CEASEFIRE-23
    [InlineData(AgreementStanding.InForce)]
    [InlineData(AgreementStanding.Suspended)]
    [InlineData(AgreementStanding.Denounced)]
    public void Who_a_side_is_does_not_change_because_one_party_suspends_the_agreement_or_leaves_it(string state)
    {
        var text = new AgreementText { Sides = [new SideName { Side = "A", Party = "us" }] };
        var standing = new AgreementStanding
        {
            State = state,
            Version = new AgreementVersion(null!, text, "sha256:"),
            InForceFrom = Noon.AddDays(-1),
        };
        var texts = AgreementTexts.From([(new EntryId(Us, 1), standing)], Noon, new Dictionary<PartyId, int>());
        Assert.Equal("us", texts.Sides["A"]);
        var (places, _) = new CoveredPlaces([Us, Ru], texts).In(
            (Noon, Noon.AddMinutes(600)),
            [Watch("ru", 1, "A", "Ford", 0, 600)],
            null
        );
        Assert.Single(places.Single().View.Gaps); // as ru says: us has not said that it watched
    }

    [Fact]
    public void Of_each_author_one_after_the_other_is_taken_and_one_alone_has_all_of_the_room()
    {
        (string Author, int N)[] all =
        [
            .. Enumerable.Range(0, 90).Select(i => ("ru", i)),
            .. Enumerable.Range(0, 3).Select(i => ("us", i)),
            ("", 0),
        ];
        static IReadOnlyCollection<PartyId> Authors((string Author, int N) one) =>
            one.Author.Length == 0 ? [] : [PartyId.Parse(one.Author)];
        var (taken, leftOut) = FairShare.Of(all, Authors, 10);
        Assert.Equal(
            [.. Enumerable.Range(0, 7).Select(i => ("ru", i)), ("us", 0), ("us", 1), ("us", 2), ("", 0)],
            taken
        );
        Assert.Equal([KeyValuePair.Create(Ru, 83)], leftOut);
        Assert.Equal(10, FairShare.Of(all[..90], Authors, 10).Taken.Count);
        Assert.Same(all, FairShare.Of(all, Authors, 93).Taken);
    }

    [Fact]
    public void What_both_have_signed_is_listed_before_all_that_one_tables_beside_it_whatever_its_clock_says()
    {
        var line = new FoldedLine(LinePolicy.Default, "us", "ru");
        string Text(string title, params string[] parties) =>
            $$"""{"title":"{{title}}","signatories":[{{string.Join(',', parties.Select(p => $$"""{"party":"{{p}}","capacity":"party"}"""))}}],"clauses":[{"id":"1","kind":"prohibited act","text":"No fire."}],"noExpiry":true}""";
        var agreement = line.Write("ru", Kinds.AgreementTabled, Text("Both", "us", "ru"));
        var hash = AgreementFamily.Newest(line.View.ItemOf(agreement, Noon)!)!.Hash;
        line.Write("ru", Kinds.AgreementOpened, $$"""{"hash":"{{hash}}"}""", agreement);
        foreach (var party in (string[])["us", "ru"])
            line.Write(party, Kinds.AgreementSigned, $$"""{"hash":"{{hash}}","capacity":"party"}""", agreement);
        var ours = line.Write("us", Kinds.AgreementTabled, Text("Ours", "us", "ru"));
        for (var i = 0; i < 30; i++)
            line.Write("ru", Kinds.AgreementTabled, Text($"Theirs {i}", "us", "ru"));
        var listing = Listing.Of<AgreementFamily>(line.View, Noon, most: 6);
        Assert.Equal(6, listing.Items.Count);
        Assert.Contains(listing.Items, i => i.Id == agreement);
        Assert.Contains(listing.Items, i => i.Id == ours);
        Assert.Equal([KeyValuePair.Create(Ru, 26)], listing.LeftOut);
    }

    [Fact] // CEASEFIRE-23
    public void A_gap_is_closed_by_the_word_of_who_watched_and_by_nobody_elses()
    {
        var text = new AgreementText { Title = "T", Sides = [new SideName { Side = "north", Party = "us" }] };
        var place = Assert
            .Single(
                In(
                    [
                        Watch("ru", 1, "us", "Bridge", 0, 100), // another party's word
                        Watch("ru", 2, "north", "Bridge", 100, 200), // the same, by the name of its side
                        Watch("us", 3, "north", "Bridge", 200, 300),
                        Watch("us", 4, "us", "Bridge", 300, 400),
                        Watch("ru", 5, "jmc", "Bridge", 400, 500), // an observer without a feed: the word of who carries it
                    ],
                    text
                ).Places
            )
            .View;
        Assert.Equal([false, false, true, true, true], place.Watched.Select(w => w.Counts));
        Assert.Equal(
            [(Noon, Noon.AddMinutes(200)), (Noon.AddMinutes(500), Noon.AddMinutes(600))],
            place.Gaps.Select(g => (g.From, g.Until))
        );
    }

    [Fact] // CEASEFIRE-23
    public void Nobodys_thousand_places_push_out_anothers_or_those_that_were_agreed()
    {
        var text = new AgreementText { Title = "T", Areas = [new AgreedArea { Name = "zone Z" }] };
        var (places, leftOut) = In(
            [
                .. Enumerable.Range(0, 1_200).Select(i => Watch("ru", i + 1, "ru", $"a {i:0000}", 0, 60)),
                Watch("us", 1, "us", "mill", 0, 60),
            ],
            text
        );
        Assert.Equal(CoveredPlaces.MaxPlaces + 1, places.Count);
        Assert.Contains(places, p => p.View.Place == "mill");
        Assert.Contains(places, p => p.View is { Place: "zone Z", IsAgreed: true });
        Assert.Equal([KeyValuePair.Create(Ru, 201)], leftOut);
    }

    [Fact] // CEASEFIRE-23
    public void Nobodys_thousand_stretches_hide_when_another_watched_or_a_night_in_which_nobody_did()
    {
        var (places, leftOut) = In(
            [
                .. Enumerable.Range(0, 1_500).Select(i => Watch("ru", i + 1, "ru", "Bridge", 2 * i, 2 * i + 1)),
                Watch("us", 1, "us", "Bridge", 3_600, 3_700),
            ],
            minutes: 6_000
        );
        var place = Assert.Single(places).View;
        Assert.Equal(CoveredPlaces.MaxStretches, place.Watched.Count);
        Assert.Contains(place.Watched, w => w.Reporter == "us");
        Assert.Equal(501, leftOut[Ru]);
        Assert.Equal((1_501 - CoveredPlaces.MaxStretches, 1_000), (place.GapsMore, place.Gaps.Count));
        Assert.Equal(
            [Noon.AddMinutes(2_999), Noon.AddMinutes(3_700)],
            place.Gaps.Where(g => g.Until - g.From > TimeSpan.FromMinutes(1)).Select(g => g.From)
        );
    }
}
