// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "http_answers.hpp"

#include <string>

#include "tollgate/http/retry_after.hpp"

namespace tollgate::exporters {

RetryAfter no_answer(const Error& error) {
  const bool refused = error.code == Errc::unauthenticated || error.code == Errc::forbidden ||
                       error.code == Errc::tls;
  return RetryAfter{std::string(to_string(error.code)) + ": " + error.message, milliseconds(0),
                    refused};
}

milliseconds asked_pause(const http::ClientResponse& answer, UtcTime now) {
  return http::stated_pause(http::find_field(answer.fields, "retry-after"), now)
      .value_or(milliseconds(0));
}

}  // namespace tollgate::exporters
