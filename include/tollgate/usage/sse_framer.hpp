// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::usage {

/// Sans-I/O: cuts a stream of server-sent events into tokens, by the standard
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream): lines
/// end with LF, CR or CRLF; one byte order mark at the beginning is skipped; of a field's value one
/// leading blank is; several `data` lines make one text with an LF between each two; whatever is no
/// `data` line (another field, a comment, a name with a blank before it) is passed over. Copies and
/// allocates nothing.
class SseFramer {
 public:
  enum class Kind : std::uint8_t {
    need_more,  ///< the bytes are used up
    event,      ///< a whole event with one data line, all of it in hand
    data,       ///< a piece of an event's data
    other,      ///< bytes of an event that are none of its data
    end,        ///< the empty line that ends an event
    /// bytes of no event: the byte order mark, the LF of a CRLF that ended the event before
    outside
  };

  struct Token {
    Kind kind = Kind::need_more;
    std::string_view raw;   ///< what of the bytes the token takes: they begin with it
    std::string_view data;  ///< of `event` and `data`
  };

  /// The next token of `bytes`, which follow those that were taken before. How the stream is cut
  /// into pieces decides whether an event comes whole or in tokens, never what its data are.
  Token next(std::string_view bytes);

  /// What comes next begins an event, and nothing of the one before is to come. Whole events may
  /// then be passed over.
  bool is_between_events() const {
    return between_events_ && line_ == Line::start && !after_cr_ && !at_stream_start_;
  }

  /// The event that `bytes` begin with, when they hold all of it and it has exactly one data line.
  /// `ended`: nothing that follows belongs to it, not even the LF of a CRLF.
  static std::optional<Token> whole_event(std::string_view bytes, bool ended = false);

 private:
  /// Where in a line the next byte stands.
  enum class Line : std::uint8_t {
    start,    ///< nothing of it was taken
    name,     ///< in a field's name, which is "data" so far
    value,    ///< behind the colon of a data line: a blank is skipped
    data,     ///< in the data
    ignored,  ///< in a line that is no data
  };

  Token skip_bom(std::string_view bytes);
  Token in_name(std::string_view bytes);
  Token end_line(std::string_view bytes);

  Line line_ = Line::start;
  std::uint8_t bom_matched_ = 0;
  std::uint8_t name_matched_ = 0;
  bool at_stream_start_ = true;
  bool between_events_ = true;
  bool after_cr_ = false;
  bool has_data_ = false;  ///< the event has a data line already
};

}  // namespace tollgate::usage
