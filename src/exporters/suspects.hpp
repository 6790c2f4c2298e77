// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tollgate/exporters/delivery_source.hpp"

namespace tollgate::exporters {

/// Records that the destination refused when they were sent alone. That proves nothing yet: a
/// stream or a rule that does not fit refuses every record alike (faults.md E3). They are passed
/// over until another record is accepted, which proves them bad, or until so many were refused in a
/// row that the fault cannot be theirs. Beside them stand those whose fault is known without that,
/// such as one larger than any batch.
class Suspects {
 public:
  static constexpr std::size_t kMost = 20;

  void add(RefusedRow refused) {
    ++unproven_;
    list_.push_back(std::move(refused));
  }
  void add_proven(RefusedRow refused) { list_.push_back(std::move(refused)); }

  bool holds(std::int64_t sequence) const;
  bool empty() const { return list_.empty(); }
  /// Some are there, and none of them needs another record's fate to be judged.
  bool all_proven() const { return !list_.empty() && unproven_ == 0; }
  bool too_many() const { return unproven_ >= kMost; }
  /// Why the newest was refused; there is one.
  const std::string& last_reason() const { return list_.back().reason; }
  const std::vector<RefusedRow>& list() const { return list_; }
  void clear() {
    list_.clear();
    unproven_ = 0;
  }

 private:
  std::vector<RefusedRow> list_;
  std::size_t unproven_ = 0;
};

}  // namespace tollgate::exporters
