// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/form_parts.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "tollgate/base/text.hpp"

namespace tollgate::usage {
namespace {

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046 5.1.1
constexpr std::size_t kLongestPartHead = 4096;
constexpr auto kNowhere = std::string_view::npos;

std::size_t find(std::string_view text, std::string_view what, std::size_t from) {
  if (from >= text.size()) return kNowhere;  // memmem takes no null, not even of no bytes
  const void* at = ::memmem(text.data() + from, text.size() - from, what.data(), what.size());
  return at == nullptr ? kNowhere
                       : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

/// Takes the next parameter, such as boundary=x or name="x", off the field; text in quotes may hold
/// semicolons. nullopt: there is none.
struct Parameter {
  std::string_view name;
  std::string_view value;
};
std::optional<Parameter> take_parameter(std::string_view& field) {
  const std::size_t semicolon = field.find(';');
  if (semicolon == kNowhere) return std::nullopt;
  field.remove_prefix(semicolon + 1);
  const std::size_t equals = field.find_first_of("=;");
  if (equals == kNowhere || field[equals] == ';') return Parameter{};
  Parameter out{.name = trim(field.substr(0, equals)), .value = {}};
  field.remove_prefix(std::min(field.find_first_not_of(" \t", equals + 1), field.size()));
  if (!field.starts_with('"')) {
    out.value = trim(field.substr(0, field.find(';')));
    return out;
  }
  std::size_t end = 1;
  while (end < field.size() && field[end] != '"') end += field[end] == '\\' ? 2 : 1;
  end = std::min(end, field.size());
  out.value = field.substr(1, end - 1);
  field.remove_prefix(end);
  return out;
}

/// The value of the field's parameter; empty: none. nullopt: it stands twice, and which one another
/// reader takes cannot be known.
std::optional<std::string_view> parameter(std::string_view field, std::string_view name) {
  std::optional<std::string_view> out;
  while (const std::optional<Parameter> one = take_parameter(field)) {
    // name*=UTF-8''x and name*0=x (RFC 5987, 2231) name the field for some readers only.
    if (name == "name" && iequals(one->name.substr(0, 5), "name*")) return std::nullopt;
    if (!iequals(one->name, name)) continue;
    if (out) return std::nullopt;
    out = one->value;
  }
  return out.value_or(std::string_view());
}

/// What only some readers understand: folded lines, bare line ends.
bool is_ambiguous(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('\t') || line.find_first_of("\r\n") != kNowhere;
}

/// Content that does not stand there as it is meant.
bool is_coded(std::string_view line) {
  constexpr std::string_view kEncoding = "content-transfer-encoding:";
  if (!iequals(line.substr(0, kEncoding.size()), kEncoding)) return false;
  const std::string_view coding = trim(line.substr(kEncoding.size()));
  return !iequals(coding, "binary") && !iequals(coding, "8bit") && !iequals(coding, "7bit");
}

/// What a part's head says of it. nullopt: it can be read in two ways.
std::optional<FormPart> described(std::string_view part_head) {
  constexpr std::string_view kDisposition = "content-disposition:";
  std::optional<FormPart> out;
  while (!part_head.empty()) {
    const std::size_t end = std::min(part_head.find("\r\n"), part_head.size());
    const std::string_view line = part_head.substr(0, end);
    part_head.remove_prefix(std::min(end + 2, part_head.size()));
    if (is_ambiguous(line) || is_coded(line)) return std::nullopt;
    if (!iequals(line.substr(0, kDisposition.size()), kDisposition)) continue;
    const std::optional<std::string_view> name = parameter(line, "name");
    const std::optional<std::string_view> file = parameter(line, "filename");
    if (out || !name || !file || name->find('\\') != kNowhere) return std::nullopt;
    out = FormPart{.name = *name, .is_file = !file->empty()};
  }
  return out.value_or(FormPart());
}

std::string_view boundary_of(std::string_view content_type) {
  if (!iequals(trim(content_type.substr(0, content_type.find(';'))), "multipart/form-data")) {
    return {};
  }
  const std::string_view boundary = parameter(content_type, "boundary").value_or("");
  return boundary.size() > kLongestBoundary ? std::string_view() : boundary;
}

}  // namespace

Result<std::vector<FormPart>> form_parts(std::string_view content_type, std::string_view body) {
  const Error malformed{Errc::invalid_input, "the form is malformed"};
  const std::string_view boundary = boundary_of(content_type);
  if (boundary.empty()) return malformed;
  std::vector<FormPart> out;
  const std::string delimiter = std::string("\r\n--").append(boundary);
  const std::string_view opening = std::string_view(delimiter).substr(2);
  std::size_t at = body.starts_with(opening) ? 0 : find(body, delimiter, 0);
  if (at == kNowhere) return malformed;
  at += at == 0 ? opening.size() : delimiter.size();
  while (body.substr(at, 2) != "--") {
    if (body.substr(at, 2) != "\r\n" || out.size() == kMostFormParts) return malformed;
    const std::size_t head_end = find(body.substr(0, at + kLongestPartHead), "\r\n\r\n", at);
    if (head_end == kNowhere) return malformed;
    const std::size_t begin = head_end + 4;
    // An empty part's delimiter begins at its blank line.
    const std::size_t end = find(body, delimiter, begin - 2);
    if (end == kNowhere) return malformed;
    std::optional<FormPart> part =
        head_end == at ? FormPart() : described(body.substr(at + 2, head_end - at - 2));
    if (!part) return malformed;
    part->begin = begin;
    part->end = std::max(begin, end);
    out.push_back(*part);
    at = end + delimiter.size();
  }
  return out;
}

}  // namespace tollgate::usage
