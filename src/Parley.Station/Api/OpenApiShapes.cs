using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Parley.Record;

namespace Parley.Station.Api;

/// <summary>What the generated OpenAPI document cannot see by itself: types that are written by converters of our own, and who may call.</summary>
internal static class OpenApiShapes
{
    private const string Bearer = "bearer", Session = "session", Refused = "Refusal";

    internal static void Configure(OpenApiOptions options)
    {
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (Ids.TryGetValue(type, out var id)) Text(schema, id.Description, id.Pattern);
            else if (type == typeof(DateTimeOffset)) Time(schema, mayBeNull: type != context.JsonTypeInfo.Type);
            else if (type == typeof(Officer)) OfficerShape(schema);
            // What our own converters write is a blank to the generator, also within a list.
            else if (context.JsonTypeInfo.ElementType is { } element && context.JsonTypeInfo.Kind == JsonTypeInfoKind.Enumerable && Ids.TryGetValue(element, out var name)) schema.Items = IdShape(name);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<OpenToAll>().Any()) operation.Security = [new OpenApiSecurityRequirement()];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Responses ??= [];
            operation.Responses.TryAdd("default", new OpenApiResponse
            {
                Description = "Refused: problem details with a stable code",
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(Refused, context.Document) } },
            });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, ct) =>
        {
            if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<ActShape>().Any() || operation.RequestBody?.Content?.TryGetValue("application/json", out var media) is not true) return;
            media.Schema = new OpenApiSchema { AllOf = [await context.GetOrCreateSchemaAsync(typeof(ActEnvelope), null, ct), media.Schema!] };
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Parley station",
                Version = "v1",
                Description = "The API of one party's station, for its own officers and programs. Refusals are problem details with a stable member `code`.",
            };
            document.Servers?.Clear();
            document.Components ??= new OpenApiComponents();
            document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
            document.Components.Schemas[Refused] = ProblemShape;
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
            document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Bearer,
                Description = "The content of api.token in the data directory. The Unix socket needs none.",
            };
            document.Components.SecuritySchemes[Session] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "parley-{party}",
                Description = $"The session of a browser in which an officer is signed in. What is not GET brings the header {ApiAccess.CsrfHeader} with the value from GET /api/v1/session, and comes from a page of this origin. "
                    + "The officer and his seat are then the session's, whatever the request states in by; releasedBy is refused.",
            };
            document.Security = [Requirement(Bearer, document), Requirement(Session, document)];
            return Task.CompletedTask;
        });
    }

    /// <summary>A refusal as every endpoint answers it (RFC 9457).</summary>
    private static OpenApiSchema ProblemShape => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The reason, for people" },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The reason, for programs; its meaning never changes", Enum = [.. ReasonCodes.All.Select(c => (System.Text.Json.Nodes.JsonNode)c.Code)] },
        },
        Required = new HashSet<string>(StringComparer.Ordinal) { "title", "status", "code" },
    };

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };

    private static readonly Dictionary<Type, (string Description, string? Pattern)> Ids = new()
    {
        [typeof(LineId)] = ("A line id: slug, hyphen, 32 base32 digits of the line document's hash", null),
        [typeof(PartyId)] = ("A party id, such as us", "^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$"),
        [typeof(EntryId)] = ("An entry id, such as us/3", "^[a-z0-9-]+/(0|[1-9][0-9]*)$"),
    };

    private static OpenApiSchema IdShape((string Description, string? Pattern) id)
    {
        var schema = new OpenApiSchema();
        Text(schema, id.Description, id.Pattern);
        return schema;
    }

    private static void Time(OpenApiSchema schema, bool mayBeNull)
    {
        Text(schema, "UTC with milliseconds", null, "date-time");
        if (mayBeNull) schema.Type |= JsonSchemaType.Null;
    }

    private static void Text(OpenApiSchema schema, string description, string? pattern, string? format = null)
    {
        schema.Type = JsonSchemaType.String | (schema.Type & JsonSchemaType.Null ?? default);
        schema.Description = description;
        schema.Pattern = pattern;
        schema.Format = format;
    }

    private static void OfficerShape(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "Who writes: seat and name, and the second officer where one released it (releasedBy, of the same shape)";
        schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["seat"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["name"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["releasedBy"] = new OpenApiSchema { Type = JsonSchemaType.Object },
        };
        schema.Required = new HashSet<string>(StringComparer.Ordinal) { "seat", "name" };
    }
}
