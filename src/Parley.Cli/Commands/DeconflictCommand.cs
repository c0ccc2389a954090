using System.CommandLine;
using System.Text;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Deconfliction;
using Parley.Record;

namespace Parley.Cli.Commands;

/// <summary>Finds the conflicts in a file of activities, with nothing but the file. Exit code 0: none; 1: some, each
/// printed; 2: the file cannot be used.</summary>
internal static class DeconflictCommand
{
    private const int Unusable = 2;

    internal static Command Create(CommandContext context)
    {
        var path = new Argument<string>("FILE")
        {
            Description =
                """{"activities":{"NAME":[Volume4D,…],…}} with volumes as in ASTM F3548; - reads standard input""",
        };
        var separation = new Option<string?>("--separation")
        {
            Description =
                "What must lie between two volumes: HORIZONTAL[,VERTICAL[,TIME]], such as 500m,100m,60s (else they must not touch)",
            HelpName = "MINIMA",
        };
        var json = CommandContext.Json();
        var command = new Command("deconflict", "Find conflicts between planned activities in a file, offline")
        {
            path,
            separation,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var minima = Separation.None;
                if (
                    parsed.GetValue(separation) is { } text
                    && !Separation.Parse(text).TryGet(out minima, out var wrong)
                )
                    throw new Failure($"--separation: {wrong}", Program.Usage);
                var target = parsed.GetValue(path)!;
                var bytes = await ReadAsync(target, ct);
                if (!ActivitiesFile.Parse(bytes).TryGet(out var file, out var reason))
                    throw new Failure($"{target} {Sentence(reason)}", Unusable);
                var asJson = parsed.GetValue(json) || !screen.IsTerminal; // what is not read by a person is one object a line
                var found = 0;
                foreach (var pair in ConflictPairs.Among([.. file.Activities.Select(a => a.Volumes)], minima))
                {
                    ct.ThrowIfCancellationRequested();
                    found++;
                    if (asJson)
                        screen.Json(ToJson(file, pair));
                    else
                        Print(screen, file, pair, minima);
                }
                if (!asJson)
                    screen.Line(
                        found == 0
                            ? $"No conflicts among {file.Activities.Count} activities, as they are stated here."
                            : $"{found} {(found == 1 ? "pair conflicts" : "pairs conflict")}."
                    );
                return found == 0 ? Program.Done : Program.Failed;
            }
        );
        return command;
    }

    /// <summary>A reason that begins with a place reads better after a colon.</summary>
    private static string Sentence(string reason) =>
        reason.StartsWith("activities.", StringComparison.Ordinal) ? $"cannot be used: {reason}" : reason;

    private static async Task<byte[]> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            if (path == "-")
            {
                using var input = new MemoryStream();
                await using var standard = Console.OpenStandardInput();
                await CopyAsync(standard, input, ct);
                return input.ToArray();
            }
            if (!File.Exists(path))
                throw new Failure($"{path} is not there", Unusable);
            return new FileInfo(path).Length > ActivitiesFile.MaxLength
                ? throw new Failure($"{path} is larger than {ActivitiesFile.MaxLength >> 20} MiB", Unusable)
                : await File.ReadAllBytesAsync(path, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"{path} cannot be read: {e.Message}", Unusable);
        }
    }

    private static async Task CopyAsync(Stream from, MemoryStream to, CancellationToken ct)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, ct) is > 0 and var read)
        {
            if (to.Length + read > ActivitiesFile.MaxLength)
                throw new Failure($"standard input is larger than {ActivitiesFile.MaxLength >> 20} MiB", Unusable);
            to.Write(buffer, 0, read);
        }
    }

    private static string ToJson(ActivitiesFile file, ConflictPair pair)
    {
        using var stream = new MemoryStream();
        using (
            var w = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions
                {
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        )
        {
            w.WriteStartObject();
            w.WriteString("a", file.Activities[pair.First].Name);
            w.WriteString("b", file.Activities[pair.Second].Name);
            w.WriteStartArray("volumes");
            foreach (var (first, second) in pair.Volumes)
            {
                w.WriteStartArray();
                w.WriteNumberValue(first);
                w.WriteNumberValue(second);
                w.WriteEndArray();
            }
            w.WriteEndArray();
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Print(Screen screen, ActivitiesFile file, ConflictPair pair, Separation separation)
    {
        var ((nameA, a), (nameB, b)) = (file.Activities[pair.First], file.Activities[pair.Second]);
        screen.Line($"{screen.Bold(SafeText.ShowLine(nameA))} and {screen.Bold(SafeText.ShowLine(nameB))}");
        foreach (var (first, second) in pair.Volumes)
        {
            var overlap = Overlap.Of(a[first], b[second], separation);
            screen.Line(
                $"  volumes {first} and {second}: {overlap.SouthWest} to {overlap.NorthEast}, {Metres(overlap.Altitude.Lower)} to {Metres(overlap.Altitude.Upper)} {overlap.Altitude.Reference.ToString().ToUpperInvariant()}, {Instant(overlap.Time.StartsAt)} to {Instant(overlap.Time.EndsAt)}"
            );
        }
    }

    private static string Metres(int millimetres) =>
        millimetres is AltitudeBand.Below or AltitudeBand.Above
            ? "open"
            : FormattableString.Invariant($"{millimetres / 1000.0:0.###} m");

    private static string Instant(DateTimeOffset? at) => at is { } time ? UtcText.ToSecond(time) : "open";
}
