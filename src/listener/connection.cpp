// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <array>
#include <utility>

#include "handshake_failure.hpp"
#include "tollgate/net/peer_certificate.hpp"
#include "tollgate/telemetry/log.hpp"
#include "without_proof.hpp"

namespace tollgate::listener {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadSize = 4096;
/// How long a kept-alive connection may idle: longer than the pools of common HTTP clients keep
/// theirs.
constexpr seconds kKeepAlive{75};
/// How long and how much the gateway reads after its last answer, so that closing does not destroy
/// it.
constexpr seconds kLingerTime{2};
constexpr std::size_t kLingerBytes = 1024 * 1024;

SteadyTime in(milliseconds delay) { return std::chrono::steady_clock::now() + delay; }

}  // namespace

Connection::Connection(net::ByteStream& stream, asio::ip::address peer, std::size_t listener,
                       Service service)
    : stream_(stream),
      peer_(std::move(peer)),
      listener_(listener),
      verified_for_(service.generation->number),
      service_(service),
      member_(stream_, peer_, service_.connections) {
  service_.metrics.connection_opened();
}

Connection::~Connection() { service_.metrics.connection_closed(); }

proxy::ClientConnection Connection::view(const Generation& generation, std::string answer_lines) {
  return {stream_,
          received_,
          peer_,
          certificate_.get(),
          generation.receptions[listener_].proxies,
          service_.connections.closing(),
          member_.cancellation,
          member_,
          std::move(answer_lines)};
}

/// A certificate counts as long as the authorities in force would take it, not those of the
/// handshake's day.
void Connection::check_certificate(const Generation& generation) {
  if (std::exchange(verified_for_, generation.number) == generation.number || !certificate_) return;
  const net::ServerTls* const tls = generation.receptions[listener_].tls;
  if (tls == nullptr || !tls->trusts_peer_of(stream_.ssl())) certificate_.reset();
}

asio::awaitable<void> Connection::run(net::SslPtr ssl) {
  stream_.deadline(in(limits().head_timeout));
  if (ssl) {
    const Result<void> secured = co_await stream_.handshake(std::move(ssl));
    if (!secured) {
      note_handshake_failure(secured.error());
      stream_.reset();
      co_return;
    }
    certificate_ = net::verified_peer(stream_.ssl());
  }
  for (;;) {
    const proxy::Afterwards afterwards = co_await serve_one();
    if (afterwards == proxy::Afterwards::keep && !service_.connections.closing()) {
      stream_.deadline(in(kKeepAlive));
      continue;
    }
    if (afterwards == proxy::Afterwards::abort) {
      stream_.reset();
      co_return;
    }
    // Closing over bytes that nobody has read sends a reset, which can destroy the answer on its
    // way.
    if (afterwards == proxy::Afterwards::linger || !stream_.idle_and_alive()) co_await linger();
    stream_.close();
    co_return;
  }
}

/// Whoever connects and leaves without a byte, as probes do, is counted and leaves no line.
void Connection::note_handshake_failure(const Error& error) {
  if (service_.connections.closing()) return;
  const std::string_view reason = handshake_reason(error);
  service_.metrics.count_handshake_failure(reason);
  SSL* const ssl = stream_.ssl();
  if (ssl == nullptr || BIO_number_read(SSL_get_rbio(ssl)) == 0) return;
  const auto left_out = service_.handshake_lines.next(std::chrono::steady_clock::now());
  if (!left_out) return;
  telemetry::log::info("listener.handshake_failed", {{"peer", peer_.to_string()},
                                                     {"reason", reason},
                                                     {"detail", error.message},
                                                     {"left_out", *left_out}});
}

asio::awaitable<proxy::Afterwards> Connection::serve_one() {
  member_.idle = true;
  const HeadRead read = co_await read_head();
  member_.idle = false;
  // What is loaded from now on is the next request's: this one keeps its configuration to its end.
  const std::shared_ptr<const Generation> generation = service_.generation;
  switch (read) {
    case HeadRead::ended:
      co_return proxy::Afterwards::close;
    case HeadRead::timed_out: {
      const http::HeadError late{408, "the request head did not arrive in time"};
      co_return co_await refuse(*generation, late);
    }
    case HeadRead::refused: {
      const bool large = head_bytes_.size() > generation->limits.request_head;
      const http::HeadError bad{large ? 431 : 400, large ? "the request head is too large"
                                                         : "a line does not end with CR LF"};
      co_return co_await refuse(*generation, bad);
    }
    case HeadRead::complete:
      break;
  }
  const http::HeadLimits limits{generation->limits.request_head,
                                generation->limits.request_head_fields};
  const auto error = http::parse_request_head(head_bytes_, limits, head_);
  if (error) co_return co_await refuse(*generation, *error);
  const bool closing = service_.connections.closing();
  const bool keep = head_.keep_alive && !closing;
  const WithoutProof& without_proof = generation->receptions[listener_].without_proof;
  const auto open = answer_without_proof(without_proof, head_, keep, closing);
  if (open) co_return co_await send(*open, keep);
  check_certificate(*generation);
  const proxy::ClientConnection client = view(*generation, without_proof.cors.answer_lines(head_));
  co_return co_await generation->pipeline.handle(client, head_);
}

asio::awaitable<Connection::HeadRead> Connection::read_head() {
  head_bytes_ = std::exchange(received_, {});
  http::HeadScanner scanner;
  bool first = true;
  for (;;) {
    const auto verdict = scanner.scan(head_bytes_);
    if (verdict == http::HeadScanner::Verdict::refused) co_return HeadRead::refused;
    if (verdict == http::HeadScanner::Verdict::complete) {
      received_.assign(head_bytes_, scanner.length());
      head_bytes_.resize(scanner.length());
      stream_.no_deadline();
      co_return HeadRead::complete;
    }
    if (head_bytes_.size() > limits().request_head) co_return HeadRead::refused;
    // One deadline for the whole head, from its first byte on: dripping bytes does not move it.
    if (first && !head_bytes_.empty()) {
      stream_.deadline(in(limits().head_timeout));
      first = false;
    }
    // One buffer for the thread's connections: it is filled only in the step that resumes this
    // coroutine.
    thread_local std::array<char, kReadSize> piece;
    const Result<std::size_t> count = co_await stream_.read_later(asio::buffer(piece));
    if (!count) {
      const bool late = count.error().code == Errc::timeout && !head_bytes_.empty();
      co_return late ? HeadRead::timed_out : HeadRead::ended;
    }
    head_bytes_.append(piece.data(), *count);
  }
}

asio::awaitable<proxy::Afterwards> Connection::refuse(const Generation& generation,
                                                      http::HeadError error) {
  service_.metrics.count_head_refusal(error.status);
  const proxy::ClientConnection client = view(generation);
  co_return co_await generation.pipeline.refuse_head(client, error);
}

asio::awaitable<proxy::Afterwards> Connection::send(const std::string& answer, bool keep) {
  stream_.deadline(in(limits().client_write_timeout));
  const Result<void> written = co_await stream_.write(answer);
  stream_.no_deadline();
  if (!written) co_return proxy::Afterwards::abort;
  co_return keep ? proxy::Afterwards::keep : proxy::Afterwards::close;
}

asio::awaitable<void> Connection::linger() {
  stream_.end_sending();
  stream_.deadline(in(kLingerTime));
  std::array<char, kReadSize> scrap;
  for (std::size_t total = 0; total < kLingerBytes;) {
    const Result<std::size_t> count = co_await stream_.read_some(asio::buffer(scrap));
    if (!count) co_return;
    total += *count;
  }
}

}  // namespace tollgate::listener
