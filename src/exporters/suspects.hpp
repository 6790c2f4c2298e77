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
/// stream or a rule that does not fit refuses every record alike (faults.md E3), and so does a
/// destination that is out of order for a while. They are passed over until another record is
/// accepted, or so many were refused in a row that the fault cannot be theirs. Once another is
/// accepted they are tried again, each alone: what is refused then is bad. Beside them stand those
/// whose fault is known without that, such as one larger than any batch.
class Suspects {
 public:
  static constexpr std::size_t kMost = 20;

  void add(Row row, std::string reason);
  void add_proven(const Row& row, std::string reason);

  bool holds(std::int64_t sequence) const;
  bool empty() const { return waiting_.empty() && proven_.empty(); }
  /// Some are there, and none of them needs another record's fate to be judged.
  bool all_proven() const { return waiting_.empty() && !proven_.empty(); }
  bool too_many() const { return waiting_.size() >= kMost; }
  /// Why the newest was refused.
  const std::string& last_reason() const { return last_reason_; }

  /// Some have not had their second try.
  bool any_waiting() const { return !waiting_.empty(); }
  /// The one whose turn it is; there is one. What becomes of its second try:
  const Row& next() const { return waiting_.front(); }
  void convict(std::string reason);
  /// It is none any more; returns its sequence.
  std::int64_t acquit();

  const std::vector<RefusedRow>& proven() const { return proven_; }
  void clear();

 private:
  std::vector<Row> waiting_;
  std::vector<RefusedRow> proven_;
  std::string last_reason_;
};

}  // namespace tollgate::exporters
