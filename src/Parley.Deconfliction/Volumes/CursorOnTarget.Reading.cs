using System.Xml;
using System.Xml.Linq;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>Reading: an area comes in whole or the document is refused, and what is no area is passed over with a
/// word.</summary>
public static partial class CursorOnTarget
{
    /// <summary>Deepest nesting of elements.</summary>
    private const int MaxDepth = 64;

    /// <summary>Longest name, callsign or remark in characters; what is longer is cut, and shows it.</summary>
    private const int MaxText = 1_000;
    private const string CutMark = " […]";

    /// <summary>Reads a document as bytes, in the encoding that its mark or its declaration says.</summary>
    public static Parsed<CursorOnTargetDocument> Read(ReadOnlyMemory<byte> document)
    {
        if (document.Length > MaxDocument)
            return new Rejected($"more than {MaxDocument} bytes");
        var bytes = document.ToArray();
        return Read(() => XmlReader.Create(new MemoryStream(bytes, writable: false), Settings()));
    }

    /// <summary>Reads a document whose root is an event or holds events. Refused with the reason: what is no XML, too
    /// large, names entities, or has a shape that is no area.</summary>
    public static Parsed<CursorOnTargetDocument> Read(string document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document.Length > MaxDocument)
            return new Rejected($"more than {MaxDocument} characters");
        return Read(() => XmlReader.Create(new StringReader(document.TrimStart('\ufeff')), Settings()));
    }

    private static XmlReaderSettings Settings() =>
        new()
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaxDocument,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };

    private static Parsed<CursorOnTargetDocument> Read(Func<XmlReader> open)
    {
        try
        {
            using (var xml = open())
            {
                while (xml.Read())
                {
                    if (xml.Depth > MaxDepth)
                        return new Rejected($"its elements are nested more than {MaxDepth} deep");
                }
            }
            using var again = open();
            return Read(XDocument.Load(again).Root!);
        }
        catch (XmlException e) when (e.Message.Contains("DTD", StringComparison.Ordinal))
        {
            return new Rejected("it is no XML that is read here: it has a document type (DOCTYPE)");
        }
        catch (XmlException e)
        {
            return new Rejected(
                e.LineNumber > 0 ? $"it is no XML: line {e.LineNumber}, column {e.LinePosition}" : "it is no XML"
            );
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException) // an encoding that the declaration names and nobody knows
        {
            return new Rejected("it is no XML in an encoding that is read here: save it as UTF-8");
        }
    }

    private static Parsed<CursorOnTargetDocument> Read(XElement root)
    {
        var (events, passedOver, place) = (new List<CursorOnTargetEvent>(), new List<string>(), 0);
        foreach (var element in root.DescendantsAndSelf().Where(e => e.Name.LocalName == "event"))
        {
            if (++place > MaxEvents)
                return new Rejected($"more than {MaxEvents} events");
            if (element.Ancestors().Any(a => a.Name.LocalName == "event"))
                return new Rejected($"event {place} stands within another");
            try
            {
                if (new EventReader(element).Read() is { } read)
                    events.Add(read);
                else
                    passedOver.Add($"event {place} is passed over: {EventReader.Shown(element)} is no area");
            }
            catch (UnreadableException e)
            {
                return new Rejected($"event {place}: {e.Message}");
            }
        }
        if (place == 0)
            return new Rejected("it holds no event");
        return events.Count == 0
            ? new Rejected($"it holds no area: {passedOver[0]}")
            : new CursorOnTargetDocument(events, passedOver);
    }

    /// <summary>Cut between characters, with a mark that it was.</summary>
    private static string Short(string text)
    {
        if (text.Length <= MaxText)
            return text;
        var end = MaxText - CutMark.Length;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), CutMark);
    }
}
