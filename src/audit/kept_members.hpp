// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "content_budget.hpp"
#include "object_writer.hpp"

namespace tollgate::audit {

/// Members that stand in each event of a stream and mean the whole of it.
class KeptMembers {
 public:
  /// The last value that says something wins: Azure's first events have empty ones
  /// (azure-protocol.md 1.6).
  void set(std::string_view name, JsonSlice value, ContentBudget& budget) {
    if (!value.exists()) return;
    std::string* const known = find(name);
    if (known != nullptr && (!value.says_something() || *known == value.raw())) return;
    const std::size_t before = known == nullptr ? 0 : known->size();
    if (members_.size() == kMost && known == nullptr) budget.note_loss();
    if (members_.size() == kMost && known == nullptr) return;
    if (!budget.take_small(value.raw().size() + (known == nullptr ? name.size() + 64 : 0))) return;
    budget.give_back(before);
    if (known == nullptr) members_.emplace_back(name, value.raw());
    if (known != nullptr) *known = value.raw();
  }
  void write(ObjectWriter& out) const {
    for (const auto& [name, value] : members_) out.add(name, value);
  }
  void write_but(ObjectWriter& out, std::initializer_list<std::string_view> names) const {
    for (const auto& [name, value] : members_) {
      if (std::ranges::find(names, name) == names.end()) out.add(name, value);
    }
  }
  /// What was kept, as JSON; empty: nothing.
  std::string_view operator[](std::string_view name) const {
    for (const auto& [known, value] : members_) {
      if (known == name) return value;
    }
    return {};
  }
  bool empty() const { return members_.empty(); }

 private:
  static constexpr std::size_t kMost = 64;

  std::string* find(std::string_view name) {
    for (auto& [known, value] : members_) {
      if (known == name) return &value;
    }
    return nullptr;
  }

  std::vector<std::pair<std::string, std::string>> members_;
};

}  // namespace tollgate::audit
