// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "query.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "percent.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::operations {
namespace {

Error refused(std::string why) { return Error{Errc::invalid_input, std::move(why)}; }

struct Parameter {
  std::string_view pair;   ///< as it came
  std::string_view name;   ///< still encoded
  std::string_view value;  ///< likewise
};

/// Takes the first parameter off; empty ones (&&) have an empty pair.
Parameter take_parameter(std::string_view& query) {
  Parameter out;
  out.pair = query.substr(0, query.find('&'));
  query.remove_prefix(std::min(out.pair.size() + 1, query.size()));
  const std::size_t equals = std::min(out.pair.find('='), out.pair.size());
  out.name = out.pair.substr(0, equals);
  out.value = out.pair.substr(std::min(equals + 1, out.pair.size()));
  return out;
}

bool is_api_version(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  };
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), allowed);
}

/// Query parameters that carry credentials never travel on (faults.md P3).
bool is_credential(std::string_view name) {
  return iequals(name, "api-key") || iequals(name, "code") || iequals(name, "subscription-key") ||
         iequals(name, "access_token");
}

/// The first api-version is kept; the same once more is dropped, so that one is sent.
Result<bool> is_new_version(std::string_view value, Query& out) {
  if (!is_api_version(value)) return refused("api-version is malformed");
  if (!out.api_version.empty() && out.api_version != value) {
    return refused("api-version is given twice, with different values");
  }
  const bool first = out.api_version.empty();
  out.api_version = value;
  return first;
}

/// Some readers take a semicolon for a separator, too: encoded it is none for anybody.
void append_parameter(std::string_view pair, std::string& query) {
  if (!query.empty()) query.push_back('&');
  if (pair.find(';') == std::string_view::npos) {
    query.append(pair);
    return;
  }
  for (const char c : pair) c == ';' ? query.append("%3B") : query.append(1, c);
}

}  // namespace

Result<Query> read_query(std::string_view query) {
  Query out;
  while (!query.empty()) {
    const Parameter one = take_parameter(query);
    if (one.pair.empty()) continue;
    const std::optional<std::string> name = percent_decoded(one.name);
    if (!name) return refused("a percent sign without two digits in a parameter's name");
    if (is_credential(*name)) continue;
    if (iequals(*name, "api-version")) {
      const Result<bool> first = is_new_version(one.value, out);
      if (!first) return first.error();
      if (!*first) continue;
    }
    append_parameter(one.pair, out.forwarded);
  }
  return out;
}

std::vector<std::string> query_values(std::string_view query, std::string_view name) {
  std::vector<std::string> out;
  while (!query.empty()) {
    const Parameter one = take_parameter(query);
    const std::string found = percent_decoded(one.name).value_or(std::string(one.name));
    if (!iequals(std::string_view(found).substr(0, found.find('[')), name)) continue;
    out.push_back(percent_decoded(one.value).value_or(std::string(one.value)));
  }
  return out;
}

}  // namespace tollgate::operations
