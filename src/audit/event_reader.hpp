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
  /// An event without a name or with that of the one before, whose data `data` begins with, as they
  /// came, and `behind` stands behind them. The size of its data, if it is taken; 0: it is to be
  /// read in full.
  virtual std::size_t take_plain(std::string_view data, std::string_view behind) = 0;
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
  /// What stands before an event's data and behind.
  struct Frame {
    std::string_view before;
    std::string_view behind;
  };

  std::string_view skip_known(std::string_view bytes);
  bool take_known(const Frame& frame, std::string_view rest);
  void take_whole(const usage::SseFramer::Token& token);
  void take_piece(const usage::SseFramer::Token& token);
  void end_pieces(std::string_view raw);
  void frame_piece(std::string_view raw);
  void read_held();
  void take_all(std::string_view data);
  void take_data(std::string_view data);
  void take_line(std::string_view raw);
  void dispatch();
  void begin_event();

  EventSink& sink_;
  usage::SseFramer framer_;
  BinaryParts files_;
  BoundedJson data_;
  std::string before_;  ///< what stood before the last event's data, and behind
  std::string behind_;
  // Of an event that comes in pieces:
  std::string held_;  ///< its data, as long as they are short
  std::string piece_before_;
  std::string piece_behind_;
  bool holds_ = true;      ///< all data are held, and the frame is known
  bool is_held_ = false;   ///< some are
  std::string described_;  ///< room for what files_ gives
  std::string line_;       ///< the first bytes of a line that is no data
  std::string name_;
  bool any_data_ = false;
  bool any_files_ = false;  ///< files_ has read something
};

}  // namespace tollgate::audit
