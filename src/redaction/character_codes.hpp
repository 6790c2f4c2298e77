// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::redaction {

/// Arrays of a JSON text that spell a text by the codes of its characters, or its bytes: [97, 64,
/// 98]. Told of each array's begin, elements and end, in order; arrays nest.
class CharacterCodes {
 public:
  /// Texts of fewer characters hold no value.
  static constexpr std::size_t kShortest = 6;

  struct Text {
    std::size_t place = 0;  ///< as begin() was told
    std::string spelled;    ///< UTF-8
    std::size_t elements = 0;
  };

  /// An array begins, at `place` of the output.
  void begin(std::size_t place);
  void number(std::string_view written);
  /// An element that is no number.
  void other();
  /// The array has ended. nullopt: it is empty, or not all of it are codes.
  std::optional<Text> end();

 private:
  struct Array {
    Text text;
    bool codes = true;  ///< every element so far is one
  };
  std::vector<Array> arrays_;
};

}  // namespace tollgate::redaction
