namespace Parley.Testing;

/// <summary>
/// Tests and cases that only <c>./test --long</c> runs, by a trait: further versions, stores and seeds of what a short
/// one in <c>./test</c> shows already; and how many seeds, pairs or flips each of the two takes of the same promise.
/// <c>./test --list-long</c> names both.
/// </summary>
public static class Rounds
{
    /// <summary>The trait's name.</summary>
    public const string Name = "Round";

    /// <summary>Its value for what is left to the long round.</summary>
    public const string Long = "long";

    /// <summary>Whether this is a run of <c>./test --long</c>, which says so in the environment.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("PARLEY_TEST_LONG") == "1";

    /// <summary>How many of a kind this run takes: few in <c>./test</c>, all in <c>./test --long</c>.</summary>
    public static int Of(int few, int all) => IsLong ? all : few;
}
