using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Api;

/// <summary>What the generated OpenAPI document cannot see by itself: types that are written by converters of our own,
/// and who may call.</summary>
internal static class OpenApiShapes
{
    private const string Bearer = "bearer",
        Session = "session",
        Page = "page",
        Refused = "Refusal";

    internal static void Configure(OpenApiOptions options)
    {
        options.AddSchemaTransformer(
            (schema, context, _) =>
            {
                var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
                if (Ids.TryGetValue(type, out var id))
                    Text(schema, id.Description, id.Pattern);
                else if (type == typeof(DateTimeOffset))
                    Time(schema, mayBeNull: type != context.JsonTypeInfo.Type);
                else if (type == typeof(Officer))
                    OfficerShape(schema);
                // What our own converters write is a blank to the generator, also within a list.
                else if (
                    context.JsonTypeInfo.ElementType is { } element
                    && context.JsonTypeInfo.Kind == JsonTypeInfoKind.Enumerable
                    && Ids.TryGetValue(element, out var name)
                )
                    schema.Items = IdShape(name);
                else if (
                    context.JsonTypeInfo.Kind == JsonTypeInfoKind.Dictionary
                    && context.JsonTypeInfo.ElementType == typeof(DateTimeOffset)
                )
                {
                    var times = new OpenApiSchema();
                    Time(times, mayBeNull: false);
                    schema.AdditionalProperties = times;
                }
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                if (context.Description.ActionDescriptor.EndpointMetadata.OfType<OpenToAll>().Any())
                    operation.Security = [new OpenApiSecurityRequirement()];
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, _, _) =>
            {
                // A query that is read into a record has its members' names, and is told as everything else is.
                foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
                {
                    if (parameter is { In: ParameterLocation.Query, Name: { Length: > 0 } name })
                        parameter.Name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
                }
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                operation.Responses ??= [];
                operation.Responses.TryAdd("default", new OpenApiResponseReference(Refused, context.Document));
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                if (
                    context.Description.ActionDescriptor.EndpointMetadata.OfType<FormerPath>().LastOrDefault() is
                    { } former
                )
                {
                    operation.Deprecated = true;
                    operation.Description = $"A former path, which stays: {former.Now}";
                }
                return Task.CompletedTask;
            }
        );
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Parley station",
                    Version = "v1",
                    Description =
                        "The API of one party's station, for its own officers and programs. Refusals are problem details with a stable member `code`.",
                    License = new OpenApiLicense
                    {
                        Name = "Apache-2.0",
                        Url = new Uri("https://www.apache.org/licenses/LICENSE-2.0"),
                    },
                };
                // Whichever address it was asked at: the description is the same at all of them.
                document.Servers = [new OpenApiServer { Url = "/", Description = "The station that gave this" }];
                foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
                    tag.Description ??= "One station's API";
                document.Components ??= new OpenApiComponents();
                document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
                document.Components.Schemas[Refused] = ProblemShape;
                ByKind(document);
                document.Components.Responses ??= new Dictionary<string, IOpenApiResponse>(StringComparer.Ordinal);
                document.Components.Responses[Refused] = new OpenApiResponse
                {
                    Description = "Refused: problem details with a stable code",
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["application/problem+json"] = new OpenApiMediaType
                        {
                            Schema = new OpenApiSchemaReference(Refused, document),
                        },
                    },
                };
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(
                    StringComparer.Ordinal
                );
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
                    Description =
                        "One half of the session of a browser in which an officer is signed in; __Host-parley-{party} where the console's origin is https. "
                        + "The officer and their seat are then the session's, whatever the request states in by; releasedBy is refused.",
                };
                document.Components.SecuritySchemes[Page] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey,
                    In = ParameterLocation.Header,
                    Name = ApiAccess.SessionHeader,
                    Description =
                        "The other half: the member secret of the answer that began the session. Every request of a session brings both, reading ones too; "
                        + "what is not GET comes from a page of this origin besides.",
                };
                document.Security = [Requirement(document, Bearer), Requirement(document, Session, Page)];
                return Task.CompletedTask;
            }
        );
    }

    /// <summary>Of what may be appended, the body of each kind: the same schemas that GET /kinds gives. A text alone,
    /// and a kind that is not known here, remain.</summary>
    private static void ByKind(OpenApiDocument document)
    {
        if (
            document.Components?.Schemas?.TryGetValue(nameof(EntryRequest), out var found) != true
            || found is not OpenApiSchema request
        )
            return;
        request.AnyOf = [];
        foreach (var kind in Kinds.All)
        {
            if (TrafficBodies.Types.GetValueOrDefault(kind.Name) is not { } type)
                continue;
            var body = $"{type.Name}Body";
            if (!document.Components.Schemas.ContainsKey(body))
                document.Components.Schemas[body] = Read(kind.Schema()!);
            request.AnyOf.Add(
                new OpenApiSchema
                {
                    Title = kind.Name,
                    Description = kind.Says,
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string>(StringComparer.Ordinal) { "kind" },
                    Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                    {
                        ["kind"] = new OpenApiSchema { Type = JsonSchemaType.String, Const = kind.Name },
                        ["body"] = new OpenApiSchemaReference(body, document),
                    },
                }
            );
        }
        request.AnyOf.Add(new OpenApiSchema { Title = "a text, or another kind" });
    }

    private static OpenApiSchema Read(System.Text.Json.Nodes.JsonObject schema)
    {
        using var bytes = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(schema.ToJsonString()));
        return OpenApiModelFactory.Load<OpenApiSchema>(
                bytes,
                OpenApiSpecVersion.OpenApi3_1,
                OpenApiConstants.Json,
                new OpenApiDocument(),
                out _
            ) ?? throw new InvalidOperationException("a body's schema is not one of OpenAPI 3.1");
    }

    /// <summary>A refusal as every endpoint answers it (RFC 9457).</summary>
    private static OpenApiSchema ProblemShape =>
        new()
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["title"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The reason, for people" },
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["code"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = "The reason, for programs; its meaning never changes",
                    Enum = [.. ReasonCodes.All.Select(c => (System.Text.Json.Nodes.JsonNode)c.Code)],
                },
            },
            Required = new HashSet<string>(StringComparer.Ordinal) { "title", "status", "code" },
        };

    private static OpenApiSecurityRequirement Requirement(OpenApiDocument document, params ReadOnlySpan<string> schemes)
    {
        var wanted = new OpenApiSecurityRequirement();
        foreach (var scheme in schemes)
            wanted[new OpenApiSecuritySchemeReference(scheme, document)] = [];
        return wanted;
    }

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
        if (mayBeNull)
            schema.Type |= JsonSchemaType.Null;
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
        schema.Description =
            "Who writes: seat and name, and the second officer where one released it (releasedBy, of the same shape)";
        schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["seat"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["name"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["releasedBy"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                {
                    ["seat"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["name"] = new OpenApiSchema { Type = JsonSchemaType.String },
                },
                Required = new HashSet<string>(StringComparer.Ordinal) { "seat", "name" },
            },
        };
        schema.Required = new HashSet<string>(StringComparer.Ordinal) { "seat", "name" };
    }
}
