using System.Text.Json;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Incidents;

/// <summary>Rules by which observers have counted; what parties agree takes their place (C-1).</summary>
public static class CountingRules
{
    /// <summary>Every discharge counts.</summary>
    public static CountingRule Discharges { get; } =
        new()
        {
            Name = "discharges",
            Unit = CountingRule.Discharge,
            Exclude = ["flare", "tracer"],
            What = "every discharge counts, summed over observations; flares and tracers do not",
        };

    /// <summary>Thirty discharges or more without a quiet hour between them are one.</summary>
    public static CountingRule Shellings { get; } =
        new()
        {
            Name = "shellings",
            Unit = CountingRule.Incident,
            Gap = "PT1H",
            Least = 30,
            Exclude = ["flare", "tracer"],
            What =
                "thirty discharges or more with no hour of quiet between them are one; flares and tracers do not count",
        };

    /// <summary>Those that have a name everywhere.</summary>
    public static IReadOnlyList<CountingRule> Known { get; } = [Discharges, Shellings];

    /// <summary>Reads a rule from a file: one object; why it makes none.</summary>
    public static Parsed<CountingRule> Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(NullMembers.LeftOut(json).Span, TrafficJson.Default.CountingRule)
                    is not { } rule
                    ? new Rejected("a rule is one object")
                : new BodyRules(TrafficJson.Default.CountingRule).Problem(rule) is { } problem
                    ? new Rejected($"the rule makes no sense: {problem}")
                : rule;
        }
        catch (JsonException)
        {
            return new Rejected("the rule is not of its shape: unit, gap, least, exclude");
        }
    }
}
