using FsCheck;
using FsCheck.Fluent;
using Parley.Crypto;
using Xunit;

namespace Parley.Record.Tests.Entries;

public sealed class HeaderLawTests
{
    private static readonly string[] NameParts =
    [
        "Doe",
        "Ткач",
        "محمد",
        "김",
        "😀",
        "\"",
        "\\",
        "é",
        "O'",
        "-",
        "/",
        "<",
    ];
    private static readonly string[] Kinds = ["line.opened", "call.requested", "a.b_c", "text.sent", "x9.y.z_1"];
    private static readonly string[] Others = ["ru", "ua", "icrc", "p-1", "z9"];

    private static readonly Gen<Officer> Officers =
        from seat in Gen.Elements("watch", "principal", "duty-2")
        from parts in Gen.ArrayOf(Gen.Elements(NameParts), 3)
        select new Officer(seat, string.Concat(parts));

    private static readonly Gen<EntryHeader> Entries =
        from seq in Gen.Choose(0, int.MaxValue)
        from ms in Gen.Choose(0, int.MaxValue)
        from kind in Gen.Elements(Kinds)
        from mark in Gen.Elements(Enum.GetValues<Mark>())
        from precedence in Gen.Elements(Enum.GetValues<Precedence>())
        from officer in Officers
        from released in Gen.OneOf(Gen.Constant((Officer?)null), Officers.Select(o => (Officer?)o))
        from others in Gen.SubListOf(Others)
        from seen in Gen.Choose(0, int.MaxValue)
        from all in Gen.Elements(true, false)
        from lang in Gen.Elements(null, "en", "uk-Cyrl-UA", "zh-Hans")
        from size in Gen.OneOf(Gen.Constant(-1), Gen.Choose(0, (int)Body.MaxAttachment))
        select new EntryHeader
        {
            Line = LineId.Parse(Headers.LineText),
            From = PartyId.Parse("us"),
            Seq = (ulong)seq,
            At = DateTimeOffset.UnixEpoch.AddMilliseconds(ms * 900L),
            Kind = kind,
            Mark = mark,
            Precedence = precedence,
            By = officer with { ReleasedBy = released },
            Re = [.. others.Select(o => new EntryId(PartyId.Parse(o), (ulong)ms))],
            Seen = others.ToDictionary(PartyId.Parse, _ => (ulong)seen),
            To = all || others.Count == 0 ? null : [.. others.Select(PartyId.Parse)],
            Lang = lang,
            Body = size < 0 ? null : Sha256.Of([(byte)size]),
            Size = Math.Max(size, 0),
        };

    [Fact] // ENTRY-3
    public void Whatever_is_written_is_read_back_the_same()
    {
        Prop.ForAll(
                Entries.ToArbitrary(),
                header =>
                {
                    var read = EntryHeader.Parse(header.Encode()).Required();
                    return read.Encode().AsSpan().SequenceEqual(header.Encode())
                        && read.Id == header.Id
                        && read.At == header.At
                        && read.By == header.By
                        && read.Re.SequenceEqual(header.Re)
                        && read.Seen.OrderBy(s => s.Key.Value).SequenceEqual(header.Seen.OrderBy(s => s.Key.Value))
                        && (read.To is null) == (header.To is null)
                        && (read.To is null || read.To.SequenceEqual(header.To!))
                        && (read.Lang, read.Body, read.Size, read.Kind, read.Mark, read.Precedence)
                            == (header.Lang, header.Body, header.Size, header.Kind, header.Mark, header.Precedence);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }
}
