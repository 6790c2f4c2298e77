// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/trace_context.hpp"

#include <algorithm>
#include <vector>

#include "tollgate/base/text.hpp"

namespace tollgate::http {
namespace {

constexpr std::string_view kParent = "traceparent";
constexpr std::string_view kState = "tracestate";
/// version-trace-parent-flags: 2, 32, 16 and 2 digits.
constexpr std::size_t kParentLength = 55;
constexpr std::size_t kMostMembers = 32;
constexpr std::size_t kLongestPart = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

/// The trace id of a valid value; empty otherwise.
std::string_view trace_id_of(std::string_view value) {
  if (value.size() < kParentLength) return {};
  const std::string_view version = value.substr(0, 2);
  const std::string_view trace_id = value.substr(3, 32);
  const bool dashes = value[2] == '-' && value[35] == '-' && value[52] == '-';
  if (!dashes || !is_hex(version) || version == "ff" || !is_id(trace_id)) return {};
  if (!is_id(value.substr(36, 16)) || !is_hex(value.substr(53, 2))) return {};
  if (value.size() == kParentLength) return trace_id;
  const bool later = version != "00" && value[kParentLength] == '-';
  return later ? trace_id : std::string_view();
}

bool is_key(std::string_view key) {
  if (key.empty() || key.size() > kLongestPart) return false;
  if (!is_lower(key.front()) && !is_digit(key.front())) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return is_lower(c) || is_digit(c) ||
           std::string_view("_-*/@").find(c) != std::string_view::npos;
  });
}

bool is_value(std::string_view value) {
  if (value.empty() || value.size() > kLongestPart) return false;
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7e && c != ',' && c != '='; });
}

/// Takes one field's members; false: one of them is malformed or repeats a key.
bool take_members(std::string_view list, std::vector<std::string_view>& keys) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view member = trim(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (member.empty()) continue;
    const std::size_t equals = std::min(member.find('='), member.size());
    const std::string_view key = member.substr(0, equals);
    if (!is_key(key) || !is_value(member.substr(std::min(equals + 1, member.size())))) return false;
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) return false;
    keys.push_back(key);
  }
  return keys.size() <= kMostMembers;
}

}  // namespace

bool TraceContext::passes(std::string_view name) const {
  if (iequals(name, kParent)) return !trace_id.empty();
  return state_passes || !iequals(name, kState);
}

TraceContext read_trace_context(std::span<const Field> fields) {
  TraceContext out;
  std::size_t parents = 0;
  for (const Field& field : fields) {
    if (!iequals(field.name, kParent)) continue;
    out.trace_id = ++parents == 1 ? trace_id_of(field.value) : std::string_view();
  }
  if (out.trace_id.empty()) return out;
  std::vector<std::string_view> keys;
  out.state_passes = std::all_of(fields.begin(), fields.end(), [&](const Field& field) {
    return !iequals(field.name, kState) || take_members(field.value, keys);
  });
  return out;
}

}  // namespace tollgate::http
