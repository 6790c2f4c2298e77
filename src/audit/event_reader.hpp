// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bounded_json.hpp"
#include "tollgate/audit/binary_parts.hpp"
#include "tollgate/usage/sse_framer.hpp"

namespace tollgate::audit {

/// Receives the events of a stream.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// `name`: of its `event` field, mended and cut; empty: it has none.
  virtual void on_event(std::string_view name, const BoundedJson::Kept& data) = 0;
  /// A whole event without a name or with that of the one before. True: it is taken; false: it is
  /// to be read in full. `data` as it came.
  virtual bool take_plain(std::string_view data) = 0;
};

/// Sans-I/O: gives the events of a stream with their data, files in them described. Of an event the
/// data are kept up to a bound. One that the stream breaks off in is given, too: the client has
/// seen its bytes.
class EventReader {
 public:
  EventReader(EventSink& sink, std::size_t max_bytes)
      : sink_(sink), data_(max_bytes, BoundedJson::Halves::stay) {}

  void feed(std::string_view bytes);
  void finish();

 private:
  bool take_whole(const usage::SseFramer::Token& token);
  void take_data(std::string_view data);
  void take_line(std::string_view raw);
  void dispatch();

  EventSink& sink_;
  usage::SseFramer framer_;
  BinaryParts files_;
  BoundedJson data_;
  std::string before_;  ///< what stood before the last event's data, and behind
  std::string behind_;
  std::string described_;  ///< room for what files_ gives
  std::string line_;       ///< the first bytes of a line that is no data
  std::string name_;
  bool any_data_ = false;
};

}  // namespace tollgate::audit
