// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_time.hpp"

#include <algorithm>
#include <ctime>

namespace tollgate::net {

UtcTime certificate_time(const ASN1_TIME* time) {
  std::tm fields{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) return UtcTime();
  constexpr auto kFirst = std::chrono::ceil<seconds>(UtcTime::min().time_since_epoch()).count();
  constexpr auto kLast = std::chrono::floor<seconds>(UtcTime::max().time_since_epoch()).count();
  return UtcTime(seconds(std::clamp<std::int64_t>(::timegm(&fields), kFirst, kLast)));
}

}  // namespace tollgate::net
