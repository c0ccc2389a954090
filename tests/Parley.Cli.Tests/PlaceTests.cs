using Xunit;

namespace Parley.Cli.Tests;

public sealed class PlaceTests
{
    [Fact]
    public async Task A_name_and_a_position_are_held_against_each_other_without_a_station()
    {
        using var transcript = new Transcript();
        await transcript.PlayAsync(
            """
            $ parley place Plesetsk --position 40.58,62.93
            Plesetsk  RU  62.7117° N 40.291° E
            DIFFER  the nearest is 28.4 km from the position
            ? 1
            $ parley place plesetsk --position 40.29,62.71
            Plesetsk  RU  62.7117° N 40.291° E
            AGREE  0.2 km apart
            $ parley place Nowhere-on-Sea --position 0,0
            No place 'Nowhere-on-Sea' is known here, which says nothing about whether there is one.
            $ parley place Rafah --json
            {"known":[{"name":"Rafaḩ","country":"PS","position":[34.2436,31.2972]},{"name":"Rafaḩ","country":"EG","position":[34.2387,31.282]}],"check":null}
            $ parley place Rafah --position 34
            ! parley: --position takes LON,LAT in degrees, not '34'
            ? 2
            $ parley place plesetsk --position 62°42'36"N40°17'24"E
            Plesetsk  RU  62.7117° N 40.291° E
            AGREE  0.2 km apart
            """
        );
    }
}
