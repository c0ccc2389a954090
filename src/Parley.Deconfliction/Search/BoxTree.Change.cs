namespace Parley.Deconfliction;

internal sealed partial class BoxTree
{
    /// <summary>
    /// What counts as equally long in each dimension when boxes are weighed against each other: 0.05°, 0.05°, 500 m,
    /// one hour. A wrong guess
    /// costs time, never a result.
    /// </summary>
    private const double PerX = 1 / (0.05 * Vertex.PerDegree / (1 << CoarseBox.Shift)),
        PerY = PerX,
        PerZ = 1 / 500_000.0,
        PerT = 1 / 3600.0;

    private readonly Stack<(int Child, int Height, CoarseBox Box)> again = new();

    internal void Insert(int slot, in CoarseBox box)
    {
        Reserve(slot);
        Count++;
        InsertAt(slot, 0, box);
    }

    /// <summary>Takes a slot out. False where it is not in.</summary>
    internal bool Remove(int slot)
    {
        if (!Has(slot))
            return false;
        var at = places[slot];
        places[slot] = None;
        Count--;
        TakeOut(at / Width, at % Width);
        while (again.TryPop(out var left))
            InsertAt(left.Child, left.Height, left.Box);
        while (heights[root] > 0 && counts[root] == 1)
        {
            var child = children[root * Width];
            FreeNode(root);
            root = child;
            parents[root] = None;
        }
        return true;
    }

    private void Reserve(int slot)
    {
        var known = places.Length;
        if (slot >= known)
        {
            Array.Resize(ref places, Math.Max(slot + 1, 2 * known));
            places.AsSpan(known).Fill(None);
        }
        if (places[slot] != None)
            throw new ArgumentException("the slot is in the tree", nameof(slot));
    }

    /// <summary>Puts a child into a node of that height: a slot into a leaf, or a whole subtree above.</summary>
    private void InsertAt(int child, int height, CoarseBox box)
    {
        var node = root;
        while (heights[node] > height)
        {
            var place = Best(node, box);
            SetBox(node, place, Joined(BoxAt(node, place), box));
            node = children[node * Width + place];
        }
        while (counts[node] == Width)
        {
            var sibling = Split(node, child, box);
            (child, box) = (sibling, Cover(sibling));
            if (parents[node] == None)
            {
                var old = node;
                root = NewNode(heights[old] + 1);
                Append(root, old, Cover(old));
                node = root;
                break;
            }
            SetBox(parents[node] / Width, parents[node] % Width, Cover(node));
            node = parents[node] / Width;
        }
        Append(node, child, box);
    }

    /// <summary>The place whose box grows least; of equals, the smallest.</summary>
    private int Best(int node, in CoarseBox box)
    {
        var (best, least, size) = (0, double.MaxValue, double.MaxValue);
        for (var i = 0; i < counts[node]; i++)
        {
            var at = BoxAt(node, i);
            var now = Margin(at);
            var growth = Margin(Joined(at, box)) - now;
            if (growth > least || (growth == least && now >= size))
                continue;
            (best, least, size) = (i, growth, now);
        }
        return best;
    }

    private static double Margin(in CoarseBox b) =>
        ((double)b.MaxX - b.MinX) * PerX
        + ((double)b.MaxY - b.MinY) * PerY
        + ((double)b.MaxZ - b.MinZ) * PerZ
        + ((double)b.MaxT - b.MinT) * PerT;

    private static double Centre(in CoarseBox b, int axis) =>
        axis switch
        {
            0 => ((double)b.MinX + b.MaxX) * PerX,
            1 => ((double)b.MinY + b.MaxY) * PerY,
            2 => ((double)b.MinZ + b.MaxZ) * PerZ,
            _ => ((double)b.MinT + b.MaxT) * PerT,
        };

    /// <summary>Divides the node's boxes and one more between it and a new sibling, along the axis that leaves the
    /// smallest margins.</summary>
    private int Split(int node, int child, in CoarseBox box)
    {
        const int all = Width + 1;
        Span<(int Child, CoarseBox Box)> items = stackalloc (int, CoarseBox)[all];
        for (var i = 0; i < Width; i++)
            items[i] = (children[node * Width + i], BoxAt(node, i));
        items[Width] = (child, box);

        Span<double> keys = stackalloc double[all];
        Span<int> order = stackalloc int[all],
            bestOrder = stackalloc int[all];
        Span<double> before = stackalloc double[all];
        var (bestCut, least) = (0, double.MaxValue);
        for (var axis = 0; axis < 4; axis++)
        {
            for (var i = 0; i < all; i++)
                (keys[i], order[i]) = (Centre(items[i].Box, axis), i);
            keys.Sort(order);
            var cover = items[order[0]].Box;
            for (var i = 0; i < all; i++)
            {
                cover = Joined(cover, items[order[i]].Box);
                before[i] = Margin(cover);
            }
            cover = items[order[all - 1]].Box;
            for (var cut = all - 1; cut >= Least; cut--)
            {
                cover = Joined(cover, items[order[cut]].Box);
                if (all - cut < Least)
                    continue;
                var sum = before[cut - 1] + Margin(cover);
                if (sum >= least)
                    continue;
                (least, bestCut) = (sum, cut);
                order.CopyTo(bestOrder);
            }
        }

        var sibling = NewNode(heights[node]);
        counts[node] = 0;
        for (var i = 0; i < Width; i++)
            SetBox(node, i, Nothing);
        for (var i = 0; i < all; i++)
        {
            var (c, b) = items[bestOrder[i]];
            Append(i < bestCut ? node : sibling, c, b);
        }
        return sibling;
    }

    /// <summary>Takes one box out of a node; a node that has become too small is dissolved into
    /// <see cref="again"/>.</summary>
    private void TakeOut(int node, int place)
    {
        while (true)
        {
            var last = --counts[node];
            if (place != last)
                Put(node, place, children[node * Width + last], BoxAt(node, last));
            SetBox(node, last, Nothing);
            if (node == root)
                return;
            if (counts[node] >= Least)
                break;
            for (var i = 0; i < counts[node]; i++)
                again.Push((children[node * Width + i], heights[node], BoxAt(node, i)));
            (node, place) = (parents[node] / Width, Dissolve(node));
        }
        for (; parents[node] != None; node = parents[node] / Width)
        {
            var (above, at) = (parents[node] / Width, parents[node] % Width);
            var cover = Cover(node);
            if (cover == BoxAt(above, at))
                return;
            SetBox(above, at, cover);
        }
    }

    private int Dissolve(int node)
    {
        var place = parents[node] % Width;
        FreeNode(node);
        return place;
    }

    /// <summary>Fills an empty tree from the top: halves along the axis with the widest spread until what is left fills
    /// nodes.</summary>
    internal void Fill(ReadOnlySpan<CoarseBox> all, ReadOnlySpan<int> slots)
    {
        if (Count > 0)
            throw new InvalidOperationException("the tree is not empty");
        if (all.Length == 0)
            return;
        foreach (var slot in slots)
            Reserve(slot);
        var items = new (int Child, CoarseBox Box)[all.Length];
        for (var i = 0; i < items.Length; i++)
            items[i] = (slots[i], all[i]);
        FreeNode(root);
        var keys = new float[items.Length];
        var height = 0;
        for (long room = Width; room < items.Length; room *= Width)
            height++;
        root = Build(items, keys, height);
        Count = all.Length;
    }

    private int Build(Span<(int Child, CoarseBox Box)> items, Span<float> keys, int height)
    {
        var node = NewNode(height);
        if (height == 0)
        {
            foreach (var (slot, box) in items)
                Append(node, slot, box);
            return node;
        }
        var room = 1;
        for (var i = 0; i < height; i++)
            room *= Width;
        Divide(node, items, keys, room, height);
        return node;
    }

    /// <summary>Gives parts of at most <paramref name="room"/> boxes to children of the node. Each part but one is
    /// full, or all are about equally full.</summary>
    private void Divide(int node, Span<(int Child, CoarseBox Box)> items, Span<float> keys, int room, int height)
    {
        var parts = (items.Length + room - 1) / room;
        if (parts == 1)
        {
            var child = Build(items, keys, height - 1);
            Append(node, child, Cover(child));
            return;
        }
        var axis = WidestAxis(items);
        for (var i = 0; i < items.Length; i++)
            keys[i] = (float)Centre(items[i].Box, axis);
        keys[..items.Length].Sort(items);
        var cut = (int)((long)items.Length * (parts / 2) / parts);
        Divide(node, items[..cut], keys, room, height);
        Divide(node, items[cut..], keys, room, height);
    }

    private static int WidestAxis(ReadOnlySpan<(int Child, CoarseBox Box)> items)
    {
        Span<double> least = [double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue],
            most = [double.MinValue, double.MinValue, double.MinValue, double.MinValue];
        foreach (ref readonly var item in items)
        {
            for (var axis = 0; axis < 4; axis++)
            {
                var at = Centre(item.Box, axis);
                least[axis] = Math.Min(least[axis], at);
                most[axis] = Math.Max(most[axis], at);
            }
        }
        var best = 0;
        for (var axis = 1; axis < 4; axis++)
        {
            if (most[axis] - least[axis] > most[best] - least[best])
                best = axis;
        }
        return best;
    }
}
