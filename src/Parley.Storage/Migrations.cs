using System.Reflection;

namespace Parley.Storage;

/// <summary>The numbered steps of a schema, embedded as <c>sqlite/0001</c>, <c>postgres/0001</c> …; never edited once
/// released, only added to.</summary>
internal static class Migrations
{
    /// <summary>The steps in order; the first is number 1.</summary>
    internal static IReadOnlyList<string> Of(string database)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var steps = new List<string>();
        while (assembly.GetManifestResourceStream($"{database}/{steps.Count + 1:0000}") is { } stream)
        {
            using var reader = new StreamReader(stream);
            steps.Add(reader.ReadToEnd());
        }
        return steps;
    }

    internal static StoreFaultException Newer(string description, long stored, int known, DateTimeOffset at) =>
        new(
            new StoreFault(
                StoreFaultKind.Unsuitable,
                $"{description} has schema {stored}; this program knows {known}. It was written by a newer Parley: use that one",
                at
            )
        );
}
