// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tollgate/http/head.hpp"

namespace tollgate::http {

/// Sans-I/O: takes the transfer framing off a body as it arrives. Strict (faults.md H3, H5, H6): CR
/// LF only, at most 15 size digits, extensions up to 256 bytes, trailers up to 8 KiB and 64 lines;
/// trailers are dropped, never turned into header fields.
class BodyReader {
 public:
  explicit BodyReader(BodyFraming framing = {});

  struct Decoded {
    std::size_t consumed = 0;  ///< wire bytes used; the rest belongs to what follows the message
    std::size_t payload = 0;   ///< payload bytes, moved to the front of the given bytes
  };

  /// Decodes in place: payload is moved to the front of `wire`, overwriting framing. Stops at the
  /// end of the message or at broken framing (see broken()).
  Decoded decode(char* wire, std::size_t size);

  /// The message ended as framed.
  bool done() const { return state_ == State::done; }
  /// The framing is malformed: nothing behind it can be trusted and the connection must not be
  /// reused.
  bool broken() const { return state_ == State::broken; }
  /// The peer closed: ends a close-delimited body; every other unfinished one stays unfinished.
  void on_end_of_stream();

 private:
  enum class State {
    length,
    until_close,
    size_first,
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_first,
    trailer,
    trailer_lf,
    end_lf,
    done,
    broken
  };

  /// Payload at the front of the wire bytes in a data state: how many bytes may be taken.
  std::size_t payload_run(std::size_t available) const;
  void take_payload(std::size_t count);
  /// One framing byte of a chunked body.
  State step(unsigned char byte);
  State step_size(unsigned char byte);
  State step_extension(unsigned char byte);
  State step_trailer(unsigned char byte);
  State after_size();

  State state_;
  std::uint64_t remaining_ = 0;
  unsigned size_digits_ = 0;
  std::size_t overhead_ = 0;  ///< bytes of the current extension or of all trailers
  unsigned trailer_lines_ = 0;
};

}  // namespace tollgate::http
