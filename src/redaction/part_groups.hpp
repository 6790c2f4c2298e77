// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "json_walk.hpp"

namespace tollgate::redaction {

/// The texts of arrays whose objects are read as one, and the places that wait for them in what has
/// been written. Arrays nest: the innermost ends first. Its texts and its words are read apart.
class PartGroups {
 public:
  /// A text of an object of the array of this depth belongs at `place` of the output.
  void add(std::size_t array, PartKind kind, std::size_t place, std::string text);
  /// Whether the array of this depth, which ends, has texts that have not been taken.
  bool begins_in(std::size_t array) const {
    return !groups_.empty() && groups_.back().array == array;
  }
  /// The last group's of the innermost array. Words have a blank behind them where the next one
  /// would otherwise go on with them.
  std::vector<std::string> take_texts();
  /// What stands for them, in the same order, with those blanks; the group is done with.
  void put(std::vector<std::string> texts);
  /// The output with every text in its place, as JSON strings.
  std::string fill(std::string output) const;

 private:
  struct Hole {
    std::size_t place = 0;
    std::string text;
    bool blank = false;  ///< one was put behind its text
  };
  struct Group {
    std::size_t array = 0;
    PartKind kind = PartKind::text;
    std::vector<std::size_t> holes;  ///< their numbers
    std::vector<std::string> texts;
  };

  Group& group_of(std::size_t array, PartKind kind);
  void part_words(Group& group);

  std::vector<Hole> holes_;  ///< by place
  std::vector<Group> groups_;
};

}  // namespace tollgate::redaction
