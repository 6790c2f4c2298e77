// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "follow_queue.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/followup/follower.hpp"

namespace tollgate::followup {

/// Who waits until its work was asked about, before its request ends the object.
struct WaitingCaller {
  ObjectEnd end;
  SteadyTime until;
  std::shared_ptr<Errand> asked;
  /// Records that no question for this caller can have an answer about.
  std::vector<std::int64_t> in_vain;

  bool waits_in_vain(std::int64_t sequence) const;
  /// The caller's own Authorization, for a backend that its request goes to itself; else empty.
  std::string_view authorization_for(std::string_view backend) const;
};

/// Those who wait now. A caller's token is lent to questions about what it waits for, and is gone
/// when it waits no more. One thread.
class WaitingCallers {
 public:
  void add(const std::shared_ptr<WaitingCaller>& caller);
  /// For whom this work is asked about; null: for nobody.
  std::shared_ptr<WaitingCaller> find(const Waiting& work) const;

 private:
  std::vector<std::weak_ptr<WaitingCaller>> callers_;
};

}  // namespace tollgate::followup
