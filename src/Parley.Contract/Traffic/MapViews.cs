using Parley.Traffic.Places;

namespace Parley.Contract;

/// <param name="Places">The nearest first.</param>
public sealed record NearPlacesView(IReadOnlyList<NearPlace> Places);

public sealed record PlaceListView(IReadOnlyList<KnownPlace> Places);

/// <summary>Whether the operator gave this station a map of their own.</summary>
/// <param name="Given">True where there is one; the console then draws it in the place of the built-in one.</param>
/// <param name="Bytes">Of the file; null where there is none.</param>
/// <param name="Version">Another one when the file is another; null where there is none.</param>
public sealed record BaseMapView(bool Given, long? Bytes, string? Version);
