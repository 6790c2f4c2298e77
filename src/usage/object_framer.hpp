// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tollgate/usage/json_extent.hpp"

namespace tollgate::usage {

/// Sans-I/O: cuts a stream that is written as JSON objects one behind another (a line each or not)
/// or in one array into tokens, in any split and constant memory.
class ObjectFramer {
 public:
  enum class Kind : std::uint8_t {
    need_more,  ///< the bytes are used up
    between,    ///< what stands around objects
    piece,      ///< of an object that goes on
    last,       ///< of one that ends with it
    done        ///< the bracket that ends `[DONE]`
  };

  struct Token {
    Kind kind = Kind::need_more;
    std::string_view raw;  ///< what of the bytes the token takes: they begin with it
  };

  /// The next token of `bytes`, which follow those that were taken before.
  Token next(std::string_view bytes);

  /// Within an object: what comes next goes on with it.
  bool in_object() const { return extent_.is_open(); }
  /// Objects that have begun, and ends that were told.
  std::size_t said() const { return said_; }
  /// What came last may be the beginning of `[DONE]`.
  bool in_word() const { return only_ && !word_.empty(); }
  /// Nothing has come but objects and what may stand between them.
  bool only() const { return only_ && word_.empty(); }

 private:
  Token go_on(std::string_view bytes);
  bool take_between(char c);

  JsonExtent extent_;
  std::string word_;  ///< that stands between objects: kDone's beginning, or none
  std::size_t said_ = 0;
  bool only_ = true;
};

}  // namespace tollgate::usage
