// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "tollgate/base/json_bytes.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::trail {
namespace {

using nlohmann::json;

json parsed(std::string_view text) { return json::parse(text, nullptr, false); }

/// A double that is a whole number and one that was written as such are the same value.
void make_whole(json& value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (std::nearbyint(number) == number && std::abs(number) <= kExact) {
      value = static_cast<std::int64_t>(number);
    }
  } else if (value.is_structured()) {
    for (json& inner : value) make_whole(inner);
  }
}

void make_utf8(std::string& text) {
  const char* const end = text.data() + text.size();
  if (find_non_ascii(text.data(), end) != end) text = as_utf8(text);
}

/// canonical_json() of a text in the clear, which is one of few mostly: why an answer ended, what
/// the content filter says where it says nothing.
std::string known_canonical(const std::string& text) {
  constexpr std::size_t kMost = 64;
  constexpr std::size_t kLongest = 512;
  thread_local std::unordered_map<std::string, std::string> known;
  if (const auto found = known.find(text); found != known.end()) return found->second;
  std::string out = canonical_json(as_utf8(text));
  if (text.size() > kLongest) return out;
  if (known.size() == kMost) known.clear();
  return known[text] = std::move(out);
}

/// The dynamic value that a text stands for.
json dynamic_value(std::string_view text) {
  json value = parsed(text);
  if (value.is_discarded()) return text;
  while (value.is_string()) {
    json inner = parsed(value.get_ref<const std::string&>());
    if (inner.is_discarded()) break;
    value = std::move(inner);
  }
  make_whole(value);
  return value;
}

json value_of(const std::string& text) { return text; }
json value_of(const Number& number) { return number ? json(*number) : json(); }
json value_of(bool flag) { return flag; }
json value_of(UtcTime time) { return to_rfc3339(time); }
json value_of(const JsonText& dynamic) {
  return dynamic.text.empty() ? json() : dynamic_value(dynamic.text);
}

bool is_empty(const json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

std::optional<std::int64_t> number_in(const json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    json whole = value;
    make_whole(whole);
    if (whole.is_number_integer()) return whole.get<std::int64_t>();
  }
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  std::int64_t out = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  // "007" and "-0" are read, and are not what anybody writes of a number.
  if (fault != std::errc() || end != text.data() + text.size() || std::to_string(out) != text)
    return std::nullopt;
  return out;
}

bool read_value(const json& value, std::string& out) {
  if (!value.is_string()) return false;
  out = value.get<std::string>();
  return true;
}

bool read_value(const json& value, Number& out) { return (out = number_in(value)).has_value(); }

bool read_value(const json& value, bool& out) {
  const bool text = value.is_string();
  const std::string word = text ? to_lower(value.get_ref<const std::string&>()) : one_line(value);
  out = word == "true" || word == "1";
  return out || word == "false" || word == "0";
}

bool read_value(const json& value, UtcTime& out) {
  if (!value.is_string()) return false;
  const auto time = from_rfc3339(value.get_ref<const std::string&>());
  out = time.value_or(out);
  return time.has_value();
}

bool read_value(const json& value, JsonText& out) {
  out.text = canonical_json(value.is_string() ? value.get<std::string>() : one_line(value));
  return true;
}

bool is_as_written(const json& value, const std::string&) { return value.is_string(); }
bool is_as_written(const json& value, const Number&) { return value.is_number(); }
bool is_as_written(const json& value, bool) { return value.is_boolean(); }
bool is_as_written(const json& value, UtcTime) { return value.is_string(); }
/// The gateway takes JSON out of the text that holds it.
bool is_as_written(const json& value, const JsonText&) {
  return !value.is_string() || parsed(value.get_ref<const std::string&>()).is_discarded();
}

template <class Row>
Result<void> take(std::span<const RowField<Row>> fields, const json& object, Row& row,
                  Values values = Values::any) {
  if (!object.is_object()) return Error{Errc::invalid_input, "not a JSON object"};
  for (const RowField<Row>& field : fields) {
    const auto found = object.find(field.column);
    if (found == object.end() || is_empty(*found)) continue;
    const bool taken = std::visit(
        [&](auto member) {
          return (values == Values::any || is_as_written(*found, row.*member)) &&
                 read_value(*found, row.*member);
        },
        field.member);
    if (!taken) {
      return Error{Errc::invalid_input,
                   std::string(field.column) + " is no " + std::string(field.type)};
    }
  }
  return {};
}

template <class Row>
json row_value(const RowField<Row>& field, const Row& row) {
  return std::visit([&](auto member) { return value_of(row.*member); }, field.member);
}

template <class Row>
std::string whole_row(std::span<const RowField<Row>> fields, const Row& row, UtcTime generated) {
  nlohmann::ordered_json out;
  out["TimeGenerated"] = to_rfc3339(generated);
  for (const RowField<Row>& field : fields) {
    out[std::string(field.column)] = row_value(field, row);
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

json columns_of(const AuditRow& row, Cover cover) {
  json out = json::object();
  for (const auto& field : audit_fields()) {
    if (field.cover != cover) continue;
    json value = row_value(field, row);
    if (!is_empty(value)) out[std::string(field.column)] = std::move(value);
  }
  return out;
}

json columns_of(const AccessRow& row) {
  json out = json::object();
  for (const auto& field : access_fields()) {
    json value = row_value(field, row);
    if (!is_empty(value)) out[std::string(field.column)] = std::move(value);
  }
  return out;
}

Result<void> take_columns(const json& object, AuditRow& row, Values values) {
  return take(audit_fields(), object, row, values);
}
Result<void> take_columns(const json& object, AccessRow& row) {
  return take(access_fields(), object, row);
}

std::string canonical_json(std::string_view text) {
  if (text.empty()) return {};
  const json value = dynamic_value(text);
  return is_empty(value) ? std::string() : one_line(value);
}

std::string as_utf8(std::string_view text) {
  const char* const end = text.data() + text.size();
  if (find_non_ascii(text.data(), end) == end) return std::string(text);
  // What nlohmann writes with `replace` is well-formed, and reads back to the same text.
  return parsed(one_line(json(text))).get<std::string>();
}

void tidy_text(AuditRow& row) {
  for (const auto& field : audit_fields()) {
    if (const auto* text = std::get_if<std::string AuditRow::*>(&field.member)) {
      make_utf8(row.*(*text));
    } else if (const auto* dynamic = std::get_if<JsonText AuditRow::*>(&field.member)) {
      std::string& value = (row.*(*dynamic)).text;
      if (value.empty()) continue;
      value = field.cover == Cover::open ? known_canonical(value) : canonical_json(as_utf8(value));
    }
  }
}

std::string one_line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string to_json(const AuditRow& row, UtcTime time_generated) {
  return whole_row(audit_fields(), row, time_generated);
}
std::string to_json(const AccessRow& row, UtcTime time_generated) {
  return whole_row(access_fields(), row, time_generated);
}

}  // namespace tollgate::trail
