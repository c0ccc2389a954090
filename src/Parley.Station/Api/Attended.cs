namespace Parley.Station.Api;

/// <summary>Marks an endpoint whose use is a sign that an officer is there. What programs ask by themselves, and where
/// there is nothing but a look at the station, is none.</summary>
internal sealed record Attended;
