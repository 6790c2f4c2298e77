// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/error.hpp"

#include <stdexcept>

#include <boost/throw_exception.hpp>

namespace tollgate {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::invalid_input:
      return "invalid_input";
    case Errc::unauthenticated:
      return "unauthenticated";
    case Errc::forbidden:
      return "forbidden";
    case Errc::not_found:
      return "not_found";
    case Errc::too_large:
      return "too_large";
    case Errc::timeout:
      return "timeout";
    case Errc::unavailable:
      return "unavailable";
    case Errc::throttled:
      return "throttled";
    case Errc::tls:
      return "tls";
    case Errc::protocol:
      return "protocol";
    case Errc::closed:
      return "closed";
    case Errc::cancelled:
      return "cancelled";
    case Errc::storage:
      return "storage";
    case Errc::internal:
      return "internal";
  }
  return "internal";
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  std::string text{to_string(error.code)};
  text.append(": ").append(error.message);
  boost::throw_exception(std::logic_error(text), where);
}

}  // namespace tollgate
