// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/upstream.hpp"

#include <array>
#include <utility>

#include "rewritten_request.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/http/body_reader.hpp"

namespace tollgate::upstream {

namespace asio = boost::asio;

namespace {

constexpr http::HeadLimits kResponseHead{64 * 1024, 256};
constexpr int kMaxInformational = 16;  // 103 early hints may come; a thousand of them may not
constexpr std::size_t kReadSize = 16 * 1024;
/// A body up to this size leaves in one write with its head (one TLS record, one segment).
constexpr std::size_t kJoinLimit = 12 * 1024;

std::int64_t elapsed_ms(SteadyTime since) {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - since).count();
}

/// Whether the failure proves that the backend cannot have begun the request.
bool nothing_was_sent(Errc code) { return code == Errc::unavailable || code == Errc::tls; }

asio::awaitable<Result<void>> write_request(net::Stream& stream, std::string_view head,
                                            std::string_view body) {
  if (body.empty() || !stream.is_tls() || head.size() + body.size() > kJoinLimit) {
    co_return co_await stream.write(head, body);
  }
  std::string joined;
  joined.reserve(head.size() + body.size());
  joined.append(head).append(body);
  const Result<void> written = co_await stream.write(joined);
  OPENSSL_cleanse(joined.data(), head.size());
  co_return written;
}

/// Reads up to the final head, over informational ones. Sets answer.bytes, head and head_length.
asio::awaitable<Result<void>> read_head(net::Stream& stream, Answer& answer, bool to_head_request) {
  http::HeadScanner scanner;
  int informational = 0;
  for (;;) {
    const auto verdict = scanner.scan(answer.bytes);
    if (verdict == http::HeadScanner::Verdict::refused ||
        (verdict == http::HeadScanner::Verdict::more &&
         answer.bytes.size() > kResponseHead.bytes)) {
      co_return Error{Errc::protocol, "the backend's response head is malformed or too large"};
    }
    if (verdict == http::HeadScanner::Verdict::complete) {
      answer.head_length = scanner.length();
      const auto raw = std::string_view(answer.bytes).substr(0, answer.head_length);
      const auto error =
          http::parse_response_head(raw, kResponseHead, to_head_request, answer.head);
      if (error) co_return Error{Errc::protocol, std::string(error->reason)};
      if (answer.head.status >= 200) co_return Result<void>();
      if (answer.head.status == 101 || ++informational > kMaxInformational) {
        co_return Error{Errc::protocol,
                        "the backend sent an informational answer nobody asked for"};
      }
      answer.bytes.erase(0, answer.head_length);
      scanner.reset();
      continue;
    }
    // One buffer for the thread's connections: it is filled only in the step that resumes this coroutine.
    thread_local std::array<char, kReadSize> piece;
    const Result<std::size_t> count = co_await stream.read_later(asio::buffer(piece));
    if (!count) co_return count.error();
    answer.bytes.append(piece.data(), *count);
  }
}

/// Reads the rest of a refusal's body behind its head, within bounds. False: it did not come whole.
asio::awaitable<bool> read_refusal(Answer& answer) {
  constexpr std::size_t kLargestRefusal = 64 * 1024;
  net::Stream& stream = answer.connection.stream();
  for (;;) {
    std::string wire = answer.bytes.substr(answer.head_length);
    http::BodyReader reader(answer.head.body);
    reader.decode(wire.data(), wire.size());
    if (reader.done()) co_return true;
    if (reader.broken() || wire.size() > kLargestRefusal) co_return false;
    stream.deadline(std::chrono::steady_clock::now() + answer.candidate.backend->timeouts.idle);
    thread_local std::array<char, kReadSize> piece;
    const Result<std::size_t> count = co_await stream.read_later(asio::buffer(piece));
    stream.no_deadline();
    if (!count) co_return false;
    // The head's views point into the bytes: they are parsed anew where the bytes now lie.
    answer.bytes.append(piece.data(), *count);
    const auto head = std::string_view(answer.bytes).substr(0, answer.head_length);
    http::parse_response_head(head, kResponseHead, false, answer.head);
  }
}

/// Whether a 400 is about the option that the gateway added; its connection then goes back to the pool. Any other
/// answer stays whole for the client.
asio::awaitable<bool> refuses_stream_options(Answer& answer) {
  const bool whole = co_await read_refusal(answer);
  const auto body = std::string_view(answer.bytes).substr(answer.head_length);
  if (!whole || body.find("stream_options") == std::string_view::npos) co_return false;
  if (answer.head.keep_alive) answer.connection.keep();
  co_return true;
}

usage::Attempt attempt_at(const routing::Candidate& candidate) {
  return {.backend = candidate.backend->name,
          .deployment = std::string(candidate.deployment),
          .region = candidate.backend->region,
          .tier = candidate.backend->tier};
}

/// While it lives, an interrupt ends the wait on this stream.
class InterruptScope {
 public:
  InterruptScope(Interrupt& interrupt, net::Stream& stream) : interrupt_(interrupt) {
    interrupt_.waiting_on = &stream;
  }
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
  ~InterruptScope() { interrupt_.waiting_on = nullptr; }

 private:
  Interrupt& interrupt_;
};

}  // namespace

void Interrupt::request() {
  requested = true;
  if (waiting_on != nullptr) waiting_on->cancel(Errc::cancelled);
}

Upstream::Upstream(std::vector<BackendLink> links, FieldFilter filter)
    : links_(std::move(links)), filter_(std::move(filter)) {}

asio::awaitable<Result<Answer>> Upstream::send(OutboundRequest request,
                                               std::span<const routing::Candidate> candidates,
                                               std::vector<usage::Attempt>& attempts,
                                               Interrupt& interrupt) {
  Error last{Errc::unavailable, "no backend is configured for the model"};
  for (const routing::Candidate& candidate : candidates) {
    if (interrupt.requested) co_return Error{Errc::cancelled, "the client has gone"};
    bool may_try_next = false;
    const std::string_view version = request.target->api_version;
    const bool inject = request.inject_include_usage && !refused_.contains(candidate, version);
    Result<Answer> answer =
        co_await send_to(request, candidate, attempts, interrupt, inject, may_try_next);
    if (answer && inject && answer->head.status == 400) {
      const bool refused = co_await refuses_stream_options(*answer);
      if (refused) {
        refused_.note(candidate, version);
        answer = co_await send_to(request, candidate, attempts, interrupt, false, may_try_next);
      }
    }
    if (answer) co_return answer;
    last = answer.error();
    if (!may_try_next) break;
  }
  co_return last;
}

asio::awaitable<Result<Answer>> Upstream::send_to(const OutboundRequest& request,
                                                  const routing::Candidate& candidate,
                                                  std::vector<usage::Attempt>& attempts,
                                                  Interrupt& interrupt, bool inject_include_usage,
                                                  bool& may_try_next) {
  const BackendLink& link = links_[candidate.backend_index];
  SteadyTime started = std::chrono::steady_clock::now();
  std::size_t index = attempts.size();
  attempts.push_back(attempt_at(candidate));
  const auto fail = [&](const Error& error) {
    attempts[index].duration_ms = elapsed_ms(started);
    attempts[index].error = to_string(error.code);
    return error;
  };
  may_try_next = true;
  Result<credentials::CredentialHeader> credential = co_await link.authorizer->header(
      std::chrono::system_clock::now(), request.client->find("authorization"));
  if (!credential) co_return fail(credential.error());
  const RewrittenRequest rewritten = rewrite_request(request, candidate, inject_include_usage);
  std::string head = write_request_head(
      {.method = request.client->method,
       .target = rewritten.target,
       .host = link.pool->host_field(),
       .credential_name = credential->name,
       .credential_value = credential->value.reveal(),
       .body_size = rewritten.body().size(),
       .has_body = !rewritten.body().empty() || request.client->method == "POST"},
      *request.client, filter_);
  const bool to_head_request = request.client->method == "HEAD";
  for (const bool fresh : {false, true}) {
    Result<PooledConnection> connection = co_await link.pool->acquire(fresh);
    if (!connection) {
      OPENSSL_cleanse(head.data(), head.size());
      co_return fail(connection.error());
    }
    const bool reused = connection->reused();
    attempts[index].sent = true;
    Result<Answer> answer = co_await exchange(head, rewritten.body(), candidate,
                                              std::move(*connection), interrupt, to_head_request);
    const bool stale = !answer && reused && answer.error().code == Errc::closed;
    if (stale && !interrupt.requested) {
      // The backend may have begun its work before it closed: a try of its own, and listed as one.
      fail(answer.error());
      started = std::chrono::steady_clock::now();
      index = attempts.size();
      attempts.push_back(attempt_at(candidate));
      continue;
    }
    OPENSSL_cleanse(head.data(), head.size());
    if (!answer) {
      may_try_next = nothing_was_sent(answer.error().code);
      co_return fail(answer.error());
    }
    answer->asked_for_usage = inject_include_usage;
    attempts[index].status = answer->head.status;
    attempts[index].duration_ms = elapsed_ms(started);
    co_return answer;
  }
  co_return fail(Error{Errc::closed, "the backend closed the connection"});
}

asio::awaitable<Result<Answer>> Upstream::exchange(std::string_view head, std::string_view body,
                                                   const routing::Candidate& candidate,
                                                   PooledConnection connection,
                                                   Interrupt& interrupt, bool to_head_request) {
  Answer answer;
  answer.candidate = candidate;
  answer.connection = std::move(connection);
  net::Stream& stream = answer.connection.stream();
  const InterruptScope scope(interrupt, stream);
  stream.deadline(std::chrono::steady_clock::now() + candidate.backend->timeouts.idle);
  const Result<void> written = co_await write_request(stream, head, body);
  if (!written) co_return written.error();
  answer.sent_at = std::chrono::steady_clock::now();
  stream.deadline(answer.sent_at + candidate.backend->timeouts.first_byte);
  const Result<void> read = co_await read_head(stream, answer, to_head_request);
  if (!read) {
    // Only a clean end before the first byte may mean a stale connection; anything else is the backend's.
    const bool cut = read.error().code == Errc::closed && !answer.bytes.empty();
    co_return cut ? Error{Errc::protocol, "the backend closed inside its response head"}
                  : read.error();
  }
  answer.head_at = std::chrono::steady_clock::now();
  stream.no_deadline();
  co_return answer;
}

void Upstream::close_idle(SteadyTime now) {
  for (BackendLink& link : links_) link.pool->close_idle(now);
}

}  // namespace tollgate::upstream
