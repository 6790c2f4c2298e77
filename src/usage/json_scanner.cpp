// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_scanner.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "answer_members.hpp"
#include "nesting_walk.hpp"
#include "tollgate/base/json_bytes.hpp"

namespace tollgate::usage {
namespace {

constexpr std::array<bool, 256> make_structural_table() {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("\"{}[],:")) table[static_cast<unsigned char>(c)] = true;
  return table;
}

constexpr std::size_t kLongestType = 64;  // of an output item; no known one is longer
constexpr std::string_view kFailed = "failed";

constexpr auto kStructural = make_structural_table();

bool is_structural(char c) { return kStructural[static_cast<unsigned char>(c)]; }

std::string_view trim_json(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string unescape(std::string_view quoted) {
  const bool plain = quoted.size() >= 2 && quoted.back() == '"' && quoted.find('\\') == quoted.npos;
  if (plain) return std::string(quoted.substr(1, quoted.size() - 2));
  const auto parsed = nlohmann::json::parse(quoted, nullptr, false);
  return parsed.is_string() ? parsed.get<std::string>() : std::string();
}

}  // namespace

void JsonScanner::reset() {
  for (Captured& captured : captured_) {
    captured.bytes.clear();
    captured.ids.clear();
    captured.present = captured.overflow = false;
  }
  levels_ = {};
  depth_ = 0;
  opaque_depth_ = 0;
  in_string_ = escaped_ = string_is_key_ = false;
  complete_ = started_ = structured_ = garbage_ = is_followed_ = false;
  value_open_ = false;
  current_ = {};
  key_.clear();
  data_objects_ = 0;
}

/// Advances within a string to its closing quote (returned) or the end of the bytes.
const char* JsonScanner::skip_string(const char* at, const char* end) {
  while (at < end) {
    if (escaped_) {
      escaped_ = false;
      ++at;
      continue;
    }
    at = find_string_stop(at, end);
    if (at == end || *at == '"') return at;
    escaped_ = true;
    ++at;
  }
  return end;
}

/// Advances inside a container nobody looks into, over its strings and nesting, to the bracket that
/// closes it or to the end of the bytes, which may be within a string.
const char* JsonScanner::skip_opaque(const char* at, const char* end) {
  NestingWalk walk(depth_, opaque_depth_);
  while (at < end && !walk.ended()) {
    at = walk.over_blocks(at, end);
    if (at == end || walk.ended()) break;
    if (!walk.in_string()) {
      at = walk.over_one(at, end);
      continue;
    }
    at = skip_string(at, end);
    if (at == end) break;
    walk.leave_string();
    ++at;
  }
  depth_ = walk.depth();
  in_string_ = walk.in_string();
  return at;
}

/// Advances outside strings to the next byte that can change the state.
const char* JsonScanner::skip_uninteresting(const char* at, const char* end) {
  if (opaque_depth_ != 0) return skip_opaque(at, end);
  while (at < end && !is_structural(*at)) ++at;
  return at;
}

void JsonScanner::capture(const char* from, const char* to) {
  if (!value_open_ || from == to) return;
  const auto size = static_cast<std::size_t>(to - from);
  if (current_.bytes.size() + size > kCapture) {
    current_.overflow = true;
    return;
  }
  current_.bytes.append(from, size);
}

std::size_t JsonScanner::feed(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const char* copied = at;  // everything before is captured already
  while (at < end && !complete_) {
    if (in_string_) {
      const char* const stop = skip_string(at, end);
      const std::string_view part(at, static_cast<std::size_t>(stop - at));
      at = stop;
      if (at == end) {
        if (string_is_key_) keep_key(part);
        break;
      }
      ++at;
      on_string_end(part);
      continue;
    }
    const bool only_blanks = depth_ == 0 || (watches_members() && levels_[depth_].expects_key);
    const char* const stop = skip_uninteresting(at, end);
    if (only_blanks) {
      const std::string_view skipped(at, static_cast<std::size_t>(stop - at));
      const bool something = !trim_json(skipped).empty();
      started_ = started_ || stop != end || something;
      garbage_ = garbage_ || something;
    }
    at = stop;
    if (at == end) break;
    const char c = *at;
    const bool was_open = value_open_;
    if (was_open && (c == ',' || c == '}' || c == ']') && depth_ == value_depth_) {
      capture(copied, at);
      end_value();
    }
    if (c == '"') {
      on_string_begin();
    } else {
      on_structural(c);
    }
    ++at;
    if (value_open_ && (c == '}' || c == ']') && depth_ == value_depth_) {
      capture(copied, at);  // whole with its own bracket: the answer may break off right here
      end_value();
    }
    if (value_open_ != was_open) copied = at;  // the value begins behind its colon
  }
  if (value_open_) capture(copied, at);
  const auto read = static_cast<std::size_t>(at - bytes.data());
  is_followed_ = is_followed_ || (complete_ && !trim_json(bytes.substr(read)).empty());
  return read;
}

void JsonScanner::on_string_begin() {
  in_string_ = true;
  garbage_ = garbage_ || depth_ == 0;
  string_is_key_ = watches_members() && levels_[depth_].expects_key;
  if (string_is_key_) key_.clear();
}

/// `rest`: what of the string stands in the bytes at hand; of a key, key_ has what came before.
void JsonScanner::on_string_end(std::string_view rest) {
  in_string_ = false;
  if (!string_is_key_) return;
  string_is_key_ = false;
  if (!key_.empty()) keep_key(rest);
  levels_[depth_].key = member_for(key_.empty() ? rest.substr(0, kMaxKey) : key_);
  levels_[depth_].expects_key = false;
}

void JsonScanner::on_structural(char c) {
  garbage_ = garbage_ || (depth_ == 0 && c != '{' && c != '[');
  switch (c) {
    case '{':
    case '[':
      open(c);
      break;
    case '}':
    case ']':
      close();
      break;
    case ':':
      if (watches_members()) begin_value();
      break;
    case ',':
      if (depth_ >= 1 && opaque_depth_ == 0) {
        levels_[depth_].expects_key = levels_[depth_].object;
        levels_[depth_].key = Member::other;
      }
      break;
    default:
      break;
  }
}

bool JsonScanner::watches_members() const {
  return depth_ >= 1 && opaque_depth_ == 0 && levels_[depth_].object;
}

/// Whether a container that opens now can hold a member anyone asks for: the answer itself, the
/// object under `response`, the arrays under `choices`, `output` and, of images, `data`, the
/// objects in them, a choice's `delta` or `message`, and the `audio` in that.
bool JsonScanner::looks_into(char c) const {
  if (depth_ == 0) return true;
  const Level& level = levels_[depth_];
  if (c == '[' && level.key == Member::data) return wants_images_ && depth_ == 1 && level.object;
  if (c == '[') return level.object && in_answer_object() && is_list(level.key);
  if (!level.object) return is_list(levels_[depth_ - 1].key);
  if (depth_ == 1) return level.key == Member::response;
  if (depth_ == 3) return level.key == Member::delta || level.key == Member::message;
  return depth_ == 4 && level.key == Member::audio;
}

void JsonScanner::open(char c) {
  structured_ = true;
  const bool opaque = opaque_depth_ != 0 || !looks_into(c);
  ++depth_;
  if (!opaque) {
    levels_[depth_] = {c == '{', c == '{', Member::other};
  } else if (opaque_depth_ == 0) {
    opaque_depth_ = depth_;
  }
}

void JsonScanner::close() {
  if (depth_ == 0) return;  // no JSON: more was closed than opened
  if (opaque_depth_ == 0) close_element();
  if (depth_ == opaque_depth_) opaque_depth_ = 0;
  if (--depth_ == 0) complete_ = true;
}

/// An element of `data` or `output` is whole.
void JsonScanner::close_element() {
  if (depth_ < 3 || !levels_[depth_].object) return;
  if (in_output()) return close_item();
  if (depth_ == 3 && !levels_[2].object && levels_[1].key == Member::data) ++data_objects_;
}

/// Its type to those before, marked where it has failed.
void JsonScanner::close_item() {
  Captured& type = captured_[static_cast<std::size_t>(Member::item_type)];
  Captured& status = captured_[static_cast<std::size_t>(Member::item_status)];
  Captured& types = captured_[static_cast<std::size_t>(Member::output_types)];
  std::string word = captured_string(type);
  if (word.size() > kLongestType) word.clear();
  if (captured_string(status) == kFailed) word.push_back(kFailedMark);
  type.present = type.overflow = status.present = status.overflow = false;
  if (word.empty()) return;
  types.present = true;
  types.overflow = types.overflow || types.bytes.size() + word.size() + 1 > kCapture;
  if (!types.overflow) types.bytes.append(word).append(" ");
}

/// At the top, or inside the object under a top-level `response`.
bool JsonScanner::in_answer_object() const {
  if (depth_ == 1) return true;
  return depth_ == 2 && levels_[1].object && levels_[1].key == Member::response;
}

/// In an object that is an element of `choices`, in its `delta` or `message`, or in their `audio`.
bool JsonScanner::in_choice() const {
  return depth_ >= 3 && levels_[1].key == Member::choices && !levels_[2].object;
}

/// In an object that is an element of the answer's `output`.
bool JsonScanner::in_output() const {
  return depth_ >= 3 && !levels_[depth_ - 1].object && levels_[depth_ - 2].key == Member::output;
}

Member JsonScanner::member_for(std::string_view key) const {
  std::string plain;
  std::string_view name = key;
  if (name.find('\\') != std::string_view::npos) {
    plain = unescape("\"" + std::string(key) + "\"");
    name = plain;
  }
  if (in_answer_object()) {
    const std::size_t row = kAnswerNames.find(name);
    const Member known = row < kAnswerMembers.size() ? kAnswerMembers[row].member : Member::other;
    if (known != Member::other) return is_top_only(known) && depth_ != 1 ? Member::other : known;
  }
  if (in_output()) return find_in(kOutputMembers, name);
  // choices[].finish_reason: object (1), array (2) under choices, object (3)
  if (!in_choice()) return Member::other;
  if (depth_ == 3) {
    if (name == "finish_reason") return Member::finish_reason;
    if (name == "delta") return Member::delta;
    if (name == "message") return Member::message;
    return name == "text" ? Member::text : Member::other;
  }
  if (depth_ == 5) return name == "id" ? Member::audio_ids : Member::other;
  if (name == "audio") return Member::audio;
  const bool wanted = levels_[3].key == Member::delta || wants_message_text_;
  return wanted ? find_in(kDeltaMembers, name) : Member::other;
}

bool JsonScanner::captures(Member member) const {
  if (member == Member::size || member == Member::quality) return wants_images_;
  return is_captured(member, wants_text_);
}

void JsonScanner::begin_value() {
  if (value_open_ || !captures(levels_[depth_].key)) return;
  value_open_ = true;
  value_depth_ = depth_;
  value_member_ = levels_[depth_].key;
  current_.bytes.clear();
  current_.overflow = false;
}

void JsonScanner::end_value() {
  value_open_ = false;
  const std::string_view value = trim_json(current_.bytes);
  if (!current_.overflow && (value == "null" || value.empty())) return;
  Captured& slot = captured_[static_cast<std::size_t>(value_member_)];
  if (is_id_list(value_member_)) return keep_id(slot, value);
  const bool joined = value_member_ >= Member::text && is_captured(value_member_, true);
  if (joined && slot.present && add_to(slot, value)) return;
  if (value.size() == current_.bytes.size()) {
    slot.bytes.swap(current_.bytes);  // each keeps a room to fill again
  } else {
    slot.bytes.assign(value);
  }
  slot.overflow = current_.overflow;
  slot.present = true;
}

/// One that is no string or too long names nothing.
void JsonScanner::keep_id(Captured& slot, std::string_view value) const {
  if (current_.overflow || value.front() != '"' || slot.ids.size() == kMostIds) return;
  slot.ids.emplace_back(value);
  slot.present = true;
}

/// Several choices in one event, or elements of `output`: two strings become one, and so do two
/// arrays. False: they are not of a kind.
bool JsonScanner::add_to(Captured& slot, std::string_view value) const {
  const auto is = [](std::string_view text, char first, char last) {
    return text.size() >= 2 && text.front() == first && text.back() == last;
  };
  const bool strings = is(slot.bytes, '"', '"') && is(value, '"', '"');
  const bool arrays = is(slot.bytes, '[', ']') && is(value, '[', ']');
  if (!strings && !arrays) return false;
  slot.overflow = slot.overflow || current_.overflow || slot.bytes.size() + value.size() > kCapture;
  if (slot.overflow) return true;
  const bool comma = arrays && slot.bytes.size() > 2 && value.size() > 2;
  slot.bytes.pop_back();
  slot.bytes.append(comma ? "," : "").append(value.substr(1));
  return true;
}

std::string string_text(std::string_view written) {
  return !written.empty() && written.front() == '"' ? unescape(written) : std::string();
}

std::string captured_string(const JsonScanner::Captured& captured) {
  return captured.present && !captured.overflow ? string_text(captured.bytes) : std::string();
}

}  // namespace tollgate::usage
