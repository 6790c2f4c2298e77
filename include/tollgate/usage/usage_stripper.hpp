// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tollgate/usage/body_shape.hpp"
#include "tollgate/usage/sse_framer.hpp"

namespace tollgate::usage {

class ObjectStripper;

/// Sans-I/O: takes the traces of an injected include_usage out of a chat or completions stream
/// again, so that the client's bytes equal those of a stream without the option (azure-protocol.md
/// 2.1, 2.2): the chunk with empty `choices` and a non-null `usage` disappears whole; of one that
/// says more than its usage (filter results), and where it is null, the member `usage` disappears
/// with its comma. Azure's first chunk (empty choices, no usage) stays.
///
/// An event whose bytes are all in hand passes at once. One that is cut is held back until its end,
/// and passes unchanged from kHoldLimit bytes on (`passing_`). A stream of JSON objects without
/// events loses the same (ObjectStripper). What begins as no stream passes as it comes.
class UsageStripper {
 public:
  static constexpr std::size_t kHoldLimit = 256 * 1024;

  /// `label`: what the answer's type calls it.
  explicit UsageStripper(BodyShape label = BodyShape::server_sent_events);
  UsageStripper(UsageStripper&&) noexcept;
  ~UsageStripper();

  /// Appends to `out` what may go to the client after these bytes.
  void feed(std::string_view bytes, std::string& out);
  /// Appends what was still held back when the stream ended.
  void finish(std::string& out);

 private:
  void strip(std::string_view bytes, std::string& out);
  void hold(std::string_view bytes, std::string& out);
  void end_held(std::string& out);
  void pass(std::string_view event, std::string_view data, std::string& out);

  ShapeProbe probe_;
  bool is_told_ = false;
  BodyShape shape_ = BodyShape::unsure;
  std::unique_ptr<ObjectStripper> objects_;  ///< of what begins as JSON
  SseFramer framer_;
  std::string held_;           ///< the beginning of an event that is not all there
  bool passing_ = false;       ///< inside an event that passed the limit
  bool dropped_last_ = false;  ///< the last event went: the line feed behind its end goes, too
};

}  // namespace tollgate::usage
