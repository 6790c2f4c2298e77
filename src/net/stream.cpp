// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/stream.hpp"

#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::net {

namespace asio = boost::asio;

namespace {

/// SSL_get_error() wants an empty queue before each step. It nearly always is, and clearing an
/// empty one goes through all its places.
void forget_ssl_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

/// A peer that always has something, or takes everything at once, is served this much before the
/// worker's other connections and deadlines have their turn.
constexpr std::size_t kTurn = 256 * 1024;

bool is_silent(int descriptor) {
  char byte = 0;
  return ::recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

/// Kept between exchanges: one wait for readability at most, whoever watches at the time.
struct Stream::Watch {
  Stream* stream = nullptr;  // null once the stream is gone
  std::function<void()> gone;
  bool armed = false;
};

Stream::Stream(Socket socket, DeadlineSweep& sweep)
    : socket_(std::move(socket)),
      deadline_(
          sweep, [](void* owner) { static_cast<Stream*>(owner)->on_deadline(); }, this) {
  boost::system::error_code ignored;
  if (socket_.is_open()) socket_.non_blocking(true, ignored);
}

Stream::~Stream() {
  if (watch_) watch_->stream = nullptr;
}

Error Stream::failure(Errc code) const {
  if (cancelled_) return {cancel_reason_, "the exchange was ended"};
  if (timed_out_) return {Errc::timeout, "the peer took too long"};
  return {code, std::string("connection ").append(to_string(code))};
}

void Stream::deadline(SteadyTime at) {
  timed_out_ = false;
  deadline_.arm(at);
}

void Stream::on_deadline() {
  timed_out_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Stream::cancel(Errc why) {
  if (cancelled_) return;
  cancelled_ = true;
  cancel_reason_ = why;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

asio::awaitable<void> Stream::end_turn() {
  turn_ = 0;
  co_await asio::post(socket_.get_executor(), asio::use_awaitable);
}

asio::awaitable<Result<void>> Stream::wait(Want want) {
  turn_ = 0;
  const auto type = want == Want::read ? Socket::wait_read : Socket::wait_write;
  for (;;) {
    if (stopped()) co_return failure(Errc::cancelled);
    boost::system::error_code error;
    co_await socket_.async_wait(type, asio::redirect_error(asio::use_awaitable, error));
    if (stopped()) co_return failure(Errc::protocol);
    if (!error) co_return Result<void>();
    // A deadline may have passed and been moved before this coroutine's turn came: then it waits
    // on.
    if (error != asio::error::operation_aborted) co_return failure(Errc::protocol);
  }
}

Stream::Step Stream::tls_step(int result) {
  if (result > 0) return {.bytes = static_cast<std::size_t>(result)};
  const int saved = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {.want = Want::read};
    case SSL_ERROR_WANT_WRITE:
      return {.want = Want::write};
    case SSL_ERROR_ZERO_RETURN:
      return {.error = Errc::closed, .failed = true};
    case SSL_ERROR_SYSCALL:
      if (saved == EINTR) return {.want = Want::read};
      return {.error = Errc::protocol, .failed = true};
    default:
      return {.error = Errc::protocol, .failed = true};
  }
}

Stream::Step Stream::try_read(asio::mutable_buffer buffer) {
  if (ssl_) {
    forget_ssl_errors();
    const int size = static_cast<int>(std::min<std::size_t>(buffer.size(), 1U << 30));
    return tls_step(SSL_read(ssl_.get(), buffer.data(), size));
  }
  // A reset is told once by the system; read again it would look like a clean end.
  if (broken_) return {.error = Errc::protocol, .failed = true};
  const ssize_t count = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
  if (count > 0) return {.bytes = static_cast<std::size_t>(count)};
  if (count == 0) return {.error = Errc::closed, .failed = true};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {.want = Want::read};
  broken_ = true;
  return {.error = Errc::protocol, .failed = true};
}

Stream::Step Stream::try_write(std::string_view first, std::string_view second) {
  if (ssl_) {
    forget_ssl_errors();
    const std::string_view next = first.empty() ? second : first;
    const int size = static_cast<int>(std::min<std::size_t>(next.size(), 1U << 30));
    return tls_step(SSL_write(ssl_.get(), next.data(), size));
  }
  std::array<iovec, 2> pieces{iovec{const_cast<char*>(first.data()), first.size()},
                              iovec{const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = second.empty() ? 1 : 2;
  const ssize_t count = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
  if (count >= 0) return {.bytes = static_cast<std::size_t>(count)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {.want = Want::write};
  return {.error = Errc::closed, .failed = true};
}

asio::awaitable<Result<void>> Stream::handshake(SslPtr ssl) {
  if (!ssl || SSL_set_fd(ssl.get(), socket_.native_handle()) != 1) {
    co_return Error{Errc::tls, "cannot set up TLS: " + take_ssl_error()};
  }
  ssl_ = std::move(ssl);
  for (;;) {
    forget_ssl_errors();
    const Step step = tls_step(SSL_do_handshake(ssl_.get()));
    if (step.failed) {
      const long verdict = SSL_get_verify_result(ssl_.get());
      if (verdict != X509_V_OK) {
        co_return Error{Errc::tls, X509_verify_cert_error_string(verdict)};
      }
      co_return Error{Errc::tls, "handshake failed: " + take_ssl_error()};
    }
    if (step.want == Want::nothing) co_return Result<void>();
    const Result<void> ready = co_await wait(step.want);
    if (!ready) co_return ready.error();
  }
}

asio::awaitable<Result<std::size_t>> Stream::read_some(asio::mutable_buffer buffer) {
  for (;;) {
    if (turn_ >= kTurn) co_await end_turn();
    if (stopped()) co_return failure(Errc::cancelled);
    const Step step = try_read(buffer);
    if (step.failed) co_return failure(step.error);
    turn_ += step.bytes;
    if (step.want == Want::nothing) co_return step.bytes;
    const Result<void> ready = co_await wait(step.want);
    if (!ready) co_return ready.error();
  }
}

asio::awaitable<Result<std::size_t>> Stream::read_later(asio::mutable_buffer buffer) {
  const bool decrypted_already = ssl_ && SSL_has_pending(ssl_.get()) == 1;
  while (!decrypted_already) {
    const Result<void> ready = co_await wait(Want::read);
    if (!ready) co_return ready.error();
    const Step step = try_read(buffer);
    if (step.failed) co_return failure(step.error);
    if (step.want == Want::nothing) co_return step.bytes;
    if (step.want == Want::write) break;  // a TLS key update: read_some() knows how
  }
  co_return co_await read_some(buffer);
}

asio::awaitable<Result<void>> Stream::write(std::string_view first, std::string_view second) {
  while (!first.empty() || !second.empty()) {
    if (turn_ >= kTurn) co_await end_turn();
    if (stopped()) co_return failure(Errc::cancelled);
    const Step step = try_write(first, second);
    if (step.failed) co_return failure(step.error);
    turn_ += step.bytes;
    if (step.want != Want::nothing) {
      const Result<void> ready = co_await wait(step.want);
      if (!ready) co_return ready.error();
      continue;
    }
    const std::size_t of_first = std::min(step.bytes, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(step.bytes - of_first);
  }
  co_return Result<void>();
}

Stream::Step Stream::peek() {
  char byte = 0;
  if (ssl_) {
    forget_ssl_errors();
    return tls_step(SSL_peek(ssl_.get(), &byte, 1));
  }
  const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (count > 0) return {.bytes = 1};
  if (count == 0) return {.error = Errc::closed, .failed = true};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {.want = Want::read};
  return {.error = Errc::protocol, .failed = true};
}

bool Stream::idle_and_alive() {
  if (!socket_.is_open() || stopped()) return false;
  // Mostly nothing has come, and that is known without a step of TLS.
  const bool decrypted_already = ssl_ && SSL_has_pending(ssl_.get()) == 1;
  if (!decrypted_already && is_silent(socket_.native_handle())) return true;
  const Step step = peek();
  return !step.failed && step.want == Want::read;
}

void Stream::watch_hangup(std::function<void()> gone) {
  if (!watch_) {
    watch_ = std::make_shared<Watch>();
    watch_->stream = this;
  }
  watch_->gone = std::move(gone);
  arm_watch();
}

void Stream::end_watch() {
  if (watch_) watch_->gone = nullptr;
}

void Stream::arm_watch() {
  if (watch_->armed || !socket_.is_open()) return;
  watch_->armed = true;
  socket_.async_wait(Socket::wait_read, [watch = watch_](const boost::system::error_code& error) {
    watch->armed = false;
    if (error || watch->stream == nullptr || !watch->gone) return;
    const Step step = watch->stream->peek();
    if (step.want == Want::read) return watch->stream->arm_watch();  // TLS records without data
    if (!step.failed) return;  // bytes of a next request: no longer watched
    const auto gone = std::exchange(watch->gone, nullptr);
    gone();
  });
}

void Stream::end_sending() {
  if (ssl_ && SSL_is_init_finished(ssl_.get()) == 1) {
    forget_ssl_errors();
    SSL_shutdown(ssl_.get());
    forget_ssl_errors();
  }
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Stream::close() {
  if (!socket_.is_open()) return;
  deadline_.disarm();
  end_sending();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Stream::reset() {
  if (!socket_.is_open()) return;
  deadline_.disarm();
  boost::system::error_code ignored;
  socket_.set_option(Socket::linger(true, 0), ignored);
  socket_.close(ignored);
}

}  // namespace tollgate::net
