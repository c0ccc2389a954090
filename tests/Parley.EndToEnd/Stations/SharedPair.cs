using Parley.EndToEnd.Console;
using Xunit;

namespace Parley.EndToEnd.Stations;

/// <summary>
/// The stations us and ru for every test that leaves them running and does not mind what others said before. Tests of
/// the collection
/// run one after the other. The line between them is opened as officers do it, each command a process of its own.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SharedPair : IAsyncLifetime, ICollectionFixture<SharedPair>
{
    /// <summary>The collection.</summary>
    public const string Name = "one pair of stations";

    internal OpenLine Open { get; private set; } = null!;
    internal TestStation Us => Open["us"];
    internal TestStation Ru => Open["ru"];
    internal string Line => Open.Line;

    public async ValueTask InitializeAsync() =>
        Open = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s =>
            {
                if (Directory.Exists(Browser.Built))
                    s.Environment["PARLEY_CONSOLE"] = Browser.Built;
            },
            alone: true
        );

    public ValueTask DisposeAsync() => Open.DisposeAsync();
}
