using Npgsql;

namespace Parley.Storage.Postgres;

/// <summary>A PostgreSQL location as libpq writes it (PostgreSQL 15, 34.1.1.2 "Connection URIs").</summary>
internal sealed record PostgresLocation(string ConnectionString, string Description)
{
    /// <summary>Seconds until an attempt to connect counts as failed.</summary>
    internal const int ConnectTimeoutSeconds = 5;

    /// <summary>Seconds until a statement counts as failed.</summary>
    internal const int CommandTimeoutSeconds = 60;

    internal static bool IsOne(string location) =>
        location.StartsWith("postgres://", StringComparison.Ordinal)
        || location.StartsWith("postgresql://", StringComparison.Ordinal);

    internal static PostgresLocation Parse(string location)
    {
        // The authority may be empty when the host is a directory given in the query; Uri wants one.
        var rest = location[(location.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest.Split('?')[0] : rest[..slash];
        var tail = slash < 0 ? "" : rest[(slash + 1)..];
        var question = tail.IndexOf('?', StringComparison.Ordinal);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Database = Uri.UnescapeDataString(question < 0 ? tail : tail[..question]),
            Timeout = ConnectTimeoutSeconds,
            CommandTimeout = CommandTimeoutSeconds,
            ApplicationName = "parley",
            MaxPoolSize = 16,
            IncludeErrorDetail = false,
            Options = "-c synchronous_commit=on",
        };
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var credentials = authority[..at].Split(':', 2);
            settings.Username = Uri.UnescapeDataString(credentials[0]);
            if (credentials.Length == 2)
                settings.Password = Uri.UnescapeDataString(credentials[1]);
        }
        SetHost(settings, authority[(at + 1)..]);
        if (question >= 0)
            SetQuery(settings, tail[(question + 1)..]);
        if (string.IsNullOrEmpty(settings.Host) || string.IsNullOrEmpty(settings.Database))
            throw Malformed("it names no host or no database");
        return new PostgresLocation(settings.ConnectionString, $"postgres {settings.Host}/{settings.Database}");
    }

    private static void SetHost(NpgsqlConnectionStringBuilder settings, string host)
    {
        var colon = host.LastIndexOf(':');
        if (colon >= 0 && !host.EndsWith(']'))
        {
            settings.Port = ushort.TryParse(host[(colon + 1)..], out var port)
                ? port
                : throw Malformed("the port is not a number");
            host = host[..colon];
        }
        settings.Host = Uri.UnescapeDataString(host.Trim('[', ']'));
    }

    private static void SetQuery(NpgsqlConnectionStringBuilder settings, string query)
    {
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
            switch (parts[0])
            {
                case "host":
                    settings.Host = value;
                    break;
                case "port":
                    settings.Port = ushort.TryParse(value, out var port)
                        ? port
                        : throw Malformed("the port is not a number");
                    break;
                case "user":
                    settings.Username = value;
                    break;
                case "password":
                    settings.Password = value;
                    break;
                case "sslmode":
                    settings.SslMode = SslModeOf(value);
                    break;
                case "sslrootcert":
                    settings.RootCertificate = value;
                    break;
                default:
                    throw Malformed(
                        $"'{parts[0]}' is not known; known are host, port, user, password, sslmode, sslrootcert"
                    );
            }
        }
    }

    private static SslMode SslModeOf(string value) =>
        value switch
        {
            "disable" => SslMode.Disable,
            "allow" => SslMode.Allow,
            "prefer" => SslMode.Prefer,
            "require" => SslMode.Require,
            "verify-ca" => SslMode.VerifyCA,
            "verify-full" => SslMode.VerifyFull,
            _ => throw Malformed("sslmode is disable, allow, prefer, require, verify-ca or verify-full"),
        };

    // Never echoes the location: it may hold a password.
    private static FormatException Malformed(string what) => new($"the PostgreSQL location is malformed: {what}");
}
