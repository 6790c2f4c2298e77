// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tollgate/redis/reply.hpp"

namespace tollgate::redis {

/// Where a server listens.
struct Address {
  std::string host;
  std::uint16_t port = 0;
  auto operator<=>(const Address&) const = default;
};

/// What an error answer says, and what is done about it before anybody is told.
struct ErrorReply {
  enum class Then : std::uint8_t {
    tell,       ///< nothing helps
    whole,      ///< the script is sent whole: the server does not know it
    move,       ///< the slot is another node's from now on
    ask,        ///< this once another node is asked
    again,      ///< the same a moment later
    reconnect,  ///< told, and this server is left: another may be behind its name by now
    refresh,    ///< told, and it is asked who has which slots
  };

  FailureKind kind = FailureKind::refused;
  Then then = Then::tell;
  unsigned slot = 0;   ///< of move and ask
  Address to{};        ///< likewise; an empty host is that of the node that says so
  bool undone = true;  ///< whether the server has certainly done nothing
};

/// Reads the message of an error reply ("Redis Cluster specification"; the codes of server.c).
ErrorReply read_error(std::string_view message);

/// The message for logs: its code and reason, without what it repeats of the call.
std::string tellable(std::string_view message);

}  // namespace tollgate::redis
