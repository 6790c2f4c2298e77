// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tollgate::redaction {

/// The texts of arrays whose objects are read as one, and the places that wait for them in what has
/// been written. Arrays nest: the innermost ends first.
class PartGroups {
 public:
  /// A text of an object of the array of this depth belongs at `place` of the output.
  void add(std::size_t array, std::size_t place, std::string text);
  /// Whether the array of this depth, which ends, has texts.
  bool begins_in(std::size_t array) const {
    return !groups_.empty() && groups_.back().array == array;
  }
  /// Those of the innermost array.
  std::vector<std::string> take_texts();
  /// What stands for them, in the same order; the array is done with.
  void put(std::vector<std::string> texts);
  /// The output with every text in its place, as JSON strings.
  std::string fill(std::string output) const;

 private:
  struct Hole {
    std::size_t place = 0;
    std::string text;
  };
  struct Group {
    std::size_t array = 0;
    std::vector<std::size_t> holes;  ///< their numbers
    std::vector<std::string> texts;
  };

  std::vector<Hole> holes_;  ///< by place
  std::vector<Group> groups_;
};

}  // namespace tollgate::redaction
