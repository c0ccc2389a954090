using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;

namespace Parley.Cli.Commands;

/// <summary>What a command tells: for programs the station's own JSON, one object or one per line; for people the same
/// in words.</summary>
/// <param name="screen">Where it is told.</param>
/// <param name="asJson">True for programs.</param>
internal sealed class ReportPrinter(Screen screen, bool asJson)
{
    private bool hasTold;

    /// <summary>An answer that is one thing.</summary>
    internal int Tell(string answer, Action<Screen, JsonElement> inWords)
    {
        hasTold = true;
        if (asJson)
            screen.Json(answer);
        else
        {
            using var read = JsonDocument.Parse(answer);
            inWords(screen, read.RootElement);
        }
        return Program.Done;
    }

    /// <summary>That something was done which has no answer.</summary>
    /// <param name="member">What was done, for programs.</param>
    /// <param name="what">To what.</param>
    /// <param name="inWords">The same for people.</param>
    internal int Done(string member, string? what, string inWords)
    {
        if (asJson)
            screen.Json(new JsonObject { [member] = what }.ToJsonString(ApiJson.Readable.Options));
        else
            screen.Line(inWords);
        return Program.Done;
    }

    /// <summary>An answer that is a list: each thing by itself.</summary>
    /// <returns>How many, and the last of them.</returns>
    internal (int Count, JsonElement Last) TellEach(string answer, Action<Screen, JsonElement> inWords)
    {
        using var list = JsonDocument.Parse(answer);
        JsonElement last = default;
        foreach (var item in list.RootElement.EnumerateArray())
        {
            hasTold = true;
            last = item;
            if (asJson)
                screen.Json(item.GetRawText());
            else
                inWords(screen, item);
        }
        return (list.RootElement.GetArrayLength(), last.ValueKind == JsonValueKind.Undefined ? last : last.Clone());
    }

    /// <summary>Where nothing was told, says so to people.</summary>
    internal int OrElse(string none)
    {
        if (!hasTold && !asJson)
            screen.Line(none);
        return Program.Done;
    }
}
