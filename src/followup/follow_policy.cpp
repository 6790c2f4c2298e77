// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "follow_policy.hpp"

#include <algorithm>

#include "tollgate/usage/object_state.hpp"

namespace tollgate::followup {
milliseconds next_delay(unsigned times_asked) {
  constexpr milliseconds kFirst{250};
  constexpr milliseconds kMost{60'000};
  return std::min<milliseconds>(kFirst * (1LL << std::min(times_asked, 10U)), kMost);
}

Verdict judge(int status_code, std::string_view status) {
  if (status_code == 404 || status_code == 410) return Verdict::gone;
  if (status_code != 200) return Verdict::try_later;
  return usage::is_finished(status) ? Verdict::finished : Verdict::unfinished;
}

}  // namespace tollgate::followup
