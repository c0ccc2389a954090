using Parley.Crypto;
using Parley.Record;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>Messages that this station's officers write often. They are the station's: any officer who writes messages
/// changes them, and who did last is told.</summary>
internal sealed class TemplateShelf(Premises premises)
{
    private const int IdBytes = 6;

    private readonly Shelf<KeptTemplate> templates = new(
        premises.Store,
        KeptTemplate.Prefix,
        KeptJson.Default.KeptTemplate,
        KeptTemplate.Max,
        KeptTemplate.NoRoom
    );

    /// <summary>Takes over what an earlier run of the station kept; names what cannot be read.</summary>
    internal IReadOnlyList<string> Load(IReadOnlyDictionary<string, byte[]> meta) => templates.Load(meta);

    internal IReadOnlyList<TemplateView> All() =>
        [
            .. templates
                .All.Select(t => View(t.Key, t.Value))
                .OrderBy(t => t.Label, StringComparer.Ordinal)
                .ThenBy(t => t.Template, StringComparer.Ordinal),
        ];

    /// <summary>Keeps a template, a new one when <paramref name="template"/> is null.</summary>
    internal async Task<Outcome<TemplateView>> KeepAsync(string? template, TemplateRequest asked)
    {
        if (KeptTemplate.Problem(asked) is { } problem)
            return Refusal.Invalid(problem);
        if (template is not null && templates.Find(template) is null)
            return Unknown;
        var id = template ?? $"t-{Convert.ToHexStringLower(Randomness.Bytes(IdBytes))}";
        var kept = new KeptTemplate(
            premises.Now,
            asked.By,
            asked.Label.Trim(),
            asked.Texts,
            asked.Fields ?? [],
            asked.Precedence
        );
        return (await templates.PutAsync(id, kept)).TryGet(out kept, out var why) ? View(id, kept) : why;
    }

    internal async Task<Outcome<TemplateView>> DeleteAsync(string template)
    {
        if (!(await templates.RemoveAsync(template)).TryGet(out var gone, out var why))
            return why;
        return gone is null ? Unknown : View(template, gone);
    }

    private static TemplateView View(string id, KeptTemplate kept) =>
        new(id, kept.At, kept.By, kept.Label, kept.Texts, kept.Fields, kept.Precedence);

    private static Refusal Unknown => new("unknown-template", "there is no such template", 404);
}
