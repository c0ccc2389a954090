using System.Globalization;

namespace Parley.Bench;

/// <summary>A measurement that could not be made.</summary>
internal sealed class BenchFailure(string reason) : Exception(reason);

/// <summary>What to measure, and how much of it.</summary>
internal sealed record BenchOptions(string What)
{
    internal const string Usage = """
        bench/run delivery|latency|catch-up|verify|append|fold|conflicts|blind|blind-link|call|start|hostile|import|tally [--entries N] [--body BYTES] [--data DIR] [--keep] [--profile]
        bench/run side-by-side [--rounds N] [--entries N] [--body BYTES] [--data DIR] [--keep]
        bench/run call-audio [--rounds N]   from the answer to the first sound, between two Chromium; then baresip to baresip, where that is installed
        bench/run kills [--rounds N] [--seed N]
          --entries N   how many entries (delivery 300000, latency 2000, catch-up, verify, fold and start 1000000, append 10000000), volumes (conflicts 1000000) or cells (blind 1000, 4000, 16000; blind-link 1000, 4000), calls (call 200)
                        messages of a round (side-by-side 12000), observations (import and tally 1000000); hostile: only the attack of that number, from 1 on
          --rounds N    side-by-side: how often each system has its turn (3). Two Prosody servers are needed; exit code 3 says that what is to be installed is not there
          --body BYTES  bytes of JSON in each body (1024)
          --data DIR    an empty directory on the disk to measure (artifacts/bench/…); removed afterwards unless --keep. blind: where psi.js is (artifacts/psi)
          --both        delivery: both stations write at once
          --profile     stations write what `perf` needs to name their methods
        """;

    private static readonly string[] Known =
    [
        "delivery",
        "latency",
        "catch-up",
        "verify",
        "append",
        "fold",
        "conflicts",
        "blind",
        "blind-link",
        "call",
        "baresip",
        "side-by-side",
        "start",
        "hostile",
        "import",
        "tally",
    ];

    internal long? Entries { get; private init; }
    internal int BodyBytes { get; private init; } = 1024;
    internal string? Data { get; init; }
    internal int? Rounds { get; private init; }
    internal bool Keep { get; private init; }
    internal bool Both { get; private init; }
    internal bool Profile { get; private init; }

    internal static BenchOptions? Parse(string[] arguments, out string wrong)
    {
        wrong = "say what to measure";
        if (arguments is not [var what, ..] || !Known.Contains(what))
            return null;
        var options = new BenchOptions(what);
        for (var i = 1; i < arguments.Length; i++)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--keep":
                    options = options with { Keep = true };
                    continue;
                case "--both":
                    options = options with { Both = true };
                    continue;
                case "--profile":
                    options = options with { Profile = true };
                    continue;
                case "--data" when value is not null:
                    options = options with { Data = value };
                    break;
                case "--entries"
                    when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var entries)
                        && entries > 0:
                    options = options with { Entries = entries };
                    break;
                case "--rounds"
                    when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
                        && rounds > 0:
                    options = options with { Rounds = rounds };
                    break;
                case "--body"
                    when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                        && bytes is >= LoadBody.Least and <= 48 * 1024:
                    options = options with { BodyBytes = bytes };
                    break;
                default:
                    wrong = $"'{arguments[i]}' is not understood";
                    return null;
            }
            i++;
        }
        return options;
    }
}
