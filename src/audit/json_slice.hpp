// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tollgate::audit {

/// A value within a JSON text, as it is written there, or none. Copies nothing and reads no more
/// than it is asked for. The text outlives it and is well-formed: BoundedJson makes it so, and
/// bounds how deep it nests.
class JsonSlice {
 public:
  JsonSlice() = default;
  /// `text` is one JSON value, with blanks around it or without.
  explicit JsonSlice(std::string_view text);
  /// `raw` is one JSON value with nothing around it.
  static JsonSlice whole(std::string_view raw) {
    JsonSlice out;
    out.raw_ = raw;
    return out;
  }

  bool exists() const { return !raw_.empty(); }
  bool is_null() const { return starts_with('n'); }
  bool is_object() const { return starts_with('{'); }
  bool is_array() const { return starts_with('['); }
  bool is_string() const { return starts_with('"'); }
  bool is_true() const { return starts_with('t'); }
  /// It exists and is more than null, "", 0, [] or {}: the backends' words for nothing said.
  bool says_something() const;

  /// As it is written.
  std::string_view raw() const { return raw_; }
  /// Of a string: what stands between its quotes, escapes unread. Of anything else: empty.
  std::string_view written() const {
    return is_string() && raw_.size() >= 2 ? raw_.substr(1, raw_.size() - 2) : std::string_view();
  }
  /// Of a string: what it spells, in UTF-8, U+FFFD for half a surrogate pair. Else empty.
  std::string text() const;
  /// Whether it is a string that spells this.
  bool is_text(std::string_view text) const {
    // What is written is never shorter than what it spells, and as long only without escapes.
    const std::string_view inside = written();
    if (inside.size() > text.size()) return inside.size() <= 6 * text.size() && spells(text);
    return inside == text && is_string() && inside.find('\\') == std::string_view::npos;
  }
  /// A whole number that fits.
  std::optional<std::int64_t> integer() const;
  /// The same, and one in a string, as some write an `index`.
  std::optional<std::int64_t> index() const;
  /// Of an object: the last member of that name, as most readers take it.
  JsonSlice operator[](std::string_view name) const;

 private:
  friend class JsonItems;
  bool starts_with(char c) const { return raw_.starts_with(c); }
  bool spells(std::string_view text) const;

  std::string_view raw_;
};

/// A member of an object; an element of an array has no name.
struct JsonItem {
  JsonSlice name;
  JsonSlice value;
};

/// Walks over an object's members or an array's elements; over nothing, of another value.
class JsonItems {
 public:
  explicit JsonItems(JsonSlice container);
  /// False: there are no more.
  bool next(JsonItem& item);

 private:
  JsonSlice take_value();

  std::string_view rest_;
  bool object_ = false;
};

/// An object's members, found once for several looks.
class JsonFields {
 public:
  explicit JsonFields(JsonSlice object);
  /// The last member of that name.
  JsonSlice operator[](std::string_view name) const;
  /// The member of that name, if there is one and no more.
  JsonSlice sole(std::string_view name) const;
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  JsonSlice object() const { return object_; }

 private:
  JsonSlice object_;
  std::vector<JsonItem> items_;
};

/// A member's name without a copy where it is written without escapes; else in `room`, which
/// outlives it.
inline std::string_view name_of(const JsonItem& item, std::string& room) {
  const std::string_view written = item.name.written();
  if (written.find('\\') == std::string_view::npos) return written;
  room = item.name.text();
  return room;
}

/// What the inside of a JSON string spells (JsonSlice::text).
std::string unescape(std::string_view written);
/// Appends `text`, well-formed UTF-8, as a JSON string with its quotes.
void append_quoted(std::string& out, std::string_view text);
std::string to_json_string(std::string_view text);

}  // namespace tollgate::audit
