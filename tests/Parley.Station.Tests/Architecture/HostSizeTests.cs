using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Parley.Station.Tests.Architecture;

/// <summary>
/// The host stays made of small parts (docs/decisions/0040): what a type keeps, what it is made with and how long it is
/// are counted in the assembly and in its source.
/// </summary>
public sealed class HostSizeTests
{
    private const int MaxFields = 12;
    private const int MaxParameters = 6;
    private const int MaxLines = 300;

    private static readonly Assembly Host = typeof(StationHost).Assembly;

    private const BindingFlags Own =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Types that somebody wrote: not those that the compiler makes for lambdas, iterators and JSON.</summary>
    private static IEnumerable<Type> Written =>
        Host.GetTypes()
            .Where(t => t.Namespace?.StartsWith("Parley.Station", StringComparison.Ordinal) == true)
            .Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute)) && !t.Name.Contains('<'))
            .Where(t => !t.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute)))
            .Where(t => !typeof(System.Text.Json.Serialization.JsonSerializerContext).IsAssignableFrom(t));

    /// <summary>A record is data: what it is made with is what it says, and the API's own shapes are as wide as what
    /// they tell.</summary>
    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$", Own) is not null || IsRecordStruct(type);

    private static bool IsRecordStruct(Type type) =>
        type.IsValueType && type.GetMethod("PrintMembers", Own) is not null;

    /// <summary>What ASP.NET Core derives its work from and makes by itself takes what its base class asks for.</summary>
    private static bool IsMadeByTheFramework(Type type) =>
        type.BaseType is { } parent
        && parent.Assembly != Host
        && parent.GetConstructors(Own).All(c => c.GetParameters().Length > MaxParameters)
        && parent.GetConstructors(Own).Length > 0;

    [Fact]
    public void No_type_of_the_host_keeps_more_than_twelve_fields()
    {
        var wide = Written
            .Where(t => t.IsClass && !IsRecord(t))
            .Select(t => (t.FullName, Count: t.GetFields(Own).Length))
            .Where(t => t.Count > MaxFields)
            .Select(t => $"{t.FullName}: {t.Count} fields");
        Assert.Empty(wide);
    }

    [Fact]
    public void No_constructor_of_the_host_takes_more_than_six_parameters()
    {
        var wide = Written
            .Where(t => !IsRecord(t) && !IsMadeByTheFramework(t))
            .SelectMany(t => t.GetConstructors(Own))
            .Where(c => c.GetParameters().Length > MaxParameters)
            .Select(c => $"{c.DeclaringType!.FullName}: {c.GetParameters().Length} parameters");
        Assert.Empty(wide);
    }

    [Fact]
    public void No_class_of_the_host_is_longer_than_three_hundred_lines()
    {
        var tooLong = SourceFiles
            .SelectMany(HostSource.Types)
            .GroupBy(t => t.Name, StringComparer.Ordinal)
            .Select(t => (Name: t.Key, Lines: t.Sum(part => part.Lines)))
            .Where(t => t.Lines > MaxLines)
            .Select(t => $"{t.Name}: {t.Lines} lines");
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Every_type_that_is_written_is_found_in_the_source()
    {
        var found = SourceFiles.SelectMany(HostSource.Types).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(
            Written.Where(t => !t.IsNested).Select(t => t.FullName!.Split('`')[0]),
            t => !found.Contains(t)
        );
    }

    private static IEnumerable<string> SourceFiles => HostSource.Files("src/Parley.Station");
}
