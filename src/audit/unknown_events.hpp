// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "content_budget.hpp"
#include "growing_value.hpp"
#include "json_slice.hpp"

namespace tollgate::audit {

/// Events whose API is not known: an array of `{"event":...,"data":...}`. They may spell a text in
/// pieces, which nobody reads by themselves: events of one kind about one thing (by name, `type`,
/// `object`, ids and indices) are one, `events` of them, whose strings stand one behind the other.
class UnknownEvents {
 public:
  /// `data`: one JSON value.
  void add(std::string_view name, JsonSlice data, ContentBudget& budget);
  /// Nothing follows: of what came in pieces no half of a value stays at the end.
  /// True: something did.
  bool break_off(ContentBudget& budget);

  bool exists() const { return !events_.empty(); }
  void write(std::string& out) const;

 private:
  struct Event {
    std::string name;
    GrowingValue data;
    std::uint64_t count = 0;
  };

  static void go_on(Event& event, JsonSlice data, ContentBudget& budget);

  std::vector<Event> events_;                               ///< in the order of their first
  std::map<std::string, std::size_t, std::less<>> places_;  ///< by what they are about
};

}  // namespace tollgate::audit
