using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Contract;

/// <summary>What an officer is doing about an entry just now.</summary>
[JsonConverter(typeof(WordJson<PresenceDoing>))]
public enum PresenceDoing
{
    /// <summary>Writes an answer; so long as the console goes on saying so.</summary>
    Writing,

    /// <summary>Has taken it upon themselves; until they give it back, or for half an hour.</summary>
    Taken,
}

/// <summary>That an officer of this station is at an entry, so that two do not answer it. Known to this station alone,
/// and on no record.</summary>
public sealed record PresenceView(LineId Line, EntryId Entry, PresenceDoing Doing, Officer By, DateTimeOffset Since);

/// <param name="Doing">Null where the officer is at it no longer.</param>
/// <param name="By">Who; a session says that itself.</param>
public sealed record PresenceRequest(PresenceDoing? Doing, Officer? By = null);
