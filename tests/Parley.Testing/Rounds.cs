namespace Parley.Testing;

/// <summary>
/// Tests and cases that only <c>./test --long</c> runs, by a trait: further versions, stores and seeds of what a short
/// one in <c>./test</c> shows already.
/// <c>./test --list-long</c> names them.
/// </summary>
public static class Rounds
{
    /// <summary>The trait's name.</summary>
    public const string Name = "Round";

    /// <summary>Its value for what is left to the long round.</summary>
    public const string Long = "long";
}
