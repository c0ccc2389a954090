using System.Text;
using Parley.Crypto;
using Xunit;
using static Parley.Record.Tests.Entries.Headers;

namespace Parley.Record.Tests.Entries;

public sealed class EntryHeaderTests
{
    [Fact] // ENTRY-2
    public void A_header_is_written_in_the_order_of_the_specification()
    {
        Assert.Equal(Full, Encoding.UTF8.GetString(Sample.Encode()));
    }

    [Fact] // ENTRY-2
    public void Members_are_read_in_any_order_and_with_white_space()
    {
        var moved = Full.Replace("\"parley\":1,", "", StringComparison.Ordinal)
            .Replace("\"size\":1234", " \"size\" :\n1234, \"parley\":1", StringComparison.Ordinal);
        Assert.Equal(Full, Encoding.UTF8.GetString(Parse(moved).Required().Encode()));
    }

    [Fact] // ENTRY-3
    public void Every_member_is_read_as_it_was_written()
    {
        var header = Parse(Full).Required();
        Assert.Equal(Sample.Line, header.Line);
        Assert.Equal("us/41", header.Id.ToString());
        Assert.Equal(Sample.At, header.At);
        Assert.Equal(TimeSpan.Zero, header.At.Offset);
        Assert.Equal(("call.requested", Mark.Actual, Precedence.Flash), (header.Kind, header.Mark, header.Precedence));
        Assert.Equal(Sample.By, header.By);
        Assert.Equal(Sample.Re, header.Re);
        Assert.Equal(18UL, header.Seen[PartyId.Parse("ru")]);
        Assert.False(header.Seen.ContainsKey(PartyId.Parse("us")));
        Assert.Equal(Sample.To, header.To);
        Assert.Equal(("en", Sample.Body, 1234L), (header.Lang, header.Body, header.Size));
    }

    [Fact] // ENTRY-3
    public void An_entry_may_do_without_recipients_language_and_body()
    {
        var header = Parse(Least).Required();
        Assert.Null(header.To);
        Assert.Null(header.Lang);
        Assert.Null(header.Body);
        Assert.Equal(0, header.Size);
        Assert.Equal(Least, Encoding.UTF8.GetString(header.Encode()));
    }

    [Theory]
    [
        InlineData("parley"),
        InlineData("line"),
        InlineData("from"),
        InlineData("seq"),
        InlineData("at"),
        InlineData("kind")
    ]
    [InlineData("mark"), InlineData("precedence"), InlineData("by"), InlineData("re"), InlineData("seen")]
    public void A_header_without_a_required_member_is_refused_by_its_name(string member) // ENTRY-3
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(Full)!.AsObject();
        Assert.True(node.Remove(member));
        Assert.False(Parse(node.ToJsonString()).TryGet(out _, out var reason));
        Assert.Contains($"'{member}'", reason, StringComparison.Ordinal);
    }

    [Fact] // ENTRY-1
    public void A_header_of_16_KiB_is_read_and_one_byte_more_is_refused()
    {
        var padded = Full[..^1] + new string(' ', EntryHeader.MaxLength - Utf8(Full).Length) + "}";
        Assert.True(Parse(padded).TryGet(out _, out _));
        Assert.False(Parse(padded[..^1] + " }").TryGet(out _, out var reason));
        Assert.Contains("longer", reason, StringComparison.Ordinal);
    }

    [Fact] // ENTRY-9
    public void Names_of_all_scripts_are_kept_exactly()
    {
        foreach (
            var name in (string[])
                ["Олександр Ткаченко", "김철수", "محمد", "O'Neill \"Mac\" \\ Co.", "𝒜 😀", "<b>&amp;"]
        )
        {
            var header = Sample with { By = new Officer("watch", name) };
            Assert.Equal(name, EntryHeader.Parse(header.Encode()).Required().By.Name);
        }
    }

    [Fact]
    public void An_author_cannot_write_what_others_would_refuse()
    {
        EntryHeader[] wrong =
        [
            Sample with
            {
                Kind = "call",
            },
            Sample with
            {
                Kind = null!,
            },
            Sample with
            {
                Line = default,
            },
            Sample with
            {
                From = default,
            },
            Sample with
            {
                Seq = EntryHeader.MaxSeq + 1,
            },
            Sample with
            {
                To = [],
            },
            Sample with
            {
                Size = -1,
            },
            Sample with
            {
                Lang = "",
            },
            Sample with
            {
                Body = null,
            },
            Sample with
            {
                At = Sample.At.AddTicks(1),
            },
            Sample with
            {
                By = new Officer("watch", ""),
            },
            Sample with
            {
                By = new Officer("watch", "\ud800"),
            },
            Sample with
            {
                Mark = (Mark)9,
            },
            Sample with
            {
                Precedence = (Precedence)9,
            },
            Sample with
            {
                Seen = new Dictionary<PartyId, ulong> { [PartyId.Parse("us")] = 1 },
            },
            Sample with
            {
                Size = Body.MaxAttachment + 1,
            },
            Sample with
            {
                Re =
                [
                    .. Enumerable
                        .Range(0, EntryHeader.MaxRe + 1)
                        .Select(i => new EntryId(PartyId.Parse("ru"), (ulong)i)),
                ],
            },
        ];
        foreach (var header in wrong)
            Assert.ThrowsAny<SystemException>(() => header.Encode());
    }

    [Fact]
    public void A_time_of_another_offset_is_written_in_UTC()
    {
        var header = Sample with { At = Sample.At.ToOffset(TimeSpan.FromHours(3)) };
        Assert.Equal(Full, Encoding.UTF8.GetString(header.Encode()));
    }

    [Fact]
    public void Headers_of_one_feed_share_their_strings()
    {
        // The table of strings is the process's: another test may take a place of it between two readings, but not time
        // after time.
        Assert.Contains(
            Enumerable.Range(0, 100),
            _ =>
            {
                var (first, second) = (Parse(Full).Required(), Parse(Full).Required());
                return ReferenceEquals(first.Kind, second.Kind)
                    && ReferenceEquals(first.Line.Value, second.Line.Value)
                    && ReferenceEquals(first.By.Name, second.By.Name);
            }
        );
    }

    [Fact] // ENTRY-12
    public void A_body_is_committed_with_its_salt()
    {
        var salt = new byte[Body.SaltLength];
        Assert.Equal(Sha256.Of([.. salt, 1, 2]), Body.Commit(salt, [1, 2]));
        Assert.Throws<ArgumentException>(() => Body.Commit(salt.AsSpan(1), [1, 2]));
    }
}
