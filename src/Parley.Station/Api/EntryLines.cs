using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Parley.Station.Api;

/// <summary>
/// The lines of an <c>application/x-ndjson</c> request as drafts, read as the station takes them. Ends at the first
/// line that is
/// refused, and then <see cref="Refused"/> says which and why.
/// </summary>
internal sealed class EntryLines(PipeReader reader, Speaker speaker)
{
    private long line;

    internal Refusal? Refused { get; private set; }

    internal async IAsyncEnumerable<EntryDraft> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var result = await ReadMoreAsync(ct);
            if (Refused is not null)
                yield break;
            var rest = result.Buffer;
            try
            {
                while (TryTakeLine(ref rest, result.IsCompleted, out var text))
                {
                    line++;
                    if (text.Length > Answers.MaxRequest)
                        Refused = Refusal.TooLarge($"line {line} is longer than {Answers.MaxRequest} bytes");
                    else if (IsBlank(text))
                        continue;
                    else if (Entry(text).TryGet(out var draft, out var why))
                        yield return draft;
                    else
                        Refused = why with { Reason = $"line {line}: {why.Reason}" };
                    if (Refused is not null)
                        yield break;
                }
                if (rest.Length > Answers.MaxRequest)
                {
                    Refused = Refusal.TooLarge($"line {line + 1} is longer than {Answers.MaxRequest} bytes");
                    yield break;
                }
            }
            finally
            {
                // Also where a line is refused: with a read under way, the server could not read the request to its end, and
                // would cut the connection off with the answer on it.
                reader.AdvanceTo(rest.Start, rest.End);
            }
            if (result.IsCompleted)
                yield break;
        }
    }

    private async ValueTask<ReadResult> ReadMoreAsync(CancellationToken ct)
    {
        try
        {
            return await reader.ReadAsync(ct);
        }
        catch (BadHttpRequestException)
        {
            Refused = Refusal.Invalid($"the request ended early, after line {line}");
            return default;
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool isLast, out ReadOnlySequence<byte> text)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            text = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }
        text = rest;
        if (!isLast || rest.IsEmpty)
            return false;
        rest = rest.Slice(rest.End);
        return true;
    }

    private static bool IsBlank(ReadOnlySequence<byte> text)
    {
        foreach (var part in text)
        {
            if (part.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
                return false;
        }
        return true;
    }

    private Outcome<EntryDraft> Entry(ReadOnlySequence<byte> text)
    {
        var utf8 = text.IsSingleSegment ? text.FirstSpan : text.ToArray();
        return Answers.Parse(utf8, ApiJson.Default.EntryRequest).TryGet(out var request, out var why)
            ? HandedOver.From(request, speaker)
            : why;
    }
}
