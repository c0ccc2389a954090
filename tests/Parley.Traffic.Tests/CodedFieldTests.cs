using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>Numbers, times and positions that need no translation (R9).</summary>
public sealed class CodedFieldTests
{
    [Theory] // TRAFFIC-15
    [InlineData("""{"name":"range","number":12,"unit":"km"}""", null)]
    [InlineData("""{"name":"vehicles","number":40}""", null)]
    [InlineData("""{"name":"at","time":"2022-03-23T14:05:00.000Z"}""", null)]
    [InlineData("""{"name":"where","position":[36.58,50.59]}""", null)]
    [InlineData("""{"name":"range","number":12,"unit":"leagues"}""", "not agreed")]
    [InlineData("""{"name":"range","unit":"km"}""", "one number, one time or one position")]
    [InlineData("""{"name":"at","time":"2022-03-23T14:05:00.000Z","unit":"km"}""", "a unit without a number")]
    [InlineData("""{"name":"both","number":1,"position":[1,2]}""", "one number, one time or one position")]
    [InlineData("""{"name":"where","position":[361,0]}""", "longitude")]
    public void A_field_holds_one_value_in_a_unit_that_both_ends_read_alike(string field, string? refused)
    {
        var record = new TestRecord();
        var (header, body) = record.Draft(
            "us",
            Kinds.MessageSent,
            $$"""{"text":"as follows","fields":[{{field}}]}""",
            []
        );
        var reason = record.View().Refuse(header, body);
        if (refused is null)
            Assert.Null(reason);
        else
            Assert.Contains(refused, reason, StringComparison.Ordinal);
    }
}
