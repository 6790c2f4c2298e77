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
/// 98]. What is no character's code (null, true, -1, 1e400) spells nothing, and hides nothing that
/// stands around it. Told of each array's begin, numbers, other elements and end, in order; arrays
/// nest.
class CharacterCodes {
 public:
  /// Texts of fewer characters hold no value.
  static constexpr std::size_t kShortest = 6;

  struct Text {
    std::size_t place = 0;     ///< as begin() was told
    std::string spelled;       ///< UTF-8
    std::size_t elements = 0;  ///< whole numbers
  };

  /// An array begins, at `place` of the output.
  void begin(std::size_t place);
  void number(std::string_view written);
  /// An element that is a string, an object or an array. Of null, true and false it is not told.
  void other();
  /// The array has ended. nullopt: it has no number, or a fraction or other() is in it.
  std::optional<Text> end();

 private:
  struct Array {
    Text text;
    bool codes = true;  ///< no fraction, and nothing of other(), so far
  };
  std::vector<Array> arrays_;
};

}  // namespace tollgate::redaction
