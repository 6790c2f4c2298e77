// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "bounded_json.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "plain_json.hpp"
#include "tollgate/audit/cut_text.hpp"

namespace tollgate::audit {
namespace {

/// A piece that is mended at once: so much more than the bound is held for a moment.
constexpr std::size_t kPiece = 16 * 1024;
constexpr std::string_view kMark = "\xEF\xBB\xBF";  ///< of byte order, which says nothing

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }
bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Whether the six characters are the first half of a surrogate pair, or the second.
bool is_high(std::string_view unit) {
  return (unit[2] == 'd' || unit[2] == 'D') &&
         std::string_view("89abAB").find(unit[3]) != std::string_view::npos;
}
bool is_low(std::string_view unit) {
  return (unit[2] == 'd' || unit[2] == 'D') &&
         std::string_view("cdefCDEF").find(unit[3]) != std::string_view::npos;
}

}  // namespace

BoundedJson::BoundedJson(std::size_t max_bytes, Halves halves)
    : max_bytes_(std::max<std::size_t>(max_bytes, 2)), halves_(halves) {}

void BoundedJson::feed(std::string_view text) {
  if (!text.empty() && !std::exchange(fed_, true) && takes_whole(text)) return;
  while (!text.empty() && !full_) {
    const std::string_view piece = text.substr(0, kPiece);
    mended_.clear();
    mender_.feed(piece, mended_);
    take(mended_);
    text.remove_prefix(piece.size());
  }
}

/// What is a whole JSON text already, with nothing to mend and room for all of it, need not be read
/// step by step.
bool BoundedJson::takes_whole(std::string_view text) {
  if (text.size() >= max_bytes_) return false;
  const std::optional<std::size_t> depth = plain_json_depth(text, kDeepest);
  if (!depth || text.size() + *depth + 1 > max_bytes_) return false;
  out_ = text;
  expects_ = Expects::nothing;
  safe_ = out_.size();
  return true;
}

void BoundedJson::take(std::string_view text) {
  while (!text.empty() && !full_) {
    if (broken_) return put_text(text);
    text.remove_prefix(step(text));
  }
}

BoundedJson::Kept BoundedJson::finish() {
  mended_.clear();
  mender_.finish(mended_);
  take(mended_);
  Kept kept = closed();
  *this = BoundedJson(max_bytes_, halves_);
  return kept;
}

BoundedJson::Kept BoundedJson::closed() {
  if (inside_ == Inside::escape) {  // half an escape says nothing; half a pair does
    escape_.resize(escape_.size() < 6 ? 0 : 6);
    if (!full_ && !escape_.empty()) end_escape();
    inside_ = Inside::text;
  }
  if (inside_ == Inside::scalar && levels_.empty() && scalar_.complete() && !full_) value_ended();
  const bool whole = expects_ == Expects::nothing && !full_;
  const bool in_value = inside_ == Inside::text && !is_key_;
  if (broken_ || (!whole && safe_ == 0 && !in_value)) {
    return {std::move(out_), false, cut_ || full_};
  }
  if (whole) return {std::move(out_), true, cut_};
  if (!in_value) out_.resize(safe_);
  if (in_value) {
    const std::string_view text = std::string_view(out_).substr(text_begin_);
    out_.resize(text_begin_ + end_of_written_before_cut(text));
  }
  if (in_value) out_.push_back('"');
  for (; !levels_.empty(); levels_.pop_back()) out_.push_back(levels_.back() == '{' ? '}' : ']');
  return {std::move(out_), true, true};
}

/// Takes at least a byte, unless the text breaks there; gives how many.
std::size_t BoundedJson::step(std::string_view text) {
  switch (inside_) {
    case Inside::structure:
      if (out_.empty() && text.starts_with(kMark)) return kMark.size();
      return step_structure(text.front());
    case Inside::text:
      return step_text(text);
    case Inside::escape:
      return step_escape(text.front());
    case Inside::scalar:
      return step_scalar(text);
    case Inside::too_deep:
      return step_too_deep(text.front());
    case Inside::too_deep_text:
      return step_too_deep_text(text.front());
  }
  return 1;
}

std::size_t BoundedJson::step_structure(char c) {
  bool taken = false;
  if (is_blank(c)) {
    taken = true;
    put({&c, 1});
  } else if (expects_ == Expects::value) {
    taken = begin_value(c);
  } else if (expects_ == Expects::first_element) {
    taken = c == ']' ? close(c) : begin_value(c);
  } else if (expects_ == Expects::first_key || expects_ == Expects::key) {
    taken = c == '"' || (c == '}' && expects_ == Expects::first_key);
    if (c == '"') {
      is_key_ = true;
      inside_ = Inside::text;
      put("\"");
    } else if (taken) {
      close(c);
    }
  } else if (expects_ == Expects::colon) {
    taken = c == ':';
    if (taken) expects_ = Expects::value;
    if (taken) put(":");
  } else if (expects_ == Expects::separator) {
    taken = c == ',' || close(c);
    if (c == ',') {
      expects_ = levels_.back() == '{' ? Expects::key : Expects::value;
      put(",");
    }
  }
  broken_ = !taken;
  return taken ? 1 : 0;
}

bool BoundedJson::begin_value(char c) {
  if (c == '{' || c == '[') return open(c);
  if (c == '"') {
    is_key_ = false;
    if (put("\"")) inside_ = Inside::text;
    text_begin_ = out_.size();
    return true;
  }
  if (!scalar_.begin(c)) return false;
  inside_ = Inside::scalar;
  put({&c, 1});
  return true;
}

bool BoundedJson::open(char c) {
  if (levels_.size() == kDeepest) {
    inside_ = Inside::too_deep;
    skipped_levels_ = 1;
    cut_ = true;
    return true;
  }
  if (room() == 0) {
    full_ = true;
    return true;
  }
  levels_.push_back(c);
  out_.push_back(c);  // and for its end there is room as well: no quote is open
  safe_ = out_.size();
  expects_ = c == '{' ? Expects::first_key : Expects::first_element;
  return true;
}

bool BoundedJson::close(char c) {
  if (levels_.empty() || levels_.back() != (c == '}' ? '{' : '[')) return false;
  levels_.pop_back();
  out_.push_back(c);  // there is always room for it
  value_ended();
  return true;
}

void BoundedJson::value_ended() {
  inside_ = Inside::structure;
  if (full_) return;
  expects_ = levels_.empty() ? Expects::nothing : Expects::separator;
  safe_ = out_.size();
}

std::size_t BoundedJson::step_text(std::string_view text) {
  const auto* const special =
      std::ranges::find_if(text, [](char c) { return c == '"' || c == '\\' || is_control(c); });
  const auto plain = static_cast<std::size_t>(special - text.begin());
  if (plain > 0) {
    put_text(text.substr(0, plain));
    return plain;
  }
  const char c = text.front();
  if (c == '\\') {
    inside_ = Inside::escape;
    escape_.assign(1, c);
  } else if (c == '"') {
    out_.push_back(c);  // there is always room for it
    if (is_key_) {
      inside_ = Inside::structure;
      expects_ = Expects::colon;
    } else {
      value_ended();
    }
  } else {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    const std::array<char, 6> escape{'\\', 'u', '0', '0', kDigits[byte >> 4], kDigits[byte & 15]};
    put({escape.data(), escape.size()});
  }
  return 1;
}

/// escape_ holds one escape, or the first half of a pair and what may be the second's begin.
std::size_t BoundedJson::step_escape(char c) {
  const std::size_t at = escape_.size() % 6;
  if (escape_.size() == 6) {  // a first half
    if (c != '\\') return end_escape(), 0;
    escape_.push_back(c);
    return 1;
  }
  if (at == 1 && escape_.size() == 1 && c != 'u') {
    escape_.push_back(c);
    if (std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos) {
      escape_.resize(1);
      return end_escape(), 0;
    }
    return end_escape(), 1;
  }
  const bool fits = at == 1 ? c == 'u' : is_hex(c);
  if (!fits) return end_escape(), 0;
  escape_.push_back(c);
  if (escape_.size() == 12 || (escape_.size() == 6 && !is_high(escape_))) end_escape();
  return 1;
}

/// Writes what escape_ holds, and is in the string again, or in the next escape.
void BoundedJson::end_escape() {
  std::string held = std::exchange(escape_, {});
  inside_ = Inside::text;
  const bool mend = halves_ == Halves::mended;
  if (held.size() == 12 && is_high(held) && is_low(std::string_view(held).substr(6))) {
    put(held);
    return;
  }
  if (held.size() >= 6) {
    const bool half = is_high(held) || is_low(held);
    put(half && mend ? "\\ufffd" : std::string_view(held).substr(0, 6));
    held.erase(0, 6);
    if (held.size() == 6 && is_high(held)) {  // it may have its second half yet
      inside_ = Inside::escape;
      escape_ = held;
      return;
    }
    if (held.size() == 6) {
      put(held);
      return;
    }
    if (held == "\\") {  // an escape of another kind may go on
      inside_ = Inside::escape;
      escape_ = held;
      return;
    }
  }
  if (held.empty()) return;
  if (held.size() == 2 && held[1] != 'u') {
    put(held);
    return;
  }
  put("\\\\");  // a backslash that escapes nothing
  put_text(std::string_view(held).substr(1));
}

std::size_t BoundedJson::step_scalar(std::string_view text) {
  const auto* const end = std::ranges::find_if(
      text, [](char c) { return is_blank(c) || c == ',' || c == ']' || c == '}'; });
  const auto size = static_cast<std::size_t>(end - text.begin());
  if (size > 0) {
    if (!scalar_.take(text.substr(0, size))) {
      broken_ = true;
      return 0;
    }
    put(text.substr(0, size));
    return size;
  }
  if (!scalar_.complete()) {
    broken_ = true;
    return 0;
  }
  value_ended();
  return 0;
}

std::size_t BoundedJson::step_too_deep(char c) {
  if (c == '"') inside_ = Inside::too_deep_text;
  if (c == '{' || c == '[') ++skipped_levels_;
  if ((c == '}' || c == ']') && --skipped_levels_ == 0) {
    put("null");
    value_ended();
  }
  return 1;
}

std::size_t BoundedJson::step_too_deep_text(char c) {
  if (c == '"' && !skipped_escape_) inside_ = Inside::too_deep;
  skipped_escape_ = c == '\\' && !skipped_escape_;
  return 1;
}

/// Beside what closes the text: a quote and the levels' ends.
std::size_t BoundedJson::room() const {
  const std::size_t taken = out_.size() + (broken_ ? 0 : levels_.size() + 1);
  return max_bytes_ > taken ? max_bytes_ - taken : 0;
}

/// All of it or nothing.
bool BoundedJson::put(std::string_view text) {
  if (full_ || text.size() > room()) {
    full_ = true;
    return false;
  }
  out_.append(text);
  return true;
}

/// As many whole characters as there is room for.
void BoundedJson::put_text(std::string_view text) {
  if (full_) return;
  std::size_t size = std::min(room(), text.size());
  full_ = size < text.size();
  while (full_ && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  out_.append(text.substr(0, size));
}

}  // namespace tollgate::audit
