using Parley.Record;

namespace Parley.Contract;

/// <summary>One text of a template. What stands in braces, such as <c>{position}</c>, is filled with the field of that
/// name when the message is written.</summary>
/// <param name="Lang">A language tag (BCP 47).</param>
public sealed record TemplateText(string Lang, string Text);

/// <summary>A field to fill; it travels as a coded value, which needs no translation (R9).</summary>
/// <param name="Name">Small letters, digits and hyphens.</param>
/// <param name="Type">number, time, position or text; a text stands in the message's text alone.</param>
/// <param name="Unit">Of a number.</param>
public sealed record TemplateField(string Name, string Type, string? Unit = null);

/// <summary>A message of this station that is written often or in haste, for all of its officers.</summary>
/// <param name="Label">What it is chosen by.</param>
/// <param name="Texts">One at least, each in another language.</param>
/// <param name="Precedence">What it is sent as, unless the officer says otherwise.</param>
public sealed record TemplateRequest(
    string Label,
    IReadOnlyList<TemplateText> Texts,
    IReadOnlyList<TemplateField>? Fields = null,
    Precedence? Precedence = null,
    Officer? By = null
);

/// <param name="Template">What a message that was written by it names in its body.</param>
/// <param name="At">When it was last changed.</param>
/// <param name="By">Who changed it; null for a program of the operator.</param>
public sealed record TemplateView(
    string Template,
    DateTimeOffset At,
    Officer? By,
    string Label,
    IReadOnlyList<TemplateText> Texts,
    IReadOnlyList<TemplateField> Fields,
    Precedence? Precedence
);
