using Npgsql;

namespace Parley.Storage.Postgres;

/// <summary>The tables of schema <c>parley</c>, as the database's own catalogue names them. What a backup copies is
/// thereby what the migrations made, not a list kept beside them.</summary>
internal static class PostgresTables
{
    /// <summary>Says which migrations there were; written by them, not copied.</summary>
    internal const string Versions = "schema_version";
    private const string Suffix = ".copy";

    /// <summary>A file's name in a backup.</summary>
    internal static string FileOf(string table) => table + Suffix;

    /// <summary>The tables, each after those that it refers to.</summary>
    internal static IReadOnlyList<string> InOrder(NpgsqlConnection connection)
    {
        var tables = new List<string>();
        var references = new List<(string Table, string To)>();
        Each(
            connection,
            "SELECT relname FROM pg_class WHERE relnamespace = 'parley'::regnamespace AND relkind = 'r' ORDER BY relname",
            r => tables.Add(r.GetString(0))
        );
        Each(
            connection,
            """
            SELECT a.relname, b.relname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
            WHERE c.contype = 'f' AND a.relnamespace = 'parley'::regnamespace AND a.oid <> b.oid
            """,
            r => references.Add((r.GetString(0), r.GetString(1)))
        );
        tables.Remove(Versions);
        var ordered = new List<string>();
        while (tables.Count > 0)
        {
            var next = tables.First(table => !references.Any(r => r.Table == table && tables.Contains(r.To)));
            tables.Remove(next);
            ordered.Add(next);
        }
        return ordered;
    }

    /// <summary>The COPY of a table's own columns, all of them, in the order in which the migrations made
    /// them.</summary>
    internal static string Columns(NpgsqlConnection connection, string table)
    {
        var columns = new List<string>();
        Each(
            connection,
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = ('parley.' || quote_ident($1))::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            r => columns.Add(r.GetString(0)),
            table
        );
        return $"parley.\"{table}\" ({string.Join(", ", columns)})";
    }

    /// <summary>Lets the numbers that the database gives go on after those that a copy brought.</summary>
    internal static void ContinueNumbers(NpgsqlConnection connection, string table)
    {
        var columns = new List<string>();
        Each(
            connection,
            "SELECT attname FROM pg_attribute WHERE attrelid = ('parley.' || quote_ident($1))::regclass AND attidentity <> ''",
            r => columns.Add(r.GetString(0)),
            table
        );
        foreach (var column in columns)
            Each(
                connection,
                $"SELECT setval(pg_get_serial_sequence('parley.\"{table}\"', '{column}'), coalesce(max(\"{column}\"), 0) + 1, false) FROM parley.\"{table}\"",
                _ => { }
            );
    }

    private static void Each(
        NpgsqlConnection connection,
        string sql,
        Action<NpgsqlDataReader> row,
        params ReadOnlySpan<string> parameters
    )
    {
#pragma warning disable CA2100 // Names come from the catalogue of a schema that our migrations made; values are parameters.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        using var reader = command.ExecuteReader();
        while (reader.Read())
            row(reader);
    }
}
