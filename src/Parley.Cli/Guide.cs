using System.CommandLine;

namespace Parley.Cli;

/// <summary>The texts that help: the short guide of a bare <c>parley</c>, and examples under each command's help.</summary>
internal static class Guide
{
    internal const string Text = """
        parley: a deconfliction hotline between stations that need not trust each other

        See it work, with two stations on this machine:
          parley try

        Set up a station:
          parley init --party us --name "United States" --data us --address 192.0.2.1:7100
          parley run  --data us --link 0.0.0.0:7100
          parley card --data us --out us.card         give this to the other party
          parley line open --data us --with ru.card   compare fingerprints, then open

        Every day:
          parley status                               who is reachable, what is undelivered
          parley send --wait sealed "text"            returns when the other side holds it
          parley record follow                        what is said, as it is said
          parley record export --out record.zip
          parley verify record.zip                    offline; anyone can

        More: parley --help, parley COMMAND --help. The data directory: --data, or PARLEY_DATA, or ./parley-data.
        """;

    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["parley init"] = ["""parley init --party us --name "United States" --data us --address 192.0.2.1:7100""", "parley init --party icrc --name ICRC --passphrase"],
        ["parley run"] = ["parley run --data us --link 0.0.0.0:7100 --listen http://127.0.0.1:7180", "parley run --data us --store postgres://parley@localhost/parley"],
        ["parley card"] = ["parley card --out us.card", "parley card --address 192.0.2.1:7100 --out us.card"],
        ["parley line open"] = ["parley line open --with ru.card --slug us-ru", """parley line open --with ru.card --fingerprint "ru=acid army …" --out us-ru.line"""],
        ["parley line accept"] = ["""parley line accept us-ru.line --fingerprint "us=1f0c 77a2 …" """],
        ["parley line list"] = ["parley line list", "parley line list --json"],
        ["parley line status"] = ["parley line status --line us-ru"],
        ["parley send"] =
        [
            """parley send "Two aircraft will cross the line at 14:00Z" """,
            """parley send --precedence flash --wait sealed=30 "Cease fire at 1200Z" """,
            """parley send --attach map.png "The corridor, as agreed" """,
            """parley send --off-record --to ru "Call me" """,
            "cat report.txt | parley send --mark exercise -",
        ],
        ["parley ack"] = ["""parley ack ru/17 --note "Understood, passed on" """],
        ["parley record list"] = ["parley record list --limit 20", "parley record list --line us-ru --json"],
        ["parley record show"] = ["parley record show ru/17", "parley record show ru/17 --proof > ru-17.tlog-proof"],
        ["parley record follow"] = ["parley record follow", "parley record follow --json --from 120"],
        ["parley record export"] = ["parley record export --out record.zip", "parley record export --line us-ru --out evidence/"],
        ["parley verify"] = ["parley verify record.zip", "parley verify evidence/ --line-fingerprint 1f0c77a2…"],
        ["parley try"] = ["parley try", "parley try --data demo --json"],
    };

    internal static IEnumerable<string> AllExamples => Examples.Values.SelectMany(e => e);

    internal static string PathOf(Command command)
    {
        var names = new Stack<string>();
        for (var at = command; ; at = at.Parents.OfType<Command>().First())
        {
            names.Push(at is RootCommand ? "parley" : at.Name);
            if (at is RootCommand || !at.Parents.OfType<Command>().Any()) return string.Join(' ', names);
        }
    }

    internal static IReadOnlyList<string> ExamplesOf(Command command) => Examples.GetValueOrDefault(PathOf(command), []);
}
