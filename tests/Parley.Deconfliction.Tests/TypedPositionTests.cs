using Xunit;

namespace Parley.Deconfliction.Tests;

/// <summary>A position that was typed is read as that place or refused.</summary>
public sealed class TypedPositionTests
{
    [Theory]
    [
        InlineData("24.1,56.95", 24.1, 56.95),
        InlineData(" 24.1 , 56.95 ", 24.1, 56.95),
        InlineData("-24.1,-56.95", -24.1, -56.95),
        InlineData("−24.1,+56.95", -24.1, 56.95)
    ]
    [
        InlineData("56.95N 24.1E", 24.1, 56.95),
        InlineData("N56.95 E24.1", 24.1, 56.95),
        InlineData("24.1E,56.95N", 24.1, 56.95),
        InlineData("56.95 n, 24.1 w", -24.1, 56.95)
    ]
    [InlineData("56.95S24.1W", -24.1, -56.95), InlineData("S56.95W24.1", -24.1, -56.95)]
    [
        InlineData("56°57'00\"N 24°06'00\"E", 24.1, 56.95),
        InlineData("56°57′N,24°6′E", 24.1, 56.95),
        InlineData("N 56 57 0 E 24 6 0", 24.1, 56.95),
        InlineData("56°57'N24°6'E", 24.1, 56.95)
    ]
    [
        InlineData("24 6, 56 57", 24.1, 56.95),
        InlineData("-24°6', 56°57'", -24.1, 56.95),
        InlineData("56º57’36.5”S 0°0’0”E", 0, -56.960138888888889)
    ]
    [InlineData("180,90", 180, 90), InlineData("-180,-90", -180, -90), InlineData("0,0", 0, 0)]
    public void A_position_is_read_as_that_place(string text, double longitude, double latitude)
    {
        var at = TypedPosition.Read(text).Required();
        Assert.Equal(
            (longitude, latitude),
            (at.Longitude, at.Latitude),
            (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9
        );
    }

    [Theory]
    [
        InlineData(""),
        InlineData("24.1"),
        InlineData("24.1,"),
        InlineData(",56.95"),
        InlineData("24,1,56,95"),
        InlineData("24,1 56,95"),
        InlineData("24.1 56.95"),
        InlineData("24.1;56.95")
    ]
    [
        InlineData("181,0"),
        InlineData("0,91"),
        InlineData("56.95N 190E"),
        InlineData("NaN,0"),
        InlineData("1e1,0"),
        InlineData("1e999,0"),
        InlineData("Infinity,0"),
        InlineData("0x10,0")
    ]
    [
        InlineData("56°60'N 24°6'E"),
        InlineData("56°57'60\"N 24°6'E"),
        InlineData("56°99'N 24°6'E"),
        InlineData("56.5°30'N 24°6'E"),
        InlineData("56°57.5'30\"N 24°6'E")
    ]
    [
        InlineData("56.95N 24.1"),
        InlineData("56.95 24.1E"),
        InlineData("56.95N 24.1N"),
        InlineData("E24.1 W56.95"),
        InlineData("-56.95S 24.1E"),
        InlineData("56,95N 24,1E")
    ]
    [
        InlineData("5657N02406E"),
        InlineData("0957N02406E"),
        InlineData("N56.95N E24.1"),
        InlineData("24.1,56.95,0"),
        InlineData("56.95N 24.1E 5"),
        InlineData("２4.1,56.95"),
        InlineData("1 000,5")
    ]
    [
        InlineData("24.1,56.95.1"),
        InlineData("24.,56"),
        InlineData(".5,56"),
        InlineData("24..1,56"),
        InlineData("--24,56"),
        InlineData("24 6 0 0, 56"),
        InlineData("24 100, 56")
    ]
    public void What_could_be_another_place_is_refused(string text) =>
        Assert.False(TypedPosition.Read(text).TryGet(out _, out _));

    [Fact]
    public void Hostile_text_is_refused_and_never_throws()
    {
        const string letters = "0123456789.,-+ °'\"NSEWnsew−′″ \t\u2028é";
        var random = new Random(5);
        for (var i = 0; i < 100_000; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(24)).Select(_ => letters[random.Next(letters.Length)])
            );
            if (TypedPosition.Read(text).TryGet(out var at, out _))
                Assert.True(Math.Abs(at.Longitude) <= 180 && Math.Abs(at.Latitude) <= 90);
        }
        Assert.False(TypedPosition.Read(new string('1', 100_000)).TryGet(out _, out _));
    }

    [Fact]
    public void Degrees_are_read_back_to_the_last_digit()
    {
        var random = new Random(6);
        for (var i = 0; i < 10_000; i++)
        {
            var (longitude, latitude) = (
                Math.Round(random.NextDouble() * 360 - 180, 9),
                Math.Round(random.NextDouble() * 180 - 90, 9)
            );
            Assert.Equal(
                new TypedPosition(longitude, latitude),
                TypedPosition.Read(FormattableString.Invariant($"{(decimal)longitude},{(decimal)latitude}")).Required()
            );
        }
    }
}
