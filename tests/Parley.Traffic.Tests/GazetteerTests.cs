using System.Text;
using Parley.Traffic.Bodies;
using Parley.Traffic.Places;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>Names of places held against positions (R13).</summary>
public sealed class GazetteerTests
{
    private static readonly double[] Bucha = [30.2088, 50.5474];

    [Fact]
    public void The_program_knows_the_worlds_places_down_to_villages()
    {
        Assert.InRange(Gazetteer.Own.Count, 150_000, 250_000);
        Assert.Equal(["UA", "DE"], Gazetteer.Own.Named("Bucha", Bucha).Select(p => p.Country));
    }

    [Theory]
    [InlineData("Rafah"), InlineData("rafah"), InlineData("Rafaḩ"), InlineData(" RAFAH "), InlineData("Rafah\u0327")]
    public void A_name_is_found_with_and_without_its_marks_and_in_any_case(string name) =>
        Assert.Contains(Gazetteer.Own.Named(name), p => p is { Name: "Rafaḩ", Country: "PS" });

    [Fact] // TRAFFIC-102
    public void A_name_whose_marks_stand_apart_from_their_letters_is_known_as_well()
    {
        Assert.Contains(Gazetteer.Own.Named("Ko\u0308ln"), p => p.Country == "DE");
        Assert.Equal(Gazetteer.Own.Named("Köln").Count, Gazetteer.Own.Named("Ko\u0308ln").Count);
    }

    [Theory]
    [InlineData("Sant Julia de Loria"), InlineData("sant-julia  de loria"), InlineData("Sant Julià de Lòria")]
    public void Punctuation_between_words_does_not_matter(string name) =>
        Assert.Equal("AD", Assert.Single(Gazetteer.Own.Named(name)).Country);

    [Theory]
    [InlineData(30.2088, 50.5474, null, false)] // there
    [InlineData(30.2200, 50.5474, null, false)] // 0.8 km east
    [InlineData(30.2300, 50.5474, null, true)] // 1.5 km east
    [InlineData(30.2300, 50.5474, 600.0, false)] // as near as the position is sure
    [InlineData(11.5100, 50.8820, null, false)] // the other place of that name
    [InlineData(-149.79, -50.5474, null, true)] // the antipode
    public void A_name_and_a_position_more_than_a_kilometre_apart_differ(
        double lon,
        double lat,
        double? uncertainty,
        bool differs
    ) => Assert.Equal(differs, Gazetteer.Own.Check(new Place("Bucha", [lon, lat], uncertainty))!.Differs);

    [Fact]
    public void What_it_does_not_know_it_does_not_judge()
    {
        Assert.Null(Gazetteer.Own.Check(null));
        Assert.Null(Gazetteer.Own.Check(new Place("Bucha")));
        Assert.Null(Gazetteer.Own.Check(new Place(null, Bucha)));
        foreach (
            var name in new[] { "Nowhere-on-Sea", "", " ", "\t\n", "\0", "Буча", "\ud800", new string('a', 100_000) }
        )
            Assert.Null(Gazetteer.Own.Check(new Place(name, Bucha)));
    }

    [Fact]
    public void Places_of_one_hash_are_told_apart_by_their_names()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 200_000; i++)
            text.Append('p').Append(i).Append("\t\tXX\t").Append(i % 900_000).Append("\t0\n"); // some four in ten thousand share a hash
        var gazetteer = new Gazetteer(Encoding.UTF8.GetBytes(text.ToString()));
        for (var i = 0; i < 200_000; i++)
            Assert.Equal($"p{i}", Assert.Single(gazetteer.Named($"p{i}")).Name);
    }
}
