using System.Diagnostics;
using System.Globalization;

namespace Parley.Testing.Stores;

/// <summary>
/// A private PostgreSQL server in a folder of its own, reached over a Unix socket there, gone when disposed. It never
/// runs as root: as
/// root, its programs are started as user <c>postgres</c>.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string ServerUser = "postgres";
    private readonly string programs;
    private readonly string folder;
    private int databases;

    private PostgresCluster(string programs, string folder)
    {
        this.programs = programs;
        this.folder = folder;
    }

    /// <summary>What a test says when it is skipped for want of a server.</summary>
    public const string Absent = "PostgreSQL's programs are not installed (Debian: apt-get install postgresql)";

    /// <summary>The socket's folder; also the home of the data.</summary>
    public string Folder => folder;

    /// <summary>Makes and starts a server; null when PostgreSQL is not installed.</summary>
    public static async Task<PostgresCluster?> TryStartAsync()
    {
        if (FindPrograms() is not { } programs)
            return null;
        var cluster = new PostgresCluster(programs, Directory.CreateTempSubdirectory("parley-pg-").FullName);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", [ServerUser, cluster.folder]);
        await cluster.ServerAsync(
            "initdb",
            "-D",
            cluster.Data,
            "-U",
            "parley",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync"
        );
        await cluster.StartAsync();
        return cluster;
    }

    /// <summary>A new, empty database: its location for a store.</summary>
    public async Task<string> CreateDatabaseAsync(string options = "")
    {
        var name = $"db{Interlocked.Increment(ref databases)}";
        await SqlAsync("postgres", $"CREATE DATABASE {name} {options}");
        return $"postgres://parley@/{name}?host={folder}";
    }

    /// <summary>Runs SQL as the superuser and returns what it prints, bare.</summary>
    public Task<string> SqlAsync(string database, string sql) =>
        RunAsync(
            Path.Combine(programs, "psql"),
            ["-h", folder, "-U", "parley", "-d", database, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]
        );

    /// <summary>Runs a file of SQL, as pg_dump writes it, on the database at that location.</summary>
    public Task LoadAsync(string location, string path) =>
        RunAsync(
            Path.Combine(programs, "psql"),
            ["-h", folder, "-U", "parley", "-d", NameOf(location), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", path]
        );

    /// <summary>The name of the database at a location of <see cref="CreateDatabaseAsync"/>.</summary>
    public static string NameOf(string location) =>
        location[
            (location.LastIndexOf("@/", StringComparison.Ordinal) + 2)..location.IndexOf('?', StringComparison.Ordinal)
        ];

    public Task StartAsync() =>
        ServerAsync(
            "pg_ctl",
            "start",
            "-w",
            "-s",
            "-D",
            Data,
            "-l",
            Path.Combine(folder, "log"),
            "-o",
            $"-k {folder} -c listen_addresses='' -c max_connections=60"
        );

    /// <summary>Ends the server at once, as a power cut would for its clients: what was not durable is lost.</summary>
    public Task StopImmediatelyAsync() => ServerAsync("pg_ctl", "stop", "-w", "-s", "-D", Data, "-m", "immediate");

    /// <summary>kill -9 of the server's first process. Its other processes end when they notice; until then a new
    /// server does not start.</summary>
    public async Task KillAsync()
    {
        using var postmaster = Process.GetProcessById(
            int.Parse(
                (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0],
                CultureInfo.InvariantCulture
            )
        );
        postmaster.Kill();
        await postmaster.WaitForExitAsync();
    }

    private string Data => Path.Combine(folder, "data");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await StopImmediatelyAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Task<string> ServerAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(programs, program);
        return Environment.IsPrivilegedProcess
            ? RunAsync("setpriv", ["--reuid", ServerUser, "--regid", ServerUser, "--clear-groups", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static string? FindPrograms()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0)
                .Select(d => Path.Combine(d, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return debian
            .Concat(path)
            .FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "psql")));
    }

    private static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        // pg_ctl leaves the server behind with our pipes as its own only if it is not told to log to a file; so reading
        // to the end ends.
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{Path.GetFileName(program)} ends with {process.ExitCode}: {await errors}"
            );
        return (await output).Trim();
    }
}
