using System.Text.Json.Nodes;

namespace Parley.Traffic.Bodies;

/// <summary>
/// The JSON schema of one volume of a list of them (ASTM F3548 Volume4D, docs/protocol/deconfliction.md). The list is
/// kept as it came, and what reads it stands outside these bodies, so that its shape is told here.
/// </summary>
internal static class VolumeSchema
{
    private const string Point = """
        {
          "type": "object", "x-type": "point", "title": "Point", "additionalProperties": false,
          "required": ["lng", "lat"],
          "properties": {
            "lng": { "type": "number", "title": "Longitude", "minimum": -180, "maximum": 180 },
            "lat": { "type": "number", "title": "Latitude", "minimum": -90, "maximum": 90 }
          }
        }
        """;

    private const string Altitude = """
          "type": ["object", "null"], "x-type": "altitude", "additionalProperties": false,
          "required": ["value", "reference", "units"],
          "properties": {
            "value": { "type": "number", "title": "Altitude" },
            "reference": { "type": "string", "title": "Above", "enum": ["W84", "MSL", "AGL"] },
            "units": { "type": "string", "title": "Unit", "enum": ["M", "FT"] }
          }
        """;

    private const string Time = """
          "type": ["object", "null"], "x-type": "time", "additionalProperties": false,
          "required": ["value", "format"],
          "properties": {
            "value": { "type": "string", "title": "Time", "format": "date-time" },
            "format": { "type": "string", "title": "Form", "enum": ["RFC3339"] }
          }
        """;

    private const string Volume = $$"""
        {
          "type": "object", "x-type": "volume", "title": "Volume", "additionalProperties": false,
          "required": ["volume"],
          "properties": {
            "volume": {
              "type": "object", "x-type": "space", "title": "Where", "additionalProperties": false,
              "description": "One outline, and how low and how high it goes.",
              "oneOf": [{ "required": ["outline_polygon"] }, { "required": ["outline_circle"] }],
              "properties": {
                "outline_polygon": {
                  "type": ["object", "null"], "x-type": "polygon", "title": "Polygon", "additionalProperties": false,
                  "required": ["vertices"],
                  "properties": {
                    "vertices": { "type": "array", "title": "Corners", "minItems": 3, "items": {{Point}} },
                    "holes": {
                      "type": ["array", "null"], "title": "Holes",
                      "items": { "type": "array", "title": "Corners", "minItems": 3, "items": {{Point}} }
                    }
                  }
                },
                "outline_circle": {
                  "type": ["object", "null"], "x-type": "circle", "title": "Circle", "additionalProperties": false,
                  "required": ["center", "radius"],
                  "properties": {
                    "center": {{Point}},
                    "radius": {
                      "type": "object", "x-type": "length", "title": "Radius", "additionalProperties": false,
                      "required": ["value", "units"],
                      "properties": {
                        "value": { "type": "number", "title": "Length" },
                        "units": { "type": "string", "title": "Unit", "enum": ["M", "FT"] }
                      }
                    }
                  }
                },
                "altitude_lower": { "title": "From altitude", {{Altitude}} },
                "altitude_upper": { "title": "To altitude", {{Altitude}} }
              }
            },
            "time_start": { "title": "From", {{Time}} },
            "time_end": { "title": "Until", {{Time}} }
          }
        }
        """;

    /// <summary>A new node at every call.</summary>
    internal static JsonNode Of() => JsonNode.Parse(Volume)!;
}
