// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/form_parts.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

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

FormReader::FormReader(std::string_view content_type, std::string_view body) : body_(body) {
  const std::string_view boundary = boundary_of(content_type);
  if (boundary.empty()) fail();
  boundary_.assign("--").append(boundary);
}

bool FormReader::fail() {
  failed_ = true;
  state_ = At::end;
  return false;
}

bool FormReader::step(std::size_t bytes) {
  while (state_ != At::end && bytes > 0) {
    const std::size_t before = at_;
    const bool goes_on = state_ == At::behind_boundary ? begin_part() : find_boundary(bytes);
    if (!goes_on) break;
    bytes -= std::min(bytes, at_ - before);
  }
  return state_ == At::end;
}

/// Looks at about so many bytes for the next boundary; where there is none in them, at_ moves on.
/// False: enough for this step.
bool FormReader::find_boundary(std::size_t bytes) {
  const std::string_view window = body_.substr(0, at_ + bytes + boundary_.size());
  const std::size_t found = find(window, boundary_, at_);
  if (found == kNowhere) {
    if (window.size() == body_.size()) return fail();
    at_ = window.size() - boundary_.size() + 1;
    return false;
  }
  const std::string_view before = body_.substr(0, found);
  // Some clients send a line end before the first one; nobody sends more.
  const bool in_place =
      state_ == At::start ? before.empty() || before == "\r\n" : before.ends_with("\r\n");
  if (!in_place) return fail();
  if (state_ == At::content) end_part(found);
  at_ = found + boundary_.size();
  state_ = At::behind_boundary;
  return true;
}

void FormReader::end_part(std::size_t boundary) {
  // An empty part's boundary stands where its content would begin, behind its blank line.
  parts_.back().end = std::max(parts_.back().begin, boundary - 2);
}

bool FormReader::begin_part() {
  const std::string_view next = body_.substr(at_, 2);
  if (next == "--") {
    read_end();
    return false;
  }
  if (next != "\r\n" || parts_.size() == kMostFormParts) return fail();
  const std::size_t head_end = find(body_.substr(0, at_ + kLongestPartHead), "\r\n\r\n", at_);
  if (head_end == kNowhere) return fail();
  const std::optional<FormPart> part =
      head_end == at_ ? FormPart() : described(body_.substr(at_ + 2, head_end - at_ - 2));
  if (!part) return fail();
  parts_.push_back(*part);
  parts_.back().begin = at_ = head_end + 4;
  state_ = At::content;
  return true;
}

/// Behind the last boundary only blanks may come.
void FormReader::read_end() {
  const std::string_view rest = body_.substr(at_ + 2);
  state_ = At::end;
  failed_ =
      rest.size() > kLongestPartHead || rest.find_first_not_of(" \t\r\n") != std::string_view::npos;
}

Result<std::vector<FormPart>> FormReader::take() {
  if (failed_) return Error{Errc::invalid_input, "the form is malformed"};
  return std::move(parts_);
}

Result<std::vector<FormPart>> form_parts(std::string_view content_type, std::string_view body) {
  FormReader reader(content_type, body);
  while (!reader.step(body.size() + 1)) continue;
  return reader.take();
}

}  // namespace tollgate::usage
