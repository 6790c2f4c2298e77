// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/json_path_scanner.hpp"

#include <algorithm>
#include <string_view>

#include "json_cursor.hpp"
#include "tollgate/base/json_bytes.hpp"

namespace tollgate::usage {
namespace {

/// Every character of a value may stand as an escape of six bytes.
constexpr std::size_t kMostKept = 6 * (JsonPathScanner::kLongestValue + 1);

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_scalar_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' ||
         c == 'E';
}

std::string value_of(std::string_view raw) {
  std::string out = unescape_json(raw);
  // What cannot be unescaped, having been cut or being malformed, equals no name either.
  if (out.empty() && !raw.empty()) out = raw.substr(0, JsonPathScanner::kLongestValue + 1);
  out.resize(std::min(out.size(), JsonPathScanner::kLongestValue + 1));
  return out;
}

}  // namespace

void JsonPathScanner::reset() {
  levels_.clear();
  found_.clear();
  fed_ = 0;
  expects_ = Expects::value;
  inside_ = Inside::structure;
  failed_ = too_many_ = false;
}

void JsonPathScanner::feed(std::string_view bytes) {
  piece_ = bytes.data();
  const char* at = piece_;
  const char* const end = at + bytes.size();
  while (at != end && !failed_) {
    switch (inside_) {
      case Inside::structure:
        at = read_structure(at, end);
        break;
      case Inside::text:
        at = read_text(at, end);
        break;
      case Inside::scalar:
        at = read_scalar(at, end);
        break;
    }
  }
  fed_ += bytes.size();
}

/// Up to the inside of a string or scalar.
const char* JsonPathScanner::read_structure(const char* at, const char* end) {
  while (at != end && inside_ == Inside::structure && !failed_) {
    if (!is_blank(*at)) take(at);
    ++at;
  }
  return at;
}

/// Over what of a string stands for itself: to a quote, a backslash or a control character, or to
/// the end of the bytes.
const char* JsonPathScanner::over_plain(const char* at, const char* end) {
  // Mostly there is ASCII alone, of which no byte needs a look of its own.
  if (utf8_.complete()) at = find_ascii_stop(at, end);
  if (at == end || (utf8_.complete() && is_ascii(*at))) return at;
  const char* const stop = find_strict_stop(at, end);
  const bool plain = utf8_.take({at, static_cast<std::size_t>(stop - at)});
  if (!plain || (stop != end && !utf8_.complete())) fail();
  return stop;
}

/// Behind the string's closing quote, or to the end of the bytes.
const char* JsonPathScanner::read_text(const char* at, const char* end) {
  const char* const begin = at;
  bool ended = false;
  while (at != end && !ended && !failed_) {
    if (escape_.is_open()) {
      if (!escape_.take(*at)) fail();
      ++at;
      continue;
    }
    at = over_plain(at, end);
    if (at == end) break;
    ended = *at == '"';
    if (ended) continue;
    if (*at != '\\') fail();  // a control character
    escape_.begin();
    ++at;
  }
  const std::string_view part(begin, static_cast<std::size_t>(at - begin));
  const bool whole = ended && kept_.empty();
  if (keeping_ && !whole) keep(part);
  if (!ended || failed_) return end;
  inside_ = Inside::structure;
  end_text(whole ? part.substr(0, kMostKept) : kept_, at + 1);
  return at + 1;
}

const char* JsonPathScanner::read_scalar(const char* at, const char* end) {
  const char* const stop = std::find_if_not(at, end, is_scalar_byte);
  if (!scalar_.take({at, static_cast<std::size_t>(stop - at)})) fail();
  if (stop == end) return end;
  if (!scalar_.complete()) fail();
  inside_ = Inside::structure;
  value_ended();
  return stop;
}

void JsonPathScanner::take(const char* at) {
  switch (*at) {
    case '"':
      return begin_text(at);
    case '{':
    case '[':
      return open(at);
    case '}':
    case ']':
      return close(*at == '}');
    case ',':
      return comma();
    case ':':
      if (expects_ != Expects::colon) return fail();
      expects_ = Expects::value;
      return;
    default:
      // Nothing but an object is the body of any operation.
      if (!expects_value() || levels_.empty() || !scalar_.begin(*at)) return fail();
      inside_ = Inside::scalar;
      note_value(at, *at == 'n' ? ValueKind::null : ValueKind::other);
  }
}

bool JsonPathScanner::expects_value() const {
  return expects_ == Expects::value || expects_ == Expects::first_element;
}

std::optional<std::size_t> JsonPathScanner::open_text() const {
  const bool is_one = inside_ == Inside::text && keeping_ && expects_value() && !failed_;
  return is_one ? std::optional(text_begin_) : std::nullopt;
}

/// An array's elements stand where the array does.
JsonPaths::Mask JsonPathScanner::value_mask() const {
  if (levels_.empty()) return 0;
  return levels_.back().object ? member_ : levels_.back().mask;
}

/// How many arrays of one value the next value stands in.
std::size_t JsonPathScanner::arrays() const { return levels_.empty() ? 0 : levels_.back().arrays; }

void JsonPathScanner::open(const char* at) {
  const bool object = *at == '{';
  if (!expects_value() || levels_.size() == kDeepest || (levels_.empty() && !object)) return fail();
  note_value(at, ValueKind::other);
  const JsonPaths::Mask mask = value_mask();
  if (object) {
    levels_.push_back({paths_.inside(paths_.behind(mask, arrays())), true, 0});
  } else {
    levels_.push_back({mask, false, arrays() + 1});
  }
  expects_ = object ? Expects::first_key : Expects::first_element;
}

void JsonPathScanner::close(bool object) {
  const Expects when_empty = object ? Expects::first_key : Expects::first_element;
  const bool may_end = expects_ == Expects::separator || expects_ == when_empty;
  if (levels_.empty() || levels_.back().object != object || !may_end) return fail();
  levels_.pop_back();
  value_ended();
}

void JsonPathScanner::comma() {
  if (expects_ != Expects::separator) return fail();
  expects_ = levels_.back().object ? Expects::key : Expects::value;
}

void JsonPathScanner::value_ended() {
  expects_ = levels_.empty() ? Expects::nothing : Expects::separator;
}

void JsonPathScanner::begin_text(const char* at) {
  const bool key = expects_ == Expects::first_key || expects_ == Expects::key;
  if (!key && (!expects_value() || levels_.empty())) return fail();
  inside_ = Inside::text;
  escape_ = {};
  utf8_.begin();
  text_begin_ = offset(at);
  keeping_ = key || paths_.wanted(paths_.behind(value_mask(), arrays()));
  kept_.clear();
}

void JsonPathScanner::keep(std::string_view part) {
  kept_.append(part.substr(0, kMostKept - kept_.size()));
}

/// `raw`: what is kept of the string, still escaped.
void JsonPathScanner::end_text(std::string_view raw, const char* behind) {
  if (!expects_value()) {
    const bool outermost = levels_.size() == 1;
    member_ = paths_.step(levels_.back().mask, outermost, name_of(raw, name_));
    expects_ = Expects::colon;
    return;
  }
  value_ended();
  if (!keeping_) return;
  const JsonPaths::Mask mask = paths_.behind(value_mask(), arrays());
  add({paths_.path_of(mask), text_begin_, offset(behind), value_of(raw)});
}

void JsonPathScanner::note_value(const char* at, ValueKind kind) {
  const JsonPaths::Mask mask = paths_.behind(value_mask(), arrays());
  if (!paths_.tells_all_values(mask)) return;
  const std::size_t begin = offset(at);
  add({paths_.path_of(mask), begin, begin, {}, kind});
}

void JsonPathScanner::add(PlacedText found) {
  if (found_.size() == kMostFound) {
    too_many_ = true;
    return fail();
  }
  found_.push_back(std::move(found));
}

}  // namespace tollgate::usage
