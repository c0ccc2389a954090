using Parley.Record;
using Parley.Station.Desks;
using Xunit;

namespace Parley.Station.Tests.Desks;

/// <summary>What of very much an answer about a room gives.</summary>
public sealed class RoomPicturesTests
{
    [Fact]
    public void Of_each_party_its_newest_are_shown_and_nobodys_many_take_anothers_place()
    {
        var (a, m) = (PartyId.Parse("a"), PartyId.Parse("m"));
        (PartyId By, int Nth)[] said = [(m, 0), (a, 1), .. Enumerable.Range(2, 500).Select(i => (a, i)), (m, 502)];
        Assert.Equal([(m, 0), (a, 500), (a, 501), (m, 502)], RoomPictures.Newest(said, one => one.By, 2));
        Assert.Empty(RoomPictures.Newest(said, one => one.By, 0));
    }
}
