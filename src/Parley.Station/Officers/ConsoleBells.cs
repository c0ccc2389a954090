using System.Collections.Concurrent;
using Parley.Station.Desks;

namespace Parley.Station.Officers;

/// <summary>The bells of one session's pages, while they follow the events: as many as it may have streams. Safe from any
/// thread.</summary>
internal sealed class ConsoleBells
{
    /// <summary>Longest name that a page gives itself.</summary>
    private const int MaxName = 64;

    private readonly ConcurrentDictionary<string, ConsoleBell> bells = new(StringComparer.Ordinal);

    /// <summary>Hangs a page's bell for as long as its stream lasts. A page without a name cannot be armed later.</summary>
    internal Hung Hang(string? console, bool armed)
    {
        var bell = new ConsoleBell { IsArmed = armed };
        var name = console is { Length: > 0 and <= MaxName } ? console : null;
        if (name is not null)
            bells[name] = bell;
        return new Hung(this, name, bell);
    }

    /// <summary>False where no stream of a page of that name is open.</summary>
    internal bool Arm(string console, bool armed)
    {
        if (!bells.TryGetValue(console, out var bell))
            return false;
        bell.IsArmed = armed;
        return true;
    }

    /// <summary>A bell that hangs until its stream ends.</summary>
    internal sealed class Hung(ConsoleBells of, string? name, ConsoleBell bell) : IDisposable
    {
        internal ConsoleBell Bell => bell;

        public void Dispose()
        {
            if (name is not null)
                of.bells.TryRemove(KeyValuePair.Create(name, bell));
        }
    }
}
