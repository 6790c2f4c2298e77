// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "member_readings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

namespace tollgate::capture {
namespace {

using redaction::Reading;

/// Words that stand in pieces of a stream, and in no whole answer.
bool may_hold_pieces(std::string_view text) {
  constexpr std::array<std::string_view, 3> kMarks{"\"delta\"", ".delta\"", ".chunk\""};
  return std::ranges::any_of(kMarks,
                             [&](std::string_view mark) { return text.find(mark) != text.npos; });
}

/// Reads strings in braces, whatever else stands there.
class Members {
 public:
  explicit Members(std::string_view text) : text_(text) {}

  std::vector<Reading> take() {
    for (std::size_t at = 0; at < text_.size();) at = read(at);
    std::map<std::uint32_t, Reading> of_names;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Reading> of_places;
    for (const String& one : strings_) {
      of_names[one.name].push_back(one.piece);
      if (one.place != kNoPlace) of_places[{one.name, one.place}].push_back(one.piece);
    }
    Reading by_place;
    for (const auto& [key, strings] : of_places) {
      if (strings.size() < of_names[key.first].size()) append_apart(strings, by_place);
    }
    Reading by_name;
    for (const auto& [name, strings] : of_names) append_apart(strings, by_name);
    std::vector<Reading> out;
    if (!by_place.empty()) out.push_back(std::move(by_place));
    if (!by_name.empty()) out.push_back(std::move(by_name));
    return out;
  }

 private:
  static constexpr std::uint32_t kNoPlace = 0;
  /// Of those that are open, the innermost: no stream's pieces lie deeper.
  static constexpr std::size_t kMostObjects = 16;

  struct String {
    redaction::ReadPiece piece;
    std::uint32_t name = 0;
    std::uint32_t place = kNoPlace;  ///< what the indexes of the objects around it say together
  };
  struct Object {
    std::size_t first = 0;  ///< of its strings
    std::uint32_t place = kNoPlace;
  };

  /// A single string says nothing that it does not say as it stands.
  static void append_apart(const Reading& strings, Reading& out) {
    if (strings.size() < 2) return;
    const std::size_t begin = out.size();
    out.insert(out.end(), strings.begin(), strings.end());
    out[begin].apart = true;
  }

  std::size_t read(std::size_t at) {
    const char c = text_[at];
    if (c == '{') open();
    if (c == '}') close();
    if (c != '"' || depth_ == 0) return at + 1;
    const std::size_t end = string_end(at + 1);
    if (end == text_.npos) return at + 1;
    note(at + 1, end);
    return end + 1;
  }

  void open() {
    ++depth_;
    if (objects_.size() == kMostObjects) objects_.pop_front();
    objects_.push_back({.first = strings_.size()});
  }

  void close() {
    if (depth_ > 0) --depth_;
    if (objects_.empty()) return;
    const Object object = objects_.back();
    objects_.pop_back();
    if (object.place == kNoPlace) return;
    for (std::size_t one = object.first; one < strings_.size(); ++one)
      strings_[one].place = place_in(object.place, strings_[one].place);
  }

  std::uint32_t place_in(std::uint32_t outer, std::uint64_t inner) {
    return places_.try_emplace({outer, inner}, static_cast<std::uint32_t>(places_.size() + 1))
        .first->second;
  }

  /// Where the string's quote stands; npos: it has none in its line, and is no string. Then no
  /// quote in the rest of the line begins one either: each of them is escaped from here, and what
  /// stands behind it has been read.
  std::size_t string_end(std::size_t at) {
    if (at < no_string_until_) return text_.npos;
    for (; at < text_.size() && text_[at] != '\n' && text_[at] != '\r'; ++at) {
      if (text_[at] == '"') return at;
      if (text_[at] == '\\') ++at;
    }
    no_string_until_ = at;
    return text_.npos;
  }

  void note(std::size_t begin, std::size_t end) {
    const std::size_t next = text_.find_first_not_of(" \t\r\n", end + 1);
    if (next != text_.npos && text_[next] == ':') {
      const std::string_view name = text_.substr(begin, end - begin);
      name_ = names_.try_emplace(name, static_cast<std::uint32_t>(names_.size())).first->second;
      if (name.ends_with("index")) note_index(next + 1);
      if (name == "item_id") note_item(next + 1);
    } else if (end > begin) {
      strings_.push_back(
          {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, name_});
    }
  }

  /// `index` of a choice or a call, `output_index` and `content_index` of an item.
  void note_index(std::size_t at) {
    constexpr std::size_t kMostDigits = 9;
    at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
    if (text_.substr(at).starts_with('"')) ++at;  // some write it so
    const std::size_t end = std::min(text_.find_first_not_of("0123456789", at), text_.size());
    if (end == at || end - at > kMostDigits || objects_.empty()) return;
    std::uint32_t index = 0;
    std::from_chars(text_.data() + at, text_.data() + end, index);
    Object& object = objects_.back();
    // Apart from the places within, which count from 1.
    object.place = place_in(object.place, (std::uint64_t{1} << 32U) + index);
  }

  /// Events about an item may name nothing but its id.
  void note_item(std::size_t at) {
    constexpr std::size_t kLongestId = 256;
    at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
    if (!text_.substr(at).starts_with('"') || objects_.empty()) return;
    const std::string_view id = text_.substr(at + 1, kLongestId);
    const std::size_t end = id.find('"');
    if (end == id.npos) return;
    const std::uint32_t item =
        ids_.try_emplace(id.substr(0, end), static_cast<std::uint32_t>(ids_.size())).first->second;
    Object& object = objects_.back();
    object.place = place_in(object.place, (std::uint64_t{2} << 32U) + item);
  }

  std::string_view text_;
  std::size_t depth_ = 0;
  std::size_t no_string_until_ = 0;  ///< see string_end()
  std::deque<Object> objects_;
  std::uint32_t name_ = 0;
  std::map<std::string_view, std::uint32_t> names_{{"", 0}};
  std::map<std::string_view, std::uint32_t> ids_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t> places_;
  std::vector<String> strings_;
};

}  // namespace

std::vector<Reading> member_readings(std::string_view text) {
  // Those of legacy completions are like whole ones.
  const bool may = may_hold_pieces(text) || text.find("\"choices\"") != text.npos;
  return may ? Members(text).take() : std::vector<Reading>{};
}

std::vector<Reading> member_readings_of_json(std::string_view answer) {
  return may_hold_pieces(answer) ? Members(answer).take() : std::vector<Reading>{};
}

}  // namespace tollgate::capture
