// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "json_scanner.hpp"
#include "tollgate/usage/sse_framer.hpp"

namespace tollgate::usage {

/// Receives the events of a stream that may matter.
class SseEvents {
 public:
  virtual ~SseEvents() = default;
  /// A dispatched event whose JSON data the scanner has read.
  virtual void on_event(const JsonScanner& data) = 0;
  /// An event whose data is exactly "[DONE]".
  virtual void on_done() = 0;
  /// Whether data that cannot change what is known may be skipped unread.
  virtual bool may_skip_plain() const = 0;
  /// The text that such data brings.
  virtual void take_text(std::string_view text) = 0;
};

/// Sans-I/O: reads the JSON in a stream's events, in any split. Data is scanned as it comes: an
/// event of any size takes no memory.
class SseReader {
 public:
  explicit SseReader(SseEvents& events) : events_(events) {}
  /// An event has come whose data was JSON, or the stream's own end.
  bool has_said() const { return has_said_; }
  /// The scanner captures generated text, too.
  void want_text(bool wanted) { scanner_.want_text(wants_text_ = wanted); }
  /// And what an event says of the image that it brings.
  void want_images(bool wanted) { scanner_.want_images(wanted); }

  void feed(std::string_view bytes);

 private:
  void take_event(std::string_view data);
  void take_data(std::string_view data);
  void dispatch();

  SseEvents& events_;
  SseFramer framer_;
  JsonScanner scanner_;
  std::string head_;  ///< the data's first bytes, to know "[DONE]"
  bool wants_text_ = false;
  bool has_said_ = false;
};

}  // namespace tollgate::usage
