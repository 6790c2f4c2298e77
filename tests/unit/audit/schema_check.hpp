// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>

namespace tollgate::audit {

/// What of a value does not keep to a JSON Schema, where; empty: nothing. Knows the words that
/// tests/schema uses: type, const, required, properties, additionalProperties, items, allOf,
/// if/then, and $ref to $defs.
class SchemaCheck {
 public:
  explicit SchemaCheck(nlohmann::json schema) : root_(std::move(schema)) {}

  std::string fault(const nlohmann::json& value) const { return fault(root_, value, "$"); }

 private:
  using Json = nlohmann::json;

  static bool is_type(const std::string& type, const Json& value) {
    return (type == "string" && value.is_string()) || (type == "object" && value.is_object()) ||
           (type == "array" && value.is_array()) || (type == "null" && value.is_null());
  }

  static bool fits_type(const Json& type, const Json& value) {
    if (type.is_string()) return is_type(type, value);
    return std::ranges::any_of(type, [&](const Json& one) { return is_type(one, value); });
  }

  std::string fault(const Json& schema, const Json& value, const std::string& at) const {
    if (schema.contains("$ref")) {
      const std::string name = schema["$ref"].get<std::string>().substr(8);  // #/$defs/
      return fault(root_["$defs"].at(name), value, at);
    }
    if (schema.contains("type") && !fits_type(schema["type"], value)) {
      return at + " is no " + schema["type"].dump();
    }
    if (schema.contains("const") && schema["const"] != value) return at + " is another";
    std::string found = value.is_object() ? fault_of_object(schema, value, at) : "";
    for (std::size_t i = 0; value.is_array() && schema.contains("items") && i < value.size(); ++i) {
      if (found.empty()) found = fault(schema["items"], value[i], at + "." + std::to_string(i));
    }
    for (const Json& one : schema.value("allOf", Json::array())) {
      if (found.empty()) found = fault(one, value, at);
    }
    if (found.empty() && schema.contains("if") && fault(schema["if"], value, at).empty()) {
      found = fault(schema["then"], value, at);
    }
    return found;
  }

  std::string fault_of_object(const Json& schema, const Json& value, const std::string& at) const {
    for (const Json& name : schema.value("required", Json::array())) {
      if (!value.contains(name.get<std::string>())) return at + " lacks " + name.dump();
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        std::string found = fault(properties[name], member, at + "." + name);
        if (!found.empty()) return found;
      } else if (!schema.value("additionalProperties", true)) {
        return at + " may have no " + name;
      }
    }
    return "";
  }

  Json root_;
};

}  // namespace tollgate::audit
