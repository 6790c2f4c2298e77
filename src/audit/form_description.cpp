// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "binary_probe.hpp"
#include "tollgate/audit/binary_parts.hpp"
#include "tollgate/usage/form_parts.hpp"
#include "utf8.hpp"

namespace tollgate::audit {
namespace {

std::string repaired(std::string_view text) {
  std::size_t replaced = 0;
  return repair_utf8(text, replaced);
}

/// The quoted value behind `key` in a part's head; empty: none.
std::string_view quoted(std::string_view head, std::string_view key) {
  const std::size_t at = head.find(key);
  if (at == std::string_view::npos) return {};
  head.remove_prefix(at + key.size());
  return head.substr(0, head.find('"'));
}

nlohmann::json describe_file(std::string_view head, std::string_view content) {
  nlohmann::json file = nlohmann::json::parse(describe_binary("", content));
  file["filename"] = repaired(quoted(head, "filename=\""));
  return file;
}

void add(nlohmann::json& fields, const std::string& name, nlohmann::json value) {
  if (!fields.contains(name)) {
    fields[name] = std::move(value);
    return;
  }
  nlohmann::json& known = fields[name];
  if (!known.is_array()) known = nlohmann::json::array({std::move(known)});
  known.push_back(std::move(value));
}

}  // namespace

std::string describe_form(std::string_view content_type, std::string_view body) {
  const auto parts = usage::form_parts(content_type, body);
  if (!parts) return describe_binary(content_type, body);
  nlohmann::json fields = nlohmann::json::object();
  std::size_t end = 0;
  for (const usage::FormPart& part : *parts) {
    const std::string_view head = body.substr(end, part.begin - end);
    const std::string_view content = body.substr(part.begin, part.end - part.begin);
    add(fields, repaired(part.name),
        part.is_file ? describe_file(head, content) : nlohmann::json(repaired(content)));
    end = part.end;
  }
  return fields.dump();
}

}  // namespace tollgate::audit
