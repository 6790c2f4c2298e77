// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "raw_connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace tollgate::integration {
namespace {

using Clock = std::chrono::steady_clock;

constexpr long kBlocked = -1;
constexpr long kFailed = -2;
/// Sent byte by byte, each end of a text.
constexpr std::size_t kSlowEnd = 2048;

int milliseconds_until(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::max<long>(left, 0));
}

}  // namespace

RawConnection::RawConnection(int descriptor) : descriptor_(descriptor) {
  ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      ssl_(std::move(other.ssl_)),
      wanted_(other.wanted_),
      buffer_(std::move(other.buffer_)),
      end_(other.end_),
      handshake_error_(std::move(other.handshake_error_)) {}

RawConnection& RawConnection::operator=(RawConnection&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(ssl_, other.ssl_);
  std::swap(wanted_, other.wanted_);
  std::swap(buffer_, other.buffer_);
  std::swap(end_, other.end_);
  std::swap(handshake_error_, other.handshake_error_);
  return *this;
}

RawConnection::~RawConnection() { cut(); }

RawConnection RawConnection::connect(std::uint16_t port) {
  RawConnection out = unconnected();
  out.connect_to(port);
  return out;
}

RawConnection RawConnection::unconnected() {
  return RawConnection(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

void RawConnection::connect_to(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  int error = ETIMEDOUT;
  socklen_t size = sizeof(error);
  if (wait(POLLOUT, Clock::now() + kPatience)) {
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0) throw std::runtime_error("nobody listens");
}

bool RawConnection::wait(short events, Clock::time_point until) const {
  pollfd entry{descriptor_, events, 0};
  return ::poll(&entry, 1, milliseconds_until(until)) > 0;
}

bool RawConnection::handshake(SSL* ssl) {
  ssl_.reset(ssl);
  SSL_set_fd(ssl, descriptor_);
  const auto until = Clock::now() + kPatience;
  for (;;) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl);
    if (result == 1) return true;
    const int error = SSL_get_error(ssl, result);
    const bool read = error == SSL_ERROR_WANT_READ;
    if ((read || error == SSL_ERROR_WANT_WRITE) && wait(read ? POLLIN : POLLOUT, until)) continue;
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    handshake_error_ = reason == nullptr ? "no answer" : reason;
    return false;
  }
}

long RawConnection::try_write(std::string_view bytes) {
  if (ssl_) {
    ERR_clear_error();
    const int result = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (result > 0) return result;
    const int error = SSL_get_error(ssl_.get(), result);
    wanted_ = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? kBlocked : kFailed;
  }
  const ssize_t result = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  wanted_ = POLLOUT;
  if (result >= 0) return result;
  return errno == EAGAIN ? kBlocked : kFailed;
}

bool RawConnection::write(std::string_view bytes) {
  const auto until = Clock::now() + kPatience;
  while (!bytes.empty()) {
    const long result = try_write(bytes);
    if (result == kFailed) return false;
    if (result == kBlocked) {
      if (!wait(wanted_, until)) return false;
      continue;
    }
    bytes.remove_prefix(static_cast<std::size_t>(result));
  }
  return true;
}

bool RawConnection::write_byte_by_byte(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const bool in_middle = i == kSlowEnd && bytes.size() > 2 * kSlowEnd;
    const std::size_t size = in_middle ? bytes.size() - 2 * kSlowEnd : 1;
    if (!write(bytes.substr(i, size))) return false;
    i += size;
  }
  return true;
}

std::size_t RawConnection::write_until_blocked(std::string_view piece, std::size_t limit,
                                               std::chrono::milliseconds pause) {
  std::size_t total = 0;
  while (total < limit) {
    // A TLS record that was begun must be tried again with the same bytes: what is left of the
    // piece.
    const long result = try_write(piece.substr(total % piece.size()));
    if (result == kFailed) return total;
    if (result == kBlocked) {
      if (!wait(wanted_, Clock::now() + pause)) return total;
      continue;
    }
    total += static_cast<std::size_t>(result);
  }
  return total;
}

long RawConnection::try_read(char* data, std::size_t size) {
  if (ssl_) {
    ERR_clear_error();
    const int result = SSL_read(ssl_.get(), data, static_cast<int>(size));
    if (result > 0) return result;
    const int saved = errno;
    const int error = SSL_get_error(ssl_.get(), result);
    wanted_ = error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return kBlocked;
    const bool reset = error == SSL_ERROR_SYSCALL && saved == ECONNRESET;
    end_ = error == SSL_ERROR_ZERO_RETURN ? End::closed : reset ? End::reset : End::cut;
    return kFailed;
  }
  const ssize_t result = ::recv(descriptor_, data, size, 0);
  wanted_ = POLLIN;
  if (result > 0) return result;
  if (result < 0 && errno == EAGAIN) return kBlocked;
  end_ = result == 0 ? End::closed : End::reset;
  return kFailed;
}

bool RawConnection::fill(Clock::time_point until) {
  if (end_ != End::open) return false;
  std::array<char, 16384> piece;
  for (;;) {
    const long result = try_read(piece.data(), piece.size());
    if (result == kFailed) return false;
    if (result == kBlocked) {
      if (!wait(wanted_, until)) return false;
      continue;
    }
    buffer_.append(piece.data(), static_cast<std::size_t>(result));
    return true;
  }
}

std::string RawConnection::take(std::size_t size) {
  std::string out = buffer_.substr(0, size);
  buffer_.erase(0, out.size());
  return out;
}

std::string RawConnection::read_through(std::string_view text) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t found = buffer_.find(text, searched);
    if (found != std::string::npos) return take(found + text.size());
    searched = buffer_.size() < text.size() ? 0 : buffer_.size() - text.size() + 1;
    if (!fill()) return take(std::string::npos);
  }
}

std::string RawConnection::read_available() {
  while (fill(Clock::now())) continue;
  return take(std::string::npos);
}

std::string RawConnection::read_to_end() {
  while (fill()) continue;
  return take(std::string::npos);
}

std::string RawConnection::read_exactly(std::size_t size) {
  while (buffer_.size() < size && fill()) continue;
  return take(size);
}

bool RawConnection::readable(std::chrono::milliseconds patience) const {
  if (!buffer_.empty() || (ssl_ && SSL_pending(ssl_.get()) > 0)) return true;
  return wait(POLLIN, Clock::now() + patience);
}

void RawConnection::close() {
  if (ssl_ && SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
  cut();
}

void RawConnection::cut() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void RawConnection::reset() {
  const linger now{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  cut();
}

void RawConnection::shutdown_send() { ::shutdown(descriptor_, SHUT_WR); }

}  // namespace tollgate::integration
