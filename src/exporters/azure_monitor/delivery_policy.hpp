// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::exporters::azure_monitor {

/// What to do after an upload.
struct Decision {
  enum class Kind {
    delivered,    ///< 204
    wait,         ///< the same records again after `delay`
    renew_token,  ///< 401: once with a new token, at once; after a slow wait once more
    split,        ///< 413: these records cannot go together: halve; a single one is quarantined
    refused,      ///< 400: one of these records is bad, or all are refused alike: halve to find out
  };
  Kind kind = Kind::wait;
  milliseconds delay{0};
  std::string reason;
  bool alarm = false;  ///< only an operator can help
};

/// The rules of azure-protocol.md 6.3 and faults.md 3.7 (E1 to E4): pure. Nothing is ever dropped: what only an
/// operator can mend is kept and retried slowly.
class DeliveryPolicy {
 public:
  static constexpr milliseconds kFirstDelay{1'000};
  static constexpr milliseconds kLongestDelay{60'000};
  static constexpr milliseconds kSlowDelay{
      60'000};  ///< 401, 403, 404: roles take half an hour to apply
  static constexpr milliseconds kLongestRetryAfter{600'000};

  /// `random` is any 32 bits, for jitter.
  Decision after_answer(const http::ClientResponse& answer, UtcTime now, std::uint32_t random);
  Decision after_failure(const Error& error, std::uint32_t random);

 private:
  milliseconds back_off(std::uint32_t random);

  unsigned failures_ = 0;
  bool token_renewed_ = false;
};

}  // namespace tollgate::exporters::azure_monitor
