// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::upstream {

/// How an exchange on a pooled connection failed.
struct FailedReuse {
  bool reused = false;  ///< the connection had carried an exchange before
  Errc error = Errc::internal;
  std::size_t response_bytes = 0;
  milliseconds since_sent{0};  ///< from the request's last byte to the failure; 0: not all was sent
  bool repeatable = false;     ///< is_repeatable() of the method
};

/// A server that closed while idle is found out one round trip after the request at the latest.
inline constexpr milliseconds kStaleWindow{1'000};

/// Whether the request may be sent again to the same backend on a new connection, once: the
/// connection was kept alive, the backend closed or reset it (without a response byte a protocol
/// error is a reset or a connection torn below TLS), and so soon that it must have happened before
/// the request was read. A connection that breaks later may have broken under the work, which Azure
/// may bill: then only what is repeatable goes again. A new connection is never stale.
bool may_replay(const FailedReuse& failure);

}  // namespace tollgate::upstream
