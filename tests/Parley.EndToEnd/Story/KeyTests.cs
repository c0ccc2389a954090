using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>A station whose keys are protected, opened in every way that the command's help names.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class KeyTests
{
    private const string Secret = "correct horse battery";
    private static readonly string Needed = "set PARLEY_PASSPHRASE_FILE, or run this on a terminal";

    [Fact]
    public async Task Keys_protected_with_a_passphrase_open_with_it_from_the_environment_a_file_or_a_descriptor_and_not_otherwise()
    {
        using var folder = new TestFolder();
        var file = folder["secret"];
        await File.WriteAllTextAsync(file, Secret + "\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string[] init = ["init", "--party", "us", "--name", "Party us", "--data", folder["us"], "--passphrase"];
        (await ParleyCommand.RunAsync(init)).Refused(1, Needed);
        (await ParleyCommand.RunAsync(init, "", With("PARLEY_PASSPHRASE", "too short"))).Refused(
            1,
            "at least 12 characters"
        );
        Assert.False(Directory.Exists(folder["us"]));
        (await ParleyCommand.RunAsync(init, "", With("PARLEY_PASSPHRASE", Secret))).Ended(0);
        Assert.All(
            Directory.GetFiles(Path.Combine(folder["us"], "keys"), "*.key"),
            key => Assert.DoesNotContain("protection none", File.ReadAllText(key), StringComparison.OrdinalIgnoreCase)
        );

        string[] run = ["run", "--data", folder["us"]];
        (await ParleyCommand.RunAsync(run)).Refused(1, Needed);
        (await ParleyCommand.RunAsync(run, "", With("PARLEY_PASSPHRASE", "wrong horse battery"))).Refused(
            1,
            "passphrase"
        );
        (await ParleyCommand.RunAsync(run, "", With("PARLEY_PASSPHRASE_FILE", "/dev/zero"))).Refused(
            1,
            "too large for a passphrase"
        );
        foreach (var given in new[] { With("PARLEY_PASSPHRASE", Secret), With("PARLEY_PASSPHRASE_FILE", file) })
        {
            await using var station = ParleyProcess.Start(folder["us.log"], [.. run, "--stop-with-stdin"], given);
            await station.LineWithAsync("ready: us");
            Assert.Equal(0, await station.EndInputAsync());
        }
        var (said, descriptor) = (folder["said"], "PARLEY_PASSPHRASE_FILE=/dev/fd/3");
        var open = await ParleyCommand.ShellAsync(
            $"{descriptor} parley run --data {folder["us"]} 3< <(echo '{Secret}') > {said} & until grep -q '^ready: us' {said} || ! kill -0 $!; do sleep 0.1; done; kill -TERM $!; wait $! && cat {said}"
        );
        Assert.Contains("ready: us", open.Ended(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passphrase_that_everybody_can_read_is_refused_and_one_that_is_forgotten_is_said()
    {
        using var folder = new TestFolder();
        var file = folder["passphrase"];
        await File.WriteAllTextAsync(file, Secret + "\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        string[] init = ["init", "--party", "us", "--name", "Party us", "--data", folder["us"]];
        var named = With("PARLEY_PASSPHRASE_FILE", file);
        (await ParleyCommand.RunAsync([.. init, "--passphrase"], "", named)).Refused(
            1,
            "everybody can read the passphrase"
        );
        Assert.False(Directory.Exists(folder["us"]));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var forgotten = (await ParleyCommand.RunAsync(init, "", named)).Ended(0);
        Assert.Contains("named in the environment and not used", forgotten.Error, StringComparison.Ordinal);
        init[^1] = folder["ru"];
        var given = (await ParleyCommand.RunAsync([.. init, "--passphrase"], "", named)).Ended(0);
        Assert.Contains("Its keys are protected by the passphrase.", given.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_a_passphrase_is_asked_for_and_never_shown()
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/script"),
            "script(1) is not installed (Debian: apt-get install bsdutils)"
        );
        using var folder = new TestFolder();
        var init = $"init --party us --name us --data {folder["us"]} --passphrase";
        var twice = await TypedAsync(init, folder, Secret, "another passphrase");
        Assert.Contains("the two are not the same", twice.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["us"]));
        var made = (await TypedAsync(init, folder, Secret, Secret)).Ended(0);
        Assert.Contains("Passphrase: ", made.Output, StringComparison.Ordinal);
        Assert.Contains("Station us is made", made.Output, StringComparison.Ordinal);
        var wrong = await TypedAsync($"run --data {folder["us"]}", folder, "wrong horse battery");
        Assert.Equal(1, wrong.Code);
        var read = (
            await TypedAsync(
                $"card --data {folder["us"]} --address 192.0.2.1:7100 --out {folder["us.card"]}",
                folder,
                Secret
            )
        ).Ended(0);
        Assert.Contains("Passphrase of this station's keys: ", read.Output, StringComparison.Ordinal);
        foreach (var said in new[] { twice, made, wrong, read })
            Assert.DoesNotContain("horse", said.Output + said.Error, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> With(string name, string value) => new() { [name] = value };

    /// <summary>Runs it on a terminal of its own and types each line when it is asked for one.</summary>
    private static async Task<Said> TypedAsync(string arguments, TestFolder folder, params string[] lines)
    {
        // The typed lines come from a pipe that gives the next one when the last prompt is on the screen.
        var screen = folder["screen"];
        File.Delete(screen);
        var typing = string.Concat(
            lines.Select(
                (line, i) =>
                    $"until [ $(grep -ao 'Passphrase[^:]*: \\|Once more: ' {screen} 2>/dev/null | wc -l) -gt {i} ]; do sleep 0.05; done; printf '%s\\r' '{line}'; "
            )
        );
        return await ParleyCommand.ShellAsync(
            $"( {typing} sleep 1; while kill -0 $$ 2>/dev/null && ! grep -aq 'Script done' {screen}; do sleep 0.1; done ) | script -qefc \"parley {arguments}\" {screen}",
            environment: new Dictionary<string, string> { ["TERM"] = "xterm" }
        );
    }
}
