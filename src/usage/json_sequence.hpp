// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "object_framer.hpp"

namespace tollgate::usage {

/// Sans-I/O: gives the objects of a stream that has nothing else (ObjectFramer) as server-sent
/// events, in any split and constant memory.
class JsonSequence {
 public:
  /// Appends to `events` what these bytes make of them.
  void feed(std::string_view bytes, std::string& events);

  /// An object has begun, or the stream's end was told.
  bool any() const { return framer_.said() > 0; }
  /// As ObjectFramer has it.
  bool only() const { return framer_.only(); }

 private:
  ObjectFramer framer_;
};

}  // namespace tollgate::usage
