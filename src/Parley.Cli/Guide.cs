using System.CommandLine;

namespace Parley.Cli;

/// <summary>The texts that help: the short guide of a bare <c>parley</c>, and examples under each command's
/// help.</summary>
internal static class Guide
{
    internal const string Text = """
        parley: a deconfliction hotline between stations that need not trust each other

        See it work, with two stations on this machine:
          parley try

        Set up a station:
          parley init --party us --name "United States" --data us --address 192.0.2.1:7100
          parley run  --data us --link 0.0.0.0:7100
          parley invite --data us --name NAME --seat watch    a link to the console
          parley card --data us --out us.card         give this to the other party
          parley line open --data us --with ru.card   compare fingerprints, then open

        Every day:
          parley status                               who is reachable, what is undelivered
          parley send --wait sealed "text"            returns when the other side holds it
          parley record follow                        what is said, as it is said
          parley call request, clarify ask, notice …  and what is open: parley traffic
          parley chronology                           who asked, who answered, how long the silence
          parley record export --out record.zip
          parley verify record.zip                    offline; anyone can
          parley backup --out FOLDER                  while it runs; then parley check, parley restore
          parley carry export, carry import FILE      when the wire is cut: sealed files, carried by hand

        More: parley --help, parley COMMAND --help. The data directory: --data, or PARLEY_DATA, or ./parley-data.
        """;

    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["parley coverage gaps"] =
        [
            "parley coverage gaps --from 2022-03-22T17:30Z --until 2022-03-23T17:30Z",
            "parley coverage gaps --from 2022-03-22 --until 2022-03-23 --place Bridge --json",
        ],
        ["parley order list"] = ["parley order list", "parley order list --json"],
        ["parley returnfire notify"] =
        [
            "parley returnfire notify --notice \"We answer the fire from the mill.\" --tried \"the hotline, twice\" --failure \"nobody answered\" --authority \"Brigade command\" --by \"A. First\" --released-by \"B. Second\"",
        ],
        ["parley returnfire answer"] =
        [
            "parley returnfire answer ru/17 --answer checking --note \"we ask the battery\"",
        ],
        ["parley returnfire begin"] = ["parley returnfire begin us/31 --reason \"the fire goes on\""],
        ["parley returnfire end"] = ["parley returnfire end us/31 --reason \"it has stopped\""],
        ["parley summary draft"] =
        [
            "parley summary draft",
            "parley summary draft --day 2022-03-23 --zone Europe/Kyiv --closes 19:30 --rule shellings",
        ],
        ["parley summary release"] =
        [
            "parley summary release --day 2022-03-23 --by \"A. First\" --wait sealed",
            "parley summary release --day 2022-03-23 --text words.txt --by \"A. First\"",
        ],
        ["parley summary withdraw"] = ["parley summary withdraw us/31 --reason \"counted twice\""],
        ["parley init"] =
        [
            """parley init --party us --name "United States" --data us --address 192.0.2.1:7100""",
            "parley init --party icrc --name ICRC --passphrase",
        ],
        ["parley run"] =
        [
            "parley run --data us --link 0.0.0.0:7100 --listen http://127.0.0.1:7180",
            "parley run --data us --store postgres://parley@localhost/parley",
        ],
        ["parley invite"] =
        [
            "parley invite --name \"B. Second\" --seat watch",
            "parley invite --name \"B. Second\" --seat principal --seat spokesperson --json",
            "parley invite --name \"B. Second\"",
        ],
        ["parley card"] = ["parley card --out us.card", "parley card --address 192.0.2.1:7100 --out us.card"],
        ["parley line open"] =
        [
            "parley line open --with ru.card --slug us-ru",
            "parley line open --with ru.card --slug us-ru --two-people flash suspension --acknowledge flash=5min immediate=30min --staffed-tests 08:00 20:00",
            "parley line open --with ru.card eu.card --continues us-ru --two-people admission flash",
            """parley line open --with ru.card --fingerprint "ru=acid army …" --out us-ru.line""",
        ],
        ["parley line accept"] = ["""parley line accept us-ru.line --fingerprint "us=1f0c 77a2 …" """],
        ["parley line list"] = ["parley line list", "parley line list --json"],
        ["parley line status"] = ["parley line status --line us-ru"],
        ["parley send"] =
        [
            """parley send "Two aircraft will cross the line at 14:00Z" """,
            """parley send --precedence flash --wait sealed=30 "Cease fire at 1200Z" """,
            """parley send --field "range=12 km" --field at=2026-03-01T12:00:00Z --field place=36.58,50.59 "One column" """,
            """parley send --attach map.png "The corridor, as agreed" """,
            """parley send --off-record --to ru "Call me" """,
            "cat report.txt | parley send --mark exercise -",
        ],
        ["parley ack"] = ["""parley ack ru/17 --note "Understood, passed on" """],
        ["parley record list"] = ["parley record list --limit 20", "parley record list --line us-ru --json"],
        ["parley record show"] =
        [
            "parley record show ru/17",
            "parley record show ru/17 --proof > ru-17.tlog-proof",
            "parley record show us/5 --delivered-to ru > us-5-ru.tlog-proof",
        ],
        ["parley record search"] =
        [
            "parley record search \"Alder Crossing\" --since 2022-03-01",
            "parley record search --kind call. --from ru --json",
        ],
        ["parley record follow"] = ["parley record follow", "parley record follow --json --from 120"],
        ["parley record export"] =
        [
            "parley record export --out record.zip",
            "parley record export --line us-ru --out evidence/",
        ],
        ["parley verify"] =
        [
            "parley verify record.zip",
            "parley verify evidence/ --line-fingerprint 1f0c77a2…",
            "parley verify statement.proof --key 1f0c77a2…",
        ],
        ["parley room open"] =
        [
            "parley room open geneva --line m-a --title \"Talks on the corridor\" --scope \"good offices\" --until 2022-05-01 --party a --party b",
        ],
        ["parley room join"] = ["parley room join m/3"],
        ["parley room say"] =
        [
            "parley room say m/3 \"We stop at six if they do\" --pass-to b",
            "parley room say m/3 \"They are ready to talk\" --reports b",
        ],
        ["parley room recognise"] = ["parley room recognise m/3 a --keys 1f0c77a2…"],
        ["parley room condition"] = ["parley room condition m/3 talks ua --what \"No talks without ua\" --pass-anyone"],
        ["parley room consent"] =
        [
            "parley room consent m/3 talks --pass-to a --by \"A. First\" --released-by \"B. Second\"",
        ],
        ["parley room unconsent"] =
        [
            "parley room unconsent m/3 talks --pass-to a --by \"A. First\" --released-by \"B. Second\"",
        ],
        ["parley room draft"] = ["parley room draft m/3 text.json"],
        ["parley room comment"] = ["parley room comment m/3 2 \"Too early\" --instead \"from noon on\" --named"],
        ["parley room differ"] = ["parley room differ m/3 2 5"],
        ["parley room table"] = ["parley room table m/3 --on a-b --with terms.json"],
        ["parley room handed"] = ["parley room handed m/3 \"paper of 4 May\""],
        ["parley room leave"] = ["parley room leave m/3 --reason \"No progress\""],
        ["parley room sounding"] = ["parley room sounding \"Would they stop at six?\" --line m-a"],
        ["parley room list"] = ["parley room list"],
        ["parley room show"] = ["parley room show geneva"],
        ["parley pass"] = ["parley pass a/7 --line m-a --to m-b"],
        ["parley silence begin"] =
        [
            "parley silence begin \"The text of Monday\" --title \"Calendar\" --expires 2022-05-01T12:00Z --by \"A. First\" --released-by \"B. Second\"",
        ],
        ["parley silence receive"] = ["parley silence receive m/9"],
        ["parley silence break"] = ["parley silence break m/9 --objection \"Not on Friday\""],
        ["parley silence close"] = ["parley silence close m/9 --away b --by \"A. First\" --released-by \"B. Second\""],
        ["parley silence list"] = ["parley silence list"],
        ["parley publish"] =
        [
            "parley publish --out /srv/www/public --name us=\"United States\"",
            "parley publish --out /srv/www/public --watch --url https://public.example/",
        ],
        ["parley deconflict"] =
        [
            "parley deconflict plans.json",
            "parley deconflict plans.json --separation 500m,100m,60s --json",
        ],
        ["parley line secret"] =
        [
            "parley line secret --line us-ru --new us-ru.secret",
            "parley line secret --line us-ru --from us-ru.secret",
            "parley line secret --line us-ru",
        ],
        ["parley carry export"] = ["parley carry export --line us-ru --out /media/courier/to-ru.carry"],
        ["parley carry import"] = ["parley carry import /media/courier/from-us.carry"],
        ["parley line relay"] =
        [
            """parley line relay --line us-ru --via un.card --fingerprint "acid army …" """,
            "parley line relay --line us-ru --none",
        ],
        ["parley relay admit"] = ["""parley relay admit us.card --fingerprint "1f0c 77a2 …" """],
        ["parley activity import"] =
        [
            "parley activity import drawn.cot --line us-ru",
            "parley drafts show d-1f0c… > plan.json",
        ],
        ["parley place"] = ["parley place Bucha", "parley place Bucha --position 30.2,50.5"],
        ["parley backup"] = ["parley backup --data us --out /backup/us-20260301T0300Z"],
        ["parley restore"] =
        [
            "parley restore /backup/us-20260301T0300Z --data us",
            "parley restore /backup/us-20260301T0300Z --data us --store postgres://parley@localhost/restored",
        ],
        ["parley check"] = ["parley check --data us", "parley check --data /backup/us-20260301T0300Z --json"],
        ["parley try"] =
        [
            "parley try",
            "parley try --data demo --json",
            "parley try --scenario scenario.json --data demo",
        ],
        ["parley replay"] =
        [
            "parley replay scenario.json --data replayed",
            "parley replay scenario.json --data us ru --json",
        ],
        ["parley conform"] =
        [
            "parley conform --card us.card",
            "parley conform --card us.card --address 192.0.2.7:7474 --listen 192.0.2.9:7500 --junit report.xml",
            "parley conform --card us.card --only LINK-11 --json",
        ],
        ["parley chronology"] =
        [
            "parley chronology",
            "parley chronology --line us-ru --at 2022-03-23 --with \"minister of defence\" --json",
            "parley chronology --line us-ru --exercise",
        ],
        ["parley activity notify"] =
        [
            "parley activity notify \"Live firing\" --circle 19.42,57.31,5000 --lower 0 --upper 3000 --from 2030-05-18T06:00Z --until 2030-05-18T12:00Z",
            "parley activity notify --volumes plan.geojson --knowing ru/12",
        ],
        ["parley activity check"] =
        [
            "parley activity check --volumes plan.json --separation 5km,300m,10min",
            "parley activity check --circle 19.4,57.3,2000 --json",
        ],
        ["parley blind propose"] =
        [
            "parley blind propose --area 19,57,20,58 --window 2030-05-18T06:00Z/2030-05-18T18:00Z --cell 2000 --by Ada",
            "parley blind propose --with ru --area 19,57,20,58 --window 2030-05-18/2030-05-19 --activity journal:us/4 --by Ada",
        ],
        ["parley blind accept"] =
        [
            "parley blind accept us/12 --by Yuri",
            "parley blind accept us/12 --volumes plan.geojson --by Yuri",
        ],
        ["parley blind result"] = ["parley blind result us/12", "parley blind result us/12 --geojson > shared.geojson"],
        ["parley area declare"] =
        [
            """parley area declare "Hospital No. 2" --type protected --function hospital --circle 36.23,49.99,150 --verified-by OCHA --verified-how "on site" --verified-at 2030-01-02 --consent true --by "A. First" --released-by "B. Second" """,
        ],
        ["parley movement submit"] =
        [
            """parley movement submit "Food to Alder" --contact "+41 22 000 00" --route "Alder=34.1,44.9@2030-05-01T08:00Z" --headcount 12""",
        ],
        ["parley movement under-fire"] = ["parley movement under-fire icrc/4 --precedence flash --position 34.2,44.8"],
        ["parley alarms"] = ["parley alarms", "parley alarms quiet us-ru-…:ru.3 --by Ada"],
        ["parley drafts"] =
        [
            """parley drafts keep --kind clarification.requested '{"concern":"massing of forces"}'""",
            "parley drafts send d-1f0c",
            "parley drafts drop d-1f0c",
            "parley drafts clear --by Ada",
        ],
        ["parley traffic"] = ["parley traffic", "parley traffic --line us-ru --at 2022-03-23 --json"],
        ["parley receipts"] = ["parley receipts us/3"],
        ["parley line show"] = ["parley line show us-ru", "parley line show us-ru --at 2022-05-31 --json"],
        ["parley line suspend"] = ["parley line suspend \"Diplomats expelled\" --released-by \"B. Second\""],
        ["parley call request"] =
        [
            "parley call request --between \"us=secretary of defence\" --between \"ru=minister of defence\" --topic \"Flights over the strait\" --window 2026-05-14T09:00Z/2026-05-14T12:00Z",
        ],
        ["parley call accept"] = ["parley call accept us/5 --window 2026-05-14T09:00Z/2026-05-14T12:00Z"],
        ["parley call join"] =
        [
            "parley call join us/5 --fingerprint sha256:1f0c… --commitment sha256:77a2… --part listener",
        ],
        ["parley call hold"] = ["parley call hold us/5 --console 41", "parley call hold us/5 --console 41 --off"],
        ["parley call leave"] = ["parley call leave us/5 --console 41"],
        ["parley call admit"] = ["parley call admit us/5 ru/9", "parley call admit us/5 ru/9 --out"],
        ["parley call consent"] = ["parley call consent us/5"],
        ["parley call refuse-recording"] = ["parley call refuse-recording us/5 --reason \"Not without our lawyers\""],
        ["parley call log"] = ["parley call log us/5"],
        ["parley call decline"] = ["parley call decline us/5 --reason \"In the air until 1500Z\""],
        ["parley call end"] =
        [
            "parley call end us/5 --minutes 60 --outcome \"no change\"",
            "parley call end --between us=general --between ru=general --means telephone",
        ],
        ["parley readout propose"] =
        [
            "parley readout propose us/7 --point \"agreed=A liaison officer on each bank\" --point \"discussed=The firing of 18 May\"",
        ],
        ["parley readout agree"] = ["parley readout agree ru/9 --released-by \"B. Second:principal\""],
        ["parley readout correct"] =
        [
            "parley readout correct us/9 \"We spoke for an hour\" --released-by \"B. Second:principal\"",
        ],
        ["parley readout recall"] =
        [
            "parley readout recall us/9 --reason \"Released by mistake\" --released-by \"B. Second:principal\"",
        ],
        ["parley readout show"] = ["parley readout show us/9"],
        ["parley clarify ask"] =
        [
            "parley clarify ask \"Columns at Alder Crossing\" --type movement --place \"Alder Crossing\"",
        ],
        ["parley clarify answer"] = ["parley clarify answer ru/4 --purpose \"flood relief\" --until 2026-05-20T18:00Z"],
        ["parley notice give"] =
        [
            "parley notice give \"Live firing\" --template hazard --from 2026-05-18T06:00Z --until 2026-05-18T15:00Z --position 19.42,57.31",
        ],
        ["parley accident report"] =
        [
            "parley accident report \"A drone strayed over the line\" --position 19.42,57.31 --heading 270 --armed false",
        ],
        ["parley test send"] = ["parley test send \"Seven grey herons stand on the east mole\" --lang en"],
        ["parley test answer"] = ["parley test answer us/8 \"Sieben graue Reiher stehen auf der Ostmole\" --lang de"],
        ["parley condition raise"] =
        [
            "parley condition raise \"Forces gather near the border\" --level heightened",
            "parley condition raise \"Watch doubled\" --scope watch --internal",
        ],
        ["parley watch offer"] = ["parley watch offer \"B. Second\" --until 2026-05-14T16:00Z"],
        ["parley watch take"] = ["parley watch take us/12 --communicator \"B. Second\""],
        ["parley watch show"] = ["parley watch show --line us-ru"],
        ["parley translate"] =
        [
            "parley translate ru/17 \"We confirm.\" --lang en --translator \"C. Third\" --status certified --reviewer \"D. Fourth\"",
        ],
        ["parley pass-on"] = ["parley pass-on ru/17 \"Brigade 14\""],
        ["parley supersede"] = ["parley supersede us/12 \"The corridor opens at 1500Z, not 1400Z\""],
        ["parley cancel"] = ["parley cancel us/12 --reason \"sent on the wrong line\""],
        ["parley proposals"] =
        [
            "parley proposals --json",
            "parley proposals --refused",
            "parley proposals clear --by Ada --reason \"overtaken by events\"",
        ],
        ["parley statement"] =
        [
            "parley statement \"We have read the report and answer on Monday.\" --level public --seat spokesperson --by \"A. First\"",
        ],
        ["parley restate"] = ["parley restate us/31 \"Nine vehicles, not ten\" --released-by \"B. Second:principal\""],
        ["parley retract"] =
        [
            "parley retract us/31 --reason \"The number was wrong\" --released-by \"B. Second:principal\"",
        ],
        ["parley claim make"] =
        [
            "parley claim make \"Two convoys were fired on\" --source \"the ministry's spokesperson\" --contested true",
        ],
        ["parley claim dispute"] = ["parley claim dispute ru/9 \"There was one, and nobody fired\""],
        ["parley release"] = ["parley release p-1f0c --by \"B. Second\""],
        ["parley refuse"] = ["parley refuse p-1f0c --by \"B. Second\" --reason \"not now\""],
    };

    internal static IEnumerable<string> AllExamples => Examples.Values.SelectMany(e => e);

    internal static string PathOf(Command command)
    {
        var names = new Stack<string>();
        for (var at = command; ; at = at.Parents.OfType<Command>().First())
        {
            names.Push(at is RootCommand ? "parley" : at.Name);
            if (at is RootCommand || !at.Parents.OfType<Command>().Any())
                return string.Join(' ', names);
        }
    }

    /// <summary>As they are written above; else how the command is written with what it must be given. None for what
    /// only holds other commands.</summary>
    internal static IReadOnlyList<string> ExamplesOf(Command command) =>
        Examples.TryGetValue(PathOf(command), out var written) ? written
        : command.Action is null || command is RootCommand ? []
        :
        [
            string.Join(
                ' ',
                [PathOf(command), .. command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0).Select(Given)]
            ),
        ];

    private static string Given(Argument argument) => Named.GetValueOrDefault(argument.Name, "\"…\"");

    /// <summary>What an argument of that name may be; any other is a text.</summary>
    private static readonly Dictionary<string, string> Named = new(StringComparer.Ordinal)
    {
        ["ENTRY"] = "ru/17",
        ["CHECK"] = "ru/17",
        ["PROPOSAL"] = "p-1f0c",
        ["DRAFT"] = "d-1f0c",
        ["PARTY"] = "ru",
        ["FILE"] = "FILE",
    };
}
