// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "message.hpp"

namespace tollgate::integration {

/// Longer than anything here may take: what waits this long has failed, and its test says so.
inline constexpr std::chrono::milliseconds kPatience{5000};

/// One end of a loopback TCP connection, plain or TLS, driven by the test's own thread: it sends
/// exactly the bytes it is given, split as told, and keeps what it receives as it came.
class RawConnection {
 public:
  /// Takes over a connected socket.
  explicit RawConnection(int descriptor);
  RawConnection(RawConnection&& other) noexcept;
  RawConnection& operator=(RawConnection&& other) noexcept;
  ~RawConnection();

  /// Connects to 127.0.0.1.
  static RawConnection connect(std::uint16_t port);
  /// In two steps, for what must happen between them.
  static RawConnection unconnected();
  void connect_to(std::uint16_t port);

  /// Makes the connection TLS in the role `ssl` was made for; false: handshake_error() tells why.
  bool handshake(SSL* ssl);
  const std::string& handshake_error() const { return handshake_error_; }
  SSL* ssl() { return ssl_.get(); }

  /// False: the other side no longer takes bytes.
  bool write(std::string_view bytes);
  /// In pieces of their own; of a very long text only both ends, for time's sake.
  bool write_byte_by_byte(std::string_view bytes);
  /// Writes copies of `piece` until the other side has taken none for `pause`, or `limit` bytes are
  /// out. Returns how many bytes are out.
  std::size_t write_until_blocked(std::string_view piece, std::size_t limit,
                                  std::chrono::milliseconds pause);

  /// The next message of this direction; bytes behind it are kept for the next.
  Message read_request() { return read_message(*this, Kind::request); }
  Message read_response() { return read_message(*this, Kind::response); }
  /// `size` bytes; fewer when the stream ended first.
  std::string read_exactly(std::size_t size);
  /// Reads until `text` has come, and returns all up to its end; shorter when the stream ended
  /// first.
  std::string read_through(std::string_view text);
  /// What is there by now, without waiting.
  std::string read_available();
  /// Everything until the other side ends it.
  std::string read_to_end();

  /// Whether bytes or an end arrive within `patience`; reads nothing.
  bool readable(std::chrono::milliseconds patience) const;
  /// How the other side's stream ended, as far as it was read.
  End end() const { return end_; }

  /// close_notify under TLS, then FIN.
  void close();
  /// FIN alone: under TLS a cut, not an end.
  void cut();
  void reset();
  /// Ends this side's direction only.
  void shutdown_send();

  int descriptor() const { return descriptor_; }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  /// Reads what is there into buffer_, waiting until `until`; false: nothing more will come, see
  /// end_.
  bool fill(std::chrono::steady_clock::time_point until);
  bool fill() { return fill(std::chrono::steady_clock::now() + kPatience); }
  bool wait(short events, std::chrono::steady_clock::time_point until) const;
  long try_write(std::string_view bytes);
  long try_read(char* data, std::size_t size);
  std::string take(std::size_t size);

  int descriptor_ = -1;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  short wanted_ = 0;  ///< what the last would-block waits for
  std::string buffer_;
  End end_ = End::open;
  std::string handshake_error_;
};

}  // namespace tollgate::integration
