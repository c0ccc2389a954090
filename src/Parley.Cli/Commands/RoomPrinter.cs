using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>Tells people of rooms and silence procedures.</summary>
internal static class RoomPrinter
{
    internal static void Short(Screen screen, JsonElement room)
    {
        foreach (var on in ItemPrinter.Each(room, "lines"))
            Head(screen, ItemPrinter.Text(room, "room"), on);
    }

    private static void Head(Screen screen, string? name, JsonElement on)
    {
        var until = ItemPrinter.Time(on, "until") is { } time ? $", until {Times.Group(time)}" : "";
        screen.Line(
            $"{screen.Bold(SafeText.ShowLine(name ?? ""))}  {ItemPrinter.Text(on, "item")} on {ItemPrinter.Text(on, "line")}  {ItemPrinter.Text(on, "state")}{until}  {SafeText.ShowLine(ItemPrinter.Text(on, "title") ?? "")}"
        );
    }

    internal static void Whole(Screen screen, JsonElement room)
    {
        void Tell(string text, int indent = 4)
        {
            foreach (var line in screen.Wrap(text, indent))
                screen.Line(line);
        }
        void Quote(string? text)
        {
            foreach (var line in text is null ? [] : screen.Quote(text, 8))
                screen.Line(line);
        }
        foreach (var on in ItemPrinter.Each(room, "lines"))
        {
            Head(screen, ItemPrinter.Text(room, "room"), on);
            if (ItemPrinter.Text(on, "scope") is { } scope)
                Tell($"{ItemPrinter.Text(on, "mediator")} is admitted for: {SafeText.ShowLine(scope)}");
            if (ItemPrinter.Text(on, "disclosure") is { } disclosure)
                Tell($"disclosure: {SafeText.ShowLine(disclosure)}");
            foreach (var appointment in ItemPrinter.Each(on, "calendar"))
                Tell(
                    $"{(ItemPrinter.Time(appointment, "at") is { } at ? Times.Group(at) : "")}  {SafeText.ShowLine(ItemPrinter.Text(appointment, "what") ?? "")}"
                );
            foreach (var word in ItemPrinter.Each(on, "words"))
            {
                var passage =
                    word.TryGetProperty("passage", out var p) && p.ValueKind == JsonValueKind.Object ? p : default;
                var author = ItemPrinter.Text(word, "author");
                var whose =
                    passage.ValueKind != JsonValueKind.Object
                        // A condition names a party as well; it is the word of whoever makes it, about nobody.
                        ? ItemPrinter.Text(word, "kind") == Kinds.RoomSaid
                        && ItemPrinter.Text(word, "reports") is { } about
                            ? $"{author} about {about}, a claim"
                            : author
                        : ItemPrinter.Text(passage, "standing") == PassageView.Proven
                            ? screen.Good($"{author}'s own words, proven")
                            : screen.Warn($"signed as {author}, {ItemPrinter.Text(passage, "standing")}");
                Tell(
                    $"{ItemPrinter.Text(word, "entry")}  {whose}: {ItemPrinter.Text(word, "kind")} {SafeText.ShowLine(ItemPrinter.Text(word, "condition") ?? "")}".TrimEnd()
                );
                Quote(ItemPrinter.Text(word, "text"));
                if (passage.ValueKind == JsonValueKind.Object)
                    Tell(SafeText.ShowLine(ItemPrinter.Text(passage, "why") ?? ""), 8);
                foreach (var crossing in ItemPrinter.Each(word, "crossings"))
                    Tell(
                        $"to {ItemPrinter.Text(crossing, "line")}: {ItemPrinter.Text(crossing, "passed") ?? SafeText.ShowLine(ItemPrinter.Text(crossing, "why") ?? "may cross")}",
                        8
                    );
            }
            foreach (var condition in ItemPrinter.Each(on, "conditions"))
            {
                Tell(
                    $"condition {SafeText.ShowLine(ItemPrinter.Text(condition, "name") ?? "")}, of {ItemPrinter.Text(condition, "party")}: {ItemPrinter.Text(condition, "state")} {ItemPrinter.Text(condition, "entry")}{(ItemPrinter.Time(condition, "at") is { } when ? $" of {Times.Group(when)}" : "")}"
                );
                Quote(ItemPrinter.Text(condition, "what"));
            }
            foreach (var draft in ItemPrinter.Each(on, "drafts"))
                Tell(
                    $"version {draft.GetProperty("number")} {ItemPrinter.Text(draft, "entry")}  DRAFT, NO STATUS  {SafeText.ShowLine(ItemPrinter.Text(draft, "title") ?? "")}"
                );
            foreach (var comment in ItemPrinter.Each(on, "comments"))
            {
                Tell(
                    $"{ItemPrinter.Text(comment, "entry")}  {ItemPrinter.Text(comment, "by")} on clause {SafeText.ShowLine(ItemPrinter.Text(comment, "clause") ?? "")} of version {comment.GetProperty("version")}"
                );
                Quote(ItemPrinter.Text(comment, "text"));
                if (ItemPrinter.Text(comment, "instead") is not { } instead)
                    continue;
                Tell("wants instead:", 8);
                Quote(instead);
            }
            foreach (var paper in ItemPrinter.Each(on, "handedOver"))
                Tell(
                    $"non-paper {SafeText.ShowLine(ItemPrinter.Text(paper, "name") ?? "")}: {(paper.GetProperty("onRecord").GetBoolean() ? "handed over, all say so" : $"only {string.Join(", ", ItemPrinter.Each(paper, "by").Select(p => p.GetString()))} says so")}"
                );
            foreach (var refused in ItemPrinter.Each(on, "refused"))
                Tell(
                    screen.Warn(
                        $"{ItemPrinter.Text(refused, "entry")} refused: {SafeText.ShowLine(ItemPrinter.Text(refused, "reason") ?? "")}"
                    )
                );
        }
    }

    internal static void Change(Screen screen, JsonElement change)
    {
        var lang = ItemPrinter.Text(change, "lang") is { } named ? $" ({SafeText.ShowLine(named)})" : "";
        screen.Line(
            $"{screen.Bold($"clause {SafeText.ShowLine(ItemPrinter.Text(change, "id") ?? "")}{lang}")}  {ItemPrinter.Text(change, "change")}"
        );
        foreach (var (sign, member) in (ReadOnlySpan<(string, string)>)[("-", "before"), ("+", "after")])
        {
            if (ItemPrinter.Text(change, member) is not { } text)
                continue;
            screen.Line($"    {sign}");
            foreach (var told in screen.Quote(text, 4))
                screen.Line(told);
        }
    }

    internal static void Silence(Screen screen, JsonElement silence)
    {
        screen.Line(
            $"{screen.Bold(ItemPrinter.Text(silence, "item") ?? "")}  {ItemPrinter.Text(silence, "state")}  {SafeText.ShowLine(ItemPrinter.Text(silence, "title") ?? "")}"
        );
        if (ItemPrinter.Time(silence, "expires") is { } expires)
            screen.Line($"    ends {Times.Group(expires)}");
        foreach (var party in ItemPrinter.Each(silence, "parties"))
            screen.Line(
                $"    {ItemPrinter.Text(party, "party")}: {ItemPrinter.Text(party, "state")} {ItemPrinter.Text(party, "entry")}"
            );
    }
}
