// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "growing_value.hpp"
#include "json_slice.hpp"

namespace tollgate::audit {

/// What an event has made longer, where that is all that it did.
struct Growth {
  GrowingValue* value = nullptr;  ///< nullptr: it did something else
  JsonSlice by;                   ///< a string within the event
};

/// The last event of a stream, for the next one that is the same but for the text that it brings:
/// most of a stream are such, and need not be read in full. What else may differ says nothing:
/// `obfuscation` and `sequence_number`.
class EventTemplate {
 public:
  /// `growth`: its value outlives the template or the next event that is not matched.
  void learn(std::string_view text, const JsonFields& event, Growth growth);
  void forget() { growing_ = nullptr; }

  struct Match {
    JsonSlice by;          ///< the string by which the value grows
    std::size_t size = 0;  ///< of the event
  };
  /// The event that the text begins with; nullopt: it is another one, or a string in it is none
  /// that may stay as it is written.
  std::optional<Match> match(std::string_view text) const;
  GrowingValue* growing() const { return growing_; }

 private:
  /// What stands before a value that may differ, which is a string or a number.
  struct Piece {
    std::string literal;
    bool grows = false;
  };

  GrowingValue* growing_ = nullptr;
  std::vector<Piece> pieces_;
  std::string end_;
};

}  // namespace tollgate::audit
