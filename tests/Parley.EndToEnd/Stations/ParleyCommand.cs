using System.Diagnostics;
using System.Text.Json.Nodes;
using Parley.Cli;
using Parley.Cli.Terminal;
using Xunit;

namespace Parley.EndToEnd.Stations;

/// <summary>What a command that ended said.</summary>
internal sealed record Said(string CommandLine, int Code, string Output, string Error)
{
    /// <summary>The lines of standard output.</summary>
    internal string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Standard output as the one JSON object that <c>--json</c> promises.</summary>
    internal JsonNode Json => JsonNode.Parse(Assert.Single(Lines))!;

    /// <summary>Standard output as one JSON object per line.</summary>
    internal JsonNode[] JsonLines => [.. Lines.Select(l => JsonNode.Parse(l)!)];

    internal Said Ended(int code)
    {
        Assert.True(Code == code, $"{CommandLine}\nended with {Code}, not {code}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>Refused or failed with this code, and said why on standard error.</summary>
    internal Said Refused(int code, string reason)
    {
        Ended(code);
        Assert.Contains(reason, Error, StringComparison.Ordinal);
        return this;
    }
}

/// <summary>Runs the real command to its end, as its own process where not said otherwise.</summary>
internal static class ParleyCommand
{
    internal static Task<Said> RunAsync(params string[] arguments) => RunAsync(arguments, input: "");

    /// <summary>The same command line in this process: for tests that ask a hundred times, and need no process of its
    /// own for it.</summary>
    internal static async Task<Said> HereAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var screen = new Screen(
            output,
            error,
            isTerminal: false,
            errorIsTerminal: false,
            colours: false,
            width: 100,
            TimeProvider.System
        );
        var code = await Program.RunAsync(arguments, screen);
        return new Said($"parley {string.Join(' ', arguments)}", code, output.ToString(), error.ToString());
    }

    internal static Task<Said> RunAsync(
        IReadOnlyList<string> arguments,
        string input,
        IReadOnlyDictionary<string, string>? environment = null
    ) => RunAsync(ParleyProcess.Describe(arguments, environment), $"parley {string.Join(' ', arguments)}", input);

    /// <summary>Runs the command by way of a shell: <c>parley</c> in the line stands for it.</summary>
    internal static Task<Said> ShellAsync(
        string line,
        string input = "",
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var start = ParleyProcess.Describe([], environment);
        start.FileName = "/bin/bash";
        start.ArgumentList.Clear();
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line.Replace("parley ", $"{ParleyProcess.InShell} ", StringComparison.Ordinal));
        return RunAsync(start, line, input);
    }

    private static async Task<Said> RunAsync(ProcessStartInfo start, string shown, string input)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Until.Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
        return new Said(shown, process.ExitCode, await output, await error);
    }
}
