// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "suspects.hpp"

#include <algorithm>

namespace tollgate::exporters {

void Suspects::add(Row row, std::string reason) {
  waiting_.push_back(std::move(row));
  last_reason_ = std::move(reason);
}

void Suspects::add_proven(const Row& row, std::string reason) {
  last_reason_ = reason;
  proven_.push_back({row.sequence, row.id, std::move(reason)});
}

bool Suspects::holds(std::int64_t sequence) const {
  const auto is_it = [&](const auto& one) { return one.sequence == sequence; };
  return std::ranges::any_of(waiting_, is_it) || std::ranges::any_of(proven_, is_it);
}

void Suspects::convict(std::string reason) {
  add_proven(waiting_.front(), std::move(reason));
  waiting_.erase(waiting_.begin());
}

std::int64_t Suspects::acquit() {
  const std::int64_t sequence = waiting_.front().sequence;
  waiting_.erase(waiting_.begin());
  return sequence;
}

void Suspects::clear() { *this = Suspects(); }

}  // namespace tollgate::exporters
