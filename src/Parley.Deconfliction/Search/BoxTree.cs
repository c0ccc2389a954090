using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Parley.Deconfliction;

/// <summary>
/// An R-tree over boxes of four dimensions, each known by a number (its slot). Nodes hold 16 boxes as eight rows of 16
/// integers, so that
/// one node is compared with two vector operations a row. It grows and shrinks in place: no rebuild ever stands between
/// a change and
/// the next search. One writer or any number of readers at a time; the owner sees to that.
/// </summary>
internal sealed partial class BoxTree
{
    /// <summary>Boxes in a node.</summary>
    internal const int Width = 16;
    private const int Rows = 8; // least x y z t, greatest x y z t
    private const int NodeLength = Width * Rows;

    /// <summary>A node with fewer is dissolved and its boxes inserted again.</summary>
    private const int Least = 4;
    private const int MaxHeight = 24;
    private const int None = -1;

    private int[] boxes = new int[64 * NodeLength];
    private int[] children = new int[64 * Width]; // slots in a leaf, nodes elsewhere
    private int[] parents = new int[64]; // node * Width + place, or None for the root
    private byte[] counts = new byte[64];
    private byte[] heights = new byte[64]; // 0: leaf
    private int[] places = new int[256]; // by slot: leaf * Width + place, or None
    private int nodes;
    private int free = None; // chained through parents
    private int root;

    internal BoxTree()
    {
        Array.Fill(places, None);
        root = NewNode(0);
    }

    internal int Count { get; private set; }

    internal bool Has(int slot) => slot < places.Length && places[slot] != None;

    /// <summary>Adds every slot whose box meets <paramref name="probe"/> to <paramref name="found"/>.</summary>
    internal void Find(in CoarseBox probe, List<int> found)
    {
        Span<int> stack = stackalloc int[MaxHeight * Width];
        var top = 0;
        stack[top++] = root;
        while (top > 0)
        {
            var node = stack[--top];
            var hits = Meeting(node, probe);
            ref var first = ref children[node * Width];
            if (heights[node] == 0)
            {
                for (; hits != 0; hits &= hits - 1)
                    found.Add(Unsafe.Add(ref first, BitOperations.TrailingZeroCount(hits)));
            }
            else
            {
                for (; hits != 0; hits &= hits - 1)
                    stack[top++] = Unsafe.Add(ref first, BitOperations.TrailingZeroCount(hits));
            }
        }
    }

    /// <summary>A bit for each box of the node that meets the probe. Places not in use hold boxes that meet
    /// nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Meeting(int node, in CoarseBox probe)
    {
        ref var at = ref MemoryMarshal.GetReference(boxes.AsSpan(node * NodeLength, NodeLength));
        return Half(ref at, probe) | Half(ref Unsafe.Add(ref at, Width / 2), probe) << (Width / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Half(ref int at, in CoarseBox p)
    {
        var meets =
            Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref at), Vector256.Create(p.MaxX))
            & Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref at, Width), Vector256.Create(p.MaxY))
            & Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref at, 2 * Width), Vector256.Create(p.MaxZ))
            & Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref at, 3 * Width), Vector256.Create(p.MaxT))
            & Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref at, 4 * Width), Vector256.Create(p.MinX))
            & Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref at, 5 * Width), Vector256.Create(p.MinY))
            & Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref at, 6 * Width), Vector256.Create(p.MinZ))
            & Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref at, 7 * Width), Vector256.Create(p.MinT));
        return meets.ExtractMostSignificantBits();
    }

    private CoarseBox BoxAt(int node, int place)
    {
        var at = boxes.AsSpan(node * NodeLength + place);
        return new CoarseBox(
            at[0],
            at[Width],
            at[2 * Width],
            at[3 * Width],
            at[4 * Width],
            at[5 * Width],
            at[6 * Width],
            at[7 * Width]
        );
    }

    private void SetBox(int node, int place, in CoarseBox box)
    {
        var at = boxes.AsSpan(node * NodeLength + place);
        (at[0], at[Width], at[2 * Width], at[3 * Width]) = (box.MinX, box.MinY, box.MinZ, box.MinT);
        (at[4 * Width], at[5 * Width], at[6 * Width], at[7 * Width]) = (box.MaxX, box.MaxY, box.MaxZ, box.MaxT);
    }

    private static CoarseBox Nothing { get; } =
        new(
            int.MaxValue,
            int.MaxValue,
            int.MaxValue,
            int.MaxValue,
            int.MinValue,
            int.MinValue,
            int.MinValue,
            int.MinValue
        );

    private CoarseBox Cover(int node)
    {
        var box = BoxAt(node, 0);
        for (var i = 1; i < counts[node]; i++)
            box = Joined(box, BoxAt(node, i));
        return box;
    }

    private static CoarseBox Joined(in CoarseBox a, in CoarseBox b) =>
        new(
            Math.Min(a.MinX, b.MinX),
            Math.Min(a.MinY, b.MinY),
            Math.Min(a.MinZ, b.MinZ),
            Math.Min(a.MinT, b.MinT),
            Math.Max(a.MaxX, b.MaxX),
            Math.Max(a.MaxY, b.MaxY),
            Math.Max(a.MaxZ, b.MaxZ),
            Math.Max(a.MaxT, b.MaxT)
        );

    private int NewNode(int height)
    {
        int node;
        if (free != None)
        {
            node = free;
            free = parents[node];
        }
        else
        {
            node = nodes++;
            if (node == counts.Length)
            {
                Array.Resize(ref counts, 2 * node);
                Array.Resize(ref heights, 2 * node);
                Array.Resize(ref parents, 2 * node);
                Array.Resize(ref children, 2 * node * Width);
                Array.Resize(ref boxes, 2 * node * NodeLength);
            }
        }
        (counts[node], heights[node], parents[node]) = (0, (byte)height, None);
        for (var i = 0; i < Width; i++)
            SetBox(node, i, Nothing);
        return node;
    }

    private void FreeNode(int node)
    {
        counts[node] = 0;
        parents[node] = free;
        free = node;
    }

    /// <summary>Puts a child at the end of a node that has room, and lets the child know where it is.</summary>
    private void Append(int node, int child, in CoarseBox box)
    {
        var place = counts[node]++;
        Put(node, place, child, box);
    }

    private void Put(int node, int place, int child, in CoarseBox box)
    {
        children[node * Width + place] = child;
        SetBox(node, place, box);
        if (heights[node] == 0)
            places[child] = node * Width + place;
        else
            parents[child] = node * Width + place;
    }
}
