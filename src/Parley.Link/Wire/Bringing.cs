using System.Text;

namespace Parley.Link.Wire;

/// <summary>The answer to entries that were brought: that more is wanted, and from where. LINK-63.</summary>
internal static class Bringing
{
    private const string WantsWord = "wants ";

    /// <summary>Of an answer, what may be read of it: a word and a size.</summary>
    private const int MaxLength = 64;

    /// <summary>From where we want more; 204 where we do not.</summary>
    internal static LinkAnswer Wanted(ulong? from) =>
        from is { } size
            ? LinkAnswer.Ok(LinkAnswer.Text, Encoding.ASCII.GetBytes($"{WantsWord}{size}\n"))
            : LinkAnswer.Nothing;

    /// <summary>From where the peer wants more; null where it does not.</summary>
    internal static ulong? Read(LinkAnswer answer)
    {
        var text = Encoding.ASCII.GetString(answer.Body.Span[..Math.Min(answer.Body.Length, MaxLength)]);
        return
            answer.Status == 200
            && text.StartsWith(WantsWord, StringComparison.Ordinal)
            && CheckpointOffer.TryDecimal(text.AsSpan(WantsWord.Length).TrimEnd('\n'), out var from)
            ? from
            : null;
    }
}
