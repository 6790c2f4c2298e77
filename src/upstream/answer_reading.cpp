// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "answer_reading.hpp"

#include <array>
#include <utility>

#include "stream_start.hpp"
#include "tollgate/http/answer_head.hpp"
#include "tollgate/http/body_reader.hpp"
#include "tollgate/usage/usage_meter.hpp"

namespace tollgate::upstream {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadSize = 16 * 1024;

/// One buffer for the thread's connections: it is filled only in the step that resumes the
/// coroutine.
thread_local std::array<char, kReadSize> piece;

/// Appends what comes next behind a head that has been read: its views follow the bytes when they
/// move.
asio::awaitable<Result<std::size_t>> read_body_piece(Answer& answer) {
  const Result<std::size_t> count =
      co_await answer.connection.stream().read_later(asio::buffer(piece));
  if (!count) co_return count;
  const char* before = answer.bytes.data();
  answer.bytes.append(piece.data(), *count);
  if (answer.bytes.data() != before) {
    http::read_moved_head(std::string_view(answer.bytes).substr(0, answer.head_length),
                          answer.head);
  }
  co_return count;
}

/// Shows these wire bytes to the reader of the stream's first events.
void feed(StreamStart& start, http::BodyReader& framing, std::string_view wire) {
  std::string copy(wire);
  const auto decoded = framing.decode(copy.data(), copy.size());
  start.feed(std::string_view(copy).substr(0, decoded.payload));
  if (framing.done()) start.finish();
}

}  // namespace

asio::awaitable<Result<void>> read_head(Answer& answer, bool to_head_request,
                                        std::size_t& received) {
  http::AnswerHeadReader reader(to_head_request);
  for (;;) {
    const Result<bool> whole = reader.read(answer.bytes, answer.head);
    if (!whole) co_return whole.error();
    if (*whole) break;
    const Result<std::size_t> count =
        co_await answer.connection.stream().read_later(asio::buffer(piece));
    if (!count) co_return count.error();
    answer.bytes.append(piece.data(), *count);
    received += *count;
  }
  answer.head_length = reader.length();
  answer.had_interim = reader.interim() > 0;
  co_return Result<void>();
}

asio::awaitable<std::optional<std::string>> read_small_body(Answer& answer, SteadyTime until) {
  net::ByteStream& stream = answer.connection.stream();
  const bool coded = !answer.head.find("content-encoding").empty();
  for (;;) {
    std::string body = answer.bytes.substr(answer.head_length);
    http::BodyReader framing(answer.head.body);
    const auto decoded = framing.decode(body.data(), body.size());
    answer.whole = framing.done() && decoded.consumed == body.size();
    const bool too_large = body.size() > kSmallBody;
    body.resize(decoded.payload);
    if (framing.done()) co_return coded ? std::nullopt : std::optional(std::move(body));
    if (framing.broken() || too_large) co_return std::nullopt;
    stream.deadline(until);
    const Result<std::size_t> more = co_await read_body_piece(answer);
    stream.no_deadline();
    if (more) continue;
    const bool ended =
        more.error().code == Errc::closed && answer.head.body.kind == http::Framing::until_close;
    if (!ended || coded) co_return std::nullopt;
    co_return body;
  }
}

asio::awaitable<Result<void>> look_ahead(Answer& answer) {
  using Kind = StreamStart::Kind;
  net::ByteStream& stream = answer.connection.stream();
  StreamStart start(usage::body_shape(answer.head.find("content-type")));
  http::BodyReader framing(answer.head.body);
  feed(start, framing, std::string_view(answer.bytes).substr(answer.head_length));
  const SteadyTime until = std::chrono::steady_clock::now() + StreamStart::kPatience;
  while (start.finding().kind == Kind::need_more && !framing.broken()) {
    const std::size_t known = answer.bytes.size();
    stream.deadline(until);
    const Result<std::size_t> count = co_await read_body_piece(answer);
    stream.no_deadline();
    if (!count && count.error().code == Errc::timeout) co_return Result<void>();
    if (!count) {
      if (count.error().code == Errc::closed) framing.on_end_of_stream();
      if (count.error().code == Errc::cancelled) co_return count.error();
      if (!framing.done())
        co_return Error{Errc::protocol, "the backend's stream broke off at once"};
      start.finish();
      break;
    }
    feed(start, framing, std::string_view(answer.bytes).substr(known));
  }
  if (start.finding().kind == Kind::failed) {
    answer.failed_in_stream = start.finding().status;
    answer.in_stream_code = start.finding().error_code;
  }
  co_return Result<void>();
}

bool reports_usage(const Answer& answer, std::string_view body) {
  usage::UsageMeter meter(usage::body_shape(answer.head.find("content-type")));
  meter.feed(body);
  const usage::UsageOutcome outcome = meter.finish(true);
  return outcome.tokens.prompt.value_or(0) > 0 || outcome.tokens.completion.value_or(0) > 0 ||
         outcome.tokens.total.value_or(0) > 0;
}

}  // namespace tollgate::upstream
