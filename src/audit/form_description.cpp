// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include <nlohmann/json.hpp>

#include "binary_probe.hpp"
#include "tollgate/audit/binary_parts.hpp"
#include "tollgate/audit/cut_text.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/form_parts.hpp"
#include "utf8.hpp"

namespace tollgate::audit {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

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

/// The next line, without its end; a file of JSON lines may begin with a byte order mark.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line.starts_with(kByteOrderMark) ? line.substr(kByteOrderMark.size()) : line;
}

/// A first line that is longer than what is kept is not read to its end for that.
bool holds_json_lines(std::string_view content, std::size_t max_bytes) {
  const std::string_view first = next_line(content);
  return first.starts_with('{') && (first.size() > max_bytes || nlohmann::json::accept(first));
}

/// A line that is no JSON. The last one may go on in another piece of the file: half a value at its
/// end would be no value to anybody's rules.
std::string line_as_text(std::string_view line, bool ended) {
  return nlohmann::json(repaired(ended ? line : line.substr(0, end_before_cut(line)))).dump();
}

/// Appends each line as a JSON value, with a comma before all but the first of `out`. One that is
/// too long to be kept whole is cut, and no JSON then.
void append_lines(std::string_view content, std::size_t max_bytes, std::string& out) {
  while (!content.empty() && out.size() <= max_bytes) {
    const bool ended = content.find('\n') != std::string_view::npos;
    const std::string_view line = next_line(content).substr(0, max_bytes + 1);
    if (line.empty()) continue;
    if (!out.empty()) out.append(",");
    out.append(nlohmann::json::accept(line) ? std::string(line) : line_as_text(line, ended));
  }
}

/// With the lines of its files as one more member, under a name that no field has.
std::string with_lines(const nlohmann::json& fields, const std::string& lines) {
  std::string out = fields.dump();
  if (lines.empty()) return out;
  std::string name = "lines";
  while (fields.contains(name)) name.append("_");
  out.pop_back();
  return out.append(",\"").append(name).append("\":[").append(lines).append("]}");
}

}  // namespace

std::string describe_form(std::string_view content_type, std::string_view body,
                          std::size_t max_bytes) {
  const auto parts = usage::form_parts(content_type, body);
  if (!parts) return describe_binary(content_type, body);
  nlohmann::json fields = nlohmann::json::object();
  std::string lines;
  std::size_t end = 0;
  for (const usage::FormPart& part : *parts) {
    const std::string_view head = body.substr(end, part.begin - end);
    const std::string_view content = body.substr(part.begin, part.end - part.begin);
    add(fields, repaired(part.name),
        part.is_file ? describe_file(head, content) : nlohmann::json(repaired(content)));
    const bool read = part.is_file && holds_json_lines(content, max_bytes);
    if (read) append_lines(content, max_bytes, lines);
    end = part.end;
  }
  return with_lines(fields, lines);
}

}  // namespace tollgate::audit
