// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tollgate::exporters::azure_monitor {

/// Records that the service refused when they were sent alone. That proves nothing yet: a stream or
/// a rule that does not fit refuses every record alike (faults.md E3). They are passed over until
/// another record is accepted, which proves them bad, or until so many were refused in a row that
/// the fault cannot be theirs.
class Suspects {
 public:
  static constexpr std::size_t kMost = 20;

  struct Suspect {
    std::int64_t sequence = 0;
    std::string reason;
  };

  void add(std::int64_t sequence, std::string reason);
  bool holds(std::int64_t sequence) const;
  bool empty() const { return list_.empty(); }
  /// Why the newest was refused; there is one.
  const std::string& last_reason() const { return list_.back().reason; }
  bool too_many() const { return list_.size() >= kMost; }
  /// Hands them over and starts anew: another record was accepted, or all are to be tried again.
  std::vector<Suspect> take() { return std::exchange(list_, {}); }

 private:
  std::vector<Suspect> list_;
};

}  // namespace tollgate::exporters::azure_monitor
