// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "outbound_attempt.hpp"

#include <utility>

#include "answer_reading.hpp"
#include "rewritten_request.hpp"

namespace tollgate::upstream {

namespace asio = boost::asio;

namespace {

/// A body up to this size leaves in one write with its head (one TLS record, one segment).
constexpr std::size_t kJoinLimit = 12 * 1024;

SteadyTime clock_now() { return std::chrono::steady_clock::now(); }

/// Of a larger body this much waits until it was seen that nothing has come yet.
constexpr std::size_t kHeldBack = 4 * 1024;

asio::awaitable<Result<void>> write_request(net::ByteStream& stream, std::string_view head,
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

}  // namespace

asio::awaitable<Result<Answer>> OutboundAttempt::run() {
  Result<credentials::CredentialHeader> credential = co_await parts_.link.authorizer->header(
      std::chrono::system_clock::now(), request_.client->find("authorization"));
  if (!credential) co_return credential.error();
  const RewrittenRequest rewritten =
      rewrite_request(request_, candidate_, parts_.inject_include_usage);
  std::string head = make_head(rewritten, *credential);
  Result<Answer> answer = co_await send_over(head, rewritten.body(), false);
  if (!answer && may_replay(failure_) && parts_.cancellation.wanted()) {
    stale_ = StaleTry{answer.error().code, waited_};
    sent_ = false;
    answer = co_await send_over(head, rewritten.body(), true);
  }
  OPENSSL_cleanse(head.data(), head.size());
  co_return answer;
}

std::string OutboundAttempt::make_head(const RewrittenRequest& rewritten,
                                       const credentials::CredentialHeader& credential) const {
  const std::string target = std::string(parts_.link.pool->base_path()) + rewritten.target;
  return write_request_head(
      {.method = request_.client->method,
       .target = target,
       .host = parts_.link.pool->host_field(),
       .credential_name = credential.name,
       .credential_value = credential.value.reveal(),
       .body_size = rewritten.body().size(),
       .has_body = !rewritten.body().empty() || request_.client->method == "POST",
       .replaced = rewritten.replaced},
      *request_.client, parts_.filter);
}

asio::awaitable<Result<Answer>> OutboundAttempt::send_over(std::string_view head,
                                                           std::string_view body, bool fresh) {
  Result<PooledConnection> connection =
      co_await parts_.link.pool->acquire(parts_.cancellation, request_.payer, fresh, parts_.until);
  failure_ = {};
  if (!connection) co_return connection.error();
  // What has not left yet does not leave for nobody.
  if (!parts_.cancellation.wanted()) {
    connection->keep();
    co_return Error{Errc::cancelled, "nobody waits for the answer any more"};
  }
  Answer answer;
  answer.candidate = candidate_;
  answer.asked_for_usage = parts_.inject_include_usage;
  answer.asked_as_stream = request_.scan != nullptr && request_.scan->stream;
  answer.connection = std::move(*connection);
  const SteadyTime begun = clock_now();
  failure_.reused = answer.connection.reused();
  failure_.repeatable = routing::is_repeatable(request_.client->method);
  const Result<void> done = co_await exchange(answer, head, body);
  waited_ += clock_now() - begun;
  if (!done) {
    failure_.error = done.error().code;
    // A clean end before the first byte may mean a stale connection; after it, the backend broke
    // off.
    const bool cut = done.error().code == Errc::closed && failure_.response_bytes > 0;
    if (cut) co_return Error{Errc::protocol, "the backend closed inside its response head"};
    co_return done.error();
  }
  answer.connection.stream().no_deadline();
  co_return answer;
}

asio::awaitable<Result<void>> OutboundAttempt::exchange(Answer& answer, std::string_view head,
                                                        std::string_view body) {
  const config::BackendTimeouts& timeouts = candidate_.timeouts;
  net::ByteStream& stream = answer.connection.stream();
  const net::EndsWaits scope(parts_.cancellation, stream);
  sent_ = true;
  stream.deadline(no_later(clock_now() + timeouts.idle));
  const std::size_t held_back = body.size() > kJoinLimit ? kHeldBack : 0;
  const std::string_view first = body.substr(0, body.size() - held_back);
  Result<void> written = co_await write_request(stream, head, first);
  if (!written) co_return written.error();
  // What comes before the request is whole is no answer to it, unless it refuses it.
  const bool early = held_back > 0 && !stream.idle_and_alive();
  if (held_back > 0) written = co_await stream.write(body.substr(first.size()));
  if (!written) co_return written.error();
  const SteadyTime sent_at = clock_now();
  stream.deadline(no_later(sent_at + timeouts.first_byte));
  const bool to_head_request = request_.client->method == "HEAD";
  const Result<void> read = co_await read_head(answer, to_head_request, failure_.response_bytes);
  failure_.since_sent = std::chrono::duration_cast<milliseconds>(clock_now() - sent_at);
  if (!read) co_return read;
  // Interim answers may come at any time, and what came early was one then.
  if (early && !answer.had_interim && answer.head.status < 400)
    co_return Error{Errc::protocol, "an answer came before its request was whole"};
  if (!may_fail_in_stream(answer)) co_return read;
  co_return co_await look_ahead(answer);
}

/// Only streamed Responses hide a refusal behind their 200; other APIs refuse with a status.
bool OutboundAttempt::may_fail_in_stream(const Answer& answer) const {
  return answer.head.status == 200 && request_.target->operation->api->refuses_in_stream &&
         request_.client->method == "POST" && answer.may_be_stream() &&
         answer.head.find("content-encoding").empty();
}

}  // namespace tollgate::upstream
