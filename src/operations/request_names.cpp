// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/request_names.hpp"

#include <algorithm>
#include <utility>

#include "place_paths.hpp"
#include "query.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/operations/work_url.hpp"
#include "tollgate/usage/form_parts.hpp"
#include "tollgate/usage/json_path_scanner.hpp"

namespace tollgate::operations {
namespace {

using NameList = std::vector<RequestName>;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool has(const RequestTarget& target, Where where) {
  const auto places = target.operation->places;
  return std::any_of(places.begin(), places.end(),
                     [&](const Place& place) { return place.where == where; });
}

/// Where the path names the deployment, Azure does not look at the body's model (azure-protocol.md
/// 1.1).
bool counts(const RequestTarget& target, const Place& place) {
  if (place.names == Names::own_text) return false;
  return place.where == Where::path || place.names != Names::model || target.deployment.empty();
}

void add(NameList& out, const Place& place, std::string_view value, std::size_t begin = 0,
         std::size_t end = 0) {
  if (value.empty() || (!place.only.empty() && !iequals(place.only, value))) return;
  out.push_back({&place, std::string(value), begin, end});
}

std::string_view path_value(const RequestTarget& target, std::string_view hole) {
  if (hole == "{deployment}") return target.deployment;
  return hole == "{file}" ? target.file_id : target.object_id;
}

void read_head(const RequestTarget& target, std::span<const http::Field> fields, NameList& out) {
  for (const Place& place : target.operation->places) {
    if (place.where == Where::path) add(out, place, path_value(target, place.name));
    if (place.where == Where::query) {
      for (const std::string& value : query_values(target.query, place.name))
        add(out, place, value);
    }
    if (place.where != Where::header) continue;
    for (const http::Field& field : fields) {
      if (iequals(field.name, place.name)) add(out, place, field.value);
    }
  }
}

/// {"model":"a","Model":"b"}: which of them a backend takes cannot be known.
bool names_two_models(const NameList& names) {
  return std::count_if(names.begin(), names.end(),
                       [](const RequestName& name) { return name.is(Names::model); }) > 1;
}

/// Some readers of JSON take UTF-16 or a byte order mark, others do not.
bool is_coded_otherwise(std::string_view text) {
  const std::string_view start = text.substr(0, 3);
  return start == kByteOrderMark || start.starts_with("\xFE\xFF") ||
         start.starts_with("\xFF\xFE") || start.find('\0') != std::string_view::npos;
}

/// One text's names: whether a url names another deployment than one of them.
bool contradicts_itself(std::span<const RequestName> names) {
  const auto url = std::find_if(names.begin(), names.end(),
                                [](const RequestName& name) { return name.is(Names::work_url); });
  if (url == names.end()) return false;
  const std::string_view deployment = deployment_in(url->value);
  return std::any_of(names.begin(), names.end(), [&](const RequestName& name) {
    if (name.is(Names::work_url)) return deployment_in(name.value) != deployment;
    return name.place->name == url->place->beside && name.value != deployment;
  });
}

/// As a client knows it: without the mark that it may stand at any depth.
std::string member_of(const Place& place) {
  constexpr std::string_view kAnywhere = "**.";
  return std::string(place.name.substr(place.name.starts_with(kAnywhere) ? kAnywhere.size() : 0));
}

/// JSON's white space (RFC 8259 2).
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Longer bodies are read in steps, as all are.
constexpr std::size_t kLongestNothing = 1024;

bool is_all_blank(std::string_view text) { return std::all_of(text.begin(), text.end(), is_blank); }

/// Some clients send an empty object, or null, where nothing is wanted.
bool says_nothing(std::string_view body) {
  if (body.size() > kLongestNothing) return false;
  const std::string_view text = trim(body);
  if (text.empty() || text == "null") return true;
  return text.size() >= 2 && text.front() == '{' && text.back() == '}' &&
         is_all_blank(text.substr(1, text.size() - 2));
}

/// Whether a form's field has the name, by itself or as a part of another: file_ids[0],
/// tool[file_id].
bool names_field(std::string_view field, std::string_view name) {
  while (!field.empty()) {
    const std::size_t end = std::min(field.find_first_of("[]."), field.size());
    if (iequals(field.substr(0, end), name)) return true;
    field.remove_prefix(std::min(end + 1, field.size()));
  }
  return false;
}

bool is_batch_file(std::string_view body, const std::vector<usage::FormPart>& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](const usage::FormPart& part) {
    return iequals(part.name, "purpose") &&
           iequals(trim(body.substr(part.begin, part.end - part.begin)), "batch");
  });
}

std::string_view content_type(std::span<const http::Field> fields) {
  for (const http::Field& field : fields) {
    if (iequals(field.name, "content-type")) return field.value;
  }
  return {};
}

}  // namespace

NamesReader::NamesReader(const RequestTarget& target, std::span<const http::Field> fields,
                         std::string_view body)
    : target_(target), body_(body) {
  read_head(target, fields, out_);
  const std::string_view type = content_type(fields);
  const bool is_form = iequals(type.substr(0, 9), "multipart");
  const bool reads_forms = has(target, Where::form) || has(target, Where::batch_line);
  if (says_nothing(body)) return;
  if (is_form && reads_forms) {
    form_.emplace(type, body);
  } else if (is_form && has(target, Where::json)) {
    fail("this operation takes no form");
  } else if (has(target, Where::json) || has(target, Where::batch_line)) {
    begin_texts(Where::json, 0, body.size());
  } else {
    fail("this operation takes no body");
  }
}

bool NamesReader::step(std::size_t bytes) {
  if (form_) {
    if (!form_->step(std::min(bytes, usage::FormReader::kStep))) return false;
    read_form();
    form_.reset();
    return error_ || at_ >= end_;
  }
  while (bytes > 0 && (in_text_ || begin_next(bytes))) read_piece(bytes);
  return error_ || (!in_text_ && at_ >= end_);
}

Result<std::vector<RequestName>> NamesReader::take() {
  if (!error_ && names_two_models(out_)) fail("the model is named twice");
  if (error_) return *error_;
  return std::move(out_);
}

void NamesReader::fail(std::string_view why) {
  error_ = Error{Errc::invalid_input, std::string(why)};
  in_text_ = false;
  at_ = end_;
}

void NamesReader::begin_texts(Where where, std::size_t begin, std::size_t end) {
  places_ = &paths_of(target_.operation->places, where);
  scanner_.emplace(places_->paths());
  lines_ = where == Where::batch_line;
  at_ = begin;
  end_ = end;
}

/// The next text that holds anything; false: there is none, or the blanks and empty lines before it
/// have used up the bytes.
bool NamesReader::begin_next(std::size_t& bytes) {
  for (; lines_ && bytes > 0 && at_ < end_ && is_blank(body_[at_]); ++at_) --bytes;
  if (bytes == 0 || at_ >= end_) return false;
  text_begin_ = at_;
  in_text_ = true;
  scanner_->reset();
  return true;
}

/// Goes on in the text at hand. Blanks behind a line's object are the scanner's to step over: they
/// are JSON's own.
void NamesReader::read_piece(std::size_t& bytes) {
  const std::string_view left = body_.substr(at_, std::min(bytes, end_ - at_));
  const std::string_view piece = lines_ ? left.substr(0, left.find('\n')) : left;
  const bool line_ends = piece.size() < left.size();
  scanner_->feed(piece);
  const std::size_t taken = piece.size() + (line_ends ? 1 : 0);
  bytes -= taken;
  at_ += taken;
  if (!line_ends && at_ < end_) return;
  in_text_ = false;
  end_text();
}

void NamesReader::end_text() {
  if (scanner_->too_many()) return fail("the body holds too many names");
  if (is_coded_otherwise(body_.substr(text_begin_))) {
    return fail("JSON must come in UTF-8, without a byte order mark");
  }
  if (!scanner_->well_formed())
    return fail("the body is no well-formed JSON object, or nested too deeply");
  const std::size_t first = out_.size();
  for (const usage::PlacedText& found : scanner_->found()) {
    const Place& place = places_->place(found.path);
    if (!is_judged(found.kind, place)) return fail(member_of(place) + " must be a string");
    note(place, found.value, text_begin_ + found.begin, text_begin_ + found.end);
  }
  if (contradicts_itself(std::span(out_).subspan(first))) {
    return fail("a url and the model beside it name different deployments");
  }
  if (out_.size() > kMostNames) fail("the body holds too many names");
}

bool NamesReader::is_judged(usage::ValueKind kind, const Place& place) const {
  if (kind == usage::ValueKind::text || !counts(target_, place)) return true;
  return kind == usage::ValueKind::null && may_be_null(place.names);
}

void NamesReader::note(const Place& place, std::string_view value, std::size_t begin,
                       std::size_t end) {
  if (!counts(target_, place)) return;
  if (place.names == Names::work_url) {
    if (!is_plain_url(value)) return fail("a url can be read in two ways");
    if (deployment_in(value).empty()) return;
  }
  if (place.names == Names::coded) return fail(member_of(place) + " must be an object");
  const bool looked_up = is_id(place.names) || place.names == Names::batch_file;
  if (looked_up && ids_.emplace(value).second && ids_.size() > kMostIds) {
    return fail("the body refers to more than " + std::to_string(kMostIds) + " objects");
  }
  add(out_, place, value, begin, end);
}

void NamesReader::read_form() {
  const Result<std::vector<usage::FormPart>> parts = form_->take();
  if (!parts) return fail(parts.error().message);
  const bool lines = has(target_, Where::batch_line) && is_batch_file(body_, *parts);
  const usage::FormPart* file = nullptr;
  for (const usage::FormPart& part : *parts) {
    const std::string_view value = body_.substr(part.begin, part.end - part.begin);
    for (const Place& place : target_.operation->places) {
      if (place.where != Where::form || !names_field(part.name, place.name)) continue;
      note(place, value, part.begin, part.end);
    }
    if (!lines || !iequals(part.name, "file")) continue;
    if (file != nullptr) return fail("the form has two files");
    file = &part;
  }
  if (file == nullptr) return;
  // A byte order mark may come before the first line.
  const bool marked =
      body_.substr(file->begin, file->end - file->begin).starts_with(kByteOrderMark);
  begin_texts(Where::batch_line, file->begin + (marked ? kByteOrderMark.size() : 0), file->end);
}

Result<std::vector<RequestName>> read_names(const RequestTarget& target,
                                            std::span<const http::Field> fields,
                                            std::string_view body) {
  NamesReader reader(target, fields, body);
  while (!reader.step(body.size() + 1)) continue;
  return reader.take();
}

}  // namespace tollgate::operations
