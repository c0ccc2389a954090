using System.Text.Json.Serialization;

namespace Parley.Cli.Trial;

/// <summary>What <c>parley try --json</c> prints, on one line.</summary>
internal sealed record TrialReport(string Line, IReadOnlyList<TrialReport.TrialStation> Stations)
{
    /// <param name="SignIn">The first officer's link.</param>
    /// <param name="Officers">Two officers, since some acts take two; each has a link.</param>
    internal sealed record TrialStation(
        string Party,
        string Data,
        string Api,
        string Console,
        string SignIn,
        IReadOnlyList<TrialOfficer> Officers
    );

    internal sealed record TrialOfficer(string Name, string Seat, string SignIn);
}

/// <summary><c>try.json</c>: what a second run on the same directory needs to be the same.</summary>
internal sealed record TrialState(IReadOnlyList<TrialState.Ports> Stations, string? Line = null)
{
    internal sealed record Ports(string Party, int Api, int Link);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TrialReport))]
[JsonSerializable(typeof(TrialState))]
internal sealed partial class TrialJson : JsonSerializerContext;
