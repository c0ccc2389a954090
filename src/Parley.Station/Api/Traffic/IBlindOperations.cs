using Parley.Record;

namespace Parley.Station.Api;

/// <summary>What the endpoints of the blind check ask of the running station.</summary>
internal interface IBlindOperations
{
    /// <summary>The checks of a line, newest last, and what is left of the day's budget.</summary>
    Outcome<BlindListView> BlindChecks(LineId line);

    Outcome<BlindView> BlindCheck(LineId line, EntryId check);

    /// <summary>Keeps a proposal for a second officer to release, with what was chosen.</summary>
    Task<Outcome<BlindPrepared>> ProposeBlindAsync(LineId line, BlindTermsRequest request, Officer by, CancellationToken ct);

    /// <summary>Keeps an acceptance for a second officer to release; once it is on the record, the run begins.</summary>
    Task<Outcome<BlindPrepared>> AcceptBlindAsync(LineId line, EntryId check, BlindAcceptRequest request, Officer by, CancellationToken ct);

    /// <summary>What a proposal that waits would compare, for the officer who is to release it.</summary>
    Outcome<BlindPrepared> PreparedBlind(string proposal);

    /// <summary>Ends a run under way. What left before is not taken back.</summary>
    Outcome<BlindView> StopBlind(LineId line, EntryId check, Officer by);

    /// <summary>Every shared cell as a GeoJSON FeatureCollection.</summary>
    Outcome<string> BlindCells(LineId line, EntryId check);
}
