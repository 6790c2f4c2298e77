// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "event_assembly.hpp"
#include "growing_value.hpp"
#include "kept_members.hpp"

namespace tollgate::audit {

/// The Responses API (azure-protocol.md 2.3): the `response` of the terminal event, with streamed
/// items that are missing there added back in their place. Without a terminal event: the response
/// as it was created, with the items as far as they came, and status `incomplete` in place of
/// `in_progress` or `queued`.
class ResponsesAssembly : public EventAssembly {
 public:
  bool take(const JsonFields& event, ContentBudget& budget) override;
  Growth growth(const JsonFields& event, ContentBudget& budget) override;
  bool break_off(ContentBudget& budget) override;
  void write(ObjectWriter& body, bool error) const override;
  bool has_error() const override;

 private:
  struct Item {
    GrowingValue value;
    std::string id;
    bool done = false;  ///< its own event said what it is in the end: deltas add nothing
  };

  void take_response(JsonSlice response, bool terminal, ContentBudget& budget);
  void take_item(const JsonFields& event, bool done, ContentBudget& budget);
  bool take_delta(std::string_view type, const JsonFields& event, ContentBudget& budget);
  Item* item_of(const JsonFields& event, ContentBudget& budget);
  std::int64_t place_of(const JsonFields& event) const;
  static std::string id_in(const JsonFields& event);
  void name_item(Item& item, std::int64_t index, std::string id, ContentBudget& budget);
  void forget_known_items(JsonSlice output, ContentBudget& budget);
  void write_output(std::string& out) const;

  std::string response_;  ///< of the terminal event, else of the last before
  bool terminal_ = false;
  std::map<std::int64_t, Item> items_;                       ///< by output_index
  std::map<std::string, std::int64_t, std::less<>> places_;  ///< in items_, by their ids
  std::int64_t last_ = 0;                                    ///< the item that came last
};

}  // namespace tollgate::audit
