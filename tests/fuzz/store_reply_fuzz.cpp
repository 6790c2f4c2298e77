// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The store's replies: the same in whatever pieces they come, and what is made of each does not
// depend on anything else.
#include <string>
#include <vector>

#include "reply_reader.hpp"
#include "server_facts.hpp"
#include "splits.hpp"
#include "tollgate/redis/call.hpp"

namespace {

using namespace tollgate;
using redis::Reply;

struct Outcome {
  std::vector<Reply> replies;
  std::optional<Errc> error;
  bool operator==(const Outcome&) const = default;
};

void drain(redis::ReplyReader& reader, Outcome& out) {
  while (!out.error) {
    Result<std::optional<Reply>> reply = reader.next();
    if (!reply) out.error = reply.error().code;
    if (!reply || !*reply) return;
    out.replies.push_back(std::move(**reply));
  }
}

void use(const Reply& reply) {
  (void)redis::read_slots(reply, {"store", 1});
  if (reply.is_text()) (void)redis::read_info(reply.text);
  if (!reply.is_error()) return;
  const redis::ErrorReply error = redis::read_error(reply.text);
  fuzz::require(error.slot < redis::kSlots);
  fuzz::require(redis::tellable(reply.text).size() <= 200);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::view(data, size);
  // Small, so that inputs meet them.
  const redis::ReplyBounds bounds{.line = 64, .bytes = 512, .items = 32, .depth = 4};
  Outcome whole;
  redis::ReplyReader at_once(bounds);
  at_once.feed(bytes);
  drain(at_once, whole);
  Outcome pieces;
  redis::ReplyReader reader(bounds);
  fuzz::in_pieces(bytes, fuzz::seed_of(bytes), [&](std::string_view piece) {
    reader.feed(piece);
    drain(reader, pieces);
  });
  fuzz::require(whole == pieces);
  for (const Reply& reply : whole.replies) use(reply);
  return 0;
}
