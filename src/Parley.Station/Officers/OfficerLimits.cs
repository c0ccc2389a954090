namespace Parley.Station.Officers;

/// <summary>Every limit of signing in, in one place.</summary>
internal static class OfficerLimits
{
    /// <summary>How long a watch, and with it a session, lasts where the settings say nothing.</summary>
    internal static readonly TimeSpan Watch = TimeSpan.FromHours(12);

    /// <summary>Longest watch that settings may ask for, in hours.</summary>
    internal const int MaxWatchHours = 24;

    /// <summary>How long a sign-in link that nobody used stays good.</summary>
    internal static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(12);

    /// <summary>How long a browser may take to answer a passkey's challenge.</summary>
    internal static readonly TimeSpan ChallengeLifetime = TimeSpan.FromMinutes(5);

    internal const int MaxUsers = 1_000;
    internal const int MaxPasskeys = 16;

    /// <summary>Sessions of one user; the oldest ends when one more begins.</summary>
    internal const int MaxSessions = 8;

    /// <summary>Links that nobody used yet; the oldest goes when one more is made.</summary>
    internal const int MaxInvitations = 256;

    /// <summary>Challenges that wait for a passkey; the oldest goes when one more is made.</summary>
    internal const int MaxChallenges = 1_024;

    /// <summary>Characters of an officer's name.</summary>
    internal const int MaxName = 80;

    /// <summary>Failures in a row after which a user is locked out.</summary>
    internal const int MaxUserFailures = 5;

    /// <summary>How long a user, or an address, is locked out.</summary>
    internal static readonly TimeSpan LockOut = TimeSpan.FromMinutes(10);

    /// <summary>Failures from one address within <see cref="LockOut"/> after which it is locked out.</summary>
    internal const int MaxAddressFailures = 20;

    /// <summary>Challenges that one address may ask for in a minute.</summary>
    internal const int MaxChallengesPerMinute = 60;

    /// <summary>How long after a link, or after one of their passkeys was shown again, an officer may change their
    /// passkeys.</summary>
    internal static readonly TimeSpan PasskeyChange = TimeSpan.FromMinutes(10);

    /// <summary>How long a passkey that was added is told to an officer who comes by a link.</summary>
    internal static readonly TimeSpan PasskeyNews = TimeSpan.FromDays(30);

    /// <summary>Rows of the door's book that one session may write: nobody pushes out what they did by doing it
    /// again.</summary>
    internal const int MaxDeeds = 500;

    /// <summary>Connections of one session on the TCP port, event streams among them.</summary>
    internal const int MaxConnections = 32;

    /// <summary>Readings of one session that take long, such as exports, at a time; further ones wait.</summary>
    internal const int MaxLongReadings = 2;

    /// <summary>Event streams of one session.</summary>
    internal const int MaxStreams = 8;

    /// <summary>Addresses that are kept in mind; the one not seen for longest goes.</summary>
    internal const int MaxAddresses = 4_096;

    /// <summary>How often it is looked whether a watch has ended.</summary>
    internal static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of randomness in a link, and in what a browser holds.</summary>
    internal const int SecretBytes = 32;

    /// <summary>Rows of the door's book that one request may ask for.</summary>
    internal const int MaxAudit = 1_000;
}
