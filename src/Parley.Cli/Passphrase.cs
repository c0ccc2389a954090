using System.Security.Cryptography;
using System.Text;
using Parley.Cli.Terminal;
using Parley.Crypto;

namespace Parley.Cli;

/// <summary>
/// The passphrase of the key files: from PARLEY_PASSPHRASE, from the file that PARLEY_PASSPHRASE_FILE names (its first
/// line), or
/// typed without echo.
/// </summary>
internal static class Passphrase
{
    private const int MinLength = 12;
    private const int MaxFile = 4096;

    /// <summary>True where the environment says which, or where it is.</summary>
    internal static bool IsNamed =>
        Environment.GetEnvironmentVariable("PARLEY_PASSPHRASE") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("PARLEY_PASSPHRASE_FILE") is { Length: > 0 };

    /// <summary>What the environment says; null when it says nothing.</summary>
    internal static string? FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable("PARLEY_PASSPHRASE") is { Length: > 0 } text)
            return text;
        if (Environment.GetEnvironmentVariable("PARLEY_PASSPHRASE_FILE") is not { Length: > 0 } path)
            return null;
        if (PlainFile.IsAt(path, followLink: true))
        {
            // Of a group's bits nothing is said: those of a service manager's credentials are a list of users.
            if (
                !OperatingSystem.IsWindows()
                && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite))
                    != UnixFileMode.None
            )
                throw new Failure($"everybody can read the passphrase in {path}: chmod 600 {path}");
            return FirstLine(path);
        }
        return fromPipe ??= FirstLine(path);
    }

    /// <summary>A pipe or a file descriptor (/dev/fd/N) gives its bytes only once.</summary>
    private static string? fromPipe;

    private static string FirstLine(string path)
    {
        var bytes = new byte[MaxFile + 1];
        int length;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
            length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaxFile)
            throw new Failure($"{path} is too large for a passphrase");
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        CryptographicOperations.ZeroMemory(bytes);
        return text.Split('\n')[0].TrimEnd('\r') is { Length: > 0 } line
            ? line
            : throw new Failure($"{path} begins with an empty line");
    }

    internal static string ForNewKeys(Screen screen)
    {
        var given = FromEnvironment() ?? Ask(screen, "Passphrase: ", NoneForNewKeys);
        if (given.Length < MinLength)
            throw new Failure($"a passphrase has at least {MinLength} characters");
        if (FromEnvironment() is null && Ask(screen, "Once more: ", NoneForNewKeys) != given)
            throw new Failure("the two are not the same; nothing was made");
        return given;
    }

    internal static string ForOpening(Screen screen) =>
        FromEnvironment()
        ?? Ask(
            screen,
            "Passphrase of this station's keys: ",
            "the keys are protected: set PARLEY_PASSPHRASE_FILE, or run this on a terminal"
        );

    private const string NoneForNewKeys =
        "--passphrase needs a passphrase: set PARLEY_PASSPHRASE_FILE, or run this on a terminal";

    private static string Ask(Screen screen, string prompt, string noTerminal)
    {
        if (Console.IsInputRedirected)
            throw new Failure(noTerminal);
        screen.ErrorOutput.Write(prompt);
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (key.KeyChar >= ' ')
                typed.Append(key.KeyChar);
        }
        screen.ErrorPlain("");
        return typed.ToString();
    }
}
