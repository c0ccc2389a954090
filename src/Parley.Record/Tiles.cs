using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// The hash of a full subtree of 256^<paramref name="Level"/> leaves (<paramref name="Level"/> ≥ 1): hash number
/// <c>Index mod 256</c> of tile (<paramref name="Level"/>, <c>Index / 256</c>) in C2SP tlog-tiles.
/// </summary>
public readonly record struct SubtreeHash(int Level, ulong Index, Hash Hash);

/// <summary>Reads the first <paramref name="width"/> hashes of a tile: leaf hashes at level 0, hashes of full 256^level
/// subtrees above.</summary>
public delegate ReadOnlyMemory<Hash> TileReader(int level, ulong index, int width);
