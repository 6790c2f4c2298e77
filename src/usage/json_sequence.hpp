// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::usage {

/// Sans-I/O: gives the objects of a stream that is written as JSON objects one behind another (a
/// line each or not) or in one array as server-sent events, in any split and constant memory.
class JsonSequence {
 public:
  /// Appends to `events` what these bytes make of them.
  void feed(std::string_view bytes, std::string& events);

  /// Objects that have begun.
  std::size_t objects() const { return objects_; }
  /// Nothing has come but objects and what may stand between them.
  bool only() const { return only_; }

 private:
  std::size_t skip_between(std::string_view bytes);
  std::size_t object_end(std::string_view bytes);

  std::size_t objects_ = 0;
  std::size_t depth_ = 0;  ///< within an object; 0: between two
  bool in_string_ = false;
  bool escaped_ = false;
  bool only_ = true;
};

}  // namespace tollgate::usage
