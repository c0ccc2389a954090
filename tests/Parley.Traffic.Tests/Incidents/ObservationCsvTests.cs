using System.Text;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;
using Xunit;

namespace Parley.Traffic.Tests.Incidents;

/// <summary>What observers' logs are read to. Alone: one of the tests measures what is held, and the heap is the whole
/// process's.</summary>
[Collection(nameof(ObservationCsvTests))]
[CollectionDefinition(nameof(ObservationCsvTests), DisableParallelization = true)]
public sealed class ObservationCsvTests
{
    private const string Header = "id,reporter,accused,start,count,what,note\r\n";

    private static (List<ReadObservation> Read, List<RefusedRow> Refused) Read(string text, Encoding? encoding = null)
    {
        var refused = new List<RefusedRow>();
        encoding ??= new UTF8Encoding(false);
        using var stream = new MemoryStream([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);
        return (ObservationCsv.Open(stream, refused.Add).Required().Read().ToList(), refused);
    }

    private static string Row(string id, string note = "", string count = "1") =>
        $"{id},jmc,north,2026-03-02T18:45:00Z,{count},shot,{note}\r\n";

    [Fact] // CEASEFIRE-29
    public void A_log_is_read_as_it_stands_with_what_is_quoted_other_scripts_and_formulas()
    {
        using var csv = File.OpenRead(CeasefireFiles.File("observations.csv"));
        var read = ObservationCsv.Open(csv, row => Assert.Fail(row.Reason)).Required().Read().ToList();
        Assert.Equal((120, 2, 121), (read.Count, read[0].Row, read[^1].Row));
        var first = read[0].Observation;
        Assert.Equal("seen from the road, \"twice\"", first.Note);
        Assert.Equal((7, "exact", "airburst", 180), (first.Count, first.Qualifier, first.What, first.UtcOffset));
        Assert.Equal([39.311, 48.601], first.Place!.Position!);
        Assert.Equal(
            (325, 335, 3250, 7250),
            (first.BearingFrom, first.BearingTo, first.DistanceMin, first.DistanceMax)
        );
        Assert.Null(read[1].Observation.Accused);
        Assert.Equal("=1+1", read[1].Observation.Note);
        Assert.Equal("камера", read[8].Observation.Note);
    }

    [Theory] // CEASEFIRE-29
    [InlineData("b,jmc,north,2026-03-02T18:45:00Z,1,shot\r\n", "6 fields, and the header 7")]
    [InlineData("b,jmc,north,2026-03-02T18:45:00Z,many,shot,\r\n", "count is no whole number")]
    [InlineData("b,jmc,north,2026-03-02T18:45:00Z,-1,shot,\r\n", "count is 0 to")]
    [InlineData("b,jmc,north,yesterday,1,shot,\r\n", "start is no time")]
    [InlineData("b,jmc,north,2026-03-02T18:45:00,1,shot,\r\n", "start is no time")]
    [InlineData("b,jmc,north,2026-03-02,1,shot,\r\n", "start is no time")]
    [InlineData(",jmc,north,2026-03-02T18:45:00Z,1,shot,\r\n", "id is missing")]
    [InlineData("b,,north,2026-03-02T18:45:00Z,1,shot,\r\n", "reporter is missing")]
    [InlineData("b,jmc,north,2026-03-02T18:45:00Z,1,shot,\"open\r\n", "quotation mark")]
    [InlineData("b,jmc,north,2026-03-02T18:45:00Z,1,shot,\"x\"y\r\n", "between a closing quotation mark and the comma")]
    [InlineData("b,jmc,north,2026-03-02T18:45:00Z,1,shot,x\"y\r\n", "does not begin with one")]
    public void A_broken_row_is_refused_by_its_number_and_all_others_are_taken(string broken, string why)
    {
        var (read, refused) = Read(Header + Row("a") + broken + Row("c", "\"line\r\nbreak\"") + Row("d"));
        Assert.Equal(["a", "c", "d"], read.Select(r => r.Observation.Id));
        Assert.Equal("line\nbreak", read[1].Observation.Note);
        var row = Assert.Single(refused);
        Assert.Equal(3, row.Row);
        Assert.Contains(why, row.Reason, StringComparison.Ordinal);
    }

    [Fact] // CEASEFIRE-29
    public void A_row_without_end_is_refused_and_takes_no_memory()
    {
        var (read, refused) = Read(Header + Row("a") + Row("b", new string('x', 3_000_000)) + Row("c"));
        Assert.Equal(["a", "c"], read.Select(r => r.Observation.Id));
        Assert.Equal((3, "longer than"), (refused[0].Row, refused[0].Reason[6..17]));
    }

    [Fact] // CEASEFIRE-29
    public void Another_encoding_is_read_where_the_file_says_it_and_refused_where_it_does_not()
    {
        Assert.Equal("камера", Read(Header + Row("a", "камера"), Encoding.Unicode).Read[0].Observation.Note);
        Assert.Equal("камера", Read(Header + Row("a", "камера"), new UTF8Encoding(true)).Read[0].Observation.Note);
        var (read, refused) = Read(Header + Row("a", "caf\u00e9") + Row("b"), Encoding.Latin1);
        Assert.Equal(["b"], read.Select(r => r.Observation.Id));
        Assert.Equal((2, "it is not UTF-8: save the file as UTF-8"), (refused[0].Row, refused[0].Reason));
    }

    [Theory] // CEASEFIRE-29
    [InlineData("", "empty")]
    [InlineData("id,reporter\r\n", "lacks start, count, what")]
    [InlineData("\"id\r\n", "header cannot be read")]
    public void A_file_that_is_no_log_is_refused_whole(string text, string why)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Assert.False(ObservationCsv.Open(stream, _ => { }).TryGet(out _, out var reason));
        Assert.Contains(why, reason, StringComparison.Ordinal);
    }

    [Fact] // CEASEFIRE-29
    public void A_file_of_very_many_rows_is_read_in_the_memory_of_one()
    {
        const int Rows = 200_000;
        using var stream = new RowStream(Encoding.UTF8.GetBytes(Header), Encoding.UTF8.GetBytes(Row("a")), Rows);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var count = 0;
        foreach (var _ in ObservationCsv.Open(stream, r => Assert.Fail(r.Reason)).Required().Read())
        {
            if (++count % 50_000 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        Assert.Equal(Rows, count);
        Assert.True(most < 2 << 20, $"{most} bytes more are held");
    }

    [Fact] // CEASEFIRE-29: a lone quotation mark in every row must not cost the file's length each time
    public void Rows_that_are_all_broken_are_each_refused_in_the_time_of_a_few_lines()
    {
        const int Rows = 20_000;
        using var stream = new RowStream(
            Encoding.UTF8.GetBytes(Header),
            Encoding.UTF8.GetBytes("\"a,jmc,,,,\r\n"),
            Rows
        );
        var refused = 0;
        Assert.Empty(ObservationCsv.Open(stream, _ => refused++).Required().Read());
        Assert.InRange(refused, Rows / 2, Rows);
    }

    [Fact] // CEASEFIRE-33
    public void Our_own_table_is_read_back_as_it_was_and_runs_nothing_in_a_spreadsheet()
    {
        using var csv = File.OpenRead(CeasefireFiles.File("observations.csv"));
        var read = ObservationCsv.Open(csv, row => Assert.Fail(row.Reason)).Required().Read().ToList();
        var odd = read.Select(r => r.Observation)
            .Append(read[0].Observation with { Id = "x", Note = "'=2" })
            .Append(read[0].Observation with { Id = "y", Note = "-cmd|' /c calc'!A0", Accused = "@north" })
            .Append(read[0].Observation with { Id = "z", Note = "+1,\n\"2\"" })
            .ToList();
        var text = Written("csv", odd);
        var back = Read(text);
        Assert.Empty(back.Refused);
        Assert.Equal(odd.Select(Json), back.Read.Select(r => Json(r.Observation)));
        Assert.Contains(",'=1+1\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(",=", text, StringComparison.Ordinal);
        Assert.DoesNotContain(",@", text, StringComparison.Ordinal);

        static string Json(Observation o) =>
            System.Text.Json.JsonSerializer.Serialize(o, TrafficJson.Default.Observation);
    }

    [Theory] // CEASEFIRE-33
    [InlineData("acled", ObservationExport.AcledHeader, 31)]
    [InlineData("ucdp", ObservationExport.UcdpHeader, 49)]
    public void Others_columns_are_theirs_and_hold_nothing_that_the_record_does_not_know(
        string form,
        string header,
        int columns
    )
    {
        var readme = File.ReadAllText(CeasefireFiles.File("README.md"));
        Assert.Contains($"`{header}`", readme, StringComparison.Ordinal);
        using var csv = File.OpenRead(CeasefireFiles.File("observations.csv"));
        var read = ObservationCsv.Open(csv, _ => { }).Required().Read().Select(r => r.Observation).ToList();
        var rows = new CsvRows(new StringReader(Written(form, read)));
        var names = rows.Next()!.Fields;
        Assert.Equal(columns, names.Count);
        string At(CsvRow row, string column) => row.Fields[names.ToList().IndexOf(column)];
        var first = rows.Next()!;
        var second = rows.Next()!;
        if (form == "acled")
        {
            Assert.Equal(
                (
                    "2026-03-02",
                    "Explosions/Remote violence",
                    "Shelling/artillery/missile attack",
                    "north",
                    "south",
                    "2"
                ),
                (
                    At(first, "event_date"),
                    At(first, "event_type"),
                    At(first, "sub_event_type"),
                    At(first, "actor1"),
                    At(first, "source"),
                    At(first, "geo_precision") == "3" ? "2" : "1"
                )
            );
            Assert.All(
                ["event_id_cnty", "country", "iso", "admin1", "actor2", "timestamp"],
                c => Assert.Equal("", At(first, c))
            );
            Assert.Equal("", At(second, "actor1"));
        }
        else
        {
            Assert.Equal(
                ("north", "", "2026-03-02", "0", "POINT (39.311 48.601)"),
                (
                    At(first, "side_a"),
                    At(first, "side_b"),
                    At(first, "date_start"),
                    At(first, "deaths_unknown"),
                    At(first, "geom_wkt")
                )
            );
            Assert.All(["id", "country", "deaths_a", "conflict_name"], c => Assert.Equal("", At(first, c)));
            Assert.Equal("", At(second, "side_a"));
        }
        var count = 2;
        while (rows.Next() is { } row)
        {
            Assert.Null(row.Fault);
            Assert.Equal(columns, row.Fields.Count);
            count++;
        }
        Assert.Equal(120, count);
    }

    [Fact] // CEASEFIRE-33
    public void A_map_is_given_sectors_and_not_points()
    {
        using var csv = File.OpenRead(CeasefireFiles.File("observations.csv"));
        var read = ObservationCsv.Open(csv, _ => { }).Required().Read().Select(r => r.Observation).ToList();
        using var json = System.Text.Json.JsonDocument.Parse(Written("geojson", read));
        var features = json.RootElement.GetProperty("features");
        Assert.Equal(120, features.GetArrayLength());
        Assert.Equal("us/3#o001", features[0].GetProperty("id").GetString());
        foreach (var (feature, observation) in features.EnumerateArray().Zip(read))
        {
            var ring = feature.GetProperty("geometry").GetProperty("coordinates")[0];
            Assert.Equal("Polygon", feature.GetProperty("geometry").GetProperty("type").GetString());
            Assert.Equal(ring[0].GetRawText(), ring[ring.GetArrayLength() - 1].GetRawText());
            Assert.True(Area(ring) > 0, $"{observation.Id} is not counter-clockwise");
        }

        static double Area(System.Text.Json.JsonElement ring)
        {
            var sum = 0.0;
            for (var i = 1; i < ring.GetArrayLength(); i++)
                sum +=
                    ring[i - 1][0].GetDouble() * ring[i][1].GetDouble()
                    - ring[i][0].GetDouble() * ring[i - 1][1].GetDouble();
            return sum;
        }
    }

    private static string Written(string form, IEnumerable<Observation> observations)
    {
        using var to = new StringWriter();
        ObservationExport.Write(form, observations.Select(o => (new EntryId(TestRecord.Us, 3), o)), to);
        return to.ToString();
    }

    /// <summary>A header and then one row over and over, made as it is read.</summary>
    private sealed class RowStream(byte[] header, byte[] row, int rows) : Stream
    {
        private int part = -1,
            at;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var written = 0;
            while (written < count && part < rows)
            {
                var bytes = part < 0 ? header : row;
                var take = Math.Min(count - written, bytes.Length - at);
                Array.Copy(bytes, at, buffer, offset + written, take);
                written += take;
                at += take;
                if (at == bytes.Length)
                    (part, at) = (part + 1, 0);
            }
            return written;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
