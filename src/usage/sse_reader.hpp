// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "json_scanner.hpp"

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
  /// Such data, in one piece. False: it must be read after all.
  virtual bool take_plain(std::string_view data) = 0;
};

/// Sans-I/O: server-sent events by the WHATWG rules (LF, CR and CRLF, `data:` with or without a blank,
/// several data lines, comments, unknown fields, BOM), in any split. Data is scanned as it comes: an event
/// of any size takes no memory.
class SseReader {
 public:
  explicit SseReader(SseEvents& events) : events_(events) {}
  /// The scanner captures generated text, too.
  void want_text(bool wanted) { scanner_.want_text(wanted); }

  void feed(std::string_view bytes);

 private:
  enum class Line { start, name, data_begin, data, ignored };

  std::size_t feed_whole_line(std::string_view bytes);
  void feed_partial(std::string_view bytes);
  /// What follows the name; nothing while it may go on.
  std::string_view feed_name(std::string_view bytes);
  void feed_data(std::string_view data);
  void end_line();
  void dispatch();

  SseEvents& events_;
  JsonScanner scanner_;
  Line line_ = Line::start;
  std::string name_;  ///< a field name split over two feeds
  std::string head_;  ///< the data's first bytes, to know "[DONE]"
  std::size_t bom_matched_ = 0;
  bool at_stream_start_ = true;
  bool after_cr_ = false;
  bool has_data_ = false;
  std::size_t data_size_ = 0;
};

}  // namespace tollgate::usage
