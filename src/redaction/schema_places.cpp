// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "schema_places.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace tollgate::redaction {
namespace {

using Place = SchemaPlace;

struct Step {
  std::string_view member;
  SchemaPlace value;
};

/// An answer repeats its request's options; events of a stream and lines of a batch have it below
/// `response` and `body`, the realtime API its options below `session`.
constexpr std::array kOfBody{
    Step{"tools", Place::tools},   Step{"functions", Place::tools},
    Step{"text", Place::text},     Step{"response_format", Place::response_format},
    Step{"response", Place::body}, Step{"session", Place::body},
    Step{"body", Place::body}};
constexpr std::array kOfTools{
    Step{"function", Place::function},    Step{"parameters", Place::schema},
    Step{"input_schema", Place::schema},  Step{"inputSchema", Place::schema},
    Step{"output_schema", Place::schema}, Step{"outputSchema", Place::schema},
    Step{"tools", Place::tools}};
constexpr std::array kOfFunction{Step{"parameters", Place::schema}};
constexpr std::array kOfText{Step{"format", Place::text_format}};
constexpr std::array kOfTextFormat{Step{"schema", Place::schema}};
constexpr std::array kOfResponseFormat{Step{"json_schema", Place::json_schema}};
constexpr std::array kOfJsonSchema{Step{"schema", Place::schema}};
/// The keywords of JSON schema, 2020-12 and before, whose values are schemas.
constexpr std::array kOfSchema{Step{"properties", Place::schemas},
                               Step{"patternProperties", Place::schemas},
                               Step{"$defs", Place::schemas},
                               Step{"definitions", Place::schemas},
                               Step{"dependentSchemas", Place::schemas},
                               Step{"items", Place::schema},
                               Step{"prefixItems", Place::schema},
                               Step{"additionalItems", Place::schema},
                               Step{"unevaluatedItems", Place::schema},
                               Step{"contains", Place::schema},
                               Step{"additionalProperties", Place::schema},
                               Step{"unevaluatedProperties", Place::schema},
                               Step{"propertyNames", Place::schema},
                               Step{"anyOf", Place::schema},
                               Step{"allOf", Place::schema},
                               Step{"oneOf", Place::schema},
                               Step{"not", Place::schema},
                               Step{"if", Place::schema},
                               Step{"then", Place::schema},
                               Step{"else", Place::schema},
                               Step{"contentSchema", Place::schema}};

constexpr std::array<std::string_view, 31> kSaidOfValues{"type",
                                                         "title",
                                                         "description",
                                                         "format",
                                                         "pattern",
                                                         "minLength",
                                                         "maxLength",
                                                         "minimum",
                                                         "maximum",
                                                         "exclusiveMinimum",
                                                         "multipleOf",
                                                         "minItems",
                                                         "maxItems",
                                                         "exclusiveMaximum",
                                                         "uniqueItems",
                                                         "minContains",
                                                         "maxContains",
                                                         "minProperties",
                                                         "maxProperties",
                                                         "required",
                                                         "$ref",
                                                         "$dynamicRef",
                                                         "$id",
                                                         "$schema",
                                                         "$anchor",
                                                         "$comment",
                                                         "contentEncoding",
                                                         "contentMediaType",
                                                         "deprecated",
                                                         "readOnly",
                                                         "writeOnly"};
constexpr std::array<std::string_view, 3> kBeginsSchema{"properties", "$defs", "definitions"};
constexpr std::array<std::string_view, 7> kDescribesValue{"$ref",  "anyOf", "allOf", "oneOf",
                                                          "const", "enum",  "not"};
constexpr std::array<std::string_view, 7> kTypes{"string",  "object",  "array", "number",
                                                 "integer", "boolean", "null"};

std::span<const Step> steps_of(SchemaPlace object) {
  switch (object) {
    case Place::elsewhere:
    case Place::schemas:
      return {};
    case Place::body:
      return kOfBody;
    case Place::tools:
      return kOfTools;
    case Place::function:
      return kOfFunction;
    case Place::text:
      return kOfText;
    case Place::text_format:
      return kOfTextFormat;
    case Place::response_format:
      return kOfResponseFormat;
    case Place::json_schema:
      return kOfJsonSchema;
    case Place::schema:
      return kOfSchema;
  }
  return {};
}

bool is_listed(std::span<const std::string_view> list, std::string_view one) {
  return std::ranges::find(list, one) != list.end();
}

}  // namespace

SchemaPlace place_within(SchemaPlace object, std::string_view member) {
  if (object == Place::schemas) return Place::schema;
  const std::span<const Step> steps = steps_of(object);
  const auto step = std::ranges::find(steps, member, &Step::member);
  return step == steps.end() ? Place::elsewhere : step->value;
}

bool is_said_of_values(std::string_view member) { return is_listed(kSaidOfValues, member); }

bool begins_schema(std::string_view member) { return is_listed(kBeginsSchema, member); }

bool describes_value(std::string_view member) { return is_listed(kDescribesValue, member); }

bool is_schema_type(std::string_view type) { return is_listed(kTypes, type); }

}  // namespace tollgate::redaction
