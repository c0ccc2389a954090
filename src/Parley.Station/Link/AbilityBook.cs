using System.Collections.Concurrent;
using Parley.Crypto;

namespace Parley.Station.Link;

/// <summary>
/// What stations can do beyond the link's first version: each says it in a header with every request and answer, which
/// stations without it do not look at. Nobody is asked for what it has not said, so that nothing new reaches an older
/// peer. Safe from any thread. CALL-10.
/// </summary>
internal sealed class AbilityBook
{
    internal const string Header = "parley-can";

    /// <summary>The call, in its first version.</summary>
    internal const string Call = "call-1";

    /// <summary>Longest list that is looked at.</summary>
    private const int MaxLength = 256;

    private readonly ConcurrentDictionary<PublicKey, bool> callers = new();

    /// <summary>What this station says of itself.</summary>
    internal string Own { get; set; } = Call;

    /// <summary>A peer said what it can do; one that says nothing has been put back to an older program.</summary>
    internal void Heard(PublicKey identity, string? text)
    {
        var can = text is { Length: <= MaxLength } && text.Split(' ').Contains(Call, StringComparer.Ordinal);
        if (can)
            callers[identity] = true;
        else if (callers.ContainsKey(identity))
            callers[identity] = false;
    }

    internal bool CanCall(PublicKey identity) => callers.GetValueOrDefault(identity);
}
