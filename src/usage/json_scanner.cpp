// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_scanner.hpp"

#include <cstring>

#include <nlohmann/json.hpp>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tollgate::usage {
namespace {

struct NamedMember {
  std::string_view name;
  Member member;
};

constexpr std::array kAnswerMembers{
    NamedMember{"id", Member::id},
    NamedMember{"model", Member::model},
    NamedMember{"usage", Member::usage},
    NamedMember{"error", Member::error},
    NamedMember{"status", Member::status},
    NamedMember{"type", Member::type},
    NamedMember{"incomplete_details", Member::incomplete_details},
    NamedMember{"choices", Member::choices},
    NamedMember{"response", Member::response},
    NamedMember{"statusCode", Member::status_code},
    NamedMember{"code", Member::code}};

bool is_captured(Member member) {
  return member != Member::other && member != Member::choices && member != Member::response;
}

bool is_structural(char c) {
  return c == '"' || c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':';
}

std::string_view trim_json(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string unescape(std::string_view quoted) {
  const auto parsed = nlohmann::json::parse(quoted, nullptr, false);
  return parsed.is_string() ? parsed.get<std::string>() : std::string();
}

}  // namespace

void JsonScanner::reset() {
  for (Captured& captured : captured_) {
    captured.bytes.clear();
    captured.present = captured.overflow = false;
  }
  levels_ = {};
  depth_ = 0;
  in_string_ = escaped_ = string_is_key_ = false;
  complete_ = started_ = structured_ = false;
  value_open_ = value_seen_ = false;
  current_ = {};
  key_.clear();
}

/// Advances within a string to its closing quote (returned) or the end of the bytes.
const char* JsonScanner::skip_string(const char* at, const char* end) {
  while (at < end) {
    if (escaped_) {
      escaped_ = false;
      ++at;
      continue;
    }
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    while (end - at >= 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      const int hits = _mm_movemask_epi8(
          _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)));
      if (hits != 0) {
        at += __builtin_ctz(static_cast<unsigned>(hits));
        break;
      }
      at += 16;
    }
    if (at == end) return end;
#endif
    if (*at == '"') return at;
    escaped_ = *at == '\\';
    ++at;
  }
  return end;
}

/// Advances outside strings to the next byte that can change the state.
const char* JsonScanner::skip_uninteresting(const char* at, const char* end) const {
#if defined(__SSE2__)
  // Numbers and blanks of deep arrays (embeddings): only quotes and brackets matter there. All brackets
  // are 0x5B, 0x5D, 0x7B, 0x7D: equal once bit 0x20 is set and 0x06 is ignored.
  if (depth_ > kLevels) {
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i fold = _mm_set1_epi8(static_cast<char>(0x26));
    const __m128i bracket = _mm_set1_epi8(static_cast<char>(0x7F));
    while (end - at >= 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      const int hits =
          _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, quote),
                                         _mm_cmpeq_epi8(_mm_or_si128(block, fold), bracket)));
      if (hits != 0) return at + __builtin_ctz(static_cast<unsigned>(hits));
      at += 16;
    }
  }
#endif
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

void JsonScanner::feed(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const char* copied = at;            // everything before is captured already
  while (at < end && !complete_) {
    if (in_string_) {
      const char* const stop = skip_string(at, end);
      if (string_is_key_ && key_.size() < kMaxKey) {
        key_.append(at, std::min<std::size_t>(static_cast<std::size_t>(stop - at), kMaxKey));
      }
      at = stop;
      if (at == end) break;
      ++at;
      on_string_end();
      continue;
    }
    const char* const stop = skip_uninteresting(at, end);
    if (!started_) {
      const std::string_view skipped(at, static_cast<std::size_t>(stop - at));
      started_ = stop != end || !trim_json(skipped).empty();
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
    if (value_open_ && !was_open) copied = at;  // the value begins behind its colon
    if (was_open && !value_open_) copied = at;
  }
  if (value_open_) capture(copied, at);
}

void JsonScanner::on_string_begin() {
  in_string_ = true;
  const bool known = depth_ >= 1 && depth_ <= kLevels;
  string_is_key_ = known && levels_[depth_].object && levels_[depth_].expects_key;
  if (string_is_key_) key_.clear();
}

void JsonScanner::on_string_end() {
  in_string_ = false;
  if (!string_is_key_) return;
  string_is_key_ = false;
  levels_[depth_].key = member_for_key();
  levels_[depth_].expects_key = false;
}

void JsonScanner::on_structural(char c) {
  switch (c) {
    case '{':
    case '[': open(c); break;
    case '}':
    case ']': close(); break;
    case ':':
      if (depth_ >= 1 && depth_ <= kLevels && levels_[depth_].object) begin_value();
      break;
    case ',':
      if (depth_ >= 1 && depth_ <= kLevels) {
        levels_[depth_].expects_key = levels_[depth_].object;
        levels_[depth_].key = Member::other;
      }
      break;
    default: break;
  }
}

void JsonScanner::open(char c) {
  ++depth_;
  structured_ = true;
  if (depth_ <= kLevels) levels_[depth_] = {c == '{', c == '{', Member::other};
}

void JsonScanner::close() {
  if (depth_ == 0) return;            // no JSON: more was closed than opened
  if (--depth_ == 0) complete_ = true;
}

/// At the top, or inside the object under a top-level `response`.
bool JsonScanner::in_answer_object() const {
  if (depth_ == 1) return true;
  return depth_ == 2 && levels_[1].object && levels_[1].key == Member::response;
}

Member JsonScanner::member_for_key() const {
  std::string plain;
  std::string_view name = key_;
  if (name.find('\\') != std::string_view::npos) {
    plain = unescape("\"" + key_ + "\"");
    name = plain;
  }
  if (in_answer_object()) {
    for (const NamedMember& known : kAnswerMembers) {
      if (known.name != name) continue;
      const bool top_only = known.member == Member::choices || known.member == Member::response ||
                            known.member == Member::type || known.member == Member::code;
      return top_only && depth_ != 1 ? Member::other : known.member;
    }
  }
  // choices[].finish_reason: object (1), array (2) under choices, object (3)
  if (depth_ == 3 && levels_[1].key == Member::choices && !levels_[2].object &&
      name == "finish_reason") {
    return Member::finish_reason;
  }
  return Member::other;
}

void JsonScanner::begin_value() {
  if (value_open_ || !is_captured(levels_[depth_].key)) return;
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
  slot.bytes.assign(value);
  slot.overflow = current_.overflow;
  slot.present = true;
}

std::string captured_string(const JsonScanner::Captured& captured) {
  if (!captured.present || captured.overflow || captured.bytes.empty()) return {};
  return captured.bytes.front() == '"' ? unescape(captured.bytes) : std::string();
}

}  // namespace tollgate::usage
