using System.Text;
using Parley.Record;

namespace Parley.Cli.Replay;

/// <summary>The scenario that comes with the program: a day between two parties that do not exist (<c>day.json</c>
/// beside this file).</summary>
internal static class OwnScenario
{
    private const string Resource = "day.json";

    /// <summary>The day with these two parties in the roles of Norland and Sudmark.</summary>
    internal static Scenario With(ScenarioParty first, ScenarioParty second)
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(Bytes()));
        // In the file, the ids and names of the two stand between quotes of their own only where they name a party.
        foreach (
            var (role, name, party) in (ReadOnlySpan<(string, string, ScenarioParty)>)
                [("norland", "Norland", first), ("sudmark", "Sudmark", second)]
        )
            text.Replace($"\"{role}\"", $"\"{party.Id}\"").Replace($"\"{name}\"", $"\"{party.Name}\"");
        return ScenarioReader.Read(Encoding.UTF8.GetBytes(text.ToString())).Required();
    }

    /// <summary>The file as it is shipped.</summary>
    internal static byte[] Bytes()
    {
        using var stream =
            typeof(OwnScenario).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in this program");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
