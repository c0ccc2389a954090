using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SQLitePCL;

namespace Parley.Bench.SideBySide;

/// <summary>How Prosody is set up.</summary>
/// <param name="Durable">SQLite, which syncs each commit; else Prosody's own files, the default, which are left to the
/// operating system.</param>
/// <param name="Persistent">What a broken stream between servers had not acknowledged is sent again by the server, and
/// what comes back as an error by the client; else the defaults.</param>
internal sealed record ProsodySetting(bool Durable, bool Persistent);

/// <summary>One Prosody on loopback ports of its own. It dies with this process, however that ends.</summary>
internal sealed class ProsodyServer(string folder, string domain, int clientPort, int serverPort) : IAsyncDisposable
{
    internal const string Program = "/usr/bin/prosody";
    internal const string Password = "bench";
    private const string Database = "prosody.sqlite";
    private const string VersionFile = "/usr/lib/prosody/prosody.version";
    private const string Libraries = "/usr/lib";

    /// <summary>Waits until its input is closed, then kills the server; a key pressed at the terminal is for the
    /// benchmark alone.</summary>
    private const string Guard =
        "trap '' INT TERM HUP; \"$0\" -F --config \"$1\" >>\"$2\" 2>&1 </dev/null & cat >/dev/null; kill -9 $! 2>/dev/null; wait";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10),
        StartWithin = TimeSpan.FromSeconds(20);
    private Process? guard;

    internal string Domain => domain;
    internal int ClientPort => clientPort;
    internal static string Version => File.ReadAllText(VersionFile).Trim();

    /// <summary>What has to be installed before this can run; null when nothing.</summary>
    internal static string? Missing()
    {
        string[] missing =
        [
            .. File.Exists(Program) && File.Exists(VersionFile) ? (string[])[] : ["prosody"],
            .. IsLibrary("lunbound.so") ? (string[])[] : ["lua-unbound"],
            .. IsLibrary("dbd/sqlite3.so") ? (string[])[] : ["lua-dbi-sqlite3"],
        ];
        return missing.Length == 0
            ? null
            : $"two Prosody servers are needed: apt-get install {string.Join(' ', missing)}";
    }

    private static bool IsLibrary(string name) =>
        Directory.EnumerateDirectories(Libraries, "*-linux-*").Any(d => File.Exists(Path.Combine(d, "lua/5.4", name)));

    /// <summary>Writes its configuration and accounts. What it is given beyond the defaults is room: nothing is
    /// throttled, and no queue or archive is small.</summary>
    internal void Configure(ProsodySetting setting, RunAuthority authority, int namePort, IEnumerable<string> users)
    {
        Directory.CreateDirectory(Path.Combine(folder, "certs")); // looked for beside the configuration; what counts is "ssl"
        authority.Issue(folder, domain);
        var accounts = Directory.CreateDirectory(
            Path.Combine(folder, "data", domain.Replace(".", "%2e", StringComparison.Ordinal), "accounts")
        );
        foreach (var user in users)
            File.WriteAllText(
                Path.Combine(accounts.FullName, $"{user}.dat"),
                $"return {{ [\"password\"] = \"{Password}\" }};\n"
            );
        if (setting.Durable)
            UseWriteAheadLog(Path.Combine(folder, Database));
        File.WriteAllText(
            Path.Combine(folder, "prosody.cfg.lua"),
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                pidfile = "{{folder}}/prosody.pid"
                data_path = "{{folder}}/data"
                log = { info = "{{folder}}/prosody.log" }
                run_as_root = true
                interfaces = { "127.0.0.1" }
                c2s_ports = { {{clientPort}} }
                s2s_ports = { {{serverPort}} }
                c2s_direct_tls_ports = { }
                s2s_direct_tls_ports = { }
                -- no "dialback": servers know each other by their certificates; no "limits": throttling is not what is measured
                modules_enabled = { "posix", "roster", "saslauth", "tls", "disco", "ping", "carbons", "smacks", "mam" }
                authentication = "internal_plain"
                c2s_require_encryption = false
                allow_unencrypted_plain_auth = true
                s2s_require_encryption = true
                s2s_secure_auth = true
                ssl = { certificate = "{{folder}}/{{domain}}.crt", key = "{{folder}}/{{domain}}.key", cafile = "{{authority.Path}}" }
                unbound = { resolvconf = false, hoststxt = false, forward = "127.0.0.1@{{namePort}}", options = { ["do-not-query-localhost:"] = "no" } }
                default_archive_policy = true
                archive_expires_after = "never"
                max_archive_query_results = 250
                {{(setting.Durable ? "" : "storage_archive_item_limit = 10000000")}}
                smacks_max_queue_size = 100000
                smacks_s2s_resend = {{(setting.Persistent ? "true" : "false")}}
                storage = { archive = "{{(setting.Durable ? "sql" : "internal")}}", offline = "{{(
                    setting.Durable ? "sql" : "internal"
                )}}" }
                sql = { driver = "SQLite3", database = "{{folder}}/{{Database}}" }
                VirtualHost "{{domain}}"

                """
            )
        );
    }

    /// <summary>Prosody takes a database as it finds it; in this mode, which stays with the file, a commit is one sync
    /// instead of three.</summary>
    private static void UseWriteAheadLog(string database)
    {
        Batteries_V2.Init();
        var opened = raw.sqlite3_open(database, out var db);
        using (db)
        {
            if (opened != raw.SQLITE_OK || raw.sqlite3_exec(db, "PRAGMA journal_mode = WAL") != raw.SQLITE_OK)
                throw new BenchFailure($"{database}: {raw.sqlite3_errmsg(db).utf8_to_string()}");
        }
    }

    internal async Task StartAsync(CancellationToken ct)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true };
        foreach (
            var argument in (string[])
                ["-c", Guard, Program, Path.Combine(folder, "prosody.cfg.lua"), Path.Combine(folder, "prosody.out")]
        )
            start.ArgumentList.Add(argument);
        guard = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(StartWithin);
        foreach (var port in (int[])[clientPort, serverPort])
        {
            while (!await TakesConnectionsAsync(port))
            {
                if (limit.IsCancellationRequested)
                {
                    ct.ThrowIfCancellationRequested();
                    throw new BenchFailure($"Prosody did not start; see {folder}/prosody.out and prosody.log (--keep)");
                }
                await Task.Delay(Look, ct);
            }
        }
    }

    /// <summary>SIGKILL; returns when it has ended.</summary>
    internal async Task KillAsync()
    {
        if (guard is not { } started)
            return;
        guard = null;
        started.StandardInput.Close();
        await started.WaitForExitAsync(CancellationToken.None);
        started.Dispose();
    }

    private static async Task<bool> TakesConnectionsAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();
}
