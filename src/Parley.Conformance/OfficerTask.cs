using Parley.Record;

namespace Parley.Conformance;

/// <summary>What only people at the station under test can do.</summary>
public enum OfficerAct
{
    /// <summary>Accept a further line, whose document is in the file.</summary>
    AcceptLine,

    /// <summary>Send a message with the text and the precedence.</summary>
    SendMessage,

    /// <summary>Keep the line's secret that is in the file. CARRY-9.</summary>
    KeepSecret,

    /// <summary>Take the carried file. CARRY-5.</summary>
    TakeCarried,

    /// <summary>Make a file to carry for the suite. CARRY-1.</summary>
    MakeCarried,

    /// <summary>Back the station's store up.</summary>
    BackUp,

    /// <summary>Put the backup in the place of the store, and start the station as one that was restored. LINK-60.</summary>
    Restore,
}

/// <summary>One thing that an officer or an operator of the station under test is asked to do in the middle of a run,
/// where <see cref="ConformanceOptions.Officer"/> says that somebody is there.</summary>
/// <param name="Act">What it is.</param>
/// <param name="Line">On which line.</param>
/// <param name="Words">The same in words, for people.</param>
public sealed record OfficerTask(OfficerAct Act, LineDocument Line, string Words)
{
    /// <summary>What is to be read or made; null where there is no file.</summary>
    public string? File { get; init; }

    /// <summary>What is to be said, of <see cref="OfficerAct.SendMessage"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>Its precedence.</summary>
    public Precedence Precedence { get; init; }
}
