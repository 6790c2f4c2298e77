// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "greeting.hpp"

#include <array>
#include <string>
#include <utility>

#include "command_writer.hpp"
#include "pipeline.hpp"
#include "reply_reader.hpp"

namespace tollgate::redis {

namespace asio = boost::asio;

namespace {

using Replies = std::vector<Reply>;

asio::awaitable<boost::system::result<Replies, Failure>> read_replies(net::ByteStream& stream,
                                                                      std::size_t count) {
  ReplyReader reader;
  Replies out;
  std::array<char, 16UL * 1024> buffer{};
  for (;;) {
    while (out.size() < count) {
      Result<std::optional<Reply>> reply = reader.next();
      if (!reply) co_return Failure{FailureKind::protocol, true, reply.error().message};
      if (!*reply) break;
      out.push_back(std::move(**reply));
    }
    if (out.size() == count) co_return out;
    const Result<std::size_t> read = co_await stream.read_some(asio::buffer(buffer));
    if (!read) co_return failure_of(read.error());
    reader.feed({buffer.data(), *read});
  }
}

std::optional<Failure> refusal_in(const Reply& proof, const Reply& info) {
  for (const Reply* reply : {&proof, &info}) {
    if (!reply->is_error()) continue;
    const ErrorReply error = read_error(reply->text);
    const bool unproven = reply == &proof || reply->text.starts_with("NOAUTH");
    if (unproven && error.kind != FailureKind::loading)
      return Failure{FailureKind::unauthenticated, false, tellable(reply->text)};
    if (error.kind == FailureKind::loading)
      return Failure{error.kind, false, tellable(reply->text)};
  }
  return std::nullopt;
}

Greeted judge(const Replies& replies, const Address& asked) {
  const Reply& info = replies[1];
  if (auto refusal = refusal_in(replies[0], info)) return std::move(*refusal);
  Greeting out;
  if (info.is_text()) out.facts = read_info(info.text);
  if (replies.size() > 2) out.slots = read_slots(replies[2], asked);
  if (out.facts.loading)
    return Failure{FailureKind::loading, false, "the server is reading its data"};
  if (out.facts.replica && !out.slots)
    return Failure{FailureKind::read_only, false, "the server is a replica"};
  return out;
}

}  // namespace

Failure failure_of(const Error& error) {
  const bool late = error.code == Errc::timeout;
  return {late ? FailureKind::timeout : FailureKind::lost, true, error.message};
}

asio::awaitable<Greeted> greet(net::ByteStream& stream, const Proof& proof, const Address& asked,
                               bool ask_slots) {
  std::string bytes(proof.command.reveal());
  // In its place, for the answer: a server that wants a proof says so.
  if (bytes.empty()) write_command(bytes, {"PING"});
  write_command(bytes, {"INFO"});
  if (ask_slots) write_command(bytes, {"CLUSTER", "SLOTS"});
  const Result<void> written = co_await stream.write(bytes);
  wipe(bytes);
  if (!written) co_return failure_of(written.error());
  const std::size_t questions = ask_slots ? 3 : 2;
  boost::system::result<Replies, Failure> replies = co_await read_replies(stream, questions);
  if (!replies) co_return replies.error();
  co_return judge(*replies, asked);
}

}  // namespace tollgate::redis
