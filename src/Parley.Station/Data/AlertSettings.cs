using Parley.Record;

namespace Parley.Station.Data;

/// <summary>Who is told of what is wrong, beside the consoles: part of <c>station.json</c>.</summary>
/// <param name="Receivers">Each is told by itself: one that fails delays no other.</param>
/// <param name="Words">True lets an alert carry the first words of what it is about; else it says what kind of entry,
/// of whom and since when, and no text leaves the station.</param>
/// <param name="Heartbeat">Where the station says at every interval that it works: whoever hears nothing
/// pages.</param>
public sealed record AlertSettings(
    IReadOnlyList<AlertReceiver> Receivers,
    bool? Words = null,
    HeartbeatSettings? Heartbeat = null
)
{
    /// <summary>Receivers of one station.</summary>
    internal const int MaxReceivers = 16;

    internal string? Problem()
    {
        if (Receivers.Count > MaxReceivers)
            return $"alerts.receivers is at most {MaxReceivers}";
        if (Receivers.Select(r => r.Name).Distinct(StringComparer.Ordinal).Count() != Receivers.Count)
            return "two of alerts.receivers have one name";
        return Receivers.Select(r => r.Problem()).FirstOrDefault(p => p is not null) ?? Heartbeat?.Problem();
    }
}

/// <summary>One who is told, in exactly one way: by a webhook, a command or mail.</summary>
/// <param name="Name">What it is called in the log and by <c>parley alerts</c>.</param>
/// <param name="Webhook">Address that each alert is posted to as JSON; https, or http to this machine.</param>
/// <param name="SecretFile">File with what the webhook's posts are signed with (HMAC-SHA-256); a path that is not
/// absolute begins at the data directory.</param>
/// <param name="Command">A program and its arguments, which gets each alert as JSON on its standard input. No shell
/// reads it.</param>
/// <param name="Mail">A mail server and who gets the mails.</param>
/// <param name="From">The least precedence that is told: <c>routine</c> (all, and where it is not said),
/// <c>priority</c>, <c>immediate</c>, <c>flash</c>.</param>
/// <param name="After">Seconds that it has to stand untaken before this receiver is told: an escalation.</param>
/// <param name="Repeat">Seconds after which what still stands is told again; without it once.</param>
/// <param name="Quiet">Hours in which only what is as urgent as they say is told.</param>
/// <param name="Exercises">True to be told of exercises and tests too; they are marked.</param>
public sealed record AlertReceiver(
    string Name,
    string? Webhook = null,
    string? SecretFile = null,
    IReadOnlyList<string>? Command = null,
    MailSettings? Mail = null,
    Precedence? From = null,
    int? After = null,
    int? Repeat = null,
    IReadOnlyList<QuietHours>? Quiet = null,
    bool? Exercises = null
)
{
    private const int MaxName = 64;
    private const int MaxQuiet = 8;
    private const int MaxSeconds = 7 * 24 * 3600;

    /// <summary>What is told more often wakes nobody any more.</summary>
    private const int LeastRepeat = 60;

    internal string? Problem() =>
        Name.Length is 0 or > MaxName || Name.Any(char.IsControl)
            ? $"the name of one of alerts.receivers has 1 to {MaxName} characters"
        : new object?[] { Webhook, Command, Mail }.Count(way => way is not null) != 1
            ? $"the receiver {Name} has one of webhook, command and mail"
        : Webhook is not null && WebAddress(Webhook) is null
            ? $"the webhook of {Name} is an address such as https://pager.example/parley (http only to this machine)"
        : SecretFile is not null && Webhook is null ? $"secretFile of {Name} goes with a webhook"
        : Command is { Count: 0 } || Command?[0].Length == 0 ? $"the command of {Name} names a program"
        : After is < 0 or > MaxSeconds || Repeat is < LeastRepeat or > MaxSeconds
            ? $"after of {Name} is 0 to {MaxSeconds} seconds, repeat {LeastRepeat} to {MaxSeconds}"
        : Quiet?.Count > MaxQuiet ? $"quiet of {Name} is at most {MaxQuiet} times"
        : Quiet?.Select(q => q.Problem()).FirstOrDefault(p => p is not null) is { } quiet ? $"{quiet} ({Name})"
        : Mail?.Problem() is { } mail ? $"{mail} ({Name})"
        : null;

    /// <summary>An address that alerts may be posted to; null for any other.</summary>
    internal static Uri? WebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? uri
            : null;
}

/// <summary>Hours of each day in which a receiver is left alone.</summary>
/// <param name="Begin">HH:MM.</param>
/// <param name="End">HH:MM; at or before the beginning it is that of the next day.</param>
/// <param name="Zone">As in the IANA time zone database; without it UTC.</param>
/// <param name="But">What is told all the same is at least as urgent as this; <c>flash</c> where it is not
/// said.</param>
public sealed record QuietHours(string Begin, string End, string? Zone = null, Precedence? But = null)
{
    internal string? Problem() =>
        !TimeOnly.TryParseExact(Begin, "HH:mm", out _) || !TimeOnly.TryParseExact(End, "HH:mm", out _)
            ? "begin and end of quiet hours are times such as 22:00"
        : Zone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _)
            ? $"'{Zone}' is no time zone that this machine knows, such as Europe/Berlin"
        : null;

    /// <summary>True where nothing less urgent than <see cref="But"/> is told at that time.</summary>
    internal bool Covers(DateTimeOffset now)
    {
        var zone =
            Zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var found) ? found : TimeZoneInfo.Utc;
        var time = TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(now, zone).TimeOfDay);
        var (begin, end) = (TimeOnly.ParseExact(Begin, "HH:mm"), TimeOnly.ParseExact(End, "HH:mm"));
        return begin < end ? time >= begin && time < end : time >= begin || time < end;
    }

    internal bool Silences(Precedence precedence, DateTimeOffset now) =>
        precedence < (But ?? Precedence.Flash) && Covers(now);
}

/// <summary>A mail server that takes mails for others.</summary>
/// <param name="Server">HOST:PORT.</param>
/// <param name="Sender">The address that mails come from.</param>
/// <param name="To">The addresses that get them.</param>
/// <param name="Tls"><c>starttls</c> (where it is not said), <c>tls</c> from the first byte, or <c>none</c>, which is
/// only to this machine.</param>
/// <param name="User">With whose name it is signed in; without it nobody's.</param>
/// <param name="PasswordFile">File with the password; a path that is not absolute begins at the data
/// directory.</param>
public sealed record MailSettings(
    string Server,
    string Sender,
    IReadOnlyList<string> To,
    string? Tls = null,
    string? User = null,
    string? PasswordFile = null
)
{
    internal const string StartTls = "starttls";
    internal const string FromTheFirstByte = "tls";
    internal const string Plain = "none";
    private const int MaxTo = 32;

    internal string? Problem() =>
        !CallSettings.TrySplit(Server, out var host, out _) ? "mail.server is HOST:PORT"
        : To.Count is 0 or > MaxTo || To.Append(Sender).Any(a => !IsAddress(a))
            ? $"mail has a sender and 1 to {MaxTo} addresses in to, such as duty@mod.example"
        : Tls is not null and not StartTls and not FromTheFirstByte and not Plain
            ? $"mail.tls is {StartTls}, {FromTheFirstByte} or {Plain}"
        : Tls == Plain && !IsThisMachine(host) ? "mail.tls none is only for a server on this machine"
        : User is null != PasswordFile is null ? "mail.user and mail.passwordFile go together"
        : null;

    private static bool IsAddress(string text) =>
        text.IndexOf('@') is > 0 and var at
        && at < text.Length - 1
        && text.LastIndexOf('@') == at
        && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or ',');

    private static bool IsThisMachine(string host) =>
        host == "localhost"
        || (System.Net.IPAddress.TryParse(host.Trim('[', ']'), out var ip) && System.Net.IPAddress.IsLoopback(ip));
}

/// <summary>Where the station says that it works.</summary>
/// <param name="Webhook">Address that it is posted to.</param>
/// <param name="Seconds">Interval; 60 where it is not said.</param>
/// <param name="SecretFile">As a receiver's.</param>
public sealed record HeartbeatSettings(string Webhook, int? Seconds = null, string? SecretFile = null)
{
    private const int Least = 5;
    private const int Most = 3600;
    private const int Usual = 60;

    internal TimeSpan Interval => TimeSpan.FromSeconds(Seconds ?? Usual);

    internal string? Problem() =>
        AlertReceiver.WebAddress(Webhook) is null
            ? "alerts.heartbeat.webhook is an address such as https://pager.example/alive (http only to this machine)"
        : Seconds is < Least or > Most ? $"alerts.heartbeat.seconds is {Least} to {Most}"
        : null;
}
