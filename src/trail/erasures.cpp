// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "erasures.hpp"

#include <algorithm>

namespace tollgate::trail {

nlohmann::json month_filter(const std::string& client, const std::string& month) {
  return {{"ClientName", client}, {"month", month}};
}
nlohmann::json caller_filter(const std::string& caller) { return {{"CallerId", caller}}; }

Result<Erasures> Erasures::of(storage::Database& database, const std::string& record_id) {
  storage::Statement keys = database.prepare(
      "SELECT client, month, caller, erased_at FROM data_keys WHERE erased_to IS NOT NULL AND id "
      "IN "
      "(SELECT key_id FROM audit_rows WHERE record_id = ? AND sequence <= erased_to)");
  keys.bind(1, record_id);
  Erasures out;
  for (;;) {
    const Result<bool> row = keys.step();
    if (!row) return row.error();
    if (!*row) return out;
    Key& key = out.keys_.emplace_back();
    key.owner = {keys.text(0), keys.text(1), keys.text(2)};
    if (!keys.is_null(3)) key.erased_at = from_unix_micros(keys.number(3));
  }
}

bool Erasures::holds(const AccessRow& access) const {
  if (access.command != "erase") return false;
  const auto filter = nlohmann::json::parse(access.filter.text, nullptr, false);
  return std::any_of(keys_.begin(), keys_.end(), [&](const Key& key) {
    const KeyOwner& owner = key.owner;
    const bool of_owner =
        filter == month_filter(owner.client, owner.month) || filter == caller_filter(owner.caller);
    return of_owner && key.erased_at.value_or(access.event_time) == access.event_time;
  });
}

}  // namespace tollgate::trail
