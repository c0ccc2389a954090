using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;

namespace Parley.Traffic.Bodies;

/// <summary>
/// What single texts of a body are held to, as the attributes on its members say: that they are there, how long they
/// may be, which words they may be. The same attributes make
/// the schema that forms are built from, so that a form asks for nothing that the station does not, and lets nothing
/// through that it refuses.
/// </summary>
internal sealed class BodyRules
{
    private readonly Rule[] rules;

    /// <summary>Members that are bodies themselves.</summary>
    private readonly (JsonPropertyInfo Member, BodyRules Rules)[] within;

    /// <summary>Members that are lists of bodies, each of which is held to its own rules, and how many one may
    /// hold.</summary>
    private readonly (JsonPropertyInfo Member, BodyRules Rules, int Most)[] lists;

    internal BodyRules(JsonTypeInfo type)
    {
        rules =
        [
            .. type
                .Properties.Where(m => m.PropertyType == typeof(string))
                .Select(m => new Rule(m))
                .Where(r => r.IsAny),
        ];
        within =
        [
            .. type
                .Properties.Where(m => typeof(ITrafficBody).IsAssignableFrom(m.PropertyType))
                .Select(m => (m, new BodyRules(type.Options.GetTypeInfo(m.PropertyType)))),
        ];
        lists =
        [
            .. type
                .Properties.Where(m => ItemOf(m) is not null)
                .Select(m =>
                    (
                        m,
                        new BodyRules(type.Options.GetTypeInfo(ItemOf(m)!)),
                        Of<MaxLengthAttribute>(m)?.Length ?? Check.MaxItems
                    )
                ),
        ];
    }

    private static Type? ItemOf(JsonPropertyInfo member) =>
        member.PropertyType is { IsGenericType: true } list
        && list.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
        && typeof(ITrafficBody).IsAssignableFrom(list.GenericTypeArguments[0])
            ? list.GenericTypeArguments[0]
            : null;

    /// <summary>What is wrong with the body, within a text of it or across its members; null when nothing is.</summary>
    internal string? Problem(ITrafficBody body)
    {
        foreach (var rule in rules)
        {
            if (rule.Problem(body) is { } problem)
                return problem;
        }
        foreach (var (member, inner) in within)
        {
            if (member.Get!(body) is ITrafficBody part && inner.Problem(part) is { } problem)
                return problem;
        }
        foreach (var (member, inner, most) in lists)
        {
            var items = (IReadOnlyList<ITrafficBody?>)member.Get!(body)!;
            if (items.Count > most)
                return $"more than {most} {member.Name}";
            for (var i = 0; i < items.Count; i++)
            {
                if (items[i] is not { } item)
                    return $"one of {member.Name} is null";
                if (inner.Problem(item) is { } problem)
                    return $"{member.Name} {i + 1}: {problem}";
            }
        }
        return body.Problem();
    }

    /// <summary>The attribute of a member; null where it has none of the type.</summary>
    internal static T? Of<T>(JsonPropertyInfo? member)
        where T : Attribute =>
        member?.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: true) is [T first, ..] ? first : null;

    private sealed class Rule(JsonPropertyInfo member)
    {
        private readonly bool isRequired = Of<RequiredAttribute>(member) is not null;
        private readonly int longest = Of<MaxLengthAttribute>(member)?.Length ?? int.MaxValue;
        private readonly string[]? words = Of<AllowedValuesAttribute>(member)?.Values.OfType<string>().ToArray();

        internal bool IsAny => isRequired || words is not null || longest < int.MaxValue;

        internal string? Problem(object body)
        {
            var text = (string?)member.Get!(body);
            if (words is not null && (text is not null || isRequired) && !words.Contains(text))
                return $"{member.Name} is {(words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}")}";
            if (isRequired && string.IsNullOrWhiteSpace(text))
                return $"{member.Name} is missing";
            return text?.Length > longest ? $"{member.Name} is longer than {longest} characters" : null;
        }
    }
}
