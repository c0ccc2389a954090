using System.Globalization;
using System.Net;

namespace Parley.Cli.Commands;

/// <summary>An address of the link as somebody types it, for the card.</summary>
internal static class CardAddress
{
    internal const int DefaultPort = 7474;

    /// <summary>HOST:PORT as it goes on the card; what cannot stand there ends the command with the reason.</summary>
    internal static string Read(string typed)
    {
        if (typed.Contains("://", StringComparison.Ordinal) || typed.Contains('/', StringComparison.Ordinal))
            throw Wrong(typed, "it is HOST:PORT, and no URL");
        if (
            IPAddress.TryParse(typed, out var bare)
            && bare.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            && typed[0] != '['
        )
            return $"[{typed}]:{DefaultPort}";
        var colon = typed.LastIndexOf(':');
        if (typed.EndsWith(']'))
            colon = -1;
        var (host, port) = colon < 0 ? (typed, $"{DefaultPort}") : (typed[..colon], typed[(colon + 1)..]);
        if (
            !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > ushort.MaxValue
            || port[0] == '0'
        )
            throw Wrong(typed, $"'{port}' is no port from 1 to {ushort.MaxValue}");
        if (host.Length == 0)
            throw Wrong(typed, "it names no host");
        if (host[0] == '[')
        {
            if (
                !host.EndsWith(']')
                || host.Contains('%', StringComparison.Ordinal)
                || !IPAddress.TryParse(host[1..^1], out _)
            )
                throw Wrong(typed, $"{host} is no IPv6 address in brackets, without a zone");
        }
        else if (
            host.FirstOrDefault(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-')) is var bad and not '\0'
        )
            throw Wrong(typed, $"'{bad}' does not stand in a host's name: letters, digits, full stops and hyphens do");
        else if (!char.IsAsciiLetterOrDigit(host[0]))
            throw Wrong(typed, "a host begins with a letter or a digit");
        return $"{host}:{port}";
    }

    private static Failure Wrong(string typed, string why) =>
        new($"--address {typed}: {why}, such as hotline.example.org:{DefaultPort}", Program.Usage);
}
