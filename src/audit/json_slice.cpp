// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_slice.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::audit {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

/// Behind the quote that ends the string which begins at `at`.
std::size_t string_end(std::string_view text, std::size_t at) {
  const char* const end = text.data() + text.size();
  for (const char* next = text.data() + at + 1; next < end;) {
    next = find_string_stop(next, end);
    if (next == end) break;
    if (*next == '"') return static_cast<std::size_t>(next + 1 - text.data());
    next += std::min<std::ptrdiff_t>(end - next, 2);
  }
  return text.size();
}

/// Whether a number or word ends before the character.
bool ends_scalar(char c) { return c == ',' || c == '}' || c == ']' || is_blank(c); }

/// A bit for each byte of a block that is one.
struct Marks {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t brackets = 0;  ///< and braces, and what looks like them (nesting_stops)
};

constexpr std::size_t kBlock = 64;

Marks marks_of(const char* block) {
  Marks out;
#if defined(__SSE2__)
  for (std::size_t at = 0; at < kBlock; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + at));
    const auto bits = [at](__m128i equal) {
      return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(equal))) << at;
    };
    out.quotes |= bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    out.backslashes |= bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    out.brackets |=
        bits(_mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x26)), _mm_set1_epi8(0x7F)));
  }
#else
  for (std::size_t at = 0; at < kBlock; ++at) {
    const std::uint64_t bit = std::uint64_t{1} << at;
    if (block[at] == '"') out.quotes |= bit;
    if (block[at] == '\\') out.backslashes |= bit;
    if ((block[at] | 0x26) == 0x7F) out.brackets |= bit;
  }
#endif
  return out;
}

/// Follows strings from block to block.
class Strings {
 public:
  /// The bits of a block's bytes that are within strings, with the quotes that begin them.
  std::uint64_t inside(const Marks& marks) {
    std::uint64_t quotes = marks.quotes;
    if ((marks.backslashes | escaped_) != 0) quotes &= ~escaped(marks.backslashes);
    // Each bit: whether an odd number of quotes stands up to it.
    for (int shift = 1; shift < 64; shift *= 2) quotes ^= quotes << shift;
    quotes ^= open_;
    open_ = 0 - (quotes >> 63);
    return quotes;
  }

 private:
  /// The bits of the bytes that a backslash escapes, which is not escaped itself.
  std::uint64_t escaped(std::uint64_t backslashes) {
    std::uint64_t out = std::exchange(escaped_, 0);
    for (std::uint64_t left = backslashes & ~out; left != 0;) {
      const std::uint64_t first = left & (0 - left);
      out |= first << 1;
      left &= ~(first | first << 1);
      escaped_ = first >> 63;
    }
    return out;
  }

  std::uint64_t open_ = 0;     ///< all bits: a block begins within a string
  std::uint64_t escaped_ = 0;  ///< 1: the block's first byte is
};

std::size_t container_end(std::string_view text) {
  Strings strings;
  std::size_t depth = 0;
  for (std::size_t begin = 0; begin < text.size(); begin += kBlock) {
    const std::string_view left = text.substr(begin);
    std::array<char, kBlock> last{};
    if (left.size() < kBlock) left.copy(last.data(), left.size());
    const char* const block = left.size() < kBlock ? last.data() : left.data();
    const Marks marks = marks_of(block);
    std::uint64_t brackets = marks.brackets & ~strings.inside(marks);
    for (; brackets != 0; brackets &= brackets - 1) {
      const auto at = static_cast<std::size_t>(__builtin_ctzll(brackets));
      if (block[at] == '{' || block[at] == '[') {
        ++depth;
      } else if ((block[at] == '}' || block[at] == ']') && --depth == 0) {
        return begin + at + 1;
      }
    }
  }
  return text.size();
}

std::size_t value_end(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '"') return string_end(text, 0);
  if (text.front() == '{' || text.front() == '[') return container_end(text);
  std::size_t at = 0;
  while (at < text.size() && !ends_scalar(text[at])) ++at;
  return at;
}

}  // namespace

JsonSlice::JsonSlice(std::string_view text) {
  raw_ = skip_blanks(text);
  while (!raw_.empty() && is_blank(raw_.back())) raw_.remove_suffix(1);
}

bool JsonSlice::says_something() const {
  if (!exists() || is_null() || raw_ == "\"\"" || raw_ == "0") return false;
  if (!is_object() && !is_array()) return true;
  return skip_blanks(raw_.substr(1)).size() > 1;
}

std::string JsonSlice::text() const { return unescape(written()); }

bool JsonSlice::spells(std::string_view text) const {
  const std::string_view inside = written();
  return inside.find('\\') != std::string_view::npos && unescape(inside) == text;
}

std::optional<std::int64_t> JsonSlice::integer() const {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(raw_.data(), raw_.data() + raw_.size(), value);
  if (error != std::errc() || end != raw_.data() + raw_.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> JsonSlice::index() const {
  return is_string() ? whole(written()).integer() : integer();
}

JsonSlice JsonSlice::operator[](std::string_view name) const {
  JsonSlice found;
  JsonItems items(*this);
  for (JsonItem item; items.next(item);) {
    if (item.name.is_text(name)) found = item.value;
  }
  return found;
}

JsonItems::JsonItems(JsonSlice container) : object_(container.is_object()) {
  if (object_ || container.is_array()) rest_ = container.raw().substr(1);
}

bool JsonItems::next(JsonItem& item) {
  while (!rest_.empty() && (is_blank(rest_.front()) || rest_.front() == ',')) {
    rest_.remove_prefix(1);
  }
  if (rest_.empty() || rest_.front() == '}' || rest_.front() == ']') return false;
  if (object_) {
    item.name = take_value();
    rest_ = skip_blanks(rest_);
    if (!rest_.empty()) rest_.remove_prefix(1);  // the colon
    rest_ = skip_blanks(rest_);
  }
  item.value = take_value();
  return item.value.exists();
}

JsonSlice JsonItems::take_value() {
  JsonSlice value;
  value.raw_ = rest_.substr(0, value_end(rest_));
  rest_.remove_prefix(value.raw_.size());
  return value;
}

JsonFields::JsonFields(JsonSlice object) : object_(object) {
  if (!object.is_object()) return;
  items_.reserve(12);  // of an event, mostly
  JsonItems items(object);
  for (JsonItem item; items.next(item);) items_.push_back(item);
}

JsonSlice JsonFields::sole(std::string_view name) const {
  JsonSlice found;
  for (const JsonItem& item : items_) {
    if (!item.name.is_text(name)) continue;
    if (found.exists()) return {};
    found = item.value;
  }
  return found;
}

JsonSlice JsonFields::operator[](std::string_view name) const {
  for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
    if (item->name.is_text(name)) return item->value;
  }
  return {};
}

}  // namespace tollgate::audit
