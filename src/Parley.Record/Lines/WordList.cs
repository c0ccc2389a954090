using System.Collections.Frozen;

namespace Parley.Record;

/// <summary>
/// 256 common English words, one for each value of a byte, for reading fingerprints aloud. Sorted; no two share their
/// first four
/// letters or differ by a single letter, so that a word half heard is not taken for another. The list is part of the
/// protocol.
/// </summary>
internal static class WordList
{
    private static readonly string[] Words = """
        acorn admiral agate album almond amber anchor anvil apple april apron arctic armor arrow aspen autumn
        backpack badger bakery bamboo banjo barley basil beacon bedrock beetle bicycle birch bishop blanket bonfire bottle
        bridge bronze bucket butter cabin cactus camel candle canoe carpet castle cedar cello chapel cherry chimney
        cinnamon citrus clover cobalt coffee comet copper coral cotton cradle cricket crystal cumin curtain cypress dagger
        daisy dancer decimal delta denim desert diamond dolphin donkey dragon drawer drummer duchess eagle easel echo
        eclipse elbow elder embassy emerald engine envelope evening falcon feather fiddle firefly flamingo flute forest fossil
        fountain fox freckle frost fungus galaxy garden garlic gazelle geyser ginger glacier goblet golden gorilla granite
        guitar gypsum hammer harbor hazel helmet heron hickory honey hornet hotel hunter hybrid icicle igloo indigo
        insect iron island ivory jackal jasmine jelly jigsaw jockey judge jungle juniper kayak kelp kernel kettle
        kidney kingdom kitchen kiwi knuckle koala ladder lagoon lantern laurel lemon leopard lettuce lilac linen lizard
        lobster locust lumber magnet mammoth mango maple marble meadow melon mercury mirror mitten moonlight mosaic muffin
        mustard napkin nectar needle nickel nutmeg oasis oboe ocean octopus olive onion opal orchid osprey otter
        oyster palace pancake panther parrot pebble pelican pepper piano pigeon pillow planet plum pocket pollen pony
        poppy potato prairie pumpkin puzzle pyramid quarry quilt quiver rabbit radish raven ribbon river robin rooster
        rudder saddle salmon sandal sapphire scarlet seaweed shadow silver skeleton sparrow spider squirrel sugar sunset tailor
        temple thunder tiger tomato trumpet tulip turtle umbrella valley velvet violin walnut whistle window yellow zebra
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static readonly FrozenDictionary<string, byte> Values = Words
        .Select((word, i) => (word, i))
        .ToFrozenDictionary(w => w.word, w => (byte)w.i, StringComparer.OrdinalIgnoreCase);

    internal static IReadOnlyList<string> All => Words;

    internal static string Of(byte value) => Words[value];

    /// <summary>The word that was probably meant; null where none is near.</summary>
    internal static string? Nearest(string typed)
    {
        const int maxMistakes = 2,
            maxLength = 16;
        if (typed.Length > maxLength)
            return null;
        var nearest = Words.Select(word => (Word: word, Mistakes: Mistakes(word, typed))).MinBy(w => w.Mistakes);
        return nearest.Mistakes <= maxMistakes ? nearest.Word : null;
    }

    /// <summary>Letters to change, add or take away.</summary>
    private static int Mistakes(string word, string typed)
    {
        var before = Enumerable.Range(0, typed.Length + 1).ToArray();
        foreach (var letter in word)
        {
            var row = new int[typed.Length + 1];
            row[0] = before[0] + 1;
            for (var i = 1; i <= typed.Length; i++)
                row[i] = Math.Min(
                    Math.Min(row[i - 1], before[i]) + 1,
                    before[i - 1] + (char.ToLowerInvariant(typed[i - 1]) == letter ? 0 : 1)
                );
            before = row;
        }
        return before[^1];
    }

    internal static bool TryRead(string word, out byte value) => Values.TryGetValue(word, out value);
}
