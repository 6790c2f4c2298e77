// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "follow_policy.hpp"

#include <algorithm>
#include <array>

namespace tollgate::followup {
namespace {

/// Of responses, runs and batches alike (azure-protocol.md 1.7, 1.9, 2.5).
constexpr std::array<std::string_view, 6> kFinal{"completed", "failed",  "incomplete",
                                                 "cancelled", "expired", "canceled"};

}  // namespace

milliseconds next_delay(unsigned times_asked) {
  constexpr milliseconds kFirst{250};
  constexpr milliseconds kMost{60'000};
  return std::min<milliseconds>(kFirst * (1LL << std::min(times_asked, 10U)), kMost);
}

Verdict judge(int status_code, std::string_view status) {
  if (status_code == 404 || status_code == 410) return Verdict::gone;
  if (status_code != 200) return Verdict::try_later;
  const bool final = std::find(kFinal.begin(), kFinal.end(), status) != kFinal.end();
  return final ? Verdict::finished : Verdict::unfinished;
}

}  // namespace tollgate::followup
