// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "request_body.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/http/body_reader.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadSize = 16 * 1024;
/// Room behind a declared length, for the next request of a client that does not wait for answers.
constexpr std::size_t kBehind = 1024;
/// Room taken ahead for a declared length: a liar cannot make the gateway allocate more than this.
constexpr std::size_t kReserve = 1024 * 1024;
/// The slowest a body may come on the whole, in bytes per second: one that drips would hold its
/// connection for ever without once being idle (faults.md H12).
constexpr std::size_t kSlowestRate = 1024;

/// When the next bytes must be here: not idle for longer than `idle`, and not behind the slowest
/// rate.
SteadyTime next_due(SteadyTime started, milliseconds idle, std::size_t received) {
  const SteadyTime at_rate = started + idle + milliseconds(received * 1000 / kSlowestRate);
  return std::min(std::chrono::steady_clock::now() + idle, at_rate);
}

/// Decodes the wire bytes that stand in `body` from `at` on, in place; what follows the message
/// goes to `rest`.
void decode_tail(http::BodyReader& reader, std::string& body, std::size_t at, std::string& rest) {
  const auto decoded = reader.decode(body.data() + at, body.size() - at);
  rest.append(body, at + decoded.consumed, std::string::npos);
  body.resize(at + decoded.payload);
}

/// Chunks do not tell how many will come: memory is taken ahead in steps that double.
std::size_t next_hold(std::size_t wanted) {
  std::size_t hold = kReadSize;
  while (hold < wanted) hold *= 2;
  return hold;
}

}  // namespace

asio::awaitable<Result<std::string>> read_request_body(const ClientConnection& client,
                                                       http::BodyFraming framing, BodyRules rules,
                                                       BodyHold& memory) {
  if (framing.kind == http::Framing::none) co_return std::string();
  const bool known = framing.kind == http::Framing::length;
  if (known && framing.length > rules.limit) {
    co_return Error{Errc::too_large, "the declared length is over the limit"};
  }
  Result<void> held = memory.grow_to(known ? framing.length : next_hold(client.received.size()));
  if (!held) co_return held.error();
  http::BodyReader reader(framing);
  std::string body = std::exchange(client.received, {});
  if (known) body.reserve(std::min<std::size_t>(framing.length, kReserve));
  decode_tail(reader, body, 0, client.received);
  if (rules.expect_continue && !reader.done() && body.empty()) {
    const Result<void> told = co_await client.stream.write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!told) co_return told.error();
  }
  const SteadyTime started = std::chrono::steady_clock::now();
  std::size_t received = 0;
  while (!reader.done() && !reader.broken()) {
    if (body.size() > rules.limit) co_return Error{Errc::too_large, "the body is over the limit"};
    const std::size_t at = body.size();
    if (!known) held = memory.grow_to(next_hold(at + kReadSize));
    if (!held) co_return held.error();
    const std::size_t room = known ? std::min(kReadSize, framing.length - at + kBehind) : kReadSize;
    body.resize(at + room);
    client.stream.deadline(next_due(started, rules.idle_timeout, received));
    const Result<std::size_t> count =
        co_await client.stream.read_some(asio::buffer(body.data() + at, room));
    if (!count) co_return count.error();
    received += *count;
    body.resize(at + *count);
    decode_tail(reader, body, at, client.received);
  }
  client.stream.no_deadline();
  if (reader.broken()) co_return Error{Errc::invalid_input, "the body's framing is malformed"};
  if (body.size() > rules.limit) co_return Error{Errc::too_large, "the body is over the limit"};
  co_return body;
}

}  // namespace tollgate::proxy
