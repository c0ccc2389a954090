using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Parley.Bench;

/// <summary>
/// An observers' log on its way into the record: a file of observations sent to one station as a monitoring mission
/// would send it, until every one of them is on the record, durable at both ends and cosigned; then the same file once
/// more, which is to double nothing; then both stations asked to count.
/// </summary>
internal static class ImportBench
{
    private const long DefaultObservations = 1_000_000;
    private const int Asked = 5;

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var pair = await BenchPair.StartAsync(options, ct);
        var count = options.Entries ?? DefaultObservations;
        await SendAsync(pair, 20_000, "warm", ct);
        StationProcess[] stations = [pair.Us, pair.Ru];
        var before = stations.Select(s => s.Use).ToArray();
        var began = Stopwatch.GetTimestamp();
        var imported = await SendAsync(pair, count, "o", ct);
        var time = Stopwatch.GetElapsedTime(began);
        var after = stations.Select(s => s.Use).ToArray();
        Report.Title(
            string.Create(
                CultureInfo.InvariantCulture,
                $"import: {count:N0} observations of an observers' log, on the record, durable at both ends and cosigned"
            )
        );
        Report.Line("imported, doubled, entries, sealed", Told(imported));
        Report.Line("sealed", Rate(count, time));
        for (var i = 0; i < stations.Length; i++)
            Report.Line(i == 0 ? "station us" : "station ru", Used(before[i], after[i], count));
        began = Stopwatch.GetTimestamp();
        var again = await SendAsync(pair, count, "o", ct);
        Report.Line("the same file once more", $"{Told(again)}; {Rate(count, Stopwatch.GetElapsedTime(began))}");
        foreach (var (name, station) in ((string, StationProcess)[])[("us", pair.Us), ("ru", pair.Ru)])
        foreach (var rule in (string[])["discharges", "shellings"])
            Report.Line(
                $"tally by {rule} at {name}, first, then {Asked} more",
                await TallyAsync(station, pair.Line, rule, ct)
            );
        for (var i = 0; i < stations.Length; i++)
            Report.Line(
                i == 0 ? "station us, resident then" : "station ru, resident then",
                Report.Megabytes(stations[i].Use.Resident)
            );
    }

    private static string Rate(long count, TimeSpan time) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{count / time.TotalSeconds, 12:N0} observations/s  ({time.TotalSeconds:N2} s)"
        );

    private static string Told(JsonElement import) =>
        $"{import.GetProperty("imported")}, {import.GetProperty("doubled")}, {import.GetProperty("entries")}, {import.GetProperty("sealed")}";

    private static string Used(ProcessUse before, ProcessUse after, long count) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(after.Cpu - before.Cpu).TotalMicroseconds / count:N1} µs of CPU per observation, {Report.Megabytes(after.MostResident)} resident at most, {(after.Written - before.Written) / count:N0} B/observation written"
        );

    private static Task<JsonElement> SendAsync(BenchPair pair, long count, string names, CancellationToken ct) =>
        pair.Us.Api.PostAsync(
            $"lines/{pair.Line}/observations?seat=watch&by=Bench&name=log.csv&wait=sealed&timeout=3600",
            new Log(count, names),
            ct
        );

    private static async Task<string> TallyAsync(StationProcess station, string line, string rule, CancellationToken ct)
    {
        var times = new List<double>();
        for (var i = 0; i <= Asked; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await station.Api.GetAsync($"lines/{line}/tally?rule={rule}", ct);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        var later = times.Skip(1).Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{times[0]:N0} ms, then {later[later.Count / 2]:N0} ms ({later[0]:N0}–{later[^1]:N0})"
        );
    }

    /// <summary>Rows like those of a special monitoring mission, written as they are sent.</summary>
    private sealed class Log : HttpContent
    {
        private static readonly string[] Sides = ["jmc", "north", "south"],
            What = ["explosion", "impact", "burst", "projectile", "tracer", "flare"],
            Weapons = ["artillery", "mortar", "undetermined", "small_arms"],
            Places = ["Position North 2", "Camera East", "Crossing West", "Mill Hill"];
        private readonly long count;
        private readonly string names;

        internal Log(long count, string names)
        {
            this.count = count;
            this.names = names;
            Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var chance = new Random(7);
            var at = new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);
            var text = new StringBuilder(
                "id,reporter,accused,position,latitude,longitude,means,start,end,utc_offset,count,count_qualifier,what,weapon,phase,bearing_from,bearing_to,distance_min_m,distance_max_m,time_precision,place_precision,killed,injured,note\r\n"
            );
            for (long i = 0; i < count; i++)
            {
                var start = at.AddSeconds(i * 11 - chance.Next(3_600));
                var bearing = chance.Next(350);
                var near = chance.Next(500, 5_000);
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{names}{i},{Sides[chance.Next(3)]},{Sides[chance.Next(3)]},{Places[chance.Next(4)]},48.{chance.Next(100, 999)},38.{chance.Next(100, 999)},heard,{start:yyyy-MM-ddTHH:mm:ssZ},{start.AddSeconds(chance.Next(600)):yyyy-MM-ddTHH:mm:ssZ},+02:00,{chance.Next(1, 60)},about,{What[chance.Next(6)]},{Weapons[chance.Next(4)]},undetermined,{bearing},{bearing + 10},{near},{near + 4_000},1,2,0,0,\r\n"
                );
                if (text.Length < 1 << 16)
                    continue;
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
                text.Clear();
            }
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
