// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace tollgate::redaction {

/// Where a JSON value stands on the way to the JSON schemas that the APIs take: of the parameters
/// of tools and of structured output. Arrays stand where their elements do.
enum class SchemaPlace : std::uint8_t {
  elsewhere,
  body,             ///< of a request or an answer
  tools,            ///< tools[]
  function,         ///< tools[].function
  text,             ///< text
  text_format,      ///< text.format
  response_format,  ///< response_format
  json_schema,      ///< response_format.json_schema
  schema,           ///< a schema
  schemas,          ///< schemas by their names: properties, $defs
};

/// Of a member's value, by the place of its object.
SchemaPlace place_within(SchemaPlace object, std::string_view member);

/// Whether this member of a schema says something of values rather than giving one: `type`,
/// `pattern`, `minLength`.
bool is_said_of_values(std::string_view member);

/// Whether an object with such a member may be a schema as a whole.
bool begins_schema(std::string_view member);

/// Whether an object with such a member is what a schema says of one value; of `type` its text
/// tells: is_schema_type().
bool describes_value(std::string_view member);

/// Whether it is one of JSON schema's types.
bool is_schema_type(std::string_view type);

}  // namespace tollgate::redaction
