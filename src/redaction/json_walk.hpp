// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json_tokens.hpp"
#include "tollgate/usage/json_paths.hpp"

namespace tollgate::redaction {

/// Where in a JSON text its tokens stand: in which member, at which of the dropped paths, in which
/// array of objects. Fed with each token in order.
class JsonWalk {
 public:
  explicit JsonWalk(const usage::JsonPaths& drops) : drops_(drops) {}

  /// `name`: what a key spells; of other tokens it is not looked at.
  void take(const JsonToken& token, std::string_view name);
  /// The value at hand is, or is within, a dropped member's. Keys within it are, too.
  bool dropped() const { return drop_depth_ > 0 || drop_scalar_; }
  /// The token ended a dropped member's value.
  bool drop_ended() const { return drop_ended_; }
  /// The name of the member whose value is at hand, through arrays.
  std::string_view member() const;
  /// The array that the value at hand is the `text` of an object in, by its depth; 0: it is not.
  std::size_t array_of_part() const;
  /// The array that the value at hand is an element of, by its depth; 0: it is not.
  std::size_t array() const;
  /// The array that the token ended, by its depth; 0: it ended none.
  std::size_t ended_array() const { return ended_array_; }

 private:
  struct Level {
    bool object = false;
    usage::JsonPaths::Mask mask = 0;   ///< of the container
    std::string member;                ///< an object's: at hand; an array's: whose value it is
    usage::JsonPaths::Mask value = 0;  ///< an object's: of the member at hand
  };

  void open(bool object);
  void close();

  const usage::JsonPaths& drops_;
  std::vector<Level> levels_;
  std::size_t drop_depth_ = 0;  ///< of a dropped container that is open
  bool drop_next_ = false;      ///< the value of the last key is dropped
  bool drop_scalar_ = false;
  bool drop_ended_ = false;
  std::size_t ended_array_ = 0;
};

}  // namespace tollgate::redaction
