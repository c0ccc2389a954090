namespace Parley.Traffic.Bodies;

/// <summary>Words that a text usually is; any other may stand there too. A form offers them.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UsualAttribute(params string[] words) : Attribute
{
    internal IReadOnlyList<string> Words { get; } = words;
}

/// <summary>How long each text of a list may be, in characters.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EachAttribute(int longest) : Attribute
{
    internal int Longest { get; } = longest;
}

/// <summary>What a number counts: <c>s</c>, <c>min</c>, <c>m</c> or <c>deg</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UnitAttribute(string name) : Attribute
{
    internal string Name { get; } = name;
}
