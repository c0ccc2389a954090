namespace Parley.Simulation;

/// <summary>A promise was broken: the run shows a defect.</summary>
internal sealed class Broken(string what) : Exception(what)
{
    internal static void Unless(bool holds, Func<string> otherwise)
    {
        if (!holds)
            throw new Broken(otherwise());
    }
}
