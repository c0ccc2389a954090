using Xunit;

namespace Parley.Record.Tests.Entries;

/// <summary>When two names are one officer's. The rule of fold 1 is frozen: what counted by it counts at every
/// station.</summary>
public sealed class OfficerNameTests
{
    [Theory] // TRAFFIC-5, TRAFFIC-103
    [InlineData("A. Smith", "A.  Smith", true, true)]
    [InlineData("A. Smith", "A. Sm\u00ADith", true, true)]
    [InlineData("A. Smith", "A.\u00A0Smith", true, true)]
    [InlineData("A. Smith", "Ａ. Smith", true, true)]
    [InlineData("José", "Jose\u0301", true, true)]
    [InlineData("Иосиф Йод", "ИОСИФ И\u0306ОД", true, true)]
    [InlineData("Nguyễn Văn A", "Nguye\u0302\u0303n Va\u0306n A", false, true)]
    [InlineData("김철수", "\u1100\u1175\u11B7\u110E\u1165\u11AF\u1109\u116E", false, true)]
    [InlineData("\u0958ा\u095Bी", "क\u093Cाज\u093Cी", false, true)]
    [InlineData("ﺳﻼﻡ", "سلام", false, true)]
    [InlineData("ガンダム", "ｶﾞﾝﾀﾞﾑ", false, true)]
    [InlineData("Ⓐ. Smith", "A. Smith", false, true)]
    [InlineData("A. Smith", "B. Smith", false, false)]
    [InlineData("김철수", "김철호", false, false)]
    [InlineData("काज", "काजी", false, false)]
    public void One_officer_is_one_however_the_name_is_written(string first, string second, bool inFold1, bool inFold2)
    {
        var by = new Officer("watch", first, new Officer("watch", second));
        Assert.Equal((inFold1, inFold2), (by.IsNamed(second, 1), by.IsNamed(second, 2)));
        Assert.Equal((!inFold1, !inFold2), (by.HasSecond(1), by.HasSecond(2)));
        Assert.Equal(inFold2, by.LacksSecond("flash", 2) is not null);
        Assert.Equal(inFold2, by.IsNamed(second));
    }
}
