// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "object_framer.hpp"
#include "usage_traces.hpp"

namespace tollgate::usage {

/// Sans-I/O: as UsageStripper, of a stream that is written as JSON objects one behind another (a
/// line each or not) or in one array. With an object that disappears goes the comma or the
/// separator before it, the line's end behind it, or the array's comma where it is the first.
///
/// One object alone is no stream: it passes unchanged, and waits for a second one only where it
/// would change. So do objects from kHoldLimit bytes on, and all that follows what is no JSON.
class ObjectStripper {
 public:
  /// Appends to `out` what may go to the client after these bytes.
  void feed(std::string_view bytes, std::string& out);
  /// Appends what was still held back when the stream ended.
  void finish(std::string& out);

 private:
  void take_between(std::string_view bytes, std::string& out);
  void hold(std::string_view bytes, std::string& out);
  void end_object(std::string& out);
  void let_first_go(std::string& out);
  void pass_object(std::string& out);
  void give_up(std::string& out);

  ObjectFramer framer_;
  std::string separator_;  ///< before the object that comes next, where it may go with that
  std::string object_;     ///< held so far
  Judgement judgement_;
  bool gave_up_ = false;
  bool is_array_ = false;
  bool is_first_ = true;      ///< no object has ended
  bool first_waits_ = false;  ///< for a second one, with what it is followed by
  std::string behind_first_;
  bool is_too_long_ = false;  ///< the object at hand is
  bool any_passed_ = false;
  bool has_end_to_drop_ = false;  ///< what stands behind the object that disappeared
};

}  // namespace tollgate::usage
