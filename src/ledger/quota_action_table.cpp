// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_action_table.hpp"

#include <string>
#include <string_view>

namespace tollgate::ledger {

std::string_view to_string(QuotaActionKind kind) {
  return kind == QuotaActionKind::top_up ? "top_up" : "reset";
}

Result<void> put_action(Database& database, const QuotaAction& action) {
  Statement insert = database.prepare("INSERT INTO quota_actions VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, std::string_view(action.id.to_string()));
  insert.bind(2, to_unix_micros(action.made_at));
  insert.bind(3, static_cast<std::int64_t>(action.kind));
  insert.bind(4, std::string_view(action.limit_key));
  insert.bind(5, action.amount);
  insert.bind(6, std::string_view(action.limit));
  insert.bind(7, std::string_view(action.reason));
  insert.bind(8, std::string_view(action.peer));
  return insert.run();
}

Result<std::vector<QuotaAction>> actions_from(Database& database, UtcTime from) {
  Statement rows = database.prepare(
      "SELECT id, made_at, kind, limit_key, amount, limit_text, reason, peer FROM quota_actions "
      "WHERE made_at >= ? ORDER BY made_at, id");
  rows.bind(1, to_unix_micros(from));
  std::vector<QuotaAction> out;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    QuotaAction& one = out.emplace_back();
    one.id = Uuid::parse(rows.text(0)).value_or(Uuid{});
    one.made_at = from_unix_micros(rows.number(1));
    one.kind = rows.number(2) == static_cast<std::int64_t>(QuotaActionKind::reset)
                   ? QuotaActionKind::reset
                   : QuotaActionKind::top_up;
    one.limit_key = rows.text(3);
    one.amount = rows.number(4);
    one.limit = rows.text(5);
    one.reason = rows.text(6);
    one.peer = rows.text(7);
  }
}

Result<void> delete_actions(Database& database, UtcTime before) {
  Statement drop = database.prepare("DELETE FROM quota_actions WHERE made_at < ?");
  drop.bind(1, to_unix_micros(before));
  return drop.run();
}

}  // namespace tollgate::ledger
