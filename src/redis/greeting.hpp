// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "login.hpp"
#include "server_facts.hpp"
#include "tollgate/net/byte_stream.hpp"

namespace tollgate::redis {

/// What a new connection has learned.
struct Greeting {
  ServerFacts facts;
  /// Who has which slots; nullopt: it was not asked, or is in no cluster.
  std::optional<std::vector<SlotRange>> slots{};
};

using Greeted = boost::system::result<Greeting, Failure>;

/// Proves who we are and asks the server about itself, in one round trip; the stream's deadline
/// holds. Failures: unauthenticated; loading and read_only: it cannot serve yet, or no more; lost,
/// timeout, protocol. What the user may not ask (INFO, CLUSTER) is not known then.
boost::asio::awaitable<Greeted> greet(net::ByteStream& stream, const Proof& proof,
                                      const Address& asked, bool ask_slots);

/// A stream's failure as a call's.
Failure failure_of(const Error& error);

}  // namespace tollgate::redis
