// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "path_readings.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace tollgate::capture {
namespace {

using redaction::Reading;
using redaction::ReadPiece;

/// As in JsonRedaction, which joins those of one array.
constexpr std::size_t kLongestShort = 8;

/// A path is a number for the names of members that lead to a value.
class Paths {
 public:
  Paths(std::string_view text, Pieces pieces) : text_(text), pieces_(pieces) {}

  std::vector<Reading> take() {
    for (std::size_t at = text_.find_first_of(kMarks); at < text_.size();
         at = text_.find_first_of(kMarks, at)) {
      at = read(at);
    }
    std::erase_if(strings_, [&](const String& one) { return counts_[one.path] < 2; });
    if (strings_.empty()) return {};
    std::ranges::stable_sort(strings_, {}, &String::path);
    Reading out;
    out.reserve(strings_.size());
    for (std::uint32_t before = kDropped; const String& one : strings_) {
      out.push_back(one.piece);
      out.back().apart = std::exchange(before, one.path) != one.path;
    }
    return {std::move(out)};
  }

 private:
  static constexpr std::string_view kMarks = "{}[],\"";
  static constexpr std::uint32_t kDropped = 0;
  static constexpr std::uint32_t kOutermost = 1;

  struct String {
    ReadPiece piece;
    std::uint32_t path = kDropped;
  };
  struct Level {
    std::uint32_t own = kOutermost;    ///< path of the object or array
    std::uint32_t value = kOutermost;  ///< and of what stands in it next
    bool object = false;
    bool name_follows = false;
    bool drops = false;  ///< what stands next, but for a string
  };

  std::size_t read(std::size_t at) {
    const char c = text_[at];
    if (c == '"') return read_string(at + 1);
    if (c == '{' || c == '[') {
      const std::uint32_t path = path_of_container();
      levels_.push_back({path, path, c == '{', c == '{'});
    } else if (!levels_.empty()) {
      if (c == ',') levels_.back().name_follows = levels_.back().object;
      if (c != ',') levels_.pop_back();
    }
    return at + 1;
  }

  std::uint32_t path_of_container() const {
    if (levels_.empty()) return kOutermost;
    return levels_.back().drops ? kDropped : levels_.back().value;
  }

  std::size_t read_string(std::size_t begin) {
    std::size_t end = std::min(text_.find_first_of("\"\\", begin), text_.size());
    while (end < text_.size() && text_[end] == '\\')
      end = std::min(text_.find_first_of("\"\\", end + 2), text_.size());
    if (!levels_.empty()) note(begin, end);
    return end + 1;
  }

  void note(std::size_t begin, std::size_t end) {
    Level& level = levels_.back();
    if (std::exchange(level.name_follows, false)) {
      const std::string_view name = text_.substr(begin, end - begin);
      level.value = path_of(level.own, name);
      level.drops = name == "logprobs";
    } else if (level.value != kDropped && end > begin &&
               (pieces_ == Pieces::of_a_stream || end - begin <= kLongestShort)) {
      strings_.push_back(
          {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, level.value});
      ++counts_[level.value];
    }
  }

  std::uint32_t path_of(std::uint32_t outer, std::string_view name) {
    if (outer == kDropped) return kDropped;
    const auto [known, is_new] =
        known_.try_emplace({outer, name}, static_cast<std::uint32_t>(counts_.size()));
    if (is_new) counts_.push_back(0);
    return known->second;
  }

  std::string_view text_;
  Pieces pieces_;
  std::vector<Level> levels_;
  std::map<std::pair<std::uint32_t, std::string_view>, std::uint32_t> known_;
  std::vector<std::uint32_t> counts_{0, 0};  ///< of strings, by path
  std::vector<String> strings_;
};

}  // namespace

std::vector<Reading> path_readings(std::string_view json, Pieces pieces) {
  return Paths(json, pieces).take();
}

}  // namespace tollgate::capture
