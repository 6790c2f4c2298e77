// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace tollgate {

/// What kind of expected failure happened; callers branch on this, never on the message.
enum class Errc {
  invalid_input,    ///< the bytes or values given break their grammar or limits
  unauthenticated,  ///< no proof of identity, or one that does not hold
  forbidden,        ///< the identity holds but may not do this
  not_found,        ///< the thing named does not exist
  too_large,        ///< a stated size limit was passed
  timeout,          ///< a deadline passed
  unavailable,      ///< the other side cannot be reached or answers 5xx; a later try may work
  throttled,        ///< the other side answered 429
  tls,              ///< handshake or certificate failure; nothing of the request was sent
  protocol,         ///< the other side broke its protocol
  closed,           ///< the peer closed the connection
  cancelled,        ///< our side gave up (client gone, shutdown)
  storage,          ///< disk full, I/O error, damaged or locked store
  internal,         ///< a bug or exhausted resource on our side
};

/// The enumerator's own name, for logs and metrics labels.
std::string_view to_string(Errc code);

/// An expected failure as a value. The message is for logs and operators: it never holds a secret.
struct Error {
  Errc code = Errc::internal;
  std::string message;
};

/// A value or an Error (C++20 has no std::expected; docs/adr/0009-errors-as-values.md).
template <class T>
using Result = boost::system::result<T, Error>;

/// Called by Result::value() on an error: reaching it is a bug, so it throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace tollgate
