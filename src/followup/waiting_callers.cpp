// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "waiting_callers.hpp"

#include <algorithm>

namespace tollgate::followup {

bool WaitingCaller::waits_in_vain(std::int64_t sequence) const {
  return std::find(in_vain.begin(), in_vain.end(), sequence) != in_vain.end();
}

std::string_view WaitingCaller::authorization_for(std::string_view backend) const {
  const bool goes_there =
      std::find(end.backends.begin(), end.backends.end(), backend) != end.backends.end();
  return goes_there ? end.authorization.reveal() : std::string_view();
}

void WaitingCallers::add(const std::shared_ptr<WaitingCaller>& caller) {
  std::erase_if(callers_, [](const auto& one) { return one.expired(); });
  callers_.push_back(caller);
}

std::shared_ptr<WaitingCaller> WaitingCallers::find(const Waiting& work) const {
  for (const std::weak_ptr<WaitingCaller>& one : callers_) {
    std::shared_ptr<WaitingCaller> caller = one.lock();
    if (!caller || caller->waits_in_vain(work.sequence)) continue;
    if (is_behind(work, caller->end.client, caller->end.part)) return caller;
  }
  return nullptr;
}

}  // namespace tollgate::followup
